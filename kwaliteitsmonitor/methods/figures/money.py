"""Amounts as people read them: in the currency of the institution, and in units, thousands or millions of it.

Sums are made in the currency itself; what is shown is rounded from the exact sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from babel.numbers import get_currency_symbol

from kwaliteitsmonitor.methods.figures.printing import Language, number
from schemas.profile.institution import Money
from schemas.words import Words

Style = Literal["amount", "thousands", "millions"]


class Scale(NamedTuple):
    """How amounts are shown: how many of the currency make one, what stands before its sign, and the decimals."""

    style: Style
    size: int
    prefix: str
    decimals: int
    called: Words


SCALES: Mapping[str, Scale] = {
    "units": Scale("amount", 1, "", 0, Words("Hele bedragen in {}", "Whole amounts in {}")),
    "thousands": Scale("thousands", 1000, "k", 0, Words("Duizenden {}", "Thousands of {}")),
    "millions": Scale("millions", 1_000_000, "M", 1, Words("Miljoenen {}", "Millions of {}")),
}
"""By the name that the profile gives it."""


def scale_of(money: Money) -> Scale:
    """How an institution shows amounts."""
    return SCALES[money.shown_in]


def shown(amount: Decimal, money: Money, language: Language) -> str:
    """An amount as a report prints it, without its unit: `7.057` for 7056612.40 in whole thousands."""
    scale = scale_of(money)
    return number(amount / scale.size, scale.decimals, language)


def sign(money: Money, language: Language) -> str:
    """The sign of the currency, `€`; its code where the language has no sign for it."""
    return str(get_currency_symbol(money.currency, locale=language))


def unit(money: Money, language: Language) -> str:
    """The unit in which amounts are printed: `k€`."""
    return f"{scale_of(money).prefix}{sign(money, language)}"


def currency(money: Money, language: Language) -> str:
    """What the currency is called in a sentence: `euro's`, `euro`."""
    from babel.numbers import get_currency_name

    if money.currency == "EUR":
        return "euro's" if language == "nl" else "euro"
    return str(get_currency_name(money.currency, 2, locale=language))
