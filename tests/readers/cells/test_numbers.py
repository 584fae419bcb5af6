"""Numbers as people write and see them: read exactly in each notation, in per cent, as a word, and never guessed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kwaliteitsmonitor.readers.cells.bands import OutsideBandsError, banded
from kwaliteitsmonitor.readers.cells.numbers import LONGEST, Measure, Percentage, Written, written
from kwaliteitsmonitor.readers.cells.percents import (
    fraction_shown,
    percent_beside,
    percent_in,
    percent_in_caption,
    without_percent,
)
from kwaliteitsmonitor.readers.cells.shown import as_shown, kept_as_shown, shown
from schemas.profile.form_checks import form_problems
from schemas.profile.forms import Form, Locale
from schemas.words import Words
from tests.readers.forms.making import source, taken, workbook

LOCALES: tuple[Locale, ...] = ("nl", "en", "iso")
READ: dict[tuple[Locale, Measure], dict[str, str]] = {
    ("nl", Measure.PLAIN): {
        "7.057": "7057", "7,057": "7.057", "1.234.567,89": "1234567.89", "0": "0", "007": "7", "-1.234,5": "-1234.5",
        "1.234-": "-1234", "- 1.234": "-1234", "+7": "7", "\u2212359": "-359", "\u2013359": "-359", "250,--": "250",
        "1\u202f234\u202f567": "1234567", "\u00a07\u00a0": "7", "1’234": "1234", "  12 ": "12",
    },
    ("nl", Measure.EURO): {
        "€1.234,50": "1234.50", "1.234,50 €": "1234.50", "EUR 1.234": "1234", "-€ 5": "-5", "€ -5": "-5",
        "€ (1.234)": "-1234", "(€ 1.234)": "-1234", "€ 250,-": "250",
    },
    ("nl", Measure.THOUSANDS): {"k€ 7": "7", "7 k€": "7", "K€7,5": "7.5", "€ 7k": "7", "kEUR 7": "7"},
    ("nl", Measure.PERCENT): {
        "88,6%": "88.6", "17,3 %": "17.3", "17,3\u202f%": "17.3", "-2 procent": "-2", "17,3 pct.": "17.3",
    },
    ("nl", Measure.PERMILLE): {"3 ‰": "3", "3 promille": "3"},
    ("en", Measure.PLAIN): {"7.057": "7.057", "7,057": "7057", "1,234,567.89": "1234567.89", "5.-": "5"},
    ("en", Measure.EURO): {"€2,456.10": "2456.10"},
    ("en", Measure.PERCENT): {"17.3 per cent": "17.3", "17.3 percent": "17.3"},
    ("iso", Measure.PLAIN): {"7.057": "7.057", "1234567.89": "1234567.89", "-359": "-359", "+12.5": "12.5", "007": "7"},
    ("iso", Measure.PERCENT): {"17.3%": "17.3"},
    ("iso", Measure.PERMILLE): {"17.3 ‰": "17.3"},
}  # fmt: skip
NO_NUMBER: dict[Locale, list[str]] = {
    "nl": [
        "1 000", "0.123", "7.05", "70.57.1", "1,234.5", "1.234'567", "1.2345", "(12", "12)", "(-12)", "-(12)", "12 k",
        "€", "k€", "€ 5 €", "% 5", "€ 5 %", "1,2,3", ",5", "5,", "12,-%", "٣", "1e3", "0x1", "1_000", "twaalf",
        "ca. 12", "12 (+ 9)", "--5", "5--", "", "1\u00a0\u00a0234", "17,3 procentpunt", "<5%", "17,3%%", "17 à 18%",
    ],
    "en": ["7,05", "1.234,5", "$5", "1e3"],
    "iso": ["7,057", "1.234.5", ".5", "5.", "1_000", "٣", "1e3", "€ 5", "(5)", "5-", "1,5", "1 000", "\u22125"],
}  # fmt: skip


def test_a_number_is_read_with_its_sign_and_measure_and_what_is_written_in_no_such_way_is_none() -> None:
    for (locale, measure), texts in READ.items():
        expected = {text: Written(Decimal(value), measure) for text, value in texts.items()}
        assert {text: written(text, locale) for text in texts} == expected
    for locale, others in NO_NUMBER.items():
        assert [text for text in others if written(text, locale) is not None] == []


@pytest.mark.parametrize(
    "text", ["1" * (LONGEST + 1), "(" + " " * 40_000, "1." * 30_000, "€" * 10_000, "1\u00a0" * 9000]
)
@pytest.mark.parametrize("locale", LOCALES)
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


@given(text=st.text(st.sampled_from("0123456789.,-()€k% \u00a0'"), max_size=12), locale=st.sampled_from(LOCALES))
@settings(deadline=None, max_examples=300)
def test_no_text_is_another_number_than_its_digits_say(text: str, locale: Locale) -> None:
    number = written(text, locale)
    if number is not None:
        digits = "".join(c for c in text if c.isdigit()).lstrip("0")
        assert digits == "".join(c for c in f"{abs(number.value):f}" if c.isdigit()).lstrip("0")


# -- per cent

CENT, MILLE = Decimal("0.01"), Decimal("0.001")


FORMATS = {
    "0.0%": Decimal(1), "0%;[Red]-0%": Decimal(1), '0.0" %"': CENT, "0.0\\%": CENT, '0.0" procent"': CENT,
    '0"‰"': MILLE, '0.0" procentpunt"': None, "General": None, "@": None,
}  # fmt: skip
NAMES = {
    "Uitval (%)": (CENT, "Uitval"), "Uitval (in %)": (CENT, "Uitval"), "Uitval in procenten": (CENT, "Uitval"),
    "% uitval": (CENT, "uitval"), "UITVAL, %": (CENT, "UITVAL"), "Uitval (‰)": (MILLE, "Uitval"),
    **{name: (None, name) for name in ("Uitval", "Verschil in procentpunt", "50% vrouwen", "Percentielen")},
}  # fmt: skip


def test_a_format_that_shows_a_percentage_and_a_name_that_says_so_are_known() -> None:
    assert {code: fraction_shown(code) for code in FORMATS} == FORMATS
    assert {name: (percent_in(name), without_percent(name)) for name in NAMES} == NAMES


def test_the_text_beside_a_number_and_a_caption_about_all_say_it_too() -> None:
    assert [percent_beside(text) for text in ("%", "promille", "procentpunt", "fte")] == [CENT, MILLE, None, None]
    captions = ("Kerncijfers, aandelen in procenten", "Kerncijfers (in ‰)", "Streef naar 20% in 2024")
    assert [percent_in_caption(text) for text in captions] == [CENT, MILLE, None]


# -- as a spreadsheet shows a cell


SHOWN: dict[Any, tuple[str, str]] = {
    17.0: ("17", "17"), -1234.5: ("-1234,5", "-1234.5"), float("inf"): ("inf", "inf"), True: ("WAAR", "TRUE"),
    Percentage(0.886): ("88,6%", "88.6%"), date(2020, 11, 20): ("20-11-2020", "2020-11-20"),
    datetime(2020, 11, 20): ("20-11-2020", "2020-11-20"), "12.5": ("12.5", "12.5"),
    datetime(2020, 11, 20, 14): ("20-11-2020 14:00", "2020-11-20 14:00"),
}  # fmt: skip


def test_a_cell_is_shown_as_people_see_it() -> None:
    assert {cell: shown(cell) for cell in SHOWN} == {cell: Words(*words) for cell, words in SHOWN.items()}


def test_the_kept_text_of_a_value_is_shown_as_the_value_and_a_wrong_notation_as_it_was_typed() -> None:
    texts = {
        "17.0": "17", "88.6%": "88,6%", "0123": "0123", "2020-11-20 14:00:00": "20-11-2020 14:00",
        "2020-13-45": "2020-13-45", "False": "ONWAAR", "FGW": "FGW",
    }  # fmt: skip
    assert {kept: as_shown(kept).nl for kept in texts} == texts
    assert kept_as_shown("2020.0 / 2.5", "een geheel getal") == Words("2020 / 2,5", "2020 / 2.5")
    assert kept_as_shown("24.4", "een getal in de notatie 1.234,5") == Words("24.4", "24.4")


# -- numbers that stand for a word

PERCENT = {"0%": "not_started", "1%": "on_course", "100%": "done"}
PLAIN = {"0": "not_started", "0.5": "on_course", "100": "done"}


@pytest.mark.parametrize(
    ("bands", "locale", "words"),
    [
        (PERCENT, "en", {"0%": "not_started", "0.5%": "not_started", "1%": "on_course", "99.9%": "on_course"}),
        (PERCENT, "en", {"120%": "done", Percentage(0.45): "on_course", Percentage(1): "done", "at risk": "at risk"}),
        (PERCENT, "nl", {"k€ 5": "k€ 5", None: None, True: True}),
        (PLAIN, "nl", {"0,7": "on_course", 99: "on_course", "0,4": "not_started", 100.0: "done"}),
        (PERCENT, "en", {45: "not: a percentage, as 45%"}),
        (PLAIN, "en", {"45%": "not: a number without a per cent sign", -3: "not: a number from 0 on"}),
    ],
)
def test_a_number_has_the_word_of_the_last_band_that_it_reaches(
    bands: dict[str, str], locale: Locale, words: dict[Any, Any]
) -> None:
    def word(cell: Any) -> Any:
        try:
            return banded(cell, bands, locale)
        except OutsideBandsError as refused:
            return f"not: {refused.expected.en}"

    assert {cell: word(cell) for cell in words} == words


def test_the_bands_of_a_form_are_read_and_what_is_outside_them_is_set_aside(tmp_path: Path) -> None:
    measures = [("small_classes", "tutors", 0.45), ("small_classes", "groups", "at risk"), ("teachers", "courses", 45)]
    form = """
        {format: workbook, locale: en, tables: [faculty_measures], forms: [{table: faculty_measures, sheet: Actions,
          columns: {"Progress %": progress}, bands: {progress: {"0%": not_started, "1%": on_course, "100%": done}}}]}
    """
    sheets = {"Actions": [("Theme", "Measure", "Progress %"), *measures]}
    path = workbook(tmp_path / "p.xlsx", sheets, formats={"C2": "0%"})
    delivery = taken(path, form, "faculty_measures", told={"unit": "North", "academic_year": "2019-2020"})
    assert delivery.rows("progress") == [("on_course",), ("at_risk",)]
    assert delivery.expected == {"C4": "a percentage, as 45%"}


def test_bands_that_are_no_numbers_or_of_two_kinds_are_refused() -> None:
    for bands in ({"half": "done"}, {}, {"0%": "not_started", "1": "done"}):
        with pytest.raises(ValidationError):
            Form(table="faculty_measures", bands={"progress": bands})


def test_a_word_that_the_contract_does_not_know_is_told() -> None:
    for table, bands, parts in (
        ("faculty_measures", "progress: {0%: dne}", ["'dne'", "done"]),
        ("faculty_measures", "progres: {0%: done}", ["'progres'", "progress"]),
        ("bfr", "budget: {'0': low}", ["a field of text"]),
        ("faculty_measures", "explanation: {0%: anything}", []),
    ):
        form = source(f"{{format: csv, tables: [{table}], forms: [{{table: {table}, bands: {{{bands}}}}}]}}")
        faults = [str(fault) for fault in form_problems(("sources", 0), form, {})]
        assert [all(part in fault for part in parts) for fault in faults] == [True] * bool(parts)
