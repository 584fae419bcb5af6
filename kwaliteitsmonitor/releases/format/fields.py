"""The value of a field that is known by a name in a variable, as the kind that the contract gives it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def text(value: object) -> str | None:
    """A text; `None` stays `None`. Raises `TypeError` for anything else, as the others do."""
    if value is None or isinstance(value, str):
        return value
    raise _no("text", value)


def day(value: object) -> date | None:
    """A day; `None` stays `None`."""
    if value is None or isinstance(value, date):
        return value
    raise _no("day", value)


def whole(value: object) -> int | None:
    """A whole number; `None` stays `None`."""
    if value is None or isinstance(value, int):
        return value
    raise _no("whole number", value)


def amount(value: object) -> Decimal | None:
    """An amount of money; `None` stays `None`."""
    if value is None or isinstance(value, Decimal):
        return value
    raise _no("amount", value)


def number(value: object) -> float | Decimal | None:
    """A number, exact or not; `None` stays `None`."""
    if value is None or isinstance(value, int | float | Decimal):
        return value
    raise _no("number", value)


def _no(kind: str, value: object) -> TypeError:
    """That a field is of another kind; what stands in it is not told."""
    return TypeError(f"this is no {kind} but {type(value).__name__}")
