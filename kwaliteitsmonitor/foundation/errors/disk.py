"""Errors of the disk itself, from whichever library, as one sentence with a remedy.

Python, Arrow, DuckDB, SQLite and Dagster each report them in their own way; what they have in common is the text of the
operating system or of SQLite. Errors of other origin are never read for it: their text may say anything.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Protocol

from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

FULL = (
    Words("de schijf is vol", "the disk is full"),
    Words("Maak ruimte en draai het opnieuw.", "Make room, and run it again."),
)
QUOTA = (
    Words("het quotum van deze gebruiker is op", "the quota for this user is used up"),
    Words(
        "Maak ruimte of laat het quotum verhogen, en draai het opnieuw.",
        "Make room or have the quota raised, and run it again.",
    ),
)
LOCKED = (
    Words("de schijf kan alleen worden gelezen", "the disk can only be read"),
    Words(
        "Laat de schijf beschrijfbaar aankoppelen en draai het opnieuw.",
        "Have it mounted for writing, and run it again.",
    ),
)
DENIED = (
    Words("er is geen recht om te schrijven", "there is no permission to write"),
    Words(
        "Maak de gebruiker van dit proces eigenaar van de map en draai het opnieuw.",
        "Let the user of this process own the folder, and run it again.",
    ),
)
BROKEN = (
    Words("de schijf werkt niet zoals het hoort", "the disk does not work as it should"),
    Words(
        "Laat ernaar kijken; zet beschadigde bestanden terug uit een back-up.",
        "Have it looked at; restore from a backup where files are damaged.",
    ),
)
UNSURE = (
    Words(
        "een database van Dagster kan niet worden geschreven: de schijf of het quotum is vol, of de schijf is "
        "vergrendeld of kapot",
        "a database of Dagster cannot be written: the disk is full, over quota, locked or broken",
    ),
    Words("Kijk naar de schijf en draai het opnieuw.", "See to the disk, and run it again."),
)
_NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: QUOTA,
    errno.EROFS: LOCKED,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EIO: BROKEN,
}
_TEXTS = {
    "No space left on device": FULL,
    "database or disk is full": FULL,
    "Disk quota exceeded": QUOTA,
    "Read-only file system": LOCKED,
    "Permission denied": DENIED,
    "Input/output error": BROKEN,
    "attempt to write a readonly database": UNSURE,  # SQLite says these three of one and the same disk
    "unable to open database file": UNSURE,
    "disk I/O error": UNSURE,
}
_ORIGINS = ("duckdb", "pyarrow", "sqlite3", "sqlalchemy", "_duckdb")
_KINDS = ("OSError", "PermissionError", "IOException", "OperationalError", "DatabaseError", "ArrowException", "Error")


class Told(Protocol):
    """An error as Dagster keeps it."""

    @property
    def cls_name(self) -> str | None:
        """The name of its class, with its module."""

    @property
    def message(self) -> str:
        """Its class and its text."""

    @property
    def cause(self) -> Told | None:
        """What it was raised from."""

    @property
    def context(self) -> Told | None:
        """What was being handled when it was raised."""


class StorageError(KwaliteitsmonitorError):
    """The disk of the workspace does not accept what is written."""


def storage_error(error: BaseException, where: str = "") -> StorageError | None:
    """The sentence for an error that comes from the disk, or was raised because of one; `None` for another."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _NUMBERS:
            return _as_error(_NUMBERS[one.errno], where)
        if isinstance(one, OSError) or type(one).__module__.partition(".")[0] in _ORIGINS:
            failure = _by_text(str(one), where)
            if failure is not None:
                return failure
    return None


def recorded_storage_error(error: Told | None, where: str = "") -> StorageError | None:
    """The same for an error as Dagster keeps it."""
    while error is not None:
        if error.cls_name in _KINDS:
            failure = _by_text(error.message, where)
            if failure is not None:
                return failure
        error = error.cause or error.context
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _by_text(text: str, where: str) -> StorageError | None:
    return next((_as_error(what, where) for part, what in _TEXTS.items() if part in text), None)


def _as_error(what: tuple[Words, Words], where: str) -> StorageError:
    return StorageError(what[0], where=where, remedy=what[1])
