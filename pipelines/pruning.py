"""Letting Dagster forget: runs of long ago with their events and logs, and tables between the steps of old cycles.

Nothing that is published rests on any of it. What a figure follows from stands in its release and in the deliveries;
what a run did, in the manifest. Kept are, however old: runs that are not over, and of every asset and partition the run
that made it last, so that each cycle stays as it is in the UI.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import UsageError
from schemas.profile import Profile

if TYPE_CHECKING:
    import dagster as dg

_AGE = re.compile(r"([1-9]\d{0,3})([dmy])")
_DAYS = {"d": 1, "m": 31, "y": 366}
BATCH = 500


@dataclass(frozen=True)
class Prunable:
    """What may go: runs by their id, and the cycles of which the tables between the steps may; and what stays.

    `kept` counts the runs that are as old, and are the last that made something, or not over.
    """

    runs: tuple[str, ...]
    cycles: tuple[str, ...]
    all_runs: int
    kept: int


def age(text: str) -> timedelta:
    """A time such as `2y`, `18m` or `90d`, rather too long than too short. Raises `UsageError` if it is none."""
    match = _AGE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"'{text}' is no length of time",
            where="--older-than",
            expected="a number of years, months or days: 2y, 18m, 90d",
        )
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


def prunable(database: dg.DagsterInstance, workspace: Workspace, profile: Profile, before: datetime) -> Prunable:
    """What is from before a moment, and nothing needs any more."""
    last = _last_made(database)
    runs, kept, total = [], 0, 0
    for record in _runs(database):
        total += 1
        if record.create_timestamp >= before:
            continue
        if record.dagster_run.is_finished and record.dagster_run.run_id not in last:
            runs.append(record.dagster_run.run_id)
        else:
            kept += 1
    return Prunable(tuple(runs), tuple(_past_cycles(workspace, profile, before)), total, kept)


def prune(database: dg.DagsterInstance, workspace: Workspace, home: Path, prunable: Prunable) -> None:
    """Remove what was found, and give the disk back what it took. Stopped half-way, it can be done again.

    `home` is the folder of Dagster, of which databases of SQLite are made smaller; PostgreSQL does so itself.
    """
    for run in prunable.runs:
        database.compute_log_manager.delete_logs(prefix=[run])
        database.delete_run(run)
        shutil.rmtree(home / "storage" / run, ignore_errors=True)
        for name in (f"{run}.db", f"{run}.db-shm", f"{run}.db-wal"):
            (home / "history" / "runs" / name).unlink(missing_ok=True)
    for cycle in prunable.cycles:
        shutil.rmtree(workspace.root / "work" / cycle)
    if prunable.runs:
        for path in databases(home):
            _vacuum(path)


def databases(home: Path) -> list[Path]:
    """The databases of SQLite in Dagster's folder that are not of one run; none if PostgreSQL holds its database."""
    known = (home / "history" / "runs.db", home / "history" / "runs" / "index.db", home / "schedules" / "schedules.db")
    return [path for path in known if path.is_file()]


def size_of(folder: Path) -> int:
    """The bytes of the files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _runs(database: dg.DagsterInstance) -> Iterator[dg.RunRecord]:
    """Every run, the oldest first."""
    cursor = None
    while records := database.get_run_records(limit=BATCH, cursor=cursor, ascending=True):
        yield from records
        cursor = records[-1].dagster_run.run_id


def _last_made(database: dg.DagsterInstance) -> set[str]:
    """The runs that made any partition of any asset last."""
    import dagster as dg

    runs: set[str] = set()
    for key in database.all_asset_keys():
        storage = database.event_log_storage
        latest = storage.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
        ids = sorted(latest.values())
        for start in range(0, len(ids), BATCH):
            wanted = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + BATCH])
            runs.update(record.run_id for record in database.fetch_materializations(wanted, limit=BATCH).records)
        # An asset without partitions has no latest one per partition.
        runs.update(record.run_id for record in database.fetch_materializations(key, limit=1).records)
    return runs


def _past_cycles(workspace: Workspace, profile: Profile, before: datetime) -> Iterator[str]:
    """The cycles whose tables between the steps are from before a moment; of the open cycle they stay."""
    open_cycle = profile.open_cycle(before.date())
    for folder in sorted((workspace.root / "work").glob("????-??")):
        of_open = open_cycle is not None and folder.name >= open_cycle.key
        if not of_open and not folder.is_symlink() and _newest(folder) < before.timestamp():
            yield folder.name


def _newest(folder: Path) -> float:
    return max((path.stat().st_mtime for path in (folder, *folder.rglob("*"))), default=0.0)


def _vacuum(database: Path) -> None:
    """Give back the room that rows took. While Dagster works in it this waits, and leaves it be if that is long."""
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    except sqlite3.OperationalError:
        return  # someone works in it; the room is used again by what comes
    finally:
        connection.close()
