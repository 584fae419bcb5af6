"""Runs of one cycle at once: one after the other, and what a killed one leaves is told and cleared."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import StepSuccessData

from assets.common.cycle_tables import CycleTables
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


@contextmanager
def beside(work: Callable[[], AbstractContextManager[object]]) -> Iterator[tuple[str, Callable[[], None]]]:
    """A process that is within a context until it is killed: what the context gave, and how to kill it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with work() as value:
            os.write(write, str(value).encode() or b"-")
            time.sleep(600)
        os._exit(0)
    os.close(write)
    value = os.read(read, 4096).decode()
    os.close(read)

    def kill() -> None:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    try:
        yield value, kill
    finally:
        kill()


def holder(out: Path, run: str, cycle: str = CYCLE) -> Callable[[], AbstractContextManager[object]]:
    """A run that holds a cycle."""
    return lambda: holding(Workspace(out), cycle, run)


def test_a_second_run_of_a_cycle_waits_no_longer_than_was_said_and_is_let_in_when_the_first_is_killed(
    tmp_path: Path,
) -> None:
    workspace, waited = Workspace(tmp_path), []
    with beside(holder(tmp_path, "first")) as (_, kill):
        with (
            pytest.raises(KwaliteitsmonitorError, match="another run of this cycle is under way") as caught,
            holding(workspace, CYCLE, "second", patience=0.0),
        ):
            pass
        assert caught.value.exit_code == 1
        with holding(workspace, "2022-09", "other", patience=0.0) as before:
            assert before == ""
        with holding(workspace, CYCLE, "second", waiting=lambda: waited.append(kill())) as before:
            assert (before, len(waited)) == ("first", 1)
            assert (tmp_path / "work" / CYCLE / RUN).read_text(encoding="utf-8") == "first second\n"


def test_a_process_that_holds_a_cycle_holds_it_again(tmp_path: Path) -> None:
    first, again = (holding(Workspace(tmp_path), CYCLE, "run", patience=0.0) for _ in range(2))
    with first, again as before:
        assert before == ""
    with holding(Workspace(tmp_path), CYCLE, "next", patience=0.0) as before:
        assert before == "run"


@pytest.fixture
def database() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.job
def cycle() -> None:
    """A job by the name of that of a whole cycle."""


def under_way(database: dg.DagsterInstance) -> dg.DagsterRun:
    return database.create_run_for_job(cycle, tags={"dagster/partition": CYCLE}, status=dg.DagsterRunStatus.STARTED)


def status_of(database: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    record = database.get_run_by_id(run.run_id)
    assert record is not None
    return record.status


def test_a_run_that_was_killed_is_recorded_once_with_how_far_it_came(
    database: dg.DagsterInstance, tmp_path: Path
) -> None:
    run, settings = under_way(database), Settings(out=str(tmp_path))
    record = database.get_run_record_by_id(run.run_id)
    assert record is not None
    began = record.start_time or record.create_timestamp.timestamp()
    done = StepSuccessData(900.0)
    steps = [("START", "bfr", None, 10.0), ("SUCCESS", "bfr", done, 12.5), ("START", "staff", None, 13.0)]
    for kind, feed, data, at in steps:
        event = dg.DagsterEvent(f"STEP_{kind}", "cycle", step_key=f"deliver_{feed}", event_specific_data=data)
        database.handle_new_event(dg.EventLogEntry(None, logging.INFO, "", run.run_id, began + at, dagster_event=event))
    for known in (run.run_id, f"{run.run_id} of-another-database", ""):
        tell_dead(database, known, settings)
    assert status_of(database, run) is dg.DagsterRunStatus.FAILURE, "so that it blocks no queue"
    (made,) = read(settings.workspace)
    assert (made.run, made.job, made.cycle, made.outcome) == (run.run_id, "cycle", CYCLE, "cut off")
    assert (made.steps, made.seconds, made.rows.received, made.memory) == ({"deliver_bfr": 2.5}, 13.0, 0, 0)


def test_the_resource_of_a_run_holds_its_cycle_and_tells_of_the_one_that_died(
    database: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(tmp_path / "out"))
    dead, living = under_way(database), under_way(database)
    with beside(holder(tmp_path / "out", dead.run_id)):
        pass
    context: Any = SimpleNamespace(run=living, instance=database, log=None)
    with Institution().yield_for_execution(context):
        assert status_of(database, dead) is dg.DagsterRunStatus.FAILURE
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
        release_of(CycleTables(Workspace(tmp_path), profile(), CYCLE))


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
    run: dict[str, Any], notes: bool, database: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(tmp_path))
    monkeypatch.setenv("KWALITEITSMONITOR_INSTITUTION", "leiden")
    living = dg.DagsterRun(run_id="r", tags={"dagster/partition": CYCLE}, **run)
    monkeypatch.setattr(Institution, "teardown_after_execution", lambda *_: None)
    context: Any = SimpleNamespace(run=living, instance=database, log=None)
    with Institution().yield_for_execution(context):
        assert (tmp_path / "work" / CYCLE / CODE).is_file() == notes


HASH = "0123456789abcdef"
LEFT = (
    f".institution.{HASH}",
    f"delivered/sha256/.{HASH}{HASH}",
    f"work/2022-03/staged/.staff.parquet.{HASH}{HASH}",
    f"evaluations/ab/.{HASH}-4711-123456789",
    f".catalog.duckdb.{HASH}{HASH}.wal",
    f"profiles/.{HASH}{HASH}/profile.yaml",
)
STAYS = ("institution", ".restoring", "work/2022-03/staged/staff.parquet")
STAYS += (f"profiles/.damaged-{HASH}{HASH}/profile.yaml", f"landing/.staff.parquet.{HASH}{HASH}")


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
    written(out, LEFT, OLD / 2)
    assert clear(Workspace(out), passing) == 0, "it may still be written"
    written(out, (*LEFT, *STAYS), 2 * OLD)
    written(passing, (f"{PREFIX}judge-x/rows.arrow", "someone-elses/rows.arrow"), 2 * OLD)
    assert clear(Workspace(out), passing) == len(LEFT) + 1
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == set(STAYS)
    assert [path.name for path in passing.iterdir()] == ["someone-elses"]


def test_what_a_living_process_writes_or_passes_on_is_left_alone_when_the_clock_jumps_ahead(tmp_path: Path) -> None:
    """A clock that is put ahead makes look old what was made a moment ago."""
    written(tmp_path / "out", LEFT, 2 * OLD)
    for held, cleared in ((True, 0), (False, len(LEFT))):
        other = beside(holder(tmp_path / "out", "other", "2022-09")) if held else nullcontext()
        with other, holding(Workspace(tmp_path / "out"), CYCLE, "this"):
            assert clear(Workspace(tmp_path / "out"), tmp_path / "tmp") == cleared
    with beside(lambda: ScratchFolder("judge")) as (name, _):
        folder, then = Path(name), time.time() - 2 * OLD
        os.utime(folder, (then, then))
        clear(Workspace(tmp_path / "out"), folder.parent)
        assert folder.is_dir()
    clear(Workspace(tmp_path / "out"), folder.parent)
    assert not folder.exists()


def test_a_folder_for_passing_rows_leaves_no_handle_open() -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = handles()
    with ScratchFolder("judge") as folder:
        assert handles() == before + 1
    assert not Path(folder).exists()
    assert handles() == before
