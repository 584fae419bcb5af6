"""Numbers as people write them: every notation of the field is read exactly, and none is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.numbers import LONGEST, Measure, Written, written
from schemas.profile.forms import Locale

READ: dict[tuple[Locale, Measure], dict[str, str]] = {
    ("nl", Measure.PLAIN): {
        "7.057": "7057", "7,057": "7.057", "1.234.567,89": "1234567.89", "1234567,89": "1234567.89", "0": "0",
        "007": "7", "(1.234)": "-1234", "-1.234,5": "-1234.5", "1.234-": "-1234", "- 1.234": "-1234", "+7": "7",
        "\u2212359": "-359", "\u2013359": "-359", "250,--": "250", "1\u00a0234,5": "1234.5", "1\u2009234": "1234",
        "1\u202f234\u202f567": "1234567", "\u00a07\u00a0": "7", "1'234,5": "1234.5", "1’234": "1234", "  12 ": "12",
    },
    ("nl", Measure.EURO): {
        "€ 1.234,50": "1234.50", "€1.234,50": "1234.50", "1.234,50 €": "1234.50", "EUR 1.234": "1234", "-€ 5": "-5",
        "€ -5": "-5", "€ (1.234)": "-1234", "(€ 1.234)": "-1234", "€ 250,-": "250",
    },
    ("nl", Measure.THOUSANDS): {
        "k€ 7": "7", "7 k€": "7", "K€7,5": "7.5", "€ 7k": "7", "kEUR 7": "7",
    },
    ("nl", Measure.PERCENT): {
        "88,6%": "88.6", "17,3 %": "17.3", "17,3\u00a0%": "17.3", "17,3\u202f%": "17.3", "-2 procent": "-2",
        "17,3 pct.": "17.3",
    },
    ("nl", Measure.PERMILLE): {"3 ‰": "3", "3 promille": "3"},
    ("en", Measure.PLAIN): {
        "7.057": "7.057", "7,057": "7057", "1,234,567.89": "1234567.89", "(1,234.5)": "-1234.5", "5.-": "5",
    },
    ("en", Measure.EURO): {"€2,456.10": "2456.10"},
    ("en", Measure.PERCENT): {"17.3 per cent": "17.3", "17.3 percent": "17.3"},
    ("iso", Measure.PLAIN): {"7.057": "7.057", "1234567.89": "1234567.89", "-359": "-359", "+12.5": "12.5", "007": "7"},
    ("iso", Measure.PERCENT): {"17.3%": "17.3"},
    ("iso", Measure.PERMILLE): {"17.3 ‰": "17.3"},
}  # fmt: skip
CASES = [(text, locale, measure, value) for (locale, measure), texts in READ.items() for text, value in texts.items()]
NO_NUMBER: dict[Locale, list[str]] = {
    "nl": [
        "1 000", "0.123", "7.05", "70.57.1", "1,234.5", "1.234'567", "1.2345", "(12", "12)", "(-12)", "-(12)", "12 k",
        "€", "k€", "€ 5 €", "% 5", "5 %%", "€ 5 %", "1,2,3", ",5", "5,", "12,-%", "٣", "1e3", "0x1", "1_000", "twaalf",
        "ca. 12", "12 (+ 9)", "--5", "5--", "", "1\u00a0\u00a0234", "17,3 procentpunt", "17,3 %-punt", "<5%", "17,3%%",
        "17 à 18%",
    ],
    "en": ["7,05", "1.234,5", "$5", "1e3"],
    "iso": [
        "7,057", "1.234.5", ".5", "5.", "1_000", "٣", "1e3", "€ 5", "(5)", "5-", "1,5", "1 000", "\u22125",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "locale", "measure", "value"), CASES)
def test_a_number_is_read_with_its_sign_and_measure(text: str, locale: Locale, measure: Measure, value: str) -> None:
    assert written(text, locale) == Written(Decimal(value), measure)


@pytest.mark.parametrize(("locale", "text"), [(locale, text) for locale, texts in NO_NUMBER.items() for text in texts])
def test_what_is_written_in_no_such_way_is_no_number(locale: Locale, text: str) -> None:
    assert written(text, locale) is None


@pytest.mark.parametrize(
    "text", ["1" * (LONGEST + 1), "(" + " " * 40_000, "1." * 30_000, "€" * 10_000, "1\u00a0" * 9000]
)
@pytest.mark.parametrize("locale", ["nl", "en", "iso"])
def test_a_text_that_is_longer_than_any_number_is_none_at_once(text: str, locale: Locale) -> None:
    assert written(text, locale) is None


amounts = st.decimals(min_value="-9999999999999", max_value="9999999999999", places=2)
patterns = st.sampled_from(
    ["#,##0.00", "€ #,##0.00", "#,##0.00 €", "#,##0.00;(#,##0.00)", "#,##0.00;#,##0.00-", "0.00"]
)
spaces = st.sampled_from([".", "\u00a0", "\u202f", "\u2009", "'"])


@given(amount=amounts, pattern=patterns, locale=st.sampled_from(["nl", "en"]), between=spaces)
@settings(deadline=None)
def test_a_number_that_is_written_and_read_again_is_the_same(
    amount: Decimal, pattern: str, locale: Locale, between: str
) -> None:
    text = format_decimal(amount, format=pattern, locale=locale)
    if between != ".":
        text = text.replace("." if locale == "nl" else ",", between)
    number = written(text, locale)
    assert number is not None
    assert number.value == amount


@given(text=st.text(st.sampled_from("0123456789.,-()€k% \u00a0'"), max_size=12))
@settings(deadline=None)
def test_no_text_is_another_number_than_its_digits_say(text: str) -> None:
    for locale in ("nl", "en", "iso"):
        number = written(text, locale)  # type: ignore[arg-type]
        if number is not None:
            digits = "".join(c for c in text if c.isdigit()).lstrip("0")
            exact = f"{abs(number.value):f}"
            assert digits == "".join(c for c in exact if c.isdigit()).lstrip("0")
