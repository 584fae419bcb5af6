"""Days as people and programs write them: read as they are written, in a declared notation, or refused with the reason.

A moment at midnight is that day, in whichever zone it is said to be; any other time of day leaves doubt about the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, text_of
from schemas.profile.forms import Locale

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""A date outside these years is a spreadsheet's day number gone wrong, or a stand-in for no date."""

_ZONE = r"(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?"
_ISO = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]00:00(?::00(?:\.0+)?)?{_ZONE})?", re.ASCII)
_MOMENT = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?{_ZONE}", re.ASCII)
_DUTCH = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)


def read_day(raw: Cell, locale: Locale, date_format: str) -> date:
    """The day in a cell, by `date_format` if the form has one, else in ISO 8601 or by the locale. Raises `Refused`.

    Only days from `FIRST_YEAR` to `LAST_YEAR` are taken for days.
    """
    day = _day(raw, locale, date_format)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(
            f"een datum van {FIRST_YEAR} tot en met {LAST_YEAR}", f"a date from {FIRST_YEAR} up to {LAST_YEAR}"
        )
    return day


def _day(raw: Cell, locale: Locale, date_format: str) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise _no_moment()
        return raw.date()
    if isinstance(raw, date):
        return raw
    nl, en = _example(locale, date_format)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and not date_format:
        raise _no_number(nl, en)
    text = text_of(raw)
    try:
        if date_format:
            return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day, in no time zone
        if _ISO.fullmatch(text):
            return date.fromisoformat(text[:10])
        if locale == "nl" and (match := _DUTCH.fullmatch(text)):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        if not date_format:
            raise Refused(f"een datum die bestaat, {nl}", f"a date that exists, {en}") from None
    if _MOMENT.fullmatch(text):
        raise _no_moment()
    if _NUMBER.fullmatch(text):
        raise _no_number(nl, en)
    raise Refused(f"een datum, {nl}", f"a date, {en}")


def _example(locale: Locale, date_format: str) -> tuple[str, str]:
    if date_format:
        example = date(2020, 10, 1).strftime(date_format)
        return f"bijvoorbeeld {example}", f"for example {example}"
    if locale == "nl":
        return "bijvoorbeeld 1-10-2020", "for example 1-10-2020 or 2020-10-01"
    return "bijvoorbeeld 2020-10-01", "for example 2020-10-01"


def _no_moment() -> Refused:
    return Refused("een datum zonder tijdstip", "a date without a time of day")


def _no_number(nl: str, en: str) -> Refused:
    return Refused(
        f"een datum, {nl}, geen getal: geef de cel in het rekenblad de opmaak van een datum",
        f"a date, {en}, not a number: give the cell the format of a date in the spreadsheet",
    )
