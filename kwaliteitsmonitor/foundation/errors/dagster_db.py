"""Errors of Dagster's database on a PostgreSQL that does not answer, as one sentence with a remedy.

Dagster retries for a second, and logs each attempt at length; then the run ends with an error of its library. What the
sources of an institution say is never taken for it: their errors become sentences where they are read.
"""

from __future__ import annotations

import logging

from kwaliteitsmonitor.foundation.errors.causes import chain
from kwaliteitsmonitor.foundation.errors.disk import Told
from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

DATABASE = f"{PREFIX}DAGSTER_URL"
_RAISED = "DagsterPostgresException"
_DRIVER, _LOST = "psycopg2", ("OperationalError", "InterfaceError")
_RETRYING = "Retrying failed database connection"


def database_error(error: BaseException) -> KwaliteitsmonitorError | None:
    """The sentence for an error that comes of Dagster's database being away; `None` for another."""
    for one in chain(error):
        kind = type(one)
        if kind.__name__ == _RAISED or (kind.__module__.startswith(_DRIVER) and kind.__name__ in _LOST):
            return _away()
    return None


def database_error_of_step(error: Told | None) -> KwaliteitsmonitorError | None:
    """The same for an error as Dagster keeps it."""
    while error is not None:
        if error.cls_name == _RAISED or (error.cls_name in _LOST and f"({_DRIVER}." in error.message):
            return _away()
        error = error.cause or error.context
    return None


def _away() -> KwaliteitsmonitorError:
    return KwaliteitsmonitorError(
        Words(
            "de database van Dagster antwoordt niet",
            "the database of Dagster does not answer",
        ),
        where=DATABASE,
        remedy=Words(
            "Zorg dat de database draait, en draai het opnieuw. Wat is ontvangen, blijft bewaard; geen publicatie is "
            "half gemaakt.",
            "See to it that it runs, and run it again. What was received is kept; no release is half made.",
        ),
    )


class _Once(logging.Filter):
    """Reduce Dagster's messages about retrying to one short message; the error says the rest."""

    reported = False

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(_RETRYING):
            return True
        record.msg, record.args = "The database of Dagster does not answer; it is tried again.", ()
        first, self.reported = not self.reported, True
        return first


_ONCE = _Once()


def tell_once() -> None:
    """Log the attempts to reach Dagster's database once in this process."""
    logging.getLogger().addFilter(_ONCE)  # the same one each time: it is added once
