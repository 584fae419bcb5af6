"""Corrections: a cell that is read otherwise than it was delivered, as long as the delivery says what was expected.

A correction is made to the cell as it is written in the file, before anything is understood of it, so that what takes
its place goes through the same reading and the same rules. It holds only while the cell still shows what the correction
expects to find; once it does not, nothing is corrected, and the row is set aside until someone decides anew: what was
delivered is known to be wrong, and what it should be no longer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from assets.decisions.records import Correction
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.numbers import Measure, Percentage, Written, written
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, is_blank, text_of
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.consequences import Costs
from schemas.contract import Field, Kind, Table
from schemas.profile import Feed
from schemas.profile.feeds import FileSource
from schemas.profile.forms import Locale
from schemas.rows import CorrectionsRow
from schemas.spelling import composed, fold
from schemas.words import Words

ANSWERS = "evaluations"
MASK = "***"
NUMERIC = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)", re.ASCII)
_ROW = re.compile(r"(?:row|rij|regel)\s+([1-9]\d*)\s*,\s*(?:(?:kolom|column)\s+)?(.+)", re.IGNORECASE)

GONE = Words(
    "de cel houdt niet meer wat de correctie verwacht; besluit opnieuw",
    "the cell no longer holds what the correction expects; decide anew",
)
NOWHERE = Words(
    "er is geen zo'n cel onder de gelezen rijen van dit bestand",
    "there is no such cell among the rows read from this file",
)
TWO_WAYS = Words(
    "de nieuwe waarde is op twee manieren te lezen; schrijf haar zonder scheiding van duizendtallen",
    "the new value can be read in two ways; write it without a thousands separator",
)
OF_ANSWERS = Words(
    "antwoorden van mensen worden geteld en niet gecorrigeerd; laat het bestand opnieuw leveren",
    "answers of people are counted and not corrected; have the file delivered again",
)
OF_PEOPLE = Words(
    "een kenmerk van een persoon staat nooit in een besluit; laat het bestand opnieuw leveren",
    "what identifies a person never stands in a decision; have the file delivered again",
)
OF_REGISTER = Words(
    "het register van besluiten wordt niet gecorrigeerd; lever er een nieuwe versie van",
    "the register of decisions is not corrected; deliver a new version of it",
)


@dataclass(frozen=True)
class Applied:
    """A correction that was made in a table of a delivery; `personal` if a row of that table is a person."""

    record: Correction
    delivery: str
    table: str
    personal: bool

    def row(self, cycle: str) -> CorrectionsRow:
        """The correction as a row of `corrections`; what stands in a table of people is left out: a row is a person."""
        r = self.record
        return {
            "cycle": cycle,
            "delivery": self.delivery,
            "table": self.table,
            "cell": f"{r.sheet}!{r.cell}" if r.sheet else r.cell,
            "expected": MASK if self.personal else r.expected or None,
            "new_value": MASK if self.personal else r.new_value or None,
            "reason": r.reason,
            "role": r.role,
            "decided_on": r.decided_on,
        }


@dataclass
class Corrector:
    """Corrects the raw tables of one feed, and knows afterwards what was corrected and what could not be.

    `deliveries` are those of the feed; a file that holds the same bytes as the one that is read is the same delivery.
    """

    feed: Feed
    records: Sequence[Correction]
    deliveries: Sequence[Delivery]
    applied: list[Applied] = field(default_factory=list)
    refused: dict[Correction, Words] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def __call__(self, delivery: Delivery, table: Table, raw: RawTable) -> RawTable:
        """The raw table as the corrections of its file and sheet say."""
        self.read.add(delivery.id)
        names = self._names(delivery.id)
        for record in self.records:
            if record.file in names and fold(record.sheet) == fold(raw.sheet):
                raw = self._corrected(record, delivery, table, raw)
        return raw

    def met(self) -> list[Correction]:
        """The records whose file is a delivery of the feed that was read, whatever became of them."""
        answered = {d.id for d in self.deliveries if ANSWERS in self.feed.sources[d.source].tables}
        names = {name for identity in (*self.read, *answered) for name in self._names(identity)}
        return [record for record in self.records if record.file in names]

    def results(self) -> list[RuleResult]:
        """What became of the corrections of this feed's deliveries; nothing if there are none."""
        met = self.met()
        if not met:
            return []
        done = {applied.record for applied in self.applied}
        reasons: dict[Words, list[str]] = {}
        for record in met:
            if record not in done or record in self.refused:
                reasons.setdefault(self.refused.get(record) or self._why_not(record), []).append(record.place)
        guard = [(why, places) for why, places in reasons.items() if why in (GONE, NOWHERE, TWO_WAYS)]
        refused = [(why, places) for why, places in reasons.items() if why not in (GONE, NOWHERE, TWO_WAYS)]
        return [
            *_results(
                "corrections.guard",
                len(met),
                guard,
                Words(
                    "een gecorrigeerde cel houdt wat de correctie verwacht",
                    "a corrected cell holds what the correction expects",
                ),
            ),
            *_results(
                "corrections.possible",
                len(met),
                refused,
                Words("wat gecorrigeerd wordt, mag gecorrigeerd worden", "what is corrected may be corrected"),
            ),
        ]

    def _why_not(self, record: Correction) -> Words:
        of_answers = {
            composed(d.path)
            for d in self.deliveries
            if ANSWERS in self.feed.sources[d.source].tables and d.id not in self.read
        }
        return OF_ANSWERS if record.file in of_answers else NOWHERE

    def _names(self, identity: str) -> set[str]:
        return self._paths.get(identity, set())

    @cached_property
    def _paths(self) -> dict[str, set[str]]:
        """The names under which each delivery came, by its id."""
        paths: dict[str, set[str]] = {}
        for delivery in self.deliveries:
            paths.setdefault(delivery.id, set()).add(composed(delivery.path))
        return paths

    def _corrected(self, record: Correction, delivery: Delivery, table: Table, raw: RawTable) -> RawTable:
        cells = _cells_of(record.cell, table, raw)
        if not cells:
            return raw
        fields = [table[name] for name, _ in cells]
        if any(f.personal and f.kind is Kind.TEXT for f in fields):
            self.refused[record] = OF_PEOPLE
            return _doubted(raw, cells, OF_PEOPLE)
        locales = [locale_of(self.feed, delivery, table.name, f.name) for f in fields]
        if not all(
            shows(raw.columns[name][at], record.expected, locale)
            for (name, at), locale in zip(cells, locales, strict=True)
        ):
            self.refused[record] = GONE
            return _doubted(raw, cells, GONE)
        try:
            values = [as_typed(record.new_value, f, locale) for f, locale in zip(fields, locales, strict=True)]
        except _TwoWaysError:
            self.refused[record] = TWO_WAYS
            return _doubted(raw, cells, TWO_WAYS)
        applied = Applied(record, delivery.id, table.name, table.personal)
        if applied not in self.applied:  # a feed is read anew where one of its deliveries cannot be relied on
            self.applied.append(applied)
        return _with(raw, cells, values)


def _results(rule: str, checked: int, reasons: Iterable[tuple[Words, list[str]]], must: Words) -> list[RuleResult]:
    passed = RuleResult("correction_records", rule, Costs.FIGURES, Outcome.PASSED, checked, 0, must.nl, must.en)
    failed = [
        replace(passed, outcome=Outcome.FAILED, failed=len(places), cells=tuple(places), detail=why)
        for why, places in reasons
    ]
    return failed or [passed]


def _cells_of(cell: str, table: Table, raw: RawTable) -> list[tuple[str, int]]:
    """The fields, with their position, that a cell gives: `D14`, or `row 14, fte` if the file has no addresses."""
    address = _ADDRESS.fullmatch(cell.strip().upper().replace("$", "")) if raw.sheet else None
    by_row = _ROW.fullmatch(cell.strip())
    if address:
        positions = [i for i, number in enumerate(raw.rows) if number == int(address[2])]
        return [(name, i) for i in positions for name in raw.columns if raw.place(name, i).upper() == address[1]]
    if by_row is None:
        return []
    wanted = fold(by_row[2])
    positions = [i for i, number in enumerate(raw.rows) if number == int(by_row[1])]
    return [(name, i) for i in positions for name in raw.columns if wanted in _called(table[name], raw, name, i)]


def _called(f: Field, raw: RawTable, name: str, position: int) -> set[str]:
    """What a cell may be called by its row: the header it stands under, or the field, which is no name in a pivot."""
    if raw.pivoted and name == raw.pivot:
        return {fold(raw.pivoted[position])}
    return {fold(word) for word in (raw.place(name, position), f.name, f.label_nl, f.label_en) if word}


def locale_of(feed: Feed, delivery: Delivery, table: str, name: str) -> Locale:
    """The notation in which a field of a delivery is written."""
    source = feed.sources[delivery.source]
    if not isinstance(source, FileSource):
        return "iso"
    named = [form.locales[name] for form in source.forms if form.table == table and name in form.locales]
    return named[0] if named else source.locale


def shows(raw: Cell, expected: str, locale: Locale) -> bool:
    """Whether a cell shows what a person says that it shows: the same text, number, date, yes or no, or nothing.

    A number that the register holds as a number, and not as a text, comes with a decimal point, and is taken as such.
    """
    if is_blank(raw) or not expected.strip():
        return is_blank(raw) and not expected.strip()
    try:
        if fold(text_of(raw)) == fold(expected):
            return True
    except Refused:
        return False
    if isinstance(raw, bool):
        return fold(expected) in (("ja", "waar", "yes", "true") if raw else ("nee", "onwaar", "no", "false"))
    if isinstance(raw, datetime | date):
        return expected.strip() in _days(raw)
    number = _number(raw, locale)
    return number is not None and number in (written(expected, locale), written(expected, "iso"))


def _days(raw: date) -> tuple[str, ...]:
    """A day as people and spreadsheets write it."""
    day = raw.date() if isinstance(raw, datetime) else raw
    short, long = f"{day.day}-{day.month}-{day.year}", f"{day.day:02d}-{day.month:02d}-{day.year}"
    return (
        day.isoformat(),
        f"{day.isoformat()}T00:00:00",
        short,
        long,
        short.replace("-", "/"),
        long.replace("-", "/"),
    )


def _number(raw: object, locale: Locale) -> Written | None:
    if isinstance(raw, Percentage):
        return Written(Decimal(f"{100 * raw:.15g}"), Measure.PERCENT)
    if isinstance(raw, float):
        return Written(Decimal(f"{raw:.15g}"), Measure.PLAIN)
    if isinstance(raw, int | Decimal):
        return Written(Decimal(raw), Measure.PLAIN)
    return written(raw, locale) if isinstance(raw, str) else None


class _TwoWaysError(Exception):
    """A number that is one thing in the notation of the file and another in that of the register."""


def as_typed(text: str, f: Field, locale: Locale) -> str | date | Decimal | None:
    """What takes the place of a cell: a text as it would be typed there, or the value that the register holds.

    A register that holds a number as a number gives it with a decimal point, whatever the notation of the file; if
    that would be another number in the notation of the file, nobody can say which is meant, and neither is taken.
    """
    text = text.strip()
    if not text:
        return None
    if f.kind is Kind.DATE and re.match(r"\d{4}-\d{2}-\d{2}(T00:00:00)?$", text):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return text
    if f.kind not in NUMERIC:
        return text
    theirs, plain = written(text, locale), written(text, "iso")
    if theirs is not None and plain is not None and theirs != plain:
        raise _TwoWaysError
    return plain.value if theirs is None and plain is not None else text


def _doubted(raw: RawTable, cells: Sequence[tuple[str, int]], why: Words) -> RawTable:
    """The table with these cells refused: a cell that was decided about and is not corrected costs its row."""
    return replace(raw, flaws={**raw.flaws, **dict.fromkeys(cells, why)})


def _with(raw: RawTable, cells: Sequence[tuple[str, int]], values: Sequence[Cell]) -> RawTable:
    columns = dict(raw.columns)
    for (name, at), value in zip(cells, values, strict=True):
        column = list(columns[name])
        column[at] = value
        columns[name] = column
    flaws = {place: words for place, words in raw.flaws.items() if place not in cells}
    return replace(raw, columns=columns, flaws=flaws)
