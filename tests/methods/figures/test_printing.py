"""Figures as people read them, in Dutch and in English."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, figure, number, percentage, rounded, thousands
from schemas.profile.indicators import Printing

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
        ("0.886", 1, "88,6%", "88.6%"),
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
        ("3.5", 0, "4"),
        ("-2.5", 0, "-3"),
        ("0.25", 1, "0.3"),
        ("0.35", 1, "0.4"),
        ("-0.25", 1, "-0.3"),
        ("2.4999", 0, "2"),
        ("1.005", 2, "1.01"),
        ("0.5", 0, "1"),
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


def test_amounts_are_printed_in_thousands_of_euro() -> None:
    assert thousands(Decimal("7056612.40"), "nl") == "7.057"
    assert thousands(Decimal("7056499.99"), "nl") == "7.056"
    assert thousands(Decimal("-359500.00"), "nl") == "-360"
    assert thousands(Decimal("283000"), "en") == "283"
    assert thousands(Decimal("-499.99"), "nl") == "0"


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
    value: str, decimals: int, printing: Printing, more: dict[str, Decimal], nl: str, en: str
) -> None:
    assert figure(Decimal(value), decimals, printing, "nl", **more) == nl
    assert figure(Decimal(value), decimals, printing, "en", **more) == en


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_stands_in_place_of_a_figure_tells_the_reasons_apart(language: Language) -> None:
    symbols = {status: of[language] for status, of in SYMBOLS.items()}
    assert symbols == {
        "suppressed": "×",
        "not_available": "–",
        "not_applicable": {"nl": "n.v.t.", "en": "n/a"}[language],
    }
