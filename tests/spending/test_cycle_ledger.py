"""The lines of money that were set aside, as the status of a cycle kept them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.spending.cycle_ledger import lost_amounts, lost_lines, lost_of_plan
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.figures.left_out import Lost

CYCLE = "2021-03"


def kept(table: str, **known: Any) -> dict[str, Any]:
    names = ("year", "round", "unit", "theme", "version")
    return dict.fromkeys(names) | {"table": table, "waived": False, "amounts": {}} | known


def test_each_line_is_known_by_what_could_be_read_of_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    rows = [
        kept("bfr", year=2020, round=3, unit="North", theme="teachers", amounts={"budget": "10.50"}),
        kept("bfr", waived=True),
        kept("spending_plan", year=2021, unit="East", version="original"),
    ]
    workspace.write_json(CYCLE, "status", "missing", {"lost": rows})
    known, nobodys = Lost(2020, 3, "North", "teachers"), Lost(0, 0, "", "", True)
    assert lost_lines(workspace, CYCLE) == [known, nobodys]
    assert lost_amounts(workspace, CYCLE) == [(known, {"budget": Decimal("10.50")}), (nobodys, {})]
    assert lost_of_plan(workspace, CYCLE) == [("original", Lost(2021, 0, "East", ""))]
