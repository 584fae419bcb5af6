"""Dagster's databases of an older version: whether they are, a copy of them, and bringing them up to date."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.pruning import databases
from schemas.errors import BlockedError, KwaliteitsmonitorError, NewerFormatError, UsageError

if TYPE_CHECKING:
    import dagster as dg

COPIES = "before-upgrade"


@dataclass(frozen=True)
class Behind:
    """A database that is not as this version of Dagster wants it: which, and its revision and the newest one."""

    database: str
    revision: str
    newest: str


def behind(database: dg.DagsterInstance) -> list[Behind]:
    """The databases of Dagster that an older version made, and nobody has brought up to date since.

    Raises `NewerFormatError` if a newer version of Dagster made one.
    """
    storages = {
        "runs": database.run_storage,
        "events": database.event_log_storage,
        "schedules": database.schedule_storage,
    }
    outdated = []
    for name, storage in storages.items():
        version = storage.alembic_version() if storage is not None else None
        if version is None or version[0] == version[1]:
            continue  # one in memory has no revision
        revision = version[0] or "none"
        if revision != "none" and revision not in _known():
            raise NewerFormatError(
                f"Dagster's database of {name} is of a newer version of Dagster (revision {revision})",
                where=_place(database),
                remedy="Install that version of kwaliteitsmonitor with its lock again; nothing was changed.",
            )
        outdated.append(Behind(name, revision, str(version[1])))
    return outdated


def demand_up_to_date(database: dg.DagsterInstance) -> None:
    """Raise `UsageError` if Dagster's database is to be brought up to date first."""
    old = behind(database)
    if old:
        named = ", ".join(f"{one.database} at {one.revision}" for one in old)
        raise UsageError(
            f"Dagster's database was made by an older version of Dagster ({named}; this one wants {old[0].newest})",
            where=_place(database),
            remedy="Stop what runs, and bring it up to date with `kwaliteitsmonitor upgrade`, which copies it first.",
        )


def upgrade(database: dg.DagsterInstance, home: Path, *, copied: bool) -> tuple[list[Behind], Path | None]:
    """Bring Dagster's databases up to date; gives those that were not, and where the copies of them are.

    A copy is made first of what SQLite holds; of PostgreSQL someone else makes it, and says so by `copied`. Done again
    it does nothing. Raises `BlockedError` while a run is under way, `UsageError` if no copy was made, and
    `KwaliteitsmonitorError` if it did not come up to date.
    """
    old = behind(database)
    if not old:
        return [], None
    _demand_quiet(database)
    own = databases(home)
    if not own and not copied:
        raise UsageError(
            "Dagster's database is a PostgreSQL, of which this program makes no copy",
            where=_place(database),
            remedy="Copy it with pg_dump first, and then say so: `kwaliteitsmonitor upgrade --copied`.",
        )
    copies = _copy(home, old[0].revision) if own else None
    output = io.StringIO()  # Dagster tells of every database on the way
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        database.upgrade()
    if behind(database):
        raise KwaliteitsmonitorError(
            "Dagster's database did not come up to date",
            where=_place(database),
            remedy=f"The copy is in {copies}." if copies else "Put the copy of the database back.",
        )
    return old, copies


def _known() -> set[str]:
    """Every revision that the installed version of Dagster knows."""
    from alembic.script import ScriptDirectory
    from dagster._core.storage import sql

    folder = Path(sql.__file__).parent / "alembic"
    return {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}


def _demand_quiet(database: dg.DagsterInstance) -> None:
    from dagster import DagsterRunStatus, RunsFilter

    under_way = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING]
    try:
        busy = database.get_runs_count(RunsFilter(statuses=under_way))
    except Exception:  # an older form may not be readable before it is brought up to date
        return
    if busy:
        raise BlockedError(
            "a run is under way" if busy == 1 else f"{busy} runs are under way",
            where=_place(database),
            remedy="Wait for it, or end it in the UI, and stop the daemon; nothing was changed.",
        )


def _copy(home: Path, revision: str) -> Path:
    """A copy of the databases, also of those of single runs, in a folder beside them that says what they were."""
    base = home / f"{COPIES}-{revision}"
    folder, number = base, 1
    while folder.exists():
        number += 1
        folder = base.with_name(f"{base.name}-{number}")
    folder.mkdir(mode=0o700)
    for database in sorted({*databases(home), *(home / "history" / "runs").glob("*.db")}):
        target = folder / database.relative_to(home)
        target.parent.mkdir(parents=True, exist_ok=True)
        source, copy = sqlite3.connect(database), sqlite3.connect(target)
        try:
            source.backup(copy)  # whole, also if something is being written to it
        finally:
            source.close()
            copy.close()
    return folder


def _place(database: dg.DagsterInstance) -> str:
    """Where Dagster keeps its database, without an address, which may hold a password."""
    return str(database.root_directory)
