"""What later steps need of the status of a cycle is a record of its own, also as an earlier version kept it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets.common.cycle_tables import CycleTables
from assets.status.record import LostRow, StatusRecord, status_record
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from tests.made_up import profile

CYCLE = "2021-03"
RECORD = StatusRecord(
    ("lacking",),
    ("without",),
    (("bfr", 2020, "North"), ("evaluations", 2020, "")),
    (
        LostRow("bfr", 2020, 3, "East", "teachers", amounts={"budget": "12.50"}),
        LostRow("evaluations", None, question="clear"),
        LostRow("bfr", 2020, 3, "West", waived=True),
    ),
    {("staff", 2020): 4},
    {("bfr", 2020): ["not there"]},
    {(2020, 3): ["North"]},
    {("staff", 2019): ["waived"]},
    {(2020, 2): ["East"]},
    (("", "", "", "bfr.key", ""),),
)


@pytest.fixture
def tables(tmp_path: Path) -> CycleTables:
    return CycleTables(Workspace(tmp_path), profile(), CYCLE)


def test_the_record_is_read_as_it_was_written(tables: CycleTables) -> None:
    RECORD.write(tables)
    assert status_record(tables) == RECORD


def test_units_lack_what_is_not_there_and_what_was_set_aside_and_not_waived() -> None:
    assert RECORD.lacking_units([2019, 2020]) == {
        ("bfr", 2020): {"North", "East"},
        ("evaluations", 2020): {""},
        ("evaluations.clear", 2019): {"?"},
        ("evaluations.clear", 2020): {"?"},
    }
    assert [one.unit for one in RECORD.lost_of("bfr")] == ["East", "West"]


def test_of_the_table_of_waivers_of_an_earlier_version_those_are_read_that_were_needed(tables: CycleTables) -> None:
    RECORD.write(tables)
    kept = tables.workspace.read_json(CYCLE, "status", "missing")
    del kept["waivers"]
    tables.workspace.write_json(CYCLE, "status", "missing", kept)
    with pytest.raises(UsageError, match="status/waivers has not been made"):
        status_record(tables)
    why = {"cycle": CYCLE, "reason": "merged", "role": "controller", "decided_on": date(2021, 2, 1)}
    rows = [{**why, "rule": rule, "used": used} for rule, used in (("bfr.key", True), ("x", False))]
    tables.write("status", "waivers", to_arrow("waivers", rows))
    assert status_record(tables) == RECORD
