"""The errors behind an error."""

from __future__ import annotations

from kwaliteitsmonitor.foundation.errors.causes import chain


def test_an_error_and_what_it_came_from_are_given_each_once() -> None:
    first, second, third = ValueError(), OSError(), RuntimeError()
    first.__cause__, first.__context__ = second, third
    second.__context__ = third
    third.__context__ = first
    assert list(chain(first)) == [first, second, third]
    assert list(chain(None)) == []
