"""Figures, amounts and names as people read them, in Dutch and in English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.figures.house_words import House, heading
from kwaliteitsmonitor.methods.figures.money import SCALES, currency, shown, sign, unit
from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Exact, figure, number, percentage, rounded, thousands
from schemas.profile.indicators import Printing
from schemas.profile.institution import HouseWords, Money, Named
from schemas.words import Words

NUMBER = Printing(style="number")
PERCENTAGE = Printing(style="percentage")
SPREAD = Printing(style="mean_and_spread")
BESIDE = Printing(style="count_and_beside", beside_nl="in traject", beside_en="in training")


@pytest.mark.parametrize(
    ("value", "decimals", "nl", "en"),
    [
        ("25.8162", 1, "25,8", "25.8"),
        ("7057", 0, "7.057", "7,057"),
        ("1234567.891", 2, "1.234.567,89", "1,234,567.89"),
        ("0", 0, "0", "0"),
        ("3", 1, "3,0", "3.0"),
        ("-359", 0, "-359", "-359"),
        ("-7057.5", 1, "-7.057,5", "-7,057.5"),
        ("-0.04", 1, "0,0", "0.0"),
        ("-0.4", 0, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_does(value: str, decimals: int, nl: str, en: str) -> None:
    assert number(Decimal(value), decimals, "nl") == nl
    assert number(Decimal(value), decimals, "en") == en


@pytest.mark.parametrize(
    ("fraction", "decimals", "nl", "en"),
    [
        ("0.88649", 1, "88,6%", "88.6%"),
        ("0.8865", 1, "88,7%", "88.7%"),
        ("1", 0, "100%", "100%"),
        ("12.3456", 0, "1.235%", "1,235%"),
        ("-0.051", 1, "-5,1%", "-5.1%"),
        ("0", 1, "0,0%", "0.0%"),
    ],
)
def test_fractions_are_written_as_percentages(fraction: str, decimals: int, nl: str, en: str) -> None:
    assert percentage(Decimal(fraction), decimals, "nl") == nl
    assert percentage(Decimal(fraction), decimals, "en") == en


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("2.4999", 0, "2"),
        ("1.005", 2, "1.01"),
        ("-0.5", 0, "-1"),
    ],
)
def test_halves_go_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert rounded(Decimal(value), decimals) == Decimal(expected)
    assert number(Decimal(value), decimals, "en") == expected


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 4))
def test_a_printed_number_lies_within_half_a_unit_and_reads_the_same_in_both_languages(
    value: Decimal, decimals: int
) -> None:
    english = number(value, decimals, "en").replace(",", "")
    dutch = number(value, decimals, "nl").replace(".", "").replace(",", ".")
    assert english == dutch
    assert abs(Decimal(english) - value) <= Decimal(1).scaleb(-decimals) / 2
    assert not (Decimal(english) == 0 and english.startswith("-"))


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("7056612.40", "7.057"), ("7056499.99", "7.056"), ("-359500.00", "-360"), ("283000", "283"), ("-499.99", "0")],
)
def test_amounts_are_printed_in_thousands_of_euro(amount: str, printed: str) -> None:
    assert thousands(Decimal(amount), "nl") == printed


@pytest.mark.parametrize(
    ("value", "decimals", "printing", "more", "nl", "en"),
    [
        ("25.8162", 1, NUMBER, {}, "25,8", "25.8"),
        ("0.886", 1, PERCENTAGE, {}, "88,6%", "88.6%"),
        ("3.9123", 1, SPREAD, {"spread": Decimal("0.0812")}, "3,9 ± 0,1", "3.9 ± 0.1"),
        ("3.9123", 1, SPREAD, {"spread": Decimal(0)}, "3,9 ± 0,0", "3.9 ± 0.0"),
        ("3.9123", 1, SPREAD, {}, "3,9", "3.9"),
        ("12", 0, BESIDE, {"beside": Decimal(9)}, "12 (+ 9 in traject)", "12 (+ 9 in training)"),
        ("12", 0, BESIDE, {"beside": Decimal(0)}, "12", "12"),
        ("12", 0, BESIDE, {"beside": Decimal(3), "beside_hidden": True}, "12 (+ × in traject)", "12 (+ × in training)"),
        ("1012", 0, BESIDE, {"beside": Decimal(1000)}, "1.012 (+ 1.000 in traject)", "1,012 (+ 1,000 in training)"),
    ],
)
def test_a_figure_is_written_in_the_style_of_its_definition(
    value: str, decimals: int, printing: Printing, more: dict[str, Any], nl: str, en: str
) -> None:
    exact = Exact(Decimal(value), **more)
    assert figure(exact, decimals, printing, "nl") == nl
    assert figure(exact, decimals, printing, "en") == en


def test_what_stands_in_place_of_a_figure_tells_the_reasons_apart() -> None:
    signs = {status: (of["nl"], of["en"]) for status, of in SYMBOLS.items()}
    assert signs == {"suppressed": ("×", "×"), "not_available": ("–", "–"), "not_applicable": ("n.v.t.", "n/a")}


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
    euro, dollars = Money(), Money(currency="USD")
    assert (sign(euro, "nl"), sign(euro, "en"), sign(dollars, "en")) == ("€", "€", "$")
    assert (currency(euro, "nl"), currency(euro, "en")) == ("euro's", "euro")
    assert (currency(dollars, "nl"), currency(dollars, "en")) == ("Amerikaanse dollar", "US dollars")


def test_the_words_of_an_institution_are_those_of_the_language() -> None:
    words = HouseWords(theme=Named(nl="belofte", en="promise", nl_plural="beloften", en_plural="promises"))
    dutch, english = House.of(words, "nl"), House.of(words, "en")
    assert (dutch.themes, english.theme, dutch.unit) == ("beloften", "promise", "eenheid")
    assert heading(dutch.theme) == "Belofte"


def test_versions_of_the_plan_are_called_by_their_order_and_the_first_with_the_day_of_its_consent() -> None:
    days = (("original", None), ("original", date(2018, 12, 10)), ("rev_2", None))
    assert plan_names(days) == {
        "original": Words("oorspronkelijk plan (10 december 2018)", "original plan (10 December 2018)"),
        "rev_2": Words("gewijzigd plan", "amended plan"),
    }
    names = plan_names((version, None) for version in "abc")
    assert [name.nl for name in names.values()] == ["oorspronkelijk plan", "gewijzigd plan 1", "gewijzigd plan 2"]
