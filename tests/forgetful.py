"""Dagster's ephemeral instance over the one connection that it holds anyway, for all tests of this process.

Dagster opens a connection to its database in memory for each of the 1,500 statements of a cycle: a fifth of
the time of a small one. What is stored and asked is the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.in_memory import InMemoryEventLogStorage

_connect_anew: Any = InMemoryEventLogStorage._connect


@contextmanager
def _connect(self: Any) -> Iterator[Any]:
    """The connection that is held; in a thread in which it may not be used, one of its own."""
    if threading.current_thread() is threading.main_thread():
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn
    else:
        with _connect_anew(self) as connection:
            yield connection


def keep_open() -> None:
    """Have instances of Dagster that forget keep their connection; they are made in the main thread."""
    setattr(InMemoryEventLogStorage, "_connect", _connect)  # noqa: B010 - no method of ours
