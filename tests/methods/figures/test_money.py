"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.money import SCALES, currency, shown, sign, unit
from schemas.profile.institution import Money


@pytest.mark.parametrize(
    ("shown_in", "nl", "en", "called"),
    [
        ("units", "7.056.612", "7,056,612", "€"),
        ("thousands", "7.057", "7,057", "k€"),
        ("millions", "7,1", "7.1", "M€"),
    ],
)
def test_an_amount_is_shown_as_the_institution_shows_amounts(shown_in: Any, nl: str, en: str, called: str) -> None:
    money, amount = Money(shown_in=shown_in), Decimal("7056612.40")
    assert (shown(amount, money, "nl"), shown(amount, money, "en")) == (nl, en)
    assert (unit(money, "nl"), unit(money, "en")) == (called, called)
    assert set(SCALES) == {"units", "thousands", "millions"}


def test_a_currency_is_called_as_each_language_calls_it() -> None:
    assert [(sign(Money(), language), currency(Money(), language)) for language in ("nl", "en")] == [
        ("€", "euro's"),
        ("€", "euro"),
    ]
    dollars = Money(currency="USD")
    assert (sign(dollars, "en"), currency(dollars, "nl")) == ("$", "Amerikaanse dollar")
    assert currency(dollars, "en") == "US dollars"
