"""Days as people and programs write them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.days import read_day
from kwaliteitsmonitor.readers.cells.texts import Refused
from schemas.profile.forms import Locale
from schemas.words import Words

DAY = date(2020, 10, 1)


def refusal(raw: Any, locale: Locale = "nl", form: str = "") -> Words:
    with pytest.raises(Refused) as caught:
        read_day(raw, locale, form)
    return caught.value.expected


DATES: list[tuple[Any, Locale, str]] = [
    ("2020-10-01", "iso", ""), ("2020-10-01", "nl", ""), ("2020-10-01", "en", ""), (" 2020-10-01 ", "iso", ""),
    ("2020-10-01 00:00:00", "iso", ""), ("2020-10-01T00:00", "iso", ""), ("2020-10-01T00:00:00.0", "iso", ""),
    ("1-10-2020", "nl", ""), ("01-10-2020", "nl", ""), ("1/10/2020", "nl", ""), (DAY, "iso", ""),
    (datetime(2020, 10, 1), "en", ""), ("20201001", "nl", "%Y%m%d"), (20201001.0, "nl", "%Y%m%d"),
    ("1/10/20", "nl", "%d/%m/%y"),
]  # fmt: skip


def test_a_date_is_read_in_its_notation() -> None:
    for raw, locale, form in DATES:
        day = read_day(raw, locale, form)
        assert (day, type(day)) == (DAY, date), raw


ISO, DUTCH = "a date, for example 2020-10-01", "a date, for example 1-10-2020 or 2020-10-01"
NO_DATES: dict[str, list[tuple[Any, Locale]]] = {
    ISO: [
        ("1-10-2020", "iso"), ("1-10-2020", "en"), ("10/01/2020", "en"), ("20201001", "iso"), (time(9, 30), "iso"),
        ("٢٠٢٠-١٠-٠١", "iso"),
    ],
    DUTCH: [("1-10-20", "nl"), ("1-10-2020 12:00", "nl"), ("1 oktober 2020", "nl"), ("٠١-١٠-٢٠٢٠", "nl")],
    ISO.replace("date,", "date that exists,"): [("2020-02-30", "iso")],
    DUTCH.replace("date,", "date that exists,"): [("31-2-2020", "nl")],
    "a date without a time of day": [
        ("2020-10-01 09:30", "iso"), ("2020-10-01T00:00:01", "iso"), (datetime(2020, 10, 1, 9, 30), "iso"),
    ],
    "a date from 1950 up to 2100": [
        (datetime(1900, 2, 28), "nl"), ("1-1-1900", "nl"), (date(1949, 12, 31), "nl"), ("9999-12-31", "nl"),
        (date(2101, 1, 1), "nl"),
    ],
}  # fmt: skip


def test_what_is_no_date_or_in_doubt_is_refused() -> None:
    for expected, cells in NO_DATES.items():
        assert {(raw, locale): refusal(raw, locale).en for raw, locale in cells} == dict.fromkeys(cells, expected)


def test_a_day_number_of_a_spreadsheet_is_told_as_such() -> None:
    for raw in (44105, 44105.0, "44105", "44105,5"):
        assert "een datum, bijvoorbeeld 1-10-2020, geen getal" in refusal(raw).nl


def test_in_a_declared_form_nothing_else_is_a_date() -> None:
    for form in ("%Y%m%d", "%d/%m/%y"):
        assert refusal("1-10-2020", form=form).nl == f"een datum, bijvoorbeeld {DAY.strftime(form)}"


@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_a_date_that_is_written_and_read_again_is_the_same(day: date) -> None:
    assert read_day(day.isoformat(), "iso", "") == day
    assert read_day(f"{day.day}-{day.month}-{day.year:04}", "nl", "") == day
