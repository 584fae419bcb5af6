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


def refused(raw: Any, locale: Locale = "nl", form: str = "") -> Words:
    with pytest.raises(Refused) as caught:
        read_day(raw, locale, form)
    return caught.value.expected


@pytest.mark.parametrize(
    ("raw", "locale", "form"),
    [
        ("2020-10-01", "iso", ""), ("2020-10-01", "nl", ""), ("2020-10-01", "en", ""), (" 2020-10-01 ", "iso", ""),
        ("2020-10-01 00:00:00", "iso", ""), ("2020-10-01T00:00", "iso", ""), ("2020-10-01T00:00:00.0", "iso", ""),
        ("1-10-2020", "nl", ""), ("01-10-2020", "nl", ""), ("1/10/2020", "nl", ""), (DAY, "iso", ""),
        (datetime(2020, 10, 1), "en", ""), ("20201001", "nl", "%Y%m%d"), (20201001.0, "nl", "%Y%m%d"),
        ("1/10/20", "nl", "%d/%m/%y"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_its_notation(raw: Any, locale: Locale, form: str) -> None:
    day = read_day(raw, locale, form)
    assert (day, type(day)) == (DAY, date)


@pytest.mark.parametrize(
    ("raw", "locale", "expected"),
    [
        ("1-10-2020", "iso", "a date, for example 2020-10-01"),
        ("1-10-2020", "en", "a date, for example 2020-10-01"),
        ("10/01/2020", "en", "a date, for example 2020-10-01"),
        ("1-10-20", "nl", "a date, for example 1-10-2020 or 2020-10-01"),
        ("1-10-2020 12:00", "nl", "a date, for example 1-10-2020 or 2020-10-01"),
        ("1 oktober 2020", "nl", "a date, for example 1-10-2020 or 2020-10-01"),
        ("20201001", "iso", "a date, for example 2020-10-01"),
        (time(9, 30), "iso", "a date, for example 2020-10-01"),
        ("٢٠٢٠-١٠-٠١", "iso", "a date, for example 2020-10-01"),
        ("٠١-١٠-٢٠٢٠", "nl", "a date, for example 1-10-2020 or 2020-10-01"),
        ("31-2-2020", "nl", "a date that exists, for example 1-10-2020 or 2020-10-01"),
        ("2020-02-30", "iso", "a date that exists, for example 2020-10-01"),
        ("2020-10-01 09:30", "iso", "a date without a time of day"),
        ("2020-10-01T00:00:01", "iso", "a date without a time of day"),
        (datetime(2020, 10, 1, 9, 30), "iso", "a date without a time of day"),
        (datetime(1900, 2, 28), "nl", "a date from 1950 up to 2100"),
        (date(1900, 1, 1), "nl", "a date from 1950 up to 2100"),
        ("1-1-1900", "nl", "a date from 1950 up to 2100"),
        (date(1949, 12, 31), "nl", "a date from 1950 up to 2100"),
        ("9999-12-31", "nl", "a date from 1950 up to 2100"),
        (date(2101, 1, 1), "nl", "a date from 1950 up to 2100"),
    ],
    ids=repr,
)
def test_what_is_no_date_or_in_doubt_is_refused(raw: Any, locale: Locale, expected: str) -> None:
    assert refused(raw, locale).en == expected


@pytest.mark.parametrize("raw", [44105, 44105.0, "44105", "44105,5"])
def test_a_day_number_of_a_spreadsheet_is_told_as_such(raw: Any) -> None:
    assert "een datum, bijvoorbeeld 1-10-2020, geen getal" in refused(raw).nl


@pytest.mark.parametrize("form", ["%Y%m%d", "%d/%m/%y"])
def test_in_a_declared_form_nothing_else_is_a_date(form: str) -> None:
    assert refused("1-10-2020", form=form).nl == f"een datum, bijvoorbeeld {DAY.strftime(form)}"


@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_a_date_that_is_written_and_read_again_is_the_same(day: date) -> None:
    assert read_day(day.isoformat(), "iso", "") == day
    assert read_day(f"{day.day}-{day.month}-{day.year:04}", "nl", "") == day
