"""Runs of one cycle at once: one after the other, and what a killed one leaves is told and cleared."""

from __future__ import annotations

import logging
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import StepSuccessData

from assets.common.resources import Institution, tell_dead
from assets.publication.assets import release_of
from kwaliteitsmonitor.foundation.cleanup import OLD, clear
from kwaliteitsmonitor.foundation.cycle_lock import CODE, RUN, demand_same_code, holding, note_code
from kwaliteitsmonitor.foundation.scratch import PREFIX, ScratchFolder
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import read
from pipelines.definitions import pipeline_assets
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import load_profile, profile_folder
from tests.made_up import profile

CYCLE = "2022-03"


def hold_elsewhere(out: Path, run: str, cycle: str = CYCLE) -> int:
    """A process that holds a cycle until it is killed; returns its number once it does."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with holding(Workspace(out), cycle, run):
            os.write(write, b".")
            time.sleep(600)
        os._exit(0)
    os.read(read, 1)
    os.close(read)
    os.close(write)
    return child


def end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_second_run_of_a_cycle_waits_and_is_let_in_when_the_first_is_killed(tmp_path: Path) -> None:
    child = hold_elsewhere(tmp_path, "first")
    told: list[str] = []

    def ended() -> None:
        told.append("waiting")
        end(child)

    with holding(Workspace(tmp_path), CYCLE, "second", waiting=ended) as before:
        assert (before, told) == ("first", ["waiting"])
        assert (tmp_path / "work" / CYCLE / RUN).read_text(encoding="utf-8") == "first second\n"


def test_a_run_that_does_not_end_is_waited_for_no_longer_than_was_said(tmp_path: Path) -> None:
    child = hold_elsewhere(tmp_path, "first")
    try:
        with (
            pytest.raises(KwaliteitsmonitorError, match="another run of this cycle is under way") as caught,
            holding(Workspace(tmp_path), CYCLE, "second", patience=0.0),
        ):
            pass
        assert caught.value.exit_code == 1
        with holding(Workspace(tmp_path), "2022-09", "other", patience=0.0) as before:
            assert before == ""
    finally:
        end(child)


def test_a_process_that_holds_a_cycle_holds_it_again(tmp_path: Path) -> None:
    """The command line does, and so does the resource of the run that it drives."""
    with (
        holding(Workspace(tmp_path), CYCLE, "run", patience=0.0),
        holding(Workspace(tmp_path), CYCLE, "run", patience=0.0) as before,
    ):
        assert before == ""
    with holding(Workspace(tmp_path), CYCLE, "next", patience=0.0) as before:
        assert before == "run"


@pytest.fixture
def memory() -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.job
def nothing() -> None:
    """A job of which runs can be made."""


@dg.job
def cycle() -> None:
    """A job by the name of that of a whole cycle."""


def run_began(memory: dg.DagsterInstance, run: dg.DagsterRun) -> float:
    record = memory.get_run_record_by_id(run.run_id)
    assert record is not None
    return record.start_time or record.create_timestamp.timestamp()


def under_way(memory: dg.DagsterInstance, job: dg.JobDefinition = nothing) -> dg.DagsterRun:
    return memory.create_run_for_job(job, tags={"dagster/partition": CYCLE}, status=dg.DagsterRunStatus.STARTED)


def test_a_run_that_was_killed_is_told_as_failed_so_that_it_blocks_no_queue(
    memory: dg.DagsterInstance, tmp_path: Path
) -> None:
    run, settings = under_way(memory), Settings(out=str(tmp_path))
    tell_dead(memory, f"{run.run_id} of-another-memory", settings)
    found = memory.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status is dg.DagsterRunStatus.FAILURE
    tell_dead(memory, "", settings)


def test_a_run_that_was_killed_is_recorded_once_with_how_far_it_came(
    memory: dg.DagsterInstance, tmp_path: Path
) -> None:
    run, settings = under_way(memory, cycle), Settings(out=str(tmp_path))
    begun = dg.DagsterEvent("STEP_START", "cycle", step_key="deliver_bfr")
    ended = dg.DagsterEvent("STEP_SUCCESS", "cycle", step_key="deliver_bfr", event_specific_data=StepSuccessData(900.0))
    another = dg.DagsterEvent("STEP_START", "cycle", step_key="deliver_staff")
    for event, at in ((begun, 10.0), (ended, 12.5), (another, 13.0)):
        moment = run_began(memory, run) + at
        memory.handle_new_event(dg.EventLogEntry(None, logging.INFO, "", run.run_id, moment, dagster_event=event))
    for _ in range(2):
        tell_dead(memory, run.run_id, settings)
    (made,) = read(settings.workspace)
    assert (made.run, made.job, made.cycle, made.outcome) == (run.run_id, "cycle", CYCLE, "cut off")
    assert made.steps == {"deliver_bfr": 2.5}
    assert made.seconds == 13.0
    assert (made.rows.received, made.memory) == (0, 0)


def test_the_resource_of_a_run_holds_its_cycle_and_tells_of_the_one_that_died(
    memory: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(tmp_path / "out"))
    dead, living = under_way(memory), under_way(memory)
    end(hold_elsewhere(tmp_path / "out", dead.run_id))
    resource: Any = Institution()
    context: Any = SimpleNamespace(run=living, instance=memory, log=None)
    with resource.yield_for_execution(context):
        found = memory.get_run_by_id(dead.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE
        held = (tmp_path / "out" / "work" / CYCLE / RUN).read_text(encoding="utf-8")
        assert held.split() == [dead.run_id, living.run_id]


def test_a_release_is_not_made_of_tables_by_two_versions_of_the_program(tmp_path: Path) -> None:
    """As after an upgrade in the middle of a cycle, when its last steps alone are run again."""
    demand_same_code(Workspace(tmp_path), CYCLE, "new")
    (tmp_path / "work" / CYCLE).mkdir(parents=True)
    note_code(Workspace(tmp_path), CYCLE, "old")
    demand_same_code(Workspace(tmp_path), CYCLE, "old")
    with pytest.raises(UsageError, match="begun by another version of the program"):
        demand_same_code(Workspace(tmp_path), CYCLE, "new")
    with pytest.raises(UsageError, match="Run the whole cycle again"):
        release_of(profile(), Workspace(tmp_path), CYCLE)


EVERYTHING = {
    dg.AssetKey(["leiden", *key.path])
    for assets in pipeline_assets(load_profile(profile_folder("leiden")))
    for key in assets.keys
}
"""Every asset of an institution by name, as the Dagster UI asks for them, where there are several institutions."""


@pytest.mark.parametrize(
    ("run", "notes"),
    [
        ({"job_name": "cycle"}, True),
        ({"job_name": "__ASSET_JOB"}, False),
        ({"job_name": "cycle", "step_keys_to_execute": ["release"]}, False),
        ({"job_name": "cycle", "asset_selection": {dg.AssetKey(["publication", "release"])}}, False),
        ({"job_name": "cycle", "parent_run_id": "x", "root_run_id": "x"}, True),  # all of it, once more
        ({"job_name": "__ASSET_JOB", "asset_selection": EVERYTHING}, True),
        ({"job_name": "__ASSET_JOB", "asset_selection": EVERYTHING, "step_keys_to_execute": ["release"]}, False),
    ],
)
def test_only_a_run_of_the_whole_cycle_says_by_which_code_its_tables_are(
    run: dict[str, Any], notes: bool, memory: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(tmp_path))
    monkeypatch.setenv("KWALITEITSMONITOR_INSTITUTION", "leiden")
    resource: Any = Institution()
    living = dg.DagsterRun(run_id="r", tags={"dagster/partition": CYCLE}, **run)
    monkeypatch.setattr(Institution, "teardown_after_execution", lambda *_: None)
    context: Any = SimpleNamespace(run=living, instance=memory, log=None)
    with resource.yield_for_execution(context):
        assert (tmp_path / "work" / CYCLE / CODE).is_file() == notes


LEFT = (
    ".institution.0123456789abcdef",
    "delivered/sha256/.0123456789abcdef0123456789abcdef",
    "work/2022-03/staged/.staff.parquet.0123456789abcdef0123456789abcdef",
    "evaluations/ab/.0123456789abcdef-4711-123456789",
    ".catalog.duckdb.0123456789abcdef0123456789abcdef.wal",
    "profiles/.0123456789abcdef0123456789abcdef/profile.yaml",
)
STAYS = (
    "institution",
    ".restoring",
    "profiles/.damaged-0123456789abcdef0123456789abcdef/profile.yaml",
    "landing/.staff.parquet.0123456789abcdef0123456789abcdef",
    "work/2022-03/staged/staff.parquet",
)


def written(folder: Path, names: tuple[str, ...], age: float) -> None:
    then = time.time() - age
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("rows", encoding="utf-8")
        for one in (path, path.parent):
            os.utime(one, (then, then))


def test_what_killed_runs_left_is_cleared_after_a_day_and_nothing_else_is(tmp_path: Path) -> None:
    out, passing = tmp_path / "out", tmp_path / "tmp"
    written(out, (*LEFT, *STAYS), 2 * OLD)
    written(passing, (f"{PREFIX}judge-x/rows.arrow", "someone-elses/rows.arrow"), 2 * OLD)
    assert clear(Workspace(out), passing) == len(LEFT) + 1
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there == set(STAYS)
    assert [path.name for path in passing.iterdir()] == ["someone-elses"]


def test_what_may_still_be_written_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path / "out", LEFT, OLD / 2)
    assert clear(Workspace(tmp_path / "out"), tmp_path / "tmp") == 0


def test_what_a_living_process_passes_on_is_left_alone_when_the_clock_jumps_ahead(tmp_path: Path) -> None:
    """A clock that is put ahead makes a folder look old that was made a moment ago."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with ScratchFolder("judge") as folder:
            os.write(write, folder.encode())
            time.sleep(600)
        os._exit(0)
    folder = Path(os.read(read, 4096).decode())
    os.close(read)
    os.close(write)
    then = time.time() - 2 * OLD
    os.utime(folder, (then, then))
    try:
        clear(Workspace(tmp_path / "out"), folder.parent)
        assert folder.is_dir()
    finally:
        end(child)
    clear(Workspace(tmp_path / "out"), folder.parent)
    assert not folder.exists()


def test_a_folder_for_passing_rows_leaves_no_handle_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with ScratchFolder("judge") as folder:
        assert len(list(Path("/proc/self/fd").iterdir())) == before + 1
    assert not Path(folder).exists()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_another_run_may_still_be_writing_is_left_alone_when_the_clock_jumps_ahead(tmp_path: Path) -> None:
    written(tmp_path / "out", LEFT, 2 * OLD)
    child = hold_elsewhere(tmp_path / "out", "other", "2022-09")
    try:
        with holding(Workspace(tmp_path / "out"), CYCLE, "this"):
            assert clear(Workspace(tmp_path / "out"), tmp_path / "tmp") == 0
    finally:
        end(child)
    with holding(Workspace(tmp_path / "out"), CYCLE, "this"):
        assert clear(Workspace(tmp_path / "out"), tmp_path / "tmp") == len(LEFT)
