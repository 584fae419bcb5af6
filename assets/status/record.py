"""What the steps after the status need of it: what is missing, what is done without, and what was set aside.

work/<cycle>/status/missing.json
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypedDict

from assets.common.cycle_tables import CycleTables
from assets.decisions.waivers import NAMES
from kwaliteitsmonitor.methods.figures.left_out import of_question
from kwaliteitsmonitor.methods.remarks import UNKNOWN
from schemas.words import Words, words_of

STEP, NAME = "status", "missing"
Reasons = Mapping[tuple[str, int], Sequence[Words]]
"""Per delivered table and reporting year, in a sentence each."""
Units = Mapping[tuple[int, int], Sequence[str]]
"""Per year and round the units."""
SentencesJson = Sequence[str | Sequence[str]]
"""Sentences as JSON holds them: a pair of Dutch and English each, or one text of an earlier version."""
ReasonsJson = Sequence[tuple[str, int, SentencesJson]]
"""`Reasons` as JSON holds them."""
UnitsJson = Sequence[tuple[int, int, Sequence[str]]]
"""`Units` as JSON holds them."""


class StatusJson(TypedDict):
    """A `StatusRecord` as JSON holds it; of `lost` each has the fields of `LostRow`."""

    lacking: SentencesJson
    without: SentencesJson
    units: Sequence[tuple[str, int, str]]
    lost: Sequence[dict[str, Any]]
    aside: Sequence[tuple[str, int, int]]
    tables: ReasonsJson
    rounds: UnitsJson
    waived: ReasonsJson
    waived_rounds: UnitsJson
    waivers: Sequence[Sequence[str]]


@dataclass(frozen=True)
class LostRow:
    """A row that was set aside and that figures need, by what is known of it.

    `waived` says that a decision does without it; `amounts` are those that can be read of it, by field.
    """

    table: str
    year: int | None = None
    round: int | None = None
    unit: str | None = None
    theme: str | None = None
    measure: str | None = None
    indicator: str | None = None
    level: str | None = None
    version: str | None = None
    question: str | None = None
    waived: bool = False
    amounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusRecord:
    """What is not there of a cycle, and what a decision does without.

    `lacking` and `without` say all of it, in a sentence each. `units` are those that a table of a year lacks; an empty
    one is all of it. `aside` counts, per table and year, the rows set aside that cost no more than themselves.
    `needed` are the waivers that the status needed, by what they name (`assets.decisions.waivers.NAMES`).
    """

    lacking: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    units: tuple[tuple[str, int, str], ...] = ()
    lost: tuple[LostRow, ...] = ()
    aside: Mapping[tuple[str, int], int] = field(default_factory=dict)
    missing: Reasons = field(default_factory=dict)
    missing_rounds: Units = field(default_factory=dict)
    waived: Reasons = field(default_factory=dict)
    waived_rounds: Units = field(default_factory=dict)
    needed: tuple[tuple[str, ...], ...] = ()

    def write(self, tables: CycleTables) -> None:
        """Keep the record of a cycle."""
        record: StatusJson = {
            "lacking": _pairs(self.lacking),
            "without": _pairs(self.without),
            "units": sorted(self.units),
            "lost": [asdict(one) for one in self.lost],
            "aside": [(*place, rows) for place, rows in sorted(self.aside.items())],
            "tables": _kept(self.missing),
            "rounds": [(*place, units) for place, units in sorted(self.missing_rounds.items())],
            "waived": _kept(self.waived),
            "waived_rounds": [(*place, units) for place, units in sorted(self.waived_rounds.items())],
            "waivers": self.needed,
        }
        tables.workspace.write_json(tables.key, STEP, NAME, record)

    @classmethod
    def of_json(cls, record: StatusJson) -> StatusRecord:
        """The record that was written."""
        return cls(
            tuple(map(_sentence, record["lacking"])),
            tuple(map(_sentence, record["without"])),
            tuple((table, year, unit) for table, year, unit in record["units"]),
            tuple(LostRow(**one) for one in record["lost"]),
            {(table, year): rows for table, year, rows in record["aside"]},
            _reasons(record["tables"]),
            {(year, number): units for year, number, units in record["rounds"]},
            _reasons(record["waived"]),
            {(year, number): units for year, number, units in record["waived_rounds"]},
            tuple(tuple(names) for names in record["waivers"]),
        )

    def lost_of(self, *tables: str) -> list[LostRow]:
        """The rows of these tables that were set aside."""
        return [one for one in self.lost if one.table in tables]

    def lacking_units(self, years: Iterable[int]) -> dict[tuple[str, int], frozenset[str]]:
        """Per delivered table and reporting year the units of which something is not there or was set aside.

        An empty unit is the delivery as a whole. If the answers to one question are lacking, it is said of that
        question (`of_question`) alone. What a decision does without is not among them.
        """
        units: dict[tuple[str, int], set[str]] = defaultdict(set)
        for table, year, unit in self.units:
            units[(table, year)].add(unit)
        every = list(years)
        for one in self.lost:
            if not one.waived:
                for year in [one.year] if one.year is not None else every:
                    units[(of_question(one.table, one.question), year)].add(one.unit or UNKNOWN)
        return {place: frozenset(names) for place, names in units.items()}


def _kept(reasons: Reasons) -> ReasonsJson:
    return [(*place, _pairs(of)) for place, of in sorted(reasons.items())]


def _pairs(sentences: Iterable[Words]) -> SentencesJson:
    """Sentences as JSON holds them, a pair of Dutch and English each."""
    return [[one.nl, one.en] for one in sentences]


def _reasons(kept: ReasonsJson) -> Reasons:
    """What `_kept` gave, or an earlier version kept as one text in both languages."""
    return {(table, year): [_sentence(one) for one in of] for table, year, of in kept}


def _sentence(kept: str | Sequence[str]) -> Words:
    return words_of(kept) if isinstance(kept, str) else Words(*kept)


def status_record(tables: CycleTables) -> StatusRecord:
    """The record of a cycle. Raises `UsageError` if its status has not been made."""
    record = tables.workspace.read_json(tables.key, STEP, NAME)
    if "waivers" not in record:  # an earlier version kept the waivers in a table
        rows = tables.made(STEP, "waivers").to_pylist()
        record["waivers"] = [[row[name] or "" for name in NAMES] for row in rows if row["used"]]
    return StatusRecord.of_json(record)
