"""Reading one cell: what is read as what, and what is refused rather than guessed."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.cells.texts import Refused, pseudonym
from schemas.contract import Field, Kind
from schemas.profile.forms import Form, Locale
from schemas.tables import CATALOGUE

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def read(raw: Any, kind: Kind, locale: Locale = "iso") -> Any:
    return CellReader(Field("f", kind, "veld", "field", "x"), locale, {})(raw)


def refusal(raw: Any, kind: Kind, locale: Locale = "iso") -> str:
    with pytest.raises(Refused) as caught:
        read(raw, kind, locale)
    return str(caught.value)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("empty", [None, "", " ", "\t", "\u00a0", "\r\n"])
def test_an_empty_cell_is_none_whatever_its_field(kind: Kind, empty: str | None) -> None:
    assert read(empty, kind) is None


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("7.057", "nl", "7057"),
        ("7.057", "en", "7.057"),
        ("7.057", "iso", "7.057"),
        ("7,057", "nl", "7.057"),
        ("7,057", "en", "7057"),
        ("1.234.567,89", "nl", "1234567.89"),
        ("1,234,567.89", "en", "1234567.89"),
        ("1234567,89", "nl", "1234567.89"),
        ("1234567.89", "iso", "1234567.89"),
        ("-359", "nl", "-359"),
        ("-1.234,5", "nl", "-1234.5"),
        ("+12.5", "iso", "12.5"),
        ("  12 ", "iso", "12"),
        ("0", "nl", "0"),
        ("007", "iso", "7"),
    ],
)
def test_a_number_is_read_in_the_notation_of_its_source(text: str, locale: Locale, number: str) -> None:
    assert read(text, Kind.DECIMAL, locale) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("7,057", "iso"), ("1.234.5", "iso"), (".5", "iso"), ("5.", "iso"), ("1_000", "iso"), ("٣", "iso"),
        ("1e3", "iso"), ("1e3", "nl"), ("1e3", "en"), ("1_000", "nl"), ("1 000", "nl"), ("٣", "nl"),
        ("7.05", "nl"), ("70.57.1", "nl"), ("7,05", "en"), ("1.234,5", "en"), ("1,234.5", "nl"),
        ("€ 12", "nl"), ("12%", "nl"), ("12 k", "nl"), ("ca. 12", "nl"), ("(-12)", "nl"), ("--12", "nl"),
    ],
)  # fmt: skip
def test_a_number_in_another_notation_is_refused(text: str, locale: Locale) -> None:
    assert "a number" in refusal(text, Kind.DECIMAL, locale)


@pytest.mark.parametrize("locale", ["nl", "en", "iso"])
@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER])
@pytest.mark.parametrize(
    "raw",
    [
        "12 (+ 9 in traject)", "NaN", "nan", "inf", "-Infinity", "1e400", "10000000000000", "n.v.t.", "#N/A", "twaalf",
        math.nan, math.inf, -math.inf, 1e400, 1e300, 10**13, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"),
        True, date(2020, 1, 1), b"12", [12],
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_number_is_refused(raw: Any, kind: Kind, locale: Locale) -> None:
    assert refusal(raw, kind, locale)


@pytest.mark.parametrize("raw", ["6-mei", "mei-06", datetime(2020, 5, 6), date(2020, 5, 6)])
@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL, Kind.MONEY])
def test_a_number_that_became_a_date_is_told_as_that(raw: Any, kind: Kind) -> None:
    assert refusal(raw, kind).endswith("a spreadsheet made a date of it: format the cell as a number and type it again")


@pytest.mark.parametrize("locale", ["nl", "en", "iso"])
def test_who_wrote_no_whole_number_is_not_told_of_a_decimal_point(locale: Locale) -> None:
    assert refusal("III", Kind.INTEGER, locale) == "a whole number without text beside it, for example 12"
    year = CellReader(CATALOGUE["enrolment_counts"]["year"], locale, {})
    with pytest.raises(Refused, match=r"^a whole number, for example \d{4}$"):
        year("2020-2021")


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        (0.1 + 0.2, "0.30"),
        (1250.0, "1250.00"),
        (1.1 * 3, "3.30"),
        (12345678901.05, "12345678901.05"),
        (-0.1, "-0.10"),
        (7, "7.00"),
        (Decimal("7.1"), "7.10"),
        ("0.10", "0.10"),
        ("12345678901.05", "12345678901.05"),
        ("5.000", "5.00"),
    ],
)
def test_an_amount_is_exact_to_the_cent(raw: Any, amount: str) -> None:
    found = read(raw, Kind.MONEY)
    assert isinstance(found, Decimal)
    assert str(found) == amount


@pytest.mark.parametrize("raw", ["1.005", 1.005, Decimal("1.005"), "0.001", 1e-9])
def test_an_amount_with_part_of_a_cent_is_refused_and_not_rounded(raw: Any) -> None:
    assert refusal(raw, Kind.MONEY) == "an amount in euro with at most 2 decimals"


def test_a_decimal_has_four_digits_after_the_point_unless_its_field_says_otherwise() -> None:
    assert str(read("0.8333", Kind.DECIMAL)) == "0.8333"
    assert refusal("0.83333", Kind.DECIMAL) == "a number with at most 4 decimals"
    one = Field("f", Kind.DECIMAL, "veld", "field", "x", decimals=1)
    with pytest.raises(Refused, match="at most 1 decimals"):
        CellReader(one, "iso", {})("0.83")


@pytest.mark.parametrize(("raw", "number"), [("12", 12), (12.0, 12), ("12.0", 12), (Decimal("12.00"), 12), ("-3", -3)])
def test_a_whole_number_may_be_written_with_a_point(raw: Any, number: int) -> None:
    found = read(raw, Kind.INTEGER)
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize("raw", ["12.5", 12.5, "0.1"])
def test_half_a_student_is_refused(raw: Any) -> None:
    assert refusal(raw, Kind.INTEGER) == "a whole number"


amounts = st.decimals(min_value="-9999999999999", max_value="9999999999999", places=2)


@given(amount=amounts, locale=st.sampled_from(["nl", "en"]))
def test_an_amount_that_is_printed_and_read_again_is_the_same(amount: Decimal, locale: Locale) -> None:
    printed = format_decimal(amount, format="#,##0.00", locale=locale)
    assert read(printed, Kind.MONEY, locale) == amount


@given(amount=amounts)
def test_an_amount_in_iso_notation_is_read_as_it_stands(amount: Decimal) -> None:
    assert str(read(f"{amount:f}", Kind.MONEY)) == f"{amount:.2f}"


@given(cents=st.integers(-(10**14), 10**14))
def test_the_binary_fraction_of_a_spreadsheet_gives_back_the_amount_that_was_typed(cents: int) -> None:
    assert read(cents / 100, Kind.MONEY) == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(
    ("raw", "locale"),
    [
        ("2020-10-01", "iso"), ("2020-10-01", "nl"), ("2020-10-01", "en"), (" 2020-10-01 ", "iso"),
        ("2020-10-01 00:00:00", "iso"), ("2020-10-01T00:00", "iso"), ("2020-10-01T00:00:00.000000", "iso"),
        ("1-10-2020", "nl"), ("01-10-2020", "nl"), ("1/10/2020", "nl"),
        (date(2020, 10, 1), "iso"), (datetime(2020, 10, 1), "en"),
    ],
)  # fmt: skip
def test_a_date_is_read(raw: Any, locale: Locale) -> None:
    found = read(raw, Kind.DATE, locale)
    assert (found, type(found)) == (date(2020, 10, 1), date)


@pytest.mark.parametrize(
    ("raw", "locale"),
    [
        ("1-10-2020", "iso"), ("1-10-2020", "en"), ("10/01/2020", "en"), ("31-2-2020", "nl"), ("2020-02-30", "iso"),
        ("1-10-20", "nl"), ("1-10-2020 12:00", "nl"), ("2020-10-01 09:30", "iso"), ("2020-10-01T00:00:01", "iso"),
        ("1 oktober 2020", "nl"), ("20201001", "iso"), (44105, "iso"), (44105.0, "iso"), (time(9, 30), "iso"),
        (datetime(2020, 10, 1, 9, 30), "iso"), ("٢٠٢٠-١٠-٠١", "iso"), ("٠١-١٠-٢٠٢٠", "nl"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(raw: Any, locale: Locale) -> None:
    assert "a date" in refusal(raw, Kind.DATE, locale)


@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_date_that_is_written_and_read_again_is_the_same(day: date) -> None:
    assert read(day.isoformat(), Kind.DATE) == day
    assert read(f"{day.day}-{day.month}-{day.year:04}", Kind.DATE, "nl") == day


@pytest.mark.parametrize(
    "raw", ["ja", "Ja", " JA ", "j", "yes", "y", "true", "TRUE", "waar", "x", "X", "1", 1, 1.0, True]
)
def test_a_yes_is_read(raw: Any) -> None:
    assert read(raw, Kind.BOOLEAN) is True


@pytest.mark.parametrize("raw", ["nee", "Nee", "n", "no", "false", "onwaar", "0", 0, 0.0, False])
def test_a_no_is_read(raw: Any) -> None:
    assert read(raw, Kind.BOOLEAN) is False


@pytest.mark.parametrize("raw", ["misschien", "jaja", "2", 2, "-", "n.v.t.", 0.5, [True]])
def test_what_is_neither_yes_nor_no_is_refused(raw: Any) -> None:
    assert refusal(raw, Kind.BOOLEAN)


@pytest.mark.parametrize("raw", ["56034", " 56034 ", 56034, 56034.0])
def test_a_programme_code_that_excel_made_a_number_is_the_code_again(raw: Any) -> None:
    assert read(raw, Kind.TEXT) == "56034"


def test_a_leading_nought_in_a_code_stays() -> None:
    assert read("05034", Kind.TEXT) == "05034"


@pytest.mark.parametrize("raw", [math.nan, math.inf, b"FGW", ["FGW"], {"unit": "FGW"}, timedelta(1)], ids=repr)
def test_what_is_no_text_is_refused(raw: Any) -> None:
    assert refusal(raw, Kind.TEXT) == "text"


def test_another_spelling_of_a_code_becomes_the_code() -> None:
    unit = CellReader(Field("unit", Kind.TEXT, "eenheid", "unit", "FdA"), "iso", {"FA": "FdA"})
    assert [unit(raw) for raw in ("FA", " FA ", "FdA", "fa", "XX")] == ["FdA", "FdA", "FdA", "FdA", "XX"]


PERSON = Field("person", Kind.TEXT, "persoon", "person", "E-1", personal=True)


def test_an_identifier_of_a_person_becomes_a_pseudonym_that_does_not_hold_it() -> None:
    found = CellReader(PERSON, "iso", {}, KEY)("E-00017")
    assert found == pseudonym("E-00017", KEY)
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")


def test_the_same_person_has_the_same_pseudonym_under_one_key_and_another_under_another() -> None:
    reader, other = CellReader(PERSON, "iso", {}, KEY), CellReader(PERSON, "iso", {}, OTHER_KEY)
    assert reader("E-1") == reader(" E-1 ")
    assert reader("123456") == reader(123456.0)
    assert reader("E-1") != reader("E-2")
    assert reader("E-1") != other("E-1")


def test_without_a_key_no_identifier_is_read_at_all() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        CellReader(PERSON, "iso", {})
    with pytest.raises(ValueError, match="needs a key"):
        CellReader(PERSON, "iso", {}, b"")


@given(identifier=st.text(min_size=1), other=st.text(min_size=1))
def test_different_people_have_different_pseudonyms(identifier: str, other: str) -> None:
    assert (pseudonym(identifier, KEY) == pseudonym(other, KEY)) == (identifier == other)


def test_a_number_about_a_person_stays_a_number() -> None:
    score = Field("score", Kind.INTEGER, "score", "score", 4, personal=True)
    assert CellReader(score, "iso", {})("4") == 4


anything = st.text() | st.floats() | st.integers() | st.booleans() | st.dates() | st.none()
STATED = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: Decimal,
    Kind.MONEY: Decimal,
    Kind.NUMBER: float,
    Kind.DATE: date,
    Kind.BOOLEAN: bool,
}


@given(raw=anything, kind=st.sampled_from(Kind), locale=st.sampled_from(["nl", "en", "iso"]))
def test_any_cell_is_either_read_as_its_type_or_refused(raw: Any, kind: Kind, locale: Locale) -> None:
    try:
        found = read(raw, kind, locale)
    except Refused:
        return
    assert found is None or type(found) is STATED[kind]


@pytest.mark.parametrize(
    "raw",
    [datetime(1900, 2, 28), date(1900, 1, 1), "1-1-1900", date(1949, 12, 31), "9999-12-31", date(2101, 1, 1)],
    ids=repr,
)
def test_a_day_number_gone_wrong_or_a_stand_in_for_no_date_is_refused(raw: Any) -> None:
    assert refusal(raw, Kind.DATE, "nl") == "a date from 1950 up to 2100"


@pytest.mark.parametrize(("raw", "form"), [("20201001", "%Y%m%d"), (20201001.0, "%Y%m%d"), ("1/10/20", "%d/%m/%y")])
def test_a_date_in_the_form_that_the_profile_gives_is_read_and_nothing_else(raw: Any, form: str) -> None:
    one = CellReader(Field("f", Kind.DATE, "veld", "field", "x"), "nl", {}, date_format=form)
    assert one(raw) == date(2020, 10, 1)
    with pytest.raises(Refused) as caught:
        one("1-10-2020")
    assert caught.value.expected.nl == f"een datum, bijvoorbeeld {date(2020, 10, 1).strftime(form)}"


@pytest.mark.parametrize(
    "text", ["FdA\u200b", "\u202eAdF", "F\u00addA", "\ufeffFdA", "Fd\u2060A", "FdA\x00", "FdA\u200f", "F\x1bdA"]
)
def test_a_code_with_characters_that_do_not_show_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        CellReader(Field("unit", Kind.TEXT, "eenheid", "unit", "FdA", codes=("FdA",)), "iso", {})(text)
    assert "zonder onzichtbare tekens" in caught.value.expected.nl
    assert "without invisible characters" in caught.value.expected.en


@pytest.mark.parametrize("text", ["'; DROP TABLE units; --", "=1+1", "<b>x</b>", "Zoë", "名前", "a\nb", "x" * 2000])
def test_a_text_is_only_a_text(text: str) -> None:
    assert read(text, Kind.TEXT) == text


def test_a_cell_as_long_as_a_spreadsheet_can_hold_is_refused() -> None:
    assert refusal("x" * 32_767, Kind.TEXT) == "text of at most 2000 characters"


def test_a_code_may_be_in_another_case_unless_case_tells_two_apart() -> None:
    field = Field("unit", Kind.TEXT, "eenheid", "unit", "FGW", codes=("FGW", "Ha", "HA"))
    unit = CellReader(field, "iso", {"Fac. der Letteren": "FGW", "ha nl": "HA"})
    assert [unit(raw) for raw in ("fgw ", "FAC. DER  letteren", "Ha", "HA", "ha", "HA\u00a0NL")] == [
        "FGW", "FGW", "Ha", "HA", "ha", "HA"
    ]  # fmt: skip


def test_the_words_that_people_have_for_a_code_are_read_as_the_code() -> None:
    own = CATALOGUE["faculty_measures"]["progress"]
    one = cell_readers((own,), Form(table="faculty_measures"), "nl", {}, KEY)["progress"]
    assert [one(raw) for raw in ("op koers", "On course", "on_course", " AFGEROND ")] == [
        "on_course", "on_course", "on_course", "done"
    ]  # fmt: skip
