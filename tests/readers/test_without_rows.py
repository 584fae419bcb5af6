"""A file with headers and no row of data is no delivery of what must have rows, whatever else stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.staged.feed import settled
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Standing
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from tests.readers.feeding import fed, lines_of, only_table, sheet_of, source_of
from tests.readers.files.making import xlsx

FILLED = [
    "bfr", "spending_plan", "delivered_figures", "enrolments", "enrolment_counts", "staff", "programmes",
    "evaluation_population", "evaluations",
]  # fmt: skip
MAY_BE_EMPTY = ["faculty_panels", "faculty_consultations", "faculty_measures", "control_totals", "waiver_records"]
ROWS: dict[str, list[list[Any]]] = {
    "headers": [],
    "blank": [["", None], [None, "  "]],
    "total": [["Totaal"], ["Eindtotaal", None]],
    "explanation": [["Bron: SAP, nog niet bekend"]],
}


def cells(table: str, rows: list[list[Any]]) -> list[list[Any]]:
    """Rows under the headers of a table, as wide as those."""
    headers = list(CATALOGUE[table].names)
    return [headers, *([*row, *[None] * (len(headers) - len(row))] for row in rows)]


@pytest.mark.parametrize("workbook", [False, True], ids=["csv", "workbook"])
@pytest.mark.parametrize("table", FILLED)
def test_what_must_have_rows_and_has_none_is_not_delivered(
    tmp_path: Path, profile: Profile, table: str, workbook: bool
) -> None:
    # A row of people is no sum: what stands there is set aside for what it is.
    kinds = [kind for kind in ROWS if not (CATALOGUE[table].personal and kind in ("total", "explanation"))]
    for kind in kinds:
        page = cells(table, ROWS[kind])
        content = xlsx({"Blad": page}) if workbook else lines_of(page)
        deliveries, found = fed(
            tmp_path, profile, sheet_of(table) if workbook else source_of(table, locale="nl"), content
        )
        (delivery,) = settled(deliveries, found)
        assert delivery.standing is not Standing.CURRENT, kind
        assert "zonder een enkele rij" in found.rejected[delivery.id]
        failed = [r for r in only_table(found).results if r.outcome is Outcome.FAILED]
        assert [(r.rule, r.costs) for r in failed] == [(f"{table}.columns", Costs.DELIVERY)]


@pytest.mark.parametrize("table", MAY_BE_EMPTY)
def test_what_may_be_empty_is_delivered(tmp_path: Path, profile: Profile, table: str) -> None:
    deliveries, found = fed(tmp_path, profile, source_of(table, locale="nl"), lines_of(cells(table, [])))
    (delivery,) = settled(deliveries, found)
    assert (delivery.standing, found.rejected) == (Standing.CURRENT, {})


def test_the_version_before_one_without_rows_counts_in_its_place(tmp_path: Path, profile: Profile) -> None:
    row = [2020, 3, "FGW", "intensive", "smaller_groups", 10, 5, None, "2021-02-15", None]
    contents = [xlsx({"Blad": cells("bfr", rows)}) for rows in ([row], [])]
    deliveries, found = fed(tmp_path, profile, sheet_of("bfr"), *contents, name="v{}.x")
    assert only_table(found).rows.num_rows == 1
    standing = {d.path: d.standing for d in settled(deliveries, found)}
    assert standing == {"v1.x": Standing.CURRENT, "v2.x": Standing.SUPERSEDED}
