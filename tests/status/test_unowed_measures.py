"""An account of a measure that its unit does not have is noted with its cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.common.cycle_tables import CycleTables
from assets.status.unowed_measures import measure_of_unit, place, unowed_measures
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome
from schemas.consequences import Costs
from schemas.profile import Feed
from tests.made_up import profile

REPORTS = Feed.model_validate(
    {"id": "reports", "nl": "verslagen", "en": "reports", "period": "academic_year"}
    | {
        "sources": [
            {"kind": "files", "path": "{academic_year}.xlsx", "format": "workbook", "tables": ["faculty_measures"]}
        ]
    }
)
WHO = profile(feeds=[REPORTS], measures=[("tutors", "small_classes", ["North"]), ("courses", "teachers", ["South"])])


def account(unit: str, measure: str, theme: str = "small_classes", row: int = 2) -> dict[str, Any]:
    where = {"_delivery": "d", "_row": row, "_column": None, "_sheet": "Voortgang"}
    return {"academic_year": "2019-2020", "unit": unit, "theme": theme, "measure": measure} | where


OWN, STRANGE, MOVED = (
    account("North", "tutors"),
    account("East", "tutors", row=3),
    account("North", "tutors", "teachers", 4),
)


def test_an_account_of_a_measure_that_the_unit_does_not_have_is_noted_and_blocks_nothing() -> None:
    found = measure_of_unit(WHO, [OWN, STRANGE, MOVED], {place(STRANGE): "D14"}, {"d": "verslag.xlsx"})
    assert (found.outcome, found.costs, found.checked, found.failed) == (Outcome.FAILED, Costs.NOTE, 3, 2)
    assert found.cells == ("verslag.xlsx Voortgang!D14", "verslag.xlsx row 4, measure")
    assert not found.blocks
    assert measure_of_unit(WHO, [OWN], {}, {}).outcome is Outcome.PASSED


def test_accounts_and_their_cells_are_those_that_were_staged(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert unowed_measures(CycleTables(workspace, WHO, "2021-03"), {}) == [], "none was taken up"
    workspace.write("2021-03", "staged", "faculty_measures", pa.Table.from_pylist([OWN, STRANGE]))
    (found,) = unowed_measures(CycleTables(workspace, WHO, "2021-03"), {})
    assert found.cells == ("d row 3, measure",)
    written = [STRANGE | {"field": field, "cell": cell} for field, cell in (("measure", "D14"), ("unit", "B14"))]
    workspace.write("2021-03", "staged", "faculty_measures.written", pa.Table.from_pylist(written))
    (found,) = unowed_measures(CycleTables(workspace, WHO, "2021-03"), {})
    assert found.cells == ("d Voortgang!D14",)
