"""Years that a file names beside its rows: in the name of its sheet, in a text above its table, in a header.

What they say changes nothing: the file is of the period that it was delivered for, and its sender may want to look
whether it is the right file. Days are no years: a table of 2019-2020 may well be dated in 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kwaliteitsmonitor.readers.cells.grid import Note, PathFields
from kwaliteitsmonitor.readers.forms.headers import letter
from schemas.contract import Clock, Table
from schemas.words import Words

OTHER_YEAR = "year_said"
Span = tuple[int, int]
"""The first and the last year of what a text names; twice the same where it names one year."""

_MONTH = r"(?:jan|feb|m(?:aa)?rt|mar|apr|mei|may|jun|jul|aug|sep|o[kc]t|nov|dec)[a-z]*\.?"
_DAY = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}\s*[-/. ]\s*(?:\d{{1,2}}|{_MONTH})\s*[-/. ]\s*\d{{2,4}}|20\d\d[-/]\d{{1,2}}[-/]\d{{1,2}}"
    rf"|{_MONTH}\s+(?:\d{{1,2}},?\s+)?20\d\d)(?!\d)",
    re.IGNORECASE,
)
_BETWEEN = r"\s*(?:[-\u2010-\u2015/]|t/m|tot en met|tot|to)\s*"
_SPAN = re.compile(rf"(?<![\d.,€])(20\d\d)(?:{_BETWEEN}(20\d\d|\d\d))?(?!\d|[.,]\d)", re.IGNORECASE)


def years_in(text: str) -> Iterator[Span]:
    """The years and ranges of years that a text names, days aside.

    >>> list(years_in("Maatregelen 2018/19, vastgesteld 12-01-2021")), list(years_in("Plan 2019-2024"))
    ([(2018, 2019)], [(2019, 2024)])
    """
    for first, last in _SPAN.findall(_DAY.sub(" ", text)):
        begin, end = int(first), int(last or first)
        if end < 100:
            end = begin + 1 if end == (begin + 1) % 100 else begin
        yield (begin, end) if end >= begin else (begin, begin)


def notes(
    table: Table,
    declared: PathFields,
    sheet: str,
    above: Sequence[tuple[int, str]],
    headers: Sequence[tuple[int, str]],
    agreed: Iterable[str],
) -> Iterator[Note]:
    """That a file names another year than it was delivered for.

    `declared` is what the delivery tells, `sheet` the name of the sheet, `above` the texts above the table with their
    rows, `headers` those of columns that are read with their positions, `agreed` what a form itself asks for by name: a
    year in that is meant.
    """
    own = _own(declared)
    if own is None or table.other_periods or any(field.clock is Clock.PLAN_YEAR for field in table.fields):
        return
    meant = {span for text in agreed for span in years_in(text)}

    def other(text: str) -> str:
        spans = [span for span in years_in(text) if span not in meant]
        return "" if not spans or any(_agrees(span, own) for span in spans) else _shown(spans[0])

    if named := other(sheet):
        yield _note(Words("de naam van het werkblad", "the name of the worksheet"), named, own, ())
    years_above = [(number, named) for number, text in above if (named := other(text))]
    if years_above and not any(_agrees(span, own) for _, text in above for span in years_in(text)):
        where = Words("een tekst boven de tabel", "a text above the table")
        yield _note(where, years_above[0][1], own, tuple(number for number, _ in years_above))
    for index, text in headers:
        if named := other(text):
            where = Words(f"de kop van kolom {letter(index)}", f"the header of column {letter(index)}")
            yield _note(where, named, own, ())


def _own(declared: PathFields) -> Span | None:
    """The years that a delivery is for; `None` if it has none."""
    if isinstance(year := declared.get("academic_year"), str):
        first, _, last = year.partition("-")
        return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else None
    reporting = declared.get("reporting_year")
    return (reporting, reporting) if isinstance(reporting, int) else None


def _agrees(span: Span, own: Span) -> bool:
    """Whether what a text names may be what a delivery is for: one of its years, or a range that holds it."""
    if own[0] != own[1] and span[1] == span[0] + 1:
        return span == own
    return span[0] <= own[1] and span[1] >= own[0]


def _shown(span: Span) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def _note(where: Words, named: str, own: Span, rows: tuple[int, ...]) -> Note:
    ours = _shown(own)
    return Note(
        OTHER_YEAR,
        Words(
            f"{where.nl} noemt {named}, en het bestand is geleverd voor {ours}: kijk of dit het goede bestand is",
            f"{where.en} names {named}, and the file was delivered for {ours}: see whether this is the right file",
        ),
        rows,
    )
