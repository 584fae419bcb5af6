"""Waiting for a source for as long as it is heard of, and no longer.

A database whose table is locked, or a server behind a line that went dead, gives neither rows nor an error. The driver
then waits in C for ever, holding the run and its cycle. So the work is done beside the one who waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_LOOK = 0.5
"""Seconds between two looks, at most, so that Ctrl-C is heard."""


class SilentError(Exception):
    """A source did not respond for a number of seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"silent for {seconds:.0f} seconds")


class _Work(Generic[T]):
    """What is done beside, with the moment at which its source was last heard of."""

    def __init__(self, work: Callable[[Callable[[], None]], T]) -> None:
        self._work = work
        self.last = time.monotonic()
        self.result: list[T] = []
        self.error: BaseException | None = None

    def heard(self) -> None:
        self.last = time.monotonic()

    def __call__(self) -> None:
        try:
            self.result.append(self._work(self.heard))
        except BaseException as error:
            self.error = error


def unless_silent(work: Callable[[Callable[[], None]], T], seconds: float) -> T:
    """Run `work` and return its result; it gets a function to call whenever its source responds.

    Raises what `work` raises, and `SilentError` once the source did not respond for `seconds`. The work is then left as
    it is, for nothing ends a driver that waits; it ends with the process.
    """
    doing = _Work(work)
    beside = threading.Thread(target=doing, daemon=True)
    beside.start()
    while beside.is_alive():
        left = doing.last + seconds - time.monotonic()
        if left <= 0:
            raise SilentError(seconds)
        beside.join(min(left, _LOOK))
    if doing.error is not None:
        raise doing.error
    return doing.result[0]
