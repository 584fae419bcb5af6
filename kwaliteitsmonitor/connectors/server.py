"""A remote file system; failed requests are retried over a new connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from kwaliteitsmonitor.connectors.errors import worth_another_try
from kwaliteitsmonitor.foundation.addresses import Address, reach
from kwaliteitsmonitor.foundation.filesystem import FileSystem
from kwaliteitsmonitor.foundation.retrying import Patience, patiently

T = TypeVar("T")


class Server:
    """The server behind an address, called `what` in messages; `root` is the path of the landing zone in it.

    The root is empty until it was asked something, for some servers say themselves where it is.
    """

    def __init__(self, place: Address, environment: Mapping[str, str], what: str, patience: Patience) -> None:
        self.root = ""
        self._place = place
        self._environment = environment
        self._what = what
        self._patience = patience
        self._fs: FileSystem | None = None

    def ask(self, question: Callable[[FileSystem], T]) -> T:
        """The answer of the file system. Raises `TriedError` if none came, and `UsageError` as `reach` does."""

        def attempt() -> T:
            if self._fs is None:
                self._fs, self.root = reach(self._place, self._environment)
            try:
                return question(self._fs)
            except Exception:
                self._fs = None
                raise

        return patiently(attempt, self._what, worth_another_try, self._patience)
