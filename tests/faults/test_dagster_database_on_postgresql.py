"""Dagster's own database on a PostgreSQL that is stopped in the middle of a run, and started again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from kwaliteitsmonitor.foundation.errors.dagster_db import database_error
from tests.faults.cluster import Cluster
from tests.faults.outcome import left
from tests.faults.small import CYCLE, KEY, write_small
from tests.publication.publishing import tag_of

pytestmark = pytest.mark.long

REASON = "Dagster's database on PostgreSQL is not tested: install the extra 'postgres'"
psycopg2 = pytest.importorskip("psycopg2", reason=REASON)
pytest.importorskip("dagster_postgres", reason=REASON)

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds within which a run comes to its middle, on a machine that has much other work."""
MIDDLE = "✓ staged/"
"""What a run says when it has taken up and judged the first deliveries."""


@dataclass(frozen=True)
class Ran:
    """A run from the shell: its exit code and what it said."""

    code: int
    said: str


@dataclass(frozen=True)
class Stopped:
    """A run in whose middle the server was stopped, what stood then, the run after it, and what Dagster remembers."""

    out: Path
    first: Ran
    after_first: dict[str, int]
    again: Ran
    remembered: list[str]


@pytest.fixture(scope="module")
def stopped(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    folder = tmp_path_factory.mktemp("database")
    write_small(folder)
    url = cluster.url.replace("postgresql+psycopg:", "postgresql+psycopg2:")
    out, printed = folder / "out", folder / "printed.txt"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KWALITEIT", "DAGSTER"))}
    environment = clean | {
        "KWALITEITSMONITOR_DAGSTER_URL": url,
        "KWALITEITSMONITOR_INSTITUTION": str(folder / "profile"),
        "KWALITEITSMONITOR_LANDING": str(folder / "landing"),
        "KWALITEITSMONITOR_OUT": str(out),
        "KWALITEITSMONITOR_PSEUDONYM_KEY": KEY,
        "KWALITEITSMONITOR_REPORTS": "none",
        "NO_COLOR": "1",
    }

    def run(stopping: bool) -> Ran:
        with printed.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "run", "--cycle", CYCLE],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            end = time.monotonic() + PATIENCE
            while stopping and process.poll() is None and time.monotonic() < end:
                if MIDDLE in printed.read_text("utf-8"):
                    cluster.stop()
                    stopping = False
                time.sleep(0.02)
            return Ran(process.wait(PATIENCE), printed.read_text("utf-8"))
        finally:
            process.kill()

    try:
        first = run(stopping=True)
    finally:
        cluster.start()
    after = received(out)
    again = run(stopping=False)
    engine = sa.create_engine(cluster.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        runs = connection.execute(sa.text("SELECT status FROM runs ORDER BY id")).scalars().all()
    return Stopped(out, first, after, again, list(runs))


def received(out: Path) -> dict[str, int]:
    """What was delivered and is kept, by its hash, with its size."""
    return {path.name: path.stat().st_size for path in (out / "delivered" / "sha256").rglob("*") if path.is_file()}


def test_a_run_whose_database_goes_away_ends_with_one_sentence(stopped: Stopped) -> None:
    assert MIDDLE in stopped.first.said
    assert stopped.first.code == 1
    assert "Traceback" not in stopped.first.said
    assert len(re.findall(r"^Error: ", stopped.first.said, re.MULTILINE)) == 1
    assert "the database of Dagster does not answer" in stopped.first.said
    assert "See to it that it runs, and run it again." in stopped.first.said
    assert stopped.first.said.count("it is tried again") <= 1
    assert "password" not in stopped.first.said


def test_the_next_run_ends_well_and_nothing_that_was_received_is_lost(stopped: Stopped) -> None:
    assert stopped.again.code == 0, stopped.again.said
    assert stopped.after_first
    assert received(stopped.out).items() >= stopped.after_first.items()
    assert tag_of((stopped.out / "current" / CYCLE).resolve())
    assert [path.name for path in (stopped.out / "releases" / CYCLE).iterdir()] == ["v1"]
    assert left(stopped.out) == []


def test_the_run_that_lost_its_database_is_remembered_as_failed(stopped: Stopped) -> None:
    assert stopped.remembered == ["FAILURE", "SUCCESS"]


def test_a_database_of_an_institution_is_not_taken_for_that_of_dagster() -> None:
    error = sa.exc.OperationalError("SELECT 1", None, ValueError("gone"))
    assert database_error(error) is None
    away = sa.exc.OperationalError("SELECT 1", None, psycopg2.OperationalError("gone"))
    away.__cause__ = away.orig
    assert database_error(RuntimeError("x")) is None
    assert "the database of Dagster" in str(database_error(away))
