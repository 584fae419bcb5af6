"""Numbers as an auditor reads them: whole, in the notation of the language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_decimal

from schemas.contract import Field, Kind
from schemas.words import Words

SHOWN = 6
"""Digits after the point that are shown of a number that has more."""


def number(value: Decimal | float, language: str, decimals: int | None = None) -> str:
    """A number with all its digits up to `SHOWN` after the point, or with so many decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    form = "#,##0." + ("#" * SHOWN if decimals is None else "0" * decimals)
    return str(format_decimal(exact, format=form.rstrip("."), locale=language)).replace("-", "−", 1)


def euro(value: Decimal | float, language: str) -> str:
    """An amount in euro, to the cent."""
    return f"€ {number(value, language, 2)}"


def cents(value: Decimal | float, language: str) -> str:
    """An amount in euro, to the cent, without the sign of the euro."""
    return number(value, language, 2)


def amount(value: Decimal, language: str, measure: str) -> str:
    """What a part of a figure comes to, in the unit of the figure."""
    return cents(value, language) if measure == "EUR" else number(value, language)


def in_both(value: Decimal | float, write: Callable[[Decimal | float, str], str]) -> Words:
    """A number in both languages."""
    return Words(write(value, "nl"), write(value, "en"))


def of_field(field: Field, value: Decimal | float | int) -> Words:
    """A published number in the unit of its column."""
    if field.kind is Kind.MONEY:
        return in_both(value, euro)
    if field.unit_of_measure == "fraction":
        return Words(*(f"{number(Decimal(repr(value)) * 100, language, 2)}%" for language in ("nl", "en")))
    return in_both(value, number)
