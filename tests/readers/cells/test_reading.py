"""Reading one cell: what is read as what, and what is refused rather than guessed."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.cells.texts import Refused, pseudonym
from schemas.contract import Field, Kind
from schemas.profile.forms import Form, Locale, Split
from schemas.tables import CATALOGUE
from tests.readers.cells.making import KEY, field, reader, refusal

PERSON = field(Kind.TEXT, personal=True)
INTEGER, DECIMAL, MONEY, TEXT, BOOLEAN = Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.TEXT, Kind.BOOLEAN
DATED = "a spreadsheet made a date of it: format the cell as a number and type it again"
LOCALES: tuple[Locale, ...] = ("nl", "en", "iso")


def read(raw: Any, kind: Kind, locale: Locale = "iso") -> Any:
    return reader(kind, locale)(raw)


def test_an_empty_cell_is_none_whatever_its_field() -> None:
    for kind in Kind:
        assert [read(empty, kind) for empty in (None, "", " ", "\t", "\u00a0", "\r\n")] == [None] * 6


NO_NUMBERS = [
    "12 (+ 9 in traject)", "NaN", "nan", "inf", "-Infinity", "1e400", "10000000000000", "n.v.t.", "#N/A", "twaalf",
    math.nan, math.inf, -math.inf, 1e400, 1e300, 10**13, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"),
    True, date(2020, 1, 1), b"12", [12],
]  # fmt: skip


@pytest.mark.parametrize("kind", [INTEGER, DECIMAL, MONEY, Kind.NUMBER])
def test_what_is_no_number_is_refused(kind: Kind) -> None:
    for locale in LOCALES:
        for raw in NO_NUMBERS:
            assert refusal(reader(kind, locale), raw)
        for raw in ("6-mei", "mei-06", datetime(2020, 5, 6), date(2020, 5, 6)):
            expected = refusal(reader(kind, "iso"), raw).en
            assert kind is Kind.NUMBER or expected.endswith(DATED)


IN_DOUBT = "an amount in euro with at most two decimals: write"
UNFIT: dict[str, list[tuple[Any, Kind, Locale]]] = {
    "a number with a decimal point and no thousands separator, for example 1234.5": [("7,057", DECIMAL, "iso")],
    "a number in the notation 1.234,5": [("24.4", DECIMAL, "nl")],
    "a number in the notation 1,234.5": [("24,45", DECIMAL, "en")],
    "a whole number without text beside it, for example 12": [("III", INTEGER, "nl"), ("III", INTEGER, "iso")],
    "a whole number": [(12.5, INTEGER, "iso"), ("0.1", INTEGER, "iso")],
    "an amount in euro with at most 2 decimals": [
        ("1.005", MONEY, "iso"), (1.005, MONEY, "iso"), (Decimal("1.005"), MONEY, "iso"), (1e-9, MONEY, "iso"),
    ],
    "a number with at most 4 decimals": [("0.83333", DECIMAL, "iso")],
    "a number, without €": [("€ 7", DECIMAL, "nl")],
    "a whole number, without k€": [("k€ 7", INTEGER, "nl")],
    "an amount in euro, not a percentage": [("7%", MONEY, "nl")],
    "a number, not a percentage": [("0.7%", DECIMAL, "nl")],
    "a whole number, not a percentage": [(Percentage(0.5), INTEGER, "nl")],
    f"{IN_DOUBT} 1.300 for thousands, 1,30 for cents": [
        ("1,300", MONEY, "nl"), ("(1,300)", MONEY, "nl"), ("€ -2,450", MONEY, "nl"),
    ],
    f"{IN_DOUBT} 1,300 for thousands, 1.30 for cents": [("1.300", MONEY, "en")],
    "text of at most 2000 characters": [("x" * 32_767, TEXT, "nl")],
    "text": [(raw, TEXT, "nl") for raw in (math.nan, b"FGW", ["FGW"], {"unit": "FGW"}, timedelta(1))],
}  # fmt: skip


def test_a_cell_that_fits_not_is_refused_with_what_was_expected() -> None:
    for expected, cells in UNFIT.items():
        for raw, kind, locale in cells:
            assert refusal(reader(kind, locale), raw).en == expected


AMOUNTS: list[tuple[Any, str]] = [
    (0.1 + 0.2, "0.30"), (1250.0, "1250.00"), (1.1 * 3, "3.30"), (12345678901.05, "12345678901.05"), (-0.1, "-0.10"),
    (7, "7.00"), (Decimal("7.1"), "7.10"), ("0.10", "0.10"), ("5.000", "5.00"), ("12345678901.05", "12345678901.05"),
]  # fmt: skip


def test_an_amount_is_exact_to_the_cent() -> None:
    for raw, amount in AMOUNTS:
        value = read(raw, MONEY)
        assert (type(value), str(value)) == (Decimal, amount)


def test_an_amount_that_cannot_be_mistaken_is_read() -> None:
    for raw, locale, amount in (("0,250", "nl", "0.25"), ("1.300", "nl", "1300"), ("1,300", "en", "1300")):
        assert read(raw, MONEY, locale) == Decimal(amount)


def test_a_decimal_has_four_digits_after_the_point_and_a_year_an_example() -> None:
    assert str(read("0.8333", DECIMAL)) == "0.8333"
    assert refusal(reader(of=field(DECIMAL, decimals=1), locale="iso"), "0.83").en == "a number with at most 1 decimals"
    year = reader(of=CATALOGUE["enrolment_counts"]["year"])
    assert refusal(year, "2020-2021").en == f"a whole number, for example {year.field.example}"


def test_a_whole_number_may_be_written_with_a_point() -> None:
    for raw, number in (("12", 12), (12.0, 12), ("12.0", 12), (Decimal("12.00"), 12), ("-3", -3)):
        value = read(raw, INTEGER)
        assert (value, type(value)) == (number, int)


amounts = st.decimals(min_value="-9999999999999", max_value="9999999999999", places=2)


@given(amount=amounts, cents=st.integers(-(10**14), 10**14))
@settings(deadline=None)
def test_an_amount_that_is_printed_or_held_and_read_again_is_the_same(amount: Decimal, cents: int) -> None:
    assert str(read(f"{amount:f}", MONEY)) == f"{amount:.2f}"
    for locale in ("nl", "en"):
        assert reader(MONEY, locale)(format_decimal(amount, format="#,##0.00", locale=locale)) == amount  # type: ignore[arg-type]
    assert read(cents / 100, MONEY) == Decimal(cents).scaleb(-2)


def test_thousands_are_thousands_once() -> None:
    plain, thousands, euro = (reader(scale=scale) for scale in (None, Decimal(1000), Decimal(1)))
    assert [plain(raw) for raw in ("k€ 7", "k€ 0,001", "€ 7")] == [7000, 1, 7]
    assert [thousands(raw) for raw in ("7", 7.057, "k€ 7")] == [7000, 7057, 7000]
    assert euro("€ 7") == 7
    assert refusal(thousands, "€ 7").en == "an amount in euro, without €"


def test_a_percentage_is_a_fraction_where_the_field_holds_one() -> None:
    for measure, scale in (("share", None), ("fraction", None), ("", Decimal("0.01"))):
        one = reader(of=field(DECIMAL, unit_of_measure=measure), scale=scale)
        assert one("88,6%") == one(Percentage(0.886)) == Decimal("0.886")


def test_a_yes_and_a_no_are_read_and_nothing_else() -> None:
    yes = ["ja", " JA ", "j", "yes", "y", "true", "TRUE", "waar", "x", "X", "1", 1, 1.0, True]
    no = ["nee", "Nee", "n", "no", "false", "onwaar", "0", 0, 0.0, False]
    assert [read(raw, BOOLEAN) for raw in (*yes, *no)] == [True] * len(yes) + [False] * len(no)
    for raw in ("misschien", "jaja", "2", 2, "-", "n.v.t.", 0.5, [True]):
        assert refusal(reader(BOOLEAN), raw)


def test_a_text_is_only_a_text_and_a_code_that_excel_made_a_number_is_the_code_again() -> None:
    assert [read(raw, TEXT) for raw in ("56034", " 56034 ", 56034, 56034.0, "05034")] == ["56034"] * 4 + ["05034"]
    for text in ("'; DROP TABLE units; --", "=1+1", "<b>x</b>", "Zoë", "名前", "a\nb", "x" * 2000):
        assert read(text, TEXT) == text


def test_a_code_with_characters_that_do_not_show_is_refused() -> None:
    code = reader(of=field(TEXT, codes=("FdA",)))
    for hidden in "\u200b\u202e\u00ad\ufeff\u2060\x00\u200f\x1b":
        expected = refusal(code, f"Fd{hidden}A")
        assert "zonder onzichtbare tekens" in expected.nl
        assert "without invisible characters" in expected.en


def test_a_code_may_be_in_another_case_or_spelling_unless_case_tells_two_apart() -> None:
    spellings = {"Fac. der Letteren": "FGW", "ha nl": "HA", "FW": "FGW"}
    unit = reader(of=field(TEXT, codes=("FGW", "Ha", "HA")), aliases=spellings)
    cells = ("FW", " FW ", "fw", "fgw ", "FAC. DER  letteren", "Ha", "HA", "ha", "HA\u00a0NL", "XX")
    assert [unit(raw) for raw in cells] == ["FGW", "FGW", "FGW", "FGW", "FGW", "Ha", "HA", "ha", "HA", "XX"]


def test_an_identifier_of_a_person_becomes_a_pseudonym_that_does_not_hold_it_and_without_a_key_is_not_read() -> None:
    own, other = reader(of=PERSON), CellReader(PERSON, "iso", {}, b"o" * 32)
    assert own("E-00017") == pseudonym("E-00017", KEY)
    assert re.fullmatch("[0-9a-f]{32}", own("E-00017"))
    assert own("E-1") == own(" E-1 ") != other("E-1")
    assert own("123456") == own(123456.0)
    assert reader(of=field(INTEGER, personal=True))("4") == 4, "a number about a person stays a number"
    for key in ((), (b"",)):
        with pytest.raises(ValueError, match="needs a key"):
            CellReader(PERSON, "iso", {}, *key)


@given(identifier=st.text(min_size=1), other=st.text(min_size=1))
@settings(deadline=None)
def test_different_people_have_different_pseudonyms(identifier: str, other: str) -> None:
    assert (pseudonym(identifier, KEY) == pseudonym(other, KEY)) == (identifier == other)


anything = st.text() | st.floats() | st.integers() | st.booleans() | st.dates() | st.none()
TYPES: dict[Kind, type] = {
    TEXT: str, INTEGER: int, DECIMAL: Decimal, MONEY: Decimal, Kind.NUMBER: float, Kind.DATE: date, BOOLEAN: bool,
}  # fmt: skip


@given(raw=anything, kind=st.sampled_from(Kind), locale=st.sampled_from(LOCALES))
@settings(deadline=None)
def test_any_cell_is_either_read_as_its_type_or_refused(raw: Any, kind: Kind, locale: Locale) -> None:
    try:
        value = read(raw, kind, locale)
    except Refused:
        return
    assert value is None or type(value) is TYPES[kind]


def test_a_cell_falls_apart_by_the_pattern_of_its_form_and_words_of_the_form_are_translated_or_no_value() -> None:
    split = Split(header="h", pattern=r"(?P<f>\d+)( \(\+ (?P<g>\d+)\))?", example="12 (+ 9)")
    one = reader(INTEGER, split=split)
    other = reader(of=Field("g", INTEGER, "veld", "field", 1), split=split)
    assert [one(" 12  (+ 9) "), other("12 (+ 9)"), other("12"), one(12.0), one(None)] == [12, 9, None, 12, None]
    assert refusal(one, "twaalf").en == "a cell as: 12 (+ 9)"
    one = reader(INTEGER, values={"Zeer  eens": "5"}, empty=frozenset({"n.v.t.", "0"}))
    assert [one("zeer EENS"), one("N.V.T."), one(0.0), one("0"), one("4")] == [5, None, None, None, 4]


def test_the_words_that_people_have_for_a_code_are_read_as_the_code() -> None:
    own = CATALOGUE["faculty_measures"]["progress"]
    one = cell_readers((own,), Form(table="faculty_measures"), "nl", {}, KEY)["progress"]
    assert [one(raw) for raw in ("op koers", "On course", " AFGEROND ")] == ["on_course", "on_course", "done"]
