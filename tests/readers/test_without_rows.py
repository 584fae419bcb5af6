"""A file with headers and no row of data is no delivery of what must have rows, whatever else stands in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.staged.feed import StagedFeed, settled, stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from schemas.consequences import Costs
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from tests.readers.files.making import xlsx

FILLED = [
    "bfr", "spending_plan", "delivered_figures", "enrolments", "enrolment_counts", "staff", "programmes",
    "evaluation_population", "evaluations",
]  # fmt: skip
MAY_BE_EMPTY = ["faculty_panels", "faculty_consultations", "faculty_measures", "control_totals", "waiver_records"]
ROWS = {
    "headers": [],
    "blank": [["", None], [None, "  "]],
    "total": [["Totaal"], ["Eindtotaal", None]],
    "explanation": [["Bron: SAP, nog niet bekend"]],
}


def staged(
    folder: Path, profile: Profile, table: str, kind: Format, versions: Sequence[Sequence[Sequence[Any]]]
) -> tuple[StagedFeed, list[Delivery]]:
    """What becomes of the versions of a delivery, the oldest first, each given by its rows under the headers."""
    contract = CATALOGUE[table]
    headers = list(contract.names)
    workspace = Workspace(folder / "workspace")
    forms = [Form(table=table, sheet="*")] if kind is Format.WORKBOOK else []
    source = FileSource(kind="files", path="x", format=kind, tables=[table], locale="nl", forms=forms)
    feed = Feed(id="the_feed", nl="b", en="b", period=Period.NONE, sources=[source])
    found = []
    for number, rows in enumerate(versions, start=1):
        wide = [[*row, *[None] * (len(headers) - len(row))] for row in rows]
        cells: list[list[Any]] = [headers, *wide]
        text = "".join(";".join("" if c is None else str(c) for c in row) + "\n" for row in cells)
        content = xlsx({"Blad": cells}) if kind is Format.WORKBOOK else text.encode()
        sha256, size = keep(workspace, io.BytesIO(content))
        found.append(Delivery("the_feed", 0, f"{table}_v{number}.x", sha256, size, date(2021, 3, number)))
    made = stage_feed(workspace, profile, feed, in_order(found), b"k" * 32, validate)
    return made, settled(in_order(found), made)


@pytest.mark.parametrize("kind", [Format.CSV, Format.WORKBOOK])
@pytest.mark.parametrize(
    ("table", "what"),
    # A row of people is no sum: what stands there is set aside for what it is.
    [(t, w) for t in FILLED for w in ROWS if not (CATALOGUE[t].personal and w in ("total", "explanation"))],
)
def test_what_must_have_rows_and_has_none_is_not_delivered(
    tmp_path: Path, profile: Profile, table: str, what: str, kind: Format
) -> None:
    found, (delivery,) = staged(tmp_path, profile, table, kind, [ROWS[what]])
    assert delivery.standing is not Standing.CURRENT
    assert "zonder een enkele rij" in found.rejected[delivery.id]
    failed = [r for r in found.tables[table].results if r.outcome is Outcome.FAILED]
    assert [(r.rule, r.costs) for r in failed] == [(f"{table}.columns", Costs.DELIVERY)]


@pytest.mark.parametrize("table", MAY_BE_EMPTY)
def test_what_may_be_empty_is_delivered(tmp_path: Path, profile: Profile, table: str) -> None:
    found, (delivery,) = staged(tmp_path, profile, table, Format.CSV, [[]])
    assert (delivery.standing, found.rejected) == (Standing.CURRENT, {})


def test_the_version_before_one_without_rows_counts_in_its_place(tmp_path: Path, profile: Profile) -> None:
    row = [2020, 3, "FGW", "intensive", "smaller_groups", 10, 5, None, "2021-02-15", None]
    found, deliveries = staged(tmp_path, profile, "bfr", Format.WORKBOOK, [[row], []])
    assert found.tables["bfr"].rows.num_rows == 1
    assert [d.standing for d in sorted(deliveries, key=lambda d: d.path)] == [Standing.CURRENT, Standing.SUPERSEDED]
