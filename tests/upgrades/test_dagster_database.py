"""Dagster's database over the years: what is old is forgotten, and what an older version made is brought up to date."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy

from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.dagster_migrations import behind
from pipelines.instance import dagster_home, instance, main, opened
from pipelines.pruning import age, prunable, prune, size_of
from schemas.errors import NewerFormatError, UsageError
from tests.command_line import CommandLine
from tests.made_up import profile
from tests.postgresql import postgres_url as postgres_url
from tests.security.test_roles import execute

HEAD_BEFORE_BACKFILLS = "284a732df317"
"""The revision before runs got a column for the backfill that they are of (Dagster 1.9)."""


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2020-09", "2021-03"]))
def figures() -> None: ...


@dg.asset
def catalog() -> None: ...


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("KWALITEITSMONITOR_DAGSTER_URL", raising=False)
    return Workspace(tmp_path / "out")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dagster's folder after seven runs: five of one cycle, one of another, and one of what has no cycle."""
    workspace = Workspace(tmp_path_factory.mktemp("template"))
    home = os.environ.pop("DAGSTER_HOME", None)
    with instance(workspace) as database:
        for cycle in (*["2021-03"] * 5, "2020-09"):
            dg.materialize([figures], partition_key=cycle, instance=database)
        dg.materialize([catalog], instance=database)
    if home is not None:
        os.environ["DAGSTER_HOME"] = home
    return workspace.root / "dagster"


@pytest.fixture
def database(workspace: Workspace, template: Path) -> Iterator[dg.DagsterInstance]:
    shutil.copytree(template, workspace.root / "dagster")
    with instance(workspace) as found:
        yield found


SOON = timedelta(hours=1)
GRAPH = dg.Definitions(assets=[catalog]).resolve_asset_graph()


def test_only_runs_go_that_made_nothing_last_and_are_old_enough_and_the_folder_is_smaller(
    database: dg.DagsterInstance, workspace: Workspace
) -> None:
    home, now = dagster_home(workspace), datetime.now(UTC)
    before = size_of(home)
    run = database.create_run_for_job(dg.define_asset_job("later", [catalog]).resolve(asset_graph=GRAPH))
    assert prunable(database, workspace, profile(), now - SOON).runs == (), "all are younger"
    gone = prunable(database, workspace, profile(), now + SOON)
    assert (len(gone.runs), gone.kept, gone.all_runs) == (4, 4, 8)
    assert run.run_id not in gone.runs, "it is not over"
    (home / "storage" / gone.runs[0]).mkdir(parents=True, exist_ok=True)
    prune(database, workspace, home, gone)
    assert database.get_materialized_partitions(figures.key) == {"2020-09", "2021-03"}
    assert database.get_latest_materialization_event(catalog.key) is not None
    assert len(database.get_runs()) == 4
    assert size_of(home) < before * 0.8, size_of(home) / before
    assert not [path for path in home.rglob("*") if any(run in path.name for run in gone.runs)]
    assert prunable(database, workspace, profile(), now + SOON).runs == (), "done again it does nothing"


def test_pruned_every_year_it_does_not_grow(database: dg.DagsterInstance, workspace: Workspace) -> None:
    home, sizes = dagster_home(workspace), []
    for _ in range(3):
        for _ in range(2):
            dg.materialize([figures], partition_key="2021-03", instance=database)
        prune(database, workspace, home, prunable(database, workspace, profile(), datetime.now(UTC) + SOON))
        sizes.append(size_of(home))
    assert len(database.get_runs()) == 3
    assert sizes[-1] <= sizes[0] * 1.02, sizes


def test_tables_between_the_steps_go_of_old_cycles_and_stay_of_the_open_one(
    database: dg.DagsterInstance, workspace: Workspace
) -> None:
    moment, work = datetime(2021, 2, 1, tzinfo=UTC), workspace.root / "work"
    before = moment.timestamp() - 86_400
    for cycle in ("2019-03", "2019-09", "2021-03"):
        folder = work / cycle / "staged"
        folder.mkdir(parents=True)
        (folder / "a.parquet").touch()
        for path in (folder / "a.parquet", folder, folder.parent):
            os.utime(path, (before, before))
    (work / "2019-09" / "staged" / "b.parquet").touch()  # someone ran it lately
    gone = prunable(database, workspace, profile(), moment)
    assert gone.cycles == ("2019-03",)
    prune(database, workspace, dagster_home(workspace), gone)
    assert sorted(path.name for path in work.iterdir()) == ["2019-09", "2021-03"]


def test_a_length_of_time_that_is_none_is_refused() -> None:
    for text in ("", "2", "y", "-1y", "2 years", "0d", "99999y"):
        with pytest.raises(UsageError, match="expected a number of years, months or days"):
            age(text)
    assert age("2y") > timedelta(days=730)
    assert age("90d") == timedelta(days=90)


def test_the_command_says_what_would_go_and_removes_it(
    database: dg.DagsterInstance, workspace: Workspace, command: CommandLine
) -> None:
    prune = ("prune", "--out", workspace.root, "--institution", "leiden")
    assert "0 runs of 7 to remove; 0 runs as old stay" in command.output(*prune, "--dry-run")
    with sqlite3.connect(dagster_home(workspace) / "history" / "runs.db") as runs:
        runs.execute("UPDATE runs SET create_timestamp = '2019-01-01 00:00:00'")
    command.output(*prune, "--dry-run")
    assert len(database.get_runs()) == 7
    shown = command.output(*prune)
    assert "4 runs of 7 to remove; 3 runs as old stay" in shown
    assert " MB and are " in shown
    assert len(database.get_runs()) == 3


def make_old(home: Path) -> None:
    """Have the database of runs be as an older version of Dagster left it."""
    with sqlite3.connect(home / "history" / "runs.db") as runs:
        of_column = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%backfill_id%'"
        for (index,) in runs.execute(of_column).fetchall():
            runs.execute(f"DROP INDEX {index}")
        runs.execute("ALTER TABLE runs DROP COLUMN backfill_id")
        runs.execute("UPDATE alembic_version SET version_num = ?", (HEAD_BEFORE_BACKFILLS,))


def test_a_database_of_an_older_version_is_told_in_one_sentence_and_brought_up_to_date_after_a_copy(
    workspace: Workspace, template: Path, command: CommandLine
) -> None:
    home = workspace.root / "dagster"
    shutil.copytree(template, home)
    make_old(home)
    with pytest.raises(UsageError, match="was made by an older version of Dagster") as told, instance(workspace):
        pass
    assert "kwaliteitsmonitor upgrade" in str(told.value)

    upgrade = ("upgrade", "--out", workspace.root, "--institution", "leiden")
    check = command(*upgrade, "--check")
    assert check.code == 3
    assert f"runs: revision {HEAD_BEFORE_BACKFILLS}, and this version wants " in check.out
    ended, copies = command(*upgrade), home / f"before-upgrade-{HEAD_BEFORE_BACKFILLS}"
    assert (ended.code, ended.err, len(ended.out.splitlines())) == (0, "", 2)
    assert f"As it was before: {copies}" in ended.out
    with sqlite3.connect(copies / "history" / "runs.db") as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD_BEFORE_BACKFILLS,)
    assert len(list((copies / "history" / "runs").glob("*.db"))) == 8

    with instance(workspace) as database:
        assert behind(database) == []
        assert len(database.get_runs()) == 7, "nothing was lost"
        assert database.get_materialized_partitions(figures.key) == {"2020-09", "2021-03"}
    before = {path: path.stat().st_size for path in home.rglob("*.db")}
    assert command.output(*upgrade) == "Dagster's database is up to date: nothing to do.\n"
    assert {path: path.stat().st_size for path in home.rglob("*.db")} == before


def test_a_database_of_a_newer_version_is_refused(workspace: Workspace, template: Path) -> None:
    home = workspace.root / "dagster"
    shutil.copytree(template, home)
    with sqlite3.connect(home / "schedules" / "schedules.db") as schedules:
        schedules.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with opened(workspace) as database, pytest.raises(NewerFormatError, match="schedules is of a newer version"):
        behind(database)


def test_what_starts_the_webserver_ends_with_one_sentence_before_it(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "dagster"
    shutil.copytree(template, home)
    make_old(home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("Error: ")


def test_of_a_postgresql_somebody_else_makes_the_copy_and_says_so(
    workspace: Workspace, postgres_url: str, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    execute(postgres_url, "CREATE DATABASE upgrades")
    address = sqlalchemy.make_url(postgres_url).set(drivername="postgresql+psycopg2", database="upgrades")
    url = address.render_as_string(hide_password=False)
    monkeypatch.setenv("KWALITEITSMONITOR_DAGSTER_URL", url)
    with instance(workspace) as database:
        dg.materialize([catalog], instance=database)
    older = f"UPDATE alembic_version SET version_num = '{HEAD_BEFORE_BACKFILLS}'"
    execute(url, "ALTER TABLE runs DROP COLUMN backfill_id", older)
    upgrade = ("upgrade", "--out", workspace.root, "--institution", "leiden")
    refusal = command.refusal(*upgrade)
    assert "Copy it with pg_dump first" in refusal
    assert url not in refusal
    command.output(*upgrade, "--copied")
    with instance(workspace) as database:
        assert database.get_latest_materialization_event(catalog.key) is not None
        gone = prunable(database, workspace, profile(), datetime.now(UTC) + SOON)
        assert (gone.runs, gone.kept) == ((), 1)


def test_a_database_without_its_driver_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("KWALITEITSMONITOR_DAGSTER_URL", "postgresql://someone:geheim@127.0.0.1/dagster")
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr().err
    assert ended.value.code == 2
    assert "expected an address that begins with postgresql+psycopg2://" in said
    assert "geheim" not in said
    assert list(tmp_path.iterdir()) == []
