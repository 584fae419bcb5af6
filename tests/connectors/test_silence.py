"""A source is waited for as long as it is heard of, and given up once it is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kwaliteitsmonitor.connectors.silence import SilentError, unless_silent


def test_what_takes_long_and_is_heard_of_is_waited_for() -> None:
    def slowly(heard: Callable[[], None]) -> int:
        for _ in range(8):
            threading.Event().wait(0.06)
            heard()
        return 8

    assert unless_silent(slowly, 0.3) == 8


def test_what_is_not_heard_of_is_given_up() -> None:
    ended = threading.Event()
    with pytest.raises(SilentError, match="0 seconds"):
        unless_silent(lambda heard: ended.wait(30), 0.1)
    ended.set()


def test_what_goes_wrong_is_raised_where_it_was_begun() -> None:
    def broken(heard: Callable[[], None]) -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        unless_silent(broken, 5.0)
