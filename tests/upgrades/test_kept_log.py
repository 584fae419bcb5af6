"""The event log that stays open is Dagster's own to everyone else, and holds no more files open than it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.event_log import KeptEventLog
from pipelines.instance import dagster_home, instance, opened


@dg.asset
def figures() -> None:
    """An asset that is made."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("KWALITEITSMONITOR_DAGSTER_URL", raising=False)
    return Workspace(tmp_path / "out")


def databases_held(workspace: Workspace) -> set[str]:
    """The databases under a workspace that this process has open."""
    held = (str(handle.readlink()) for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink())
    return {name for name in held if name.startswith(str(workspace.root)) and name.endswith(".db")}


def made(database: dg.DagsterInstance) -> str:
    return dg.materialize([figures], instance=database).run_id


def types(database: dg.DagsterInstance, run: str) -> list[str]:
    return [str(one.dagster_event_type) for one in database.all_logs(run) if one.is_dagster_event]


def test_what_is_kept_that_way_is_what_dagster_reads_and_goes_on_with(workspace: Workspace) -> None:
    with instance(workspace) as database:
        assert isinstance(database.event_log_storage, KeptEventLog)
        first = made(database)
        events = types(database, first)
    assert "DagsterEventType.ASSET_MATERIALIZATION" in events
    with opened(workspace) as database:
        assert not isinstance(database.event_log_storage, KeptEventLog)
        assert types(database, first) == events
        second = made(database)
    with instance(workspace) as database:
        materialized = database.fetch_materializations(figures.key, limit=5).records
        assert [record.run_id for record in materialized] == [second, first]
        assert database.get_run_by_id(second).is_success  # type: ignore[union-attr]


def test_another_process_reads_it_while_it_is_open(workspace: Workspace) -> None:
    with instance(workspace) as database:
        run = made(database)
        home = dagster_home(workspace) / "history" / "runs"
        count = f"sqlite3.connect('{home}/{run}.db').execute('SELECT count(*) FROM event_logs').fetchone()"
        printed = subprocess.check_output([sys.executable, "-c", f"import sqlite3; print(*{count})"], text=True)
        assert int(printed) == len(database.all_logs(run))
        assert types(database, made(database)), "and is written by us afterwards"


def test_of_many_runs_one_database_is_open_at_a_time_and_none_afterwards(workspace: Workspace) -> None:
    index = str(dagster_home(workspace).resolve() / "history" / "runs" / "index.db")
    with instance(workspace) as database:
        runs = [made(database) for _ in range(3)]
        for run in runs:
            assert types(database, run)
            assert databases_held(workspace) == {index, index.replace("index", run)}
        database.delete_run(runs[-1])
        assert databases_held(workspace) == {index}
    assert databases_held(workspace) == set()


def test_a_database_that_the_configuration_places_elsewhere_is_left_there(workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    config = dagster_home(workspace) / "dagster.yaml"
    config.write_text(f"{config.read_text()}\nstorage:\n  sqlite:\n    base_dir: {elsewhere}\n")
    with instance(workspace) as database:
        assert not isinstance(database.event_log_storage, KeptEventLog)
        made(database)
    assert list(elsewhere.rglob("index.db"))
