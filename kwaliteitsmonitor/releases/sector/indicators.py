"""The indicators of several institutions, with a figure of them together if they compare and combine.

Two indicators are the same if both name the same definition of the sector (`sector_id`, `student_staff_ratio@2` for
its second version). What each institution calls its own, and how it numbers its own versions, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypedDict

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number, percentage
from kwaliteitsmonitor.releases.format.notes import notes_of
from kwaliteitsmonitor.releases.sector import combining
from kwaliteitsmonitor.releases.sector.combining import Combined, Part
from kwaliteitsmonitor.releases.sector.comparable import Traits, agreeing
from kwaliteitsmonitor.releases.sector.reasons import Named, left_out
from kwaliteitsmonitor.releases.sector.sources import Source
from schemas.kinds import DEMANDS, Combining
from schemas.rows import DefinitionsRow, IndicatorValuesRow, SectorIndicatorsRow, SectorLeftOutRow
from schemas.words import Words, in_columns

Key = tuple[str, int, str | None]
"""A definition of the sector, a reporting year and a level."""

METHODS: Mapping[str, Combining | None] = {kind: demands.combines for kind, demands in DEMANDS.items()}
DELIVERED: Mapping[str, str] = {"sum": "sum", "ratio": "quotient", "weighted_by_n": "mean"}
COMBINE = {"sum": combining.added, "quotient": combining.divided, "mean": combining.averaged}
SUBJECT = "indicator"
"""What rows of `sector_left_out` are about that are made here."""
FIRST = "1"
"""The version of a definition that names none."""


class _Place(TypedDict):
    """What a figure of the sector is of."""

    reporting_year: int
    indicator: str
    level: str | None
    institution: str | None
    figure_id: str


@dataclass(frozen=True)
class Given:
    """A figure of an institution, with the definition that it follows."""

    source: Source
    row: IndicatorValuesRow
    definition: DefinitionsRow

    @property
    def method(self) -> str | None:
        """How it combines with those of others; `None` if it does not."""
        if self.definition["kind"] == "delivered":
            return DELIVERED.get(str(self.definition["combine"]))
        method = METHODS.get(str(self.definition["kind"]))
        of_people = self.definition["unit_of_analysis"] in (None, "respondent")
        return method if method != "mean" or of_people else None

    @property
    def version(self) -> str:
        """The version of the definition of the sector."""
        return str(self.definition["sector_id"]).partition("@")[2] or FIRST

    @property
    def traits(self) -> Traits:
        """By what it may differ from those of others."""
        scale = self.definition.get("scale_minimum"), self.definition.get("scale_maximum")
        return (
            ("other_version", self.version),
            ("other_method", str(self.method)),
            ("other_measure", str(self.row["unit_of_measure"])),
            ("other_scale", str(scale) if self.method == "mean" else ""),
        )

    @property
    def hindrance(self) -> str:
        """Why it cannot count, whatever others give; empty if it can."""
        row = self.row
        if row["status"] != "ok":
            return str(row["status"])
        if self.method is None:
            return "does_not_combine"
        if row["value"] is None:
            return "not_available"
        if self.method == "mean" and row["n"] is None:
            return "no_number"
        if self.method == "quotient" and (row["numerator"] is None or row["denominator"] is None):
            return "no_parts"
        return ""

    @property
    def part(self) -> Part:
        """The figure as it enters that of all together."""
        row = self.row
        return Part(
            _exact(row["value"]) or Decimal(0),
            row["n"],
            _exact(row["numerator"]),
            _exact(row["denominator"]),
            _exact(row["spread"]),
            row["spread_kind"],
        )

    @property
    def label(self) -> Words:
        """What its indicator is called."""
        return _label(self.definition)


def indicators(sources: Sequence[Source]) -> tuple[list[SectorIndicatorsRow], list[SectorLeftOutRow]]:
    """The rows of `sector_indicators`, and those of `sector_left_out` that are about indicators."""
    figures, refused = _comparable(sources)
    rows: list[SectorIndicatorsRow] = []
    for key in sorted(figures, key=lambda key: (key[0], key[1], key[2] or "")):
        made, out = _of(key, figures[key])
        rows.extend(made)
        refused.extend(out)
    refused.extend(_absent(sources, figures))
    return rows, refused


def _comparable(sources: Sequence[Source]) -> tuple[dict[Key, dict[str, Given]], list[SectorLeftOutRow]]:
    """The figures of whole institutions by what they are about, and the indicators that do not count at all."""
    by_key: dict[Key, dict[str, Given]] = {}
    refused: list[SectorLeftOutRow] = []
    for source in sources:
        own, named = _figures(source)
        refused.extend(
            left_out("own_definition", source.institution, SUBJECT, Named(own=name, label=label))
            for name, label in own.items()
        )
        for key, figures in named.items():
            if len(figures) == 1:
                by_key.setdefault(key, {})[source.institution] = figures[0]
            else:
                refused.extend(_out(key, one, "twice") for one in figures)
    return by_key, refused


def _figures(source: Source) -> tuple[dict[str, Words], dict[Key, list[Given]]]:
    """What indicators are called that are the institution's own, and the figures of the others by definition."""
    definitions = {(one["indicator"], one["version"]): one for one in source.tables.definitions}
    own: dict[str, Words] = {}
    named: dict[Key, list[Given]] = {}
    for row in source.tables.indicators:
        definition = definitions.get((row["indicator"], row["definition_version"]))
        if row["unit"] is not None or definition is None:
            continue
        if not definition.get("sector_id"):
            own.setdefault(row["indicator"], _label(definition))
            continue
        key = _name(definition), row["reporting_year"], row["level"]
        named.setdefault(key, []).append(Given(source, row, definition))
    return own, named


def _of(key: Key, figures: Mapping[str, Given]) -> tuple[list[SectorIndicatorsRow], list[SectorLeftOutRow]]:
    """The rows of one indicator in a year: each institution's, then that of those together that compare."""
    refused = {name: one.hindrance for name, one in figures.items() if one.hindrance}
    able = {name: one for name, one in figures.items() if name not in refused}
    counting, others = agreeing({name: one.traits for name, one in able.items()})
    refused |= others
    rows = [_own(key, one, counts=name in counting) for name, one in figures.items()]
    out = [_out(key, figures[name], reason) for name, reason in refused.items()]
    if counting:
        members = [able[name] for name in counting]
        rows.append(_together(key, members))
        out.extend(_spreads(key, members))
    return rows, sorted(out, key=lambda row: (row["institution"], row["part"]))


def _own(key: Key, one: Given, *, counts: bool) -> SectorIndicatorsRow:
    """The figure of an institution as its release gives it."""
    row, label = one.row, one.label
    return {
        **_place(key, one.source.institution),
        "label_nl": label.nl,
        "label_en": label.en,
        "value": row["value"],
        "spread": row["spread"],
        "spread_kind": row["spread_kind"],
        "n": row["n"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "decimals": row["decimals"],
        "printed_nl": row["printed_nl"],
        "printed_en": row["printed_en"],
        "unit_of_measure": row["unit_of_measure"],
        "status": row["status"],
        "definition_version": one.version,
        "method": one.method,
        "institutions": 1,
        "counts": counts,
        "release_status": one.source.status,
        **in_columns(partial(notes_of, row)),
        "of_figure": row["figure_id"],
    }


def _together(key: Key, members: Sequence[Given]) -> SectorIndicatorsRow:
    """The figure of institutions together."""
    first, label = members[0], members[0].label
    combined: Combined = COMBINE[str(first.method)]([one.part for one in members])
    if len(members) == 1:
        own = first.part
        combined = Combined(own.value, own.n, own.numerator, own.denominator, own.spread, own.spread_kind)
    decimals = min(one.row["decimals"] for one in members)
    unit = first.row["unit_of_measure"]
    return {
        **_place(key, None),
        "label_nl": label.nl,
        "label_en": label.en,
        "value": _plain(combined.value),
        "spread": _plain(combined.spread),
        "numerator": _plain(combined.numerator),
        "denominator": _plain(combined.denominator),
        "printed_nl": _printed(combined, unit, decimals, "nl"),
        "printed_en": _printed(combined, unit, decimals, "en"),
        "n": combined.n,
        "spread_kind": combined.spread_kind,
        "unit_of_measure": unit,
        "decimals": decimals,
        "status": "ok" if combined.value is not None else "not_available",
        "definition_version": first.version,
        "method": first.method,
        "institutions": len(members),
        "counts": True,
        "release_status": state(one.source for one in members),
        **in_columns(partial(_of_each, members)),
        "of_figure": None,
    }


def _of_each(members: Iterable[Given], language: str) -> Iterator[str]:
    """What releases say of the figures of several institutions, with whose it is."""
    return (f"{one.source.institution}: {note}" for one in members for note in notes_of(one.row, language))


def state(sources: Iterable[Source]) -> str:
    """`final` if every release is; one draft makes it all a draft."""
    return "final" if all(source.status == "final" for source in sources) else "draft"


def _spreads(key: Key, members: Sequence[Given]) -> Iterator[SectorLeftOutRow]:
    """Why means have no spread together, if they have not."""
    if members[0].method != "mean" or len(members) == 1 or combining.spread_combines([one.part for one in members]):
        return
    lacking = [one for one in members if one.row["spread"] is None and one.row["n"] != 1]
    kinds = {one.row["spread_kind"] for one in members if one not in lacking}
    for one in members:
        if one in lacking:
            yield _out(key, one, "no_spread", "spread")
        elif len(kinds) > 1:
            yield _out(key, one, "other_spread", "spread")
        elif kinds != {combining.COMBINING_SPREAD}:
            yield _out(key, one, "spread_does_not_combine", "spread")


def _absent(sources: Sequence[Source], figures: Mapping[Key, Mapping[str, Given]]) -> Iterator[SectorLeftOutRow]:
    """The institutions that do not give a figure that another gives, with what they give in its place."""
    for name in sorted({key[0] for key in figures}):
        keys = sorted((key for key in figures if key[0] == name), key=lambda key: (key[1], key[2] or ""))
        for source in sources:
            own = [key for key in keys if source.institution in figures[key]]
            if not own:
                of_another = next(iter(figures[keys[0]].values())).definition
                yield left_out("not_given", source.institution, SUBJECT, Named(name, label=_label(of_another)))
                continue
            for key in (key for key in keys if key not in own):
                same_year = any(other[1] == key[1] for other in own)
                one = figures[own[0]][source.institution]
                yield _out(key, one, "other_level" if same_year else "other_year")


def _out(key: Key, one: Given, reason: str, part: str = "value") -> SectorLeftOutRow:
    name, year, level = key
    named = Named(name, level, one.row["indicator"], one.label, part)
    return left_out(reason, one.source.institution, SUBJECT, named, reporting_year=year)


def _place(key: Key, institution: str | None) -> _Place:
    name, year, level = key
    return {
        "reporting_year": year,
        "indicator": name,
        "level": level,
        "institution": institution,
        "figure_id": f"sector:indicator:{year}:{name}:{level or 'all'}:{institution or 'together'}",
    }


def _label(definition: DefinitionsRow) -> Words:
    return Words(definition["label_nl"], definition["label_en"])


def _name(definition: DefinitionsRow) -> str:
    return str(definition["sector_id"]).partition("@")[0]


def _exact(value: float | None) -> Decimal | None:
    """A published number to the digit in which it is published."""
    return None if value is None else Decimal(repr(value))


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _printed(combined: Combined, unit: str, decimals: int, language: Language) -> str:
    if combined.value is None:
        return SYMBOLS["not_available"][language]
    if unit == "fraction":
        return percentage(combined.value, decimals, language)
    written = number(combined.value, decimals, language)
    return written if combined.spread is None else f"{written} ± {number(combined.spread, decimals, language)}"
