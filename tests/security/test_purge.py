"""Deliveries past their time go, also when the removal is killed; what was published of them stays evidence."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.foundation.vault.removed import by_hash, register_of, removals
from kwaliteitsmonitor.foundation.vault.store import Receipt, keep, kept, receipts_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.retention.due import Batch, batches, coming_cycles
from kwaliteitsmonitor.operations.retention.removal import due, remove
from kwaliteitsmonitor.releases.format.integrity import faults
from schemas.errors import BlockedError, UsageError
from schemas.profile import Feed, Profile, load_profile, profile_folder
from schemas.profile.retention import PERSONAL, Retention, kind_of
from schemas.tables import CATALOGUE
from tests.command_line import CommandLine
from tests.made_up import profile
from tests.sample_year import SampleYear

CYCLE = "2021-03"
LATER = date(2026, 6, 1)
"""A day on which the answers of both years are past their five years and no cycle reads them."""
FIGURE = f"{CYCLE}:indicator:2020:programme_evaluation_field_skills:all:Ba"


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def tree(workspace: Workspace) -> dict[str, bytes]:
    files = (path for path in workspace.root.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(workspace.root)): path.read_bytes() for path in files}


def hashes(workspace: Workspace, feed: str) -> set[str]:
    return {receipt.sha256 for receipt in receipts_of(workspace)[feed]}


# What is past its time


def receipt(number: int, path: str, sha256: str = "", received: str = "2021-01-05") -> Receipt:
    moment = datetime.fromisoformat(received).replace(tzinfo=UTC)
    return Receipt(path, sha256 or f"{number:064x}", 10, moment.date(), moment, number)


def feed(identity: str, table: str, path: str, period: str) -> Feed:
    source = {"kind": "files", "path": path, "format": "csv", "tables": [table]}
    return Feed.model_validate({"id": identity, "nl": identity, "en": identity, "period": period, "sources": [source]})


def made_up(**years: int | None) -> Profile:
    feeds = [
        feed("staff", "staff", "staff/{reporting_year}{suffix}.csv", "reporting_year"),
        feed("answers", "evaluations", "answers/{academic_year}.csv", "academic_year"),
        feed("register", "programmes", "programmes.csv", "none"),
    ]
    made = profile(feeds=feeds)
    return replace(made, institution=made.institution.model_copy(update={"retention": Retention(**years)}))


RECEIPTS = {
    "staff": [receipt(1, "staff/2019.csv"), receipt(2, "staff/2020.csv"), receipt(3, "staff/2020_v2.csv")],
    "answers": [receipt(1, "answers/2018-2019.csv", "a" * 64), receipt(2, "answers/loose.csv", "b" * 64)],
    "register": [receipt(1, "programmes.csv", "c" * 64)],
    "gone": [receipt(1, "old/people.csv", "d" * 64)],
}


def past(of: Profile, day: date) -> dict[tuple[str, str], Batch]:
    all_batches = batches(of, RECEIPTS, [], {"a" * 64: ["2020-03/v1"]}, day)
    return {(batch.feed, batch.period): batch for batch in all_batches if batch.is_past(day)}


@pytest.mark.parametrize(
    ("day", "files"), [(date(2027, 12, 31), {"2019": 1}), (date(2028, 1, 1), {"2019": 1, "2020": 2})]
)
def test_a_period_goes_as_a_whole_after_the_last_day_of_its_years(day: date, files: dict[str, int]) -> None:
    batches_past = past(made_up(), day).items()
    assert {period: len(batch.files) for (name, period), batch in batches_past if name == "staff"} == files


def test_what_has_no_place_in_the_profile_is_kept_by_the_year_in_which_it_came_and_for_ever_where_it_says_so() -> None:
    due_then = past(made_up(), date(2040, 1, 1))
    assert due_then[("answers", "received-2021")].until == date(2026, 12, 31)
    assert due_then[("gone", "received-2021")].kinds == tuple(sorted(PERSONAL))
    assert ("register", "") not in due_then, "what holds nobody is kept"
    assert due_then[("answers", "2018-2019")].releases == ("2020-03/v1",)
    assert {name for name, _ in past(made_up(staff=None), date(2099, 1, 1))} == {"answers", "gone"}


@pytest.mark.parametrize(
    ("day", "reader"),
    [
        (date(2020, 12, 1), "2020-09"),  # the last that began may be run again
        (date(2021, 2, 28), "2020-09"),
        (date(2021, 3, 1), "2021-03"),  # next March reads the year before, for its comparison
        (date(2022, 2, 28), "2021-09"),
        (date(2022, 3, 1), ""),
    ],
)
def test_what_a_coming_cycle_reads_is_held_back(day: date, reader: str) -> None:
    by_period = {b.period: b for b in batches(made_up(staff=1), RECEIPTS, [], {}, day) if b.feed == "staff"}
    assert by_period["2019"].read_by == reader


def test_what_is_delivered_when_it_changes_is_held_as_long_as_there_are_cycles() -> None:
    assert coming_cycles(made_up(), date(2025, 10, 1)) == ["2025-09"]
    for day, held in ((date(2023, 1, 1), True), (date(2027, 1, 1), False)):
        (register,) = (b for b in batches(made_up(other=1), RECEIPTS, [], {}, day) if b.feed == "register")
        assert bool(register.read_by) == held


def test_every_delivered_table_with_a_person_in_it_has_a_time_of_its_own() -> None:
    personal = {name for name, table in CATALOGUE.items() if table.layer.value == "delivered" and table.personal}
    assert personal
    assert {kind_of(name) for name in personal} == set(PERSONAL)


# What goes, and what stays


def test_a_dry_run_shows_what_and_how_much_and_nothing_goes_unless_it_is_meant(
    workspace: Workspace, command: CommandLine
) -> None:
    purge = ("purge", "--out", workspace.root, "--language", "en")
    for ledger in workspace.receipts.glob("*.jsonl"):  # the last delivery is of 2021, and the clock says what it says
        ledger.write_text(re.sub(r'"20\d\d(-\d\d-\d\d)', r'"2021\1', ledger.read_text()))
    before = tree(workspace)
    shown = command.output(*purge, "--dry-run", "--before", LATER)
    assert "evaluations 2018-2019: 8 files, 0.1 MB, kept until 2024-12-31" in shown
    assert "Not to be computed again after that: 2021-03/v1" in shown
    assert "There is nothing to remove on 2021-06-01." in command.output(*purge, "--before", "2021-06-01")
    assert "--yes" in command.refusal(*purge, "--before", LATER)
    assert "2999-01-01 is yet to come" in command.refusal(*purge, "--before", "2999-01-01", "--yes")
    assert command.output(*purge, "--dry-run"), "looking is always right"
    ahead = command.refusal(*purge, "--yes")  # the clock may have been set ahead
    assert "the last delivery is of 2021-" in ahead
    assert f"--before {datetime.now(UTC).year}-" in ahead
    assert tree(workspace) == before


def test_what_was_published_of_removed_deliveries_stays_evidence(
    workspace: Workspace, leiden_year: SampleYear, command: CommandLine
) -> None:
    where, before = ("--out", workspace.root), tree(workspace)
    gone = hashes(workspace, "evaluations")
    others = {s for name in receipts_of(workspace) if name != "evaluations" for s in hashes(workspace, name)}
    command.output("purge", "--before", LATER, "--yes", *where)
    left = tree(workspace)
    assert not any(kept(workspace, sha256).exists() for sha256 in gone)
    assert all(kept(workspace, sha256).is_file() for sha256 in others)
    changed = {name.split("/")[0] for name in before.keys() | left.keys() if before.get(name) != left.get(name)}
    assert changed == {"delivered", "evaluations", "work"}
    assert not (workspace.root / "work" / CYCLE / "facts").exists()
    assert not [p for p in (workspace.root / "evaluations").rglob("*") if p.is_file()]
    register = by_hash(removals(workspace))
    assert register.keys() == gone
    assert {one.releases for one in register.values()} == {("2021-03/v1",)}
    assert faults(workspace.releases / CYCLE / "v1") == []

    verified = command("verify", CYCLE, *where)
    assert verified.code == 5
    assert "can no longer be computed again: evaluations 2018-2019 on" in verified.out
    assert "2021-03/v1 holds by its hashes" in verified.out
    command.output("verify", CYCLE, "--hashes", *where)

    explained = command.output("explain", FIGURE, "--language", "en", "--depth", "0", *where)
    assert "evaluaties/2019-2020/programma.csv" in explained
    assert "were removed on" in " ".join(explained.split())
    deliveries = json.loads(command.output("explain", FIGURE, "--format", "json", *where))["deliveries"]
    by_file = {one["file"]: one for one in deliveries}
    removed, stays = by_file["evaluaties/2019-2020/programma.csv"], by_file["evaluatiepopulatie/2019-2020.csv"]
    assert removed["sha256"] in gone
    assert removed["removed_by"] == "retention rule (answers: 5 years, until 2025-12-31)"
    assert "removed_on" not in stays

    status = command.output("status", "--cycle", CYCLE, "--language", "en", *where)
    assert "this cycle cannot be run again" in status

    again = command.refusal("run", "--cycle", CYCLE, "--landing", leiden_year.landing, *where, code=3)
    assert "16 deliveries that this reads were removed: 2018-2019 on" in again
    with pytest.raises(BlockedError, match="were removed"):
        command("count", "--from", "2019-2020", "--landing", leiden_year.landing, *where, "--debug")
    assert tree(workspace) == left, "what still stands in the landing zone did not come back in"


def test_what_is_wrong_is_still_found_after_a_removal(
    workspace: Workspace, leiden: Profile, command: CommandLine
) -> None:
    remove(workspace, leiden, LATER, LATER)
    table = workspace.releases / CYCLE / "v1" / "tables" / "lineage.parquet"
    for harmed in (table, kept(workspace, min(hashes(workspace, "staff")))):
        content = harmed.read_bytes()
        harmed.chmod(0o644)
        harmed.write_bytes(content[:-1] + b"x")
        assert command("verify", CYCLE, "--out", workspace.root).code == 1, harmed
        harmed.write_bytes(content)


def test_bytes_that_another_delivery_stands_for_stay(workspace: Workspace, leiden: Profile) -> None:
    shared = sorted(hashes(workspace, "evaluations"))[0]
    ledger = workspace.receipts / "faculty_report.jsonl"
    last = json.loads(ledger.read_text().splitlines()[-1])
    line = last | {"sha256": shared, "path": "onderwijsjaarverslag/2019-2020/FGW_v2.xlsx", "number": last["number"] + 1}
    ledger.write_text(ledger.read_text() + json.dumps(line) + "\n")
    remove(workspace, leiden, LATER, LATER)
    assert kept(workspace, shared).is_file()
    assert due(workspace, leiden, LATER).unfinished == ()


def test_what_a_killed_run_left_in_the_store_goes_once_it_is_a_day_old(
    workspace: Workspace, leiden: Profile, tmp_path: Path
) -> None:
    (tmp_path / "one").write_bytes(b"student,answer")
    with (tmp_path / "one").open("rb") as stream:
        sha256, _ = keep(workspace, stream)
    partial = workspace.store / ".0123456789abcdef"
    partial.write_bytes(b"student,ans")
    assert due(workspace, leiden, date(2021, 6, 1)).strays == ()
    yesterday = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in (partial, kept(workspace, sha256)):
        os.utime(path, (yesterday, yesterday))
    assert remove(workspace, leiden, date(2021, 6, 1), LATER).files == 2
    assert not partial.exists()
    assert not kept(workspace, sha256).exists()


# Killed, changed, twice


def killed_after(removals_of_files: int, workspace: Workspace, leiden: Profile) -> None:
    """Remove in a process that dies right before so many files have gone."""
    child = os.fork()
    if not child:
        left = iter(range(removals_of_files))
        real = os.unlink

        def unlink(path: Any, **more: Any) -> None:
            is_there = "dir_fd" in more or os.path.lexists(path)  # a new record looks for older files
            if is_there and next(left, None) is None:
                os._exit(9)
            real(path, **more)

        os.unlink = unlink  # type: ignore[assignment] - what Path.unlink and rmtree call
        remove(workspace, leiden, LATER, LATER)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_removal_that_is_killed_at_any_moment_is_finished_the_next_time(
    workspace: Workspace, leiden: Profile, tmp_path: Path, command: CommandLine
) -> None:
    untouched = tmp_path / "untouched"
    shutil.copytree(workspace.root, untouched, symlinks=True)
    count = remove(workspace, leiden, LATER, LATER).files
    whole = tree(workspace)
    for at in (0, 1, count // 2, count - 1):
        again = Workspace(tmp_path / str(at))
        shutil.copytree(untouched, again.root, symlinks=True)
        killed_after(at, again, leiden)
        assert register_of(again).is_file(), "the register knows of it before anything is gone"
        assert due(again, leiden, LATER).past == ()
        assert command.output("verify", CYCLE, "--hashes", "--out", again.root), "half gone is no fault"
        assert remove(again, leiden, LATER, LATER).files == count - at
        assert tree(again) == whole


def test_a_register_that_was_changed_is_refused(workspace: Workspace, leiden: Profile, command: CommandLine) -> None:
    """A line of it that was never finished is none."""
    place = register_of(workspace)
    place.write_bytes(b'{"on": "2026-')
    assert removals(workspace) == []
    remove(workspace, leiden, LATER, LATER)
    assert [one.period for one in removals(workspace)] == ["2018-2019", "2019-2020"]
    assert remove(workspace, leiden, LATER, LATER).files == 0
    first, second = place.read_text().splitlines(keepends=True)
    for changed in (first.replace("evaluaties", "evaluatiez") + second, second):
        place.write_text(changed)
        with pytest.raises(UsageError, match=r"line [12] of the register"):
            removals(workspace)
        assert "register" in command.refusal("verify", CYCLE, "--out", workspace.root)
