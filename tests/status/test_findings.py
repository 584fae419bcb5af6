"""What was set aside is kept per delivery, so that a later one is seen to close it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.staged.findings import keep_findings, kept_findings, kept_items
from assets.status.findings import Closed, closed, counted, open_items
from kwaliteitsmonitor.foundation.workspace import Workspace, write_parquet
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.quarantine import Quarantined, quarantine_table
from kwaliteitsmonitor.readers.set_aside import SetAside
from schemas.consequences import Costs
from schemas.words import Words

FILES = ("v1.xlsx", "v2.xlsx", "v3.xlsx", "v4.xlsx")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def delivery(number: int, standing: Standing = Standing.SUPERSEDED, unit: str = "North") -> Delivery:
    sha256 = str(number) * 64
    day = date(2020, 12, number)
    return Delivery(
        "report", 0, FILES[number - 1], sha256, 3, day, "2019-2020", unit, version=number, standing=standing
    )


Item = tuple[str, str, int]
"""The rule, what was found, the row."""


def items(of: Delivery, *found: Item) -> list[Quarantined]:
    said = Words("…", "…")
    return [
        Quarantined(
            "report", "faculty_measures", of.id, of.path, "", row, f"row {row}", rule, Costs.FIGURES, value, said
        )
        for rule, value, row in found
    ]


def staged(workspace: Workspace, of: Delivery, *found: Item) -> None:
    keep_findings(workspace, "report", [of.id], SetAside(tuple(items(of, *found)), {}))


def closures(workspace: Workspace, *deliveries: Delivery) -> list[tuple[str, int, str, str]]:
    return [(c.rule, c.items, c.file, c.closed_by) for c in closed(workspace, "report", deliveries)]


X9, X8, LOW = ("codes", "X9", 14), ("codes", "X8", 15), ("range", "-1", 15)


ALL = [("codes", 2, "v1.xlsx", "v2.xlsx"), ("range", 1, "v1.xlsx", "v2.xlsx")]
VERSIONS: dict[str, tuple[list[tuple[Item, ...] | None], list[Any]]] = {
    "the next version has it no more": ([(X9, LOW), (LOW,)], [("codes", 1, "v1.xlsx", "v2.xlsx")]),
    "a version without a fault closes everything": ([(X9, X8, LOW), ()], ALL),
    "a row that moved closes nothing": ([(X9,), (("codes", "X9", 15),)], []),
    "one with it opens it again": ([(X9, LOW), (LOW,), (), (X9,)], [("range", 1, "v2.xlsx", "v3.xlsx")]),
    "one was never staged": ([(X9,), None, ()], [("codes", 1, "v1.xlsx", "v3.xlsx")]),
    "none was staged": ([None, None, None], []),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_an_item_is_closed_by_the_first_version_without_it(workspace: Workspace, case: str) -> None:
    versions, closed_by = VERSIONS[case]
    deliveries = [delivery(n) for n in range(1, len(versions))] + [delivery(len(versions), Standing.CURRENT)]
    for one, of_one in zip(deliveries, versions, strict=True):
        if of_one is not None:
            staged(workspace, one, *of_one)
    assert closures(workspace, *deliveries) == closures(workspace, *reversed(deliveries)) == closed_by


def test_what_was_wrong_with_a_withdrawn_version_is_closed_by_the_one_that_counts(workspace: Workspace) -> None:
    first, second = delivery(1, Standing.CURRENT), delivery(2, Standing.WITHDRAWN)
    staged(workspace, first)
    staged(workspace, second, X9)
    assert closed(workspace, "report", [first, second]) == [
        Closed("report", "2019-2020", "North", "faculty_measures", "codes", 1, "v2.xlsx", 2, "v1.xlsx")
    ]


def test_units_close_their_own_items(workspace: Workspace) -> None:
    north, east = delivery(1, Standing.CURRENT), delivery(2, Standing.CURRENT, unit="East")
    staged(workspace, north, X9)
    staged(workspace, east)
    assert closures(workspace, north, east) == []


def test_what_is_kept_is_what_was_set_aside_and_staging_again_changes_nothing(workspace: Workspace) -> None:
    one = delivery(1)
    staged(workspace, one, X9)
    path = workspace.findings("report", one.id)
    before = path.stat().st_mtime_ns
    staged(workspace, one, X9)
    assert path.stat().st_mtime_ns == before
    assert kept_findings(workspace, "report", one.id) == quarantine_table(items(one, X9))
    assert kept_items(workspace, "report", one.id) == {("faculty_measures", "codes", "X9"): 1}
    assert kept_findings(workspace, "report", "f" * 16) is None
    assert kept_items(workspace, "report", "f" * 16) is None


def test_findings_of_another_form_than_today_s_are_not_compared(workspace: Workspace) -> None:
    one = delivery(1)
    path = workspace.findings("report", one.id)
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"row": [1]}), path)
    assert kept_findings(workspace, "report", one.id) is None
    assert kept_items(workspace, "report", one.id) is None


def test_open_items_of_all_feeds_are_one_table_and_counted_without_a_value(tmp_path: Path) -> None:
    north, east = delivery(1), replace(delivery(2), unit="East")
    for name, found in (("a", items(east, X9)), ("b", items(north, ("codes", "X9", 3)))):
        write_parquet(quarantine_table(found), tmp_path / name)
    rows = pa.concat_tables(open_items([tmp_path / "a", tmp_path / "b"]))
    assert [(r["file"], r["row"]) for r in rows.to_pylist()] == [("v2.xlsx", 14), ("v1.xlsx", 3)]
    write_parquet(rows, tmp_path / "all")
    assert counted(tmp_path / "all", {north.id: "North", east.id: "East"}) == [
        {"feed": "report", "unit": "East", "rule": "codes", "items": 1},
        {"feed": "report", "unit": "North", "rule": "codes", "items": 1},
    ]
    assert pa.concat_tables(open_items([])).num_rows == 0
