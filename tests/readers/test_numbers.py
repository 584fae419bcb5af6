"""Numbers as people write them: every notation of the field is read exactly, and none is guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.notation import AMOUNTS, DATES, NUMBERS, PERCENTAGES, mixed
from kwaliteitsmonitor.readers.cells.numbers import LONGEST, Measure, Percentage, Written, written
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.typed_rows import read_column
from schemas.contract import Field, Kind
from schemas.profile.forms import Locale, Split


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("(1.234)", "-1234", Measure.PLAIN),
        ("-1.234", "-1234", Measure.PLAIN),
        ("1.234-", "-1234", Measure.PLAIN),
        ("- 1.234", "-1234", Measure.PLAIN),
        ("\u2212359", "-359", Measure.PLAIN),
        ("\u2013359", "-359", Measure.PLAIN),
        ("+7", "7", Measure.PLAIN),
        ("€ 1.234,50", "1234.50", Measure.EURO),
        ("€1.234,50", "1234.50", Measure.EURO),
        ("1.234,50 €", "1234.50", Measure.EURO),
        ("EUR 1.234", "1234", Measure.EURO),
        ("-€ 5", "-5", Measure.EURO),
        ("€ -5", "-5", Measure.EURO),
        ("€ (1.234)", "-1234", Measure.EURO),
        ("(€ 1.234)", "-1234", Measure.EURO),
        ("€ 250,-", "250", Measure.EURO),
        ("250,--", "250", Measure.PLAIN),
        ("k€ 7", "7", Measure.THOUSANDS),
        ("7 k€", "7", Measure.THOUSANDS),
        ("K€7,5", "7.5", Measure.THOUSANDS),
        ("€ 7k", "7", Measure.THOUSANDS),
        ("kEUR 7", "7", Measure.THOUSANDS),
        ("88,6%", "88.6", Measure.PERCENT),
        ("88,6 %", "88.6", Measure.PERCENT),
        ("1\u00a0234,5", "1234.5", Measure.PLAIN),
        ("1\u2009234", "1234", Measure.PLAIN),
        ("1\u202f234\u202f567", "1234567", Measure.PLAIN),
        ("\u00a07\u00a0", "7", Measure.PLAIN),
        ("1'234,5", "1234.5", Measure.PLAIN),
        ("1’234", "1234", Measure.PLAIN),
        ("007", "7", Measure.PLAIN),
    ],
)  # fmt: skip
def test_a_dutch_number_is_read_with_its_sign_and_measure(text: str, value: str, measure: Measure) -> None:
    assert written(text, "nl") == Written(Decimal(value), measure)


@pytest.mark.parametrize(
    "text",
    ["1 000", "0.123", "7.05", "1.234'567", "1.2345", "(12", "12)", "(-12)", "-(12)", "12 k", "€", "k€", "€ 5 €",
     "% 5", "5 %%", "€ 5 %", "1,2,3", ",5", "5,", "12,-%", "٣", "1e3", "0x1", "twaalf", "12 (+ 9)", "--5", "5--", "",
     "1\u00a0\u00a0234"],
)  # fmt: skip
def test_what_is_written_in_no_dutch_way_is_no_number(text: str) -> None:
    assert written(text, "nl") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("2,456", "2456"), ("(1,234.5)", "-1234.5"), ("$5", None), ("€2,456.10", "2456.10"), ("5.-", "5")],
)
def test_english_numbers_have_the_same_forms(text: str, value: str | None) -> None:
    found = written(text, "en")
    assert (found.value if found else None) == (Decimal(value) if value else None)


@pytest.mark.parametrize("text", ["€ 5", "(5)", "5-", "1,5", "1 000", "\u22125"])
def test_iso_knows_digits_and_a_point_alone(text: str) -> None:
    assert written(text, "iso") is None


@pytest.mark.parametrize(
    ("text", "locale", "value", "measure"),
    [
        ("17,3%", "nl", "17.3", Measure.PERCENT),
        ("17,3\u00a0%", "nl", "17.3", Measure.PERCENT),
        ("17,3\u202f%", "nl", "17.3", Measure.PERCENT),
        ("-2 procent", "nl", "-2", Measure.PERCENT),
        ("17,3 pct.", "nl", "17.3", Measure.PERCENT),
        ("3 ‰", "nl", "3", Measure.PERMILLE),
        ("3 promille", "nl", "3", Measure.PERMILLE),
        ("17.3 per cent", "en", "17.3", Measure.PERCENT),
        ("17.3 percent", "en", "17.3", Measure.PERCENT),
        ("17.3%", "iso", "17.3", Measure.PERCENT),
        ("17.3 ‰", "iso", "17.3", Measure.PERMILLE),
    ],
)
def test_a_share_is_known_by_its_sign_or_its_word(text: str, locale: Locale, value: str, measure: Measure) -> None:
    assert written(text, locale) == Written(Decimal(value), measure)


@pytest.mark.parametrize("text", ["17,3 procentpunt", "17,3 %-punt", "<5%", "17,3%%", "ca. 17%", "17 à 18%"])
def test_what_is_no_share_is_none(text: str) -> None:
    assert written(text, "nl") is None


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
    found = written(text, locale)
    assert found is not None
    assert found.value == amount


@given(text=st.text(st.sampled_from("0123456789.,-()€k% \u00a0'"), max_size=12))
@settings(deadline=None)
def test_no_text_is_another_number_than_its_digits_say(text: str) -> None:
    for locale in ("nl", "en", "iso"):
        found = written(text, locale)  # type: ignore[arg-type]
        if found is not None:
            digits = "".join(c for c in text if c.isdigit()).lstrip("0")
            exact = f"{abs(found.value):f}"
            assert digits == "".join(c for c in exact if c.isdigit()).lstrip("0")


# -- a field, and what its form says of it


def reader(kind: Kind = Kind.MONEY, locale: Locale = "nl", measure: str = "", **form: Any) -> CellReader:
    return CellReader(Field("f", kind, "veld", "field", "x", unit_of_measure=measure), locale, {}, **form)


@pytest.mark.parametrize(
    ("raw", "scale", "value"),
    [
        ("k€ 7", None, "7000"),
        ("k€ 0,001", None, "1"),
        ("7", "1000", "7000"),
        (7.057, "1000", "7057"),
        ("k€ 7", "1000", "7000"),
        ("€ 7", None, "7"),
        ("€ 7", "1", "7"),
    ],
)
def test_thousands_are_thousands_once(raw: Any, scale: str | None, value: str) -> None:
    assert reader(scale=Decimal(scale) if scale else None)(raw) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "kind", "scale", "said"),
    [
        ("€ 7", Kind.MONEY, "1000", "an amount in euro, without €"),
        ("€ 7", Kind.DECIMAL, None, "a number, without €"),
        ("k€ 7", Kind.INTEGER, None, "a whole number, without k€"),
        ("7%", Kind.MONEY, None, "an amount in euro, not a percentage"),
        ("0.7%", Kind.DECIMAL, None, "a number, not a percentage"),
        (Percentage(0.5), Kind.INTEGER, None, "a whole number, not a percentage"),
    ],
)
def test_a_measure_that_the_field_does_not_have_is_refused(raw: Any, kind: Kind, scale: str | None, said: str) -> None:
    with pytest.raises(Refused) as caught:
        reader(kind, scale=Decimal(scale) if scale else None)(raw)
    assert caught.value.expected.en == said


@pytest.mark.parametrize("raw", ["88,6%", Percentage(0.886)])
@pytest.mark.parametrize(("measure", "scale"), [("share", None), ("fraction", None), ("", "0.01")])
def test_a_percentage_is_a_fraction_where_the_field_holds_one(raw: Any, measure: str, scale: str | None) -> None:
    found = reader(Kind.DECIMAL, measure=measure, scale=Decimal(scale) if scale else None)(raw)
    assert found == Decimal("0.886")


def test_a_cell_falls_apart_by_the_pattern_of_its_form() -> None:
    split = Split(header="h", pattern=r"(?P<f>\d+)( \(\+ (?P<g>\d+)\))?", example="12 (+ 9)")
    one = reader(Kind.INTEGER, split=split)
    other = CellReader(Field("g", Kind.INTEGER, "veld", "field", 1), "nl", {}, split=split)
    assert [one(" 12  (+ 9) "), other("12 (+ 9)"), other("12"), one(12.0), one(None)] == [12, 9, None, 12, None]
    with pytest.raises(Refused, match=r"a cell as: 12 \(\+ 9\)"):
        one("twaalf")


def test_words_are_translated_and_some_stand_for_no_value() -> None:
    one = reader(Kind.INTEGER, values={"Zeer  eens": "5"}, empty=frozenset({"n.v.t.", "0"}))
    assert [one("zeer EENS"), one("N.V.T."), one(0.0), one("0"), one("4")] == [5, None, None, None, 4]


# -- one notation in a column


@pytest.mark.parametrize(
    ("cells", "kind", "locale", "said", "positions"),
    [
        (["25,8", "24.4", "7"], Kind.DECIMAL, "nl", NUMBERS, [1]),
        (["24.4", "25,85", "2,456"], Kind.DECIMAL, "en", NUMBERS, [1]),
        (["k€ 7", "€ 7", "8"], Kind.MONEY, "nl", AMOUNTS, [0]),
        (["k€ 7", "k€ 8", 12.0], Kind.MONEY, "nl", AMOUNTS, [2]),
        (["2020-10-01", "1-10-2020", "2-10-2020"], Kind.DATE, "nl", DATES, [0]),
    ],
)
def test_a_column_that_mixes_notations_is_told(
    cells: list[Any], kind: Kind, locale: Locale, said: Any, positions: list[int]
) -> None:
    one = reader(kind, locale)
    refused = [position for position, _ in read_column(cells, one)[1]]
    assert list(mixed(cells, refused, one)) == [(said, positions)]


def test_percentages_beside_plain_numbers_are_told() -> None:
    one = reader(Kind.DECIMAL, measure="share")
    assert list(mixed(["88,6%", "0,5", "0,4"], [], one)) == [(PERCENTAGES, [0])]
    assert list(mixed([Percentage(0.5), "88,6%"], [], one)) == []


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["25,8", "veel", None, "7.057"], Kind.DECIMAL),
        (["12", "24.4"], Kind.DECIMAL),
        (["€ 7", "8", 9.0], Kind.MONEY),
        (["k€ 7", "k€ 8", ""], Kind.MONEY),
        (["1-10-2020", "2/10/2020", None], Kind.DATE),
        (["a", "1-10-2020"], Kind.TEXT),
        ([1.0, 2.0], Kind.DECIMAL),
        ([], Kind.DECIMAL),
    ],
)
def test_a_column_in_one_notation_has_no_finding(cells: list[Any], kind: Kind) -> None:
    one = reader(kind)
    refused = [position for position, _ in read_column(cells, one)[1]]
    assert list(mixed(cells, refused, one)) == []
