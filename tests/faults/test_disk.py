"""A disk that is full, over quota, locked or broken: one sentence, the last release whole, and then the same bytes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from kwaliteitsmonitor.foundation.errors.dagster_db import database_error
from kwaliteitsmonitor.foundation.errors.disk import BROKEN, DENIED, FULL, LOCKED, QUOTA, UNSURE, storage_error
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.dagster_home import PARTS, make_database
from pipelines.instance import instance, instance_configuration
from schemas.words import Words
from tests.command_line import CommandLine
from tests.faults.disk import shim

compiler = pytest.mark.skipif(
    not (shutil.which("gcc") or shutil.which("cc")), reason="a full disk is made by a C library: install gcc"
)


@compiler
def test_publishing_on_a_disk_that_gives_out_leaves_a_whole_release_and_can_be_done_again(tmp_path: Path) -> None:
    """Every 23rd call that writes; `make faults` tries each of them."""
    environment = os.environ | {"LD_PRELOAD": str(shim(tmp_path))}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.publishing_full", tmp_path / "out", "23"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    met = json.loads(ran.stdout)
    assert met["calls that write"] > 100
    assert met["was refused with a sentence"] > met["calls that write"] // 23 // 2
    assert met["old was shown"] > 3


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, FULL), (errno.EDQUOT, QUOTA), (errno.EROFS, LOCKED), (errno.EACCES, DENIED), (errno.EIO, BROKEN)],
)
def test_an_error_of_the_disk_is_one_sentence_also_where_another_was_raised_of_it(
    number: int, words: tuple[Words, Words]
) -> None:
    error = RuntimeError("a step failed")
    error.__cause__ = OSError(number, os.strerror(number), "/some/file")
    refusal = storage_error(error)
    assert refusal is not None
    assert (refusal.words, refusal.cure, refusal.exit_code) == (*words, 1)
    arrow = pa.ArrowException(f"Error writing bytes to file. Detail: [errno {number}] {os.strerror(number)}")
    assert str(storage_error(arrow)) == str(refusal)


def test_what_is_not_certain_is_not_made_so_and_an_error_of_other_origin_is_not_taken_for_one_of_the_disk() -> None:
    error = sa.exc.OperationalError("INSERT", None, sqlite3.OperationalError("unable to open database file"))
    refusal = storage_error(error)
    assert refusal is not None
    assert refusal.words == UNSURE[0]
    other = ValueError("No space left on device"), FileNotFoundError(errno.ENOENT, "x"), KeyError("disk I/O error")
    assert [storage_error(error) for error in other] == [None] * 3


def test_a_database_of_an_institution_is_not_taken_for_that_of_dagster() -> None:
    psycopg2 = pytest.importorskip("psycopg2")
    assert database_error(sa.exc.OperationalError("SELECT 1", None, ValueError("gone"))) is None
    assert database_error(RuntimeError("x")) is None
    away = sa.exc.OperationalError("SELECT 1", None, psycopg2.OperationalError("gone"))
    away.__cause__ = away.orig
    assert "the database of Dagster" in str(database_error(away))


def test_a_workspace_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path, command: CommandLine) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ended = command("run", "--cycle", "2021-03", "--out", tmp_path / "file" / "out")
    assert ended.code != 0
    assert (ended.err.count("Error:"), "Traceback" in ended.err) == (1, False)


def test_the_database_of_dagster_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """As a run leaves it that is killed, or finds no room, between any two of its parts."""
    (tmp_path / "dagster.yaml").write_text(instance_configuration(), encoding="utf-8")
    make_database(tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.db")}
    assert names == {"history/runs.db", "history/runs/index.db", "schedules/schedules.db"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dagster.yaml", *PARTS]
    kept = (tmp_path / "history" / "runs.db").stat().st_ino
    shutil.rmtree(tmp_path / "schedules")
    make_database(tmp_path)
    assert (tmp_path / "history" / "runs.db").stat().st_ino == kept
    assert (tmp_path / "schedules" / "schedules.db").is_file()


def test_a_database_that_stands_in_postgresql_is_not_made_here_and_one_that_is_half_made_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("KWALITEITSMONITOR_DAGSTER_URL", "postgresql://dagster@127.0.0.1/dagster")
        (tmp_path / "dagster.yaml").write_text(instance_configuration(), encoding="utf-8")
        make_database(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["dagster.yaml"]
    half = tmp_path / "dagster" / ".making-0" / "history"
    half.mkdir(parents=True)
    (half / "runs.db").write_bytes(b"half a database")
    with instance(Workspace(tmp_path)) as database:
        assert database.get_runs_count() == 0
