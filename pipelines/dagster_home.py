"""Dagster's database the first time: made beside its place and moved there, so that it is whole or not there.

Dagster makes its SQLite files where they will stand, one statement after the other. Killed in between, or on a disk
that is full, it leaves files that look like those of an older version.
"""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

PARTS = ("history", "schedules")
"""The folders in which Dagster keeps its SQLite files: runs with their events, and schedules with their ticks."""
_MAKING = ".making-"
_OLD = 86_400.0
_ELSEWHERE = re.compile(r"^(storage|run_storage|event_log_storage|schedule_storage|local_artifact_storage):", re.M)


def make_database(home: Path) -> None:
    """Make the parts of a database that are not there yet, each in one step; `home` has its `dagster.yaml` already.

    Nothing is made where that file says that the database stands elsewhere, such as in PostgreSQL.
    """
    if stands_elsewhere(home) or all((home / part).is_dir() for part in PARTS):
        return
    import dagster as dg

    config = (home / "dagster.yaml").read_text(encoding="utf-8")
    _clear(home)
    made = home / f"{_MAKING}{uuid4().hex}"
    made.mkdir()
    try:
        (made / "dagster.yaml").write_text(config, encoding="utf-8")
        with dg.DagsterInstance.from_config(str(made)) as database:
            database.get_runs_count()
        for part in PARTS:
            try:
                (made / part).rename(home / part)
            except OSError:
                if not (home / part).is_dir():  # or another process was first, or it was there already
                    raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def stands_elsewhere(home: Path) -> bool:
    """Whether `dagster.yaml` names a storage, such as PostgreSQL."""
    return _ELSEWHERE.search((home / "dagster.yaml").read_text(encoding="utf-8")) is not None


def _clear(home: Path) -> None:
    """Remove what was being made long ago."""
    for path in home.glob(f"{_MAKING}*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _OLD:
                shutil.rmtree(path)
