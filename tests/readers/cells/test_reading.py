"""Reading one cell: what is read as what, and what is refused rather than guessed."""

from __future__ import annotations

import math
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

INTEGER, DECIMAL, MONEY, TEXT, BOOLEAN = Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.TEXT, Kind.BOOLEAN
LOCALES: tuple[Locale, ...] = ("nl", "en", "iso")
IN_DOUBT = "an amount in euro with at most two decimals: write"


def read(raw: Any, kind: Kind, locale: Locale = "iso") -> Any:
    return reader(kind, locale)(raw)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_cell_is_none_whatever_its_field(kind: Kind) -> None:
    assert [read(empty, kind) for empty in (None, "", " ", "\t", "\u00a0", "\r\n")] == [None] * 6


@pytest.mark.parametrize("kind", [INTEGER, DECIMAL, MONEY, Kind.NUMBER])
@pytest.mark.parametrize(
    "raw",
    [
        "12 (+ 9 in traject)", "NaN", "nan", "inf", "-Infinity", "1e400", "10000000000000", "n.v.t.", "#N/A", "twaalf",
        math.nan, math.inf, -math.inf, 1e400, 1e300, 10**13, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"),
        True, date(2020, 1, 1), b"12", [12],
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_number_is_refused(raw: Any, kind: Kind) -> None:
    for locale in LOCALES:
        assert refusal(reader(kind, locale), raw)


@pytest.mark.parametrize(
    ("raw", "kind", "locale", "expected"),
    [
        ("7,057", DECIMAL, "iso", "a number with a decimal point and no thousands separator, for example 1234.5"),
        ("24.4", DECIMAL, "nl", "a number in the notation 1.234,5"),
        ("24,45", DECIMAL, "en", "a number in the notation 1,234.5"),
        ("III", INTEGER, "nl", "a whole number without text beside it, for example 12"),
        ("III", INTEGER, "iso", "a whole number without text beside it, for example 12"),
        (12.5, INTEGER, "iso", "a whole number"),
        ("0.1", INTEGER, "iso", "a whole number"),
        ("1.005", MONEY, "iso", "an amount in euro with at most 2 decimals"),
        (1.005, MONEY, "iso", "an amount in euro with at most 2 decimals"),
        (Decimal("1.005"), MONEY, "iso", "an amount in euro with at most 2 decimals"),
        (1e-9, MONEY, "iso", "an amount in euro with at most 2 decimals"),
        ("0.83333", DECIMAL, "iso", "a number with at most 4 decimals"),
        ("€ 7", DECIMAL, "nl", "a number, without €"),
        ("k€ 7", INTEGER, "nl", "a whole number, without k€"),
        ("7%", MONEY, "nl", "an amount in euro, not a percentage"),
        ("0.7%", DECIMAL, "nl", "a number, not a percentage"),
        (Percentage(0.5), INTEGER, "nl", "a whole number, not a percentage"),
        ("1,300", MONEY, "nl", f"{IN_DOUBT} 1.300 for thousands, 1,30 for cents"),
        ("(1,300)", MONEY, "nl", f"{IN_DOUBT} 1.300 for thousands, 1,30 for cents"),
        ("€ -2,450", MONEY, "nl", f"{IN_DOUBT} 1.300 for thousands, 1,30 for cents"),
        ("1.300", MONEY, "en", f"{IN_DOUBT} 1,300 for thousands, 1.30 for cents"),
        ("x" * 32_767, TEXT, "nl", "text of at most 2000 characters"),
        (math.nan, TEXT, "nl", "text"),
        (b"FGW", TEXT, "nl", "text"),
        (["FGW"], TEXT, "nl", "text"),
        ({"unit": "FGW"}, TEXT, "nl", "text"),
        (timedelta(1), TEXT, "nl", "text"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_cell_that_fits_not_is_refused_with_what_was_expected(
    raw: Any, kind: Kind, locale: Locale, expected: str
) -> None:
    assert refusal(reader(kind, locale), raw).en == expected


@pytest.mark.parametrize("raw", ["6-mei", "mei-06", datetime(2020, 5, 6), date(2020, 5, 6)])
@pytest.mark.parametrize("kind", [INTEGER, DECIMAL, MONEY])
def test_a_number_that_became_a_date_is_told_as_that(raw: Any, kind: Kind) -> None:
    expected = refusal(reader(kind, "iso"), raw).en
    assert expected.endswith("a spreadsheet made a date of it: format the cell as a number and type it again")


@pytest.mark.parametrize("locale", LOCALES)
def test_of_a_year_an_example_is_given(locale: Locale) -> None:
    year = reader(of=CATALOGUE["enrolment_counts"]["year"], locale=locale)
    assert refusal(year, "2020-2021").en == f"a whole number, for example {year.field.example}"


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        (0.1 + 0.2, "0.30"), (1250.0, "1250.00"), (1.1 * 3, "3.30"), (12345678901.05, "12345678901.05"),
        (-0.1, "-0.10"), (7, "7.00"), (Decimal("7.1"), "7.10"), ("0.10", "0.10"), ("5.000", "5.00"),
        ("12345678901.05", "12345678901.05"),
    ],
)  # fmt: skip
def test_an_amount_is_exact_to_the_cent(raw: Any, amount: str) -> None:
    value = read(raw, MONEY)
    assert (type(value), str(value)) == (Decimal, amount)


@pytest.mark.parametrize(
    ("raw", "locale", "amount"),
    [("0,250", "nl", "0.25"), ("1.300", "nl", "1300"), ("1,300", "en", "1300"), ("1.250,50", "nl", "1250.50")],
)
def test_an_amount_that_cannot_be_mistaken_is_read(raw: str, locale: Locale, amount: str) -> None:
    assert read(raw, MONEY, locale) == Decimal(amount)


def test_a_decimal_has_four_digits_after_the_point_unless_its_field_says_otherwise() -> None:
    assert str(read("0.8333", DECIMAL)) == "0.8333"
    assert refusal(reader(of=field(DECIMAL, decimals=1), locale="iso"), "0.83").en == "a number with at most 1 decimals"


@pytest.mark.parametrize(("raw", "number"), [("12", 12), (12.0, 12), ("12.0", 12), (Decimal("12.00"), 12), ("-3", -3)])
def test_a_whole_number_may_be_written_with_a_point(raw: Any, number: int) -> None:
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


@pytest.mark.parametrize(
    ("raw", "scale", "value"),
    [
        ("k€ 7", None, "7000"), ("k€ 0,001", None, "1"), ("7", "1000", "7000"), (7.057, "1000", "7057"),
        ("k€ 7", "1000", "7000"), ("€ 7", None, "7"), ("€ 7", "1", "7"),
    ],
)  # fmt: skip
def test_thousands_are_thousands_once(raw: Any, scale: str | None, value: str) -> None:
    assert reader(scale=Decimal(scale) if scale else None)(raw) == Decimal(value)
    assert refusal(reader(scale=Decimal(1000)), "€ 7").en == "an amount in euro, without €"


@pytest.mark.parametrize("raw", ["88,6%", Percentage(0.886)])
@pytest.mark.parametrize(("measure", "scale"), [("share", None), ("fraction", None), ("", "0.01")])
def test_a_percentage_is_a_fraction_where_the_field_holds_one(raw: Any, measure: str, scale: str | None) -> None:
    one = reader(of=field(DECIMAL, unit_of_measure=measure), scale=Decimal(scale) if scale else None)
    assert one(raw) == Decimal("0.886")


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["ja", "Ja", " JA ", "j", "yes", "y", "true", "TRUE", "waar", "x", "X", "1", 1, 1.0, True], True),
        (["nee", "Nee", "n", "no", "false", "onwaar", "0", 0, 0.0, False], False),
    ],
)
def test_a_yes_and_a_no_are_read(cells: list[Any], value: bool) -> None:
    assert all(read(raw, BOOLEAN) is value for raw in cells)


@pytest.mark.parametrize("raw", ["misschien", "jaja", "2", 2, "-", "n.v.t.", 0.5, [True]], ids=repr)
def test_what_is_neither_yes_nor_no_is_refused(raw: Any) -> None:
    assert refusal(reader(BOOLEAN), raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        *((raw, "56034") for raw in ("56034", " 56034 ", 56034, 56034.0)), ("05034", "05034"),
        *((text, text) for text in ("'; DROP TABLE units; --", "=1+1", "<b>x</b>", "Zoë", "名前", "a\nb", "x" * 2000)),
    ],
)  # fmt: skip
def test_a_text_is_only_a_text_and_a_code_that_excel_made_a_number_is_the_code_again(raw: Any, text: str) -> None:
    assert read(raw, TEXT) == text


@pytest.mark.parametrize(
    "text", ["FdA\u200b", "\u202eAdF", "F\u00addA", "\ufeffFdA", "Fd\u2060A", "FdA\x00", "FdA\u200f", "F\x1bdA"]
)
def test_a_code_with_characters_that_do_not_show_is_refused(text: str) -> None:
    expected = refusal(reader(of=field(TEXT, codes=("FdA",))), text)
    assert "zonder onzichtbare tekens" in expected.nl
    assert "without invisible characters" in expected.en


def test_a_code_may_be_in_another_case_or_spelling_unless_case_tells_two_apart() -> None:
    spellings = {"Fac. der Letteren": "FGW", "ha nl": "HA", "FW": "FGW"}
    unit = reader(of=field(TEXT, codes=("FGW", "Ha", "HA")), aliases=spellings)
    cells = ("FW", " FW ", "fw", "fgw ", "FAC. DER  letteren", "Ha", "HA", "ha", "HA\u00a0NL", "XX")
    assert [unit(raw) for raw in cells] == ["FGW", "FGW", "FGW", "FGW", "FGW", "Ha", "HA", "ha", "HA", "XX"]


PERSON = field(TEXT, personal=True)


def test_an_identifier_of_a_person_becomes_a_pseudonym_that_does_not_hold_it() -> None:
    own, other = reader(of=PERSON), CellReader(PERSON, "iso", {}, b"o" * 32)
    assert own("E-00017") == pseudonym("E-00017", KEY)
    assert len(own("E-00017")) == 32
    assert set(own("E-00017")) <= set("0123456789abcdef")
    assert own("E-1") == own(" E-1 ")
    assert own("123456") == own(123456.0)
    assert own("E-1") != own("E-2")
    assert own("E-1") != other("E-1")
    assert reader(of=field(INTEGER, personal=True))("4") == 4, "a number about a person stays a number"


@pytest.mark.parametrize("key", [(), (b"",)])
def test_without_a_key_no_identifier_is_read_at_all(key: tuple[bytes, ...]) -> None:
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


def test_a_cell_falls_apart_by_the_pattern_of_its_form() -> None:
    split = Split(header="h", pattern=r"(?P<f>\d+)( \(\+ (?P<g>\d+)\))?", example="12 (+ 9)")
    one = reader(INTEGER, split=split)
    other = reader(of=Field("g", INTEGER, "veld", "field", 1), split=split)
    assert [one(" 12  (+ 9) "), other("12 (+ 9)"), other("12"), one(12.0), one(None)] == [12, 9, None, 12, None]
    assert refusal(one, "twaalf").en == "a cell as: 12 (+ 9)"


def test_words_are_translated_and_some_stand_for_no_value() -> None:
    one = reader(INTEGER, values={"Zeer  eens": "5"}, empty=frozenset({"n.v.t.", "0"}))
    assert [one("zeer EENS"), one("N.V.T."), one(0.0), one("0"), one("4")] == [5, None, None, None, 4]


def test_the_words_that_people_have_for_a_code_are_read_as_the_code() -> None:
    own = CATALOGUE["faculty_measures"]["progress"]
    one = cell_readers((own,), Form(table="faculty_measures"), "nl", {}, KEY)["progress"]
    cells = ("op koers", "On course", "on_course", " AFGEROND ")
    assert [one(raw) for raw in cells] == ["on_course", "on_course", "on_course", "done"]
