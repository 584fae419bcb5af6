"""The lines of money that were set aside, as the status of a cycle kept them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from assets.common.cycle_tables import CycleTables
from assets.spending.cycle_ledger import lost_amounts, lost_lines, lost_of_plan
from assets.status.record import LostRow, StatusRecord
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.figures.left_out import Lost
from tests.made_up import profile

CYCLE = "2021-03"


def test_each_line_is_known_by_what_could_be_read_of_it(tmp_path: Path) -> None:
    tables = CycleTables(Workspace(tmp_path), profile(), CYCLE)
    rows = (
        LostRow("bfr", year=2020, round=3, unit="North", theme="teachers", amounts={"budget": "10.50"}),
        LostRow("bfr", waived=True),
        LostRow("spending_plan", year=2021, unit="East", version="original"),
    )
    StatusRecord(lost=rows).write(tables)
    known, nobodys = Lost(2020, 3, "North", "teachers"), Lost(0, 0, "", "", True)
    assert lost_lines(tables) == [known, nobodys]
    assert lost_amounts(tables) == [(known, {"budget": Decimal("10.50")}), (nobodys, {})]
    assert lost_of_plan(tables) == [("original", Lost(2021, 0, "East", ""))]
