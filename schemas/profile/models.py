"""A whole profile: what the files of one folder say together.

One folder is one institution. `profile.yaml` is the institution itself (`institution`), `units.yaml` (`units`),
`themes.yaml`, `measures.yaml` and `classifications.yaml` (`themes`), `questions.yaml` (`questions`), `indicators.yaml`
(`indicators`) and `feeds.yaml` (`feeds`) are lists, `plan.csv` and `programmes.csv` (`registers`) are tables. A
key that no model knows is refused: a typing error must not pass for a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from schemas.calendar import (
    Cycle,
    CycleRule,
    academic_year,
    academic_year_spellings,
    demand_within,
    open_cycle,
    parse_cycle,
)
from schemas.profile.feeds import Feed
from schemas.profile.indicators import Indicator, Measured
from schemas.profile.institution import Institution
from schemas.profile.misprints import Misprint
from schemas.profile.questions import Question
from schemas.profile.reference_values import ReferenceValue
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Classification, Measure, NationalTheme, Theme
from schemas.profile.units import Unit
from schemas.spelling import fold


@dataclass(frozen=True)
class Profile:
    """A whole, validated profile. Codes in it refer to each other and are known to exist."""

    folder: Path
    institution: Institution
    units: tuple[Unit, ...]
    themes: tuple[Theme, ...]
    national_themes: tuple[NationalTheme, ...]
    measures: tuple[Measure, ...]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    feeds: tuple[Feed, ...]
    plan: tuple[PlanLine, ...]
    programmes: tuple[Programme, ...]
    digest: str = field(default="", compare=False)
    misprints: tuple[Misprint, ...] = ()
    classifications: tuple[Classification, ...] = ()
    reference_values: tuple[ReferenceValue, ...] = ()

    @property
    def id(self) -> str:
        """The institution's id."""
        return self.institution.id

    def open_text(self, table: str) -> frozenset[str]:
        """The fields of open text of a delivered table that are read past staging."""
        published = {
            "bfr": self.institution.spending.publish_explanations,
            "faculty_measures": self.institution.progress.publish_explanations,
        }
        return frozenset({"explanation"} if published.get(table) else ())

    @property
    def last_round(self) -> int:
        """The number of the definitive financial round of a year; 0 if no cycle settles money."""
        return max(entry.round or 0 for entry in self.institution.cycles)

    @property
    def years(self) -> range:
        """The years of the plan."""
        return range(self.institution.first_year, self.institution.last_year + 1)

    @property
    def rounds(self) -> tuple[int, ...]:
        """The numbers of the financial rounds that cycles settle, in their order; none if no cycle settles money."""
        return tuple(sorted({entry.round for entry in self.institution.cycles if entry.round}))

    def uses(self, table: str) -> bool:
        """Whether a feed fills a delivered table. What nobody delivers is no part of the institution's accounts."""
        return any(table in feed.tables for feed in self.feeds)

    def units_in(self, year: int) -> tuple[Unit, ...]:
        """The units that are there in a reporting year, in the profile's order."""
        return tuple(unit for unit in self.units if unit.is_there(year))

    def delivering(self, feed: Feed, year: int) -> tuple[str, ...]:
        """The units that must deliver a feed about a reporting year: those of the feed that are there in it."""
        there = {unit.id for unit in self.units_in(year)}
        return tuple(unit for unit in feed.units if unit in there)

    def measures_in(self, year: int) -> tuple[Measure, ...]:
        """The measures that are there in a reporting year, in the profile's order."""
        return tuple(measure for measure in self.measures if measure.is_there(year))

    def having(self, measure: Measure, year: int) -> tuple[str, ...]:
        """The units that have a measure and are there in a reporting year, in the order of the measure."""
        there = {unit.id for unit in self.units_in(year)} if measure.is_there(year) else set()
        return tuple(unit for unit in measure.units if unit in there)

    def delivering_figure(self, indicator: Indicator, year: int) -> tuple[str, ...]:
        """The units that deliver a figure of an indicator in a year, in the order of the profile.

        Those that the definition names; else those of which the feeds expect a delivery; else every unit that is not
        part of another.
        """
        there = self.units_in(year)
        named = indicator.delivered.units if indicator.delivered else []
        feeds = [unit for feed in self.feeds if "delivered_figures" in feed.tables for unit in feed.units]
        delivering = named or feeds or [unit.id for unit in there if not unit.parent]
        return tuple(unit.id for unit in there if unit.id in delivering)

    def versions_in_order(self, names: Iterable[str]) -> list[str]:
        """These versions of the plan in the order in which they came.

        It is the order of the profile; those that the profile does not know come after, in the order of their names.
        """
        order = {name: i for i, name in enumerate(dict.fromkeys(line.version for line in self.plan))}
        return sorted(set(names), key=lambda name: (order.get(name, len(order)), name))

    def within(self, unit: str) -> tuple[str, ...]:
        """A unit and all that are part of it, at any depth, in the profile's order."""
        inside = {unit}
        while more := {one.id for one in self.units if one.parent in inside} - inside:
            inside |= more
        return tuple(one.id for one in self.units if one.id in inside)

    def afterwards(self, unit: str, year: int) -> frozenset[str]:
        """What a unit is in a later year: itself, or what it became by then; nothing if it simply ended."""
        known = {one.id: one for one in self.units}
        now: set[str] = {unit}
        done: set[str] = set()
        while ended := {one for one in now if one in known and (known[one].valid_until or 9999) < year} - done:
            done |= ended
            now = (now - ended) | {later for one in ended for later in known[one].becomes}
        return frozenset(now)

    @property
    def funded_themes(self) -> tuple[Theme, ...]:
        """The themes that receive money, in the profile's order."""
        return tuple(theme for theme in self.themes if theme.funded)

    @property
    def cycle_rules(self) -> tuple[CycleRule, ...]:
        """What the cycle of each month settles."""
        entries = self.institution.cycles
        return tuple(
            CycleRule(
                e.month,
                e.round or 0,
                e.indicator_year if e.spending_year is None else e.spending_year,
                e.indicator_year,
            )
            for e in entries
        )

    def cycle(self, key: str) -> Cycle:
        """The cycle with this key; raises `UsageError` if there is none."""
        return parse_cycle(key, self.cycle_rules)

    def cycle_of_agreements(self, key: str) -> Cycle:
        """The cycle with this key; raises `UsageError` if there is none, or none of the agreements."""
        cycle = self.cycle(key)
        demand_within(cycle, self.cycle_rules, self.institution.first_year, self.institution.last_year)
        return cycle

    def open_cycle(self, day: date) -> Cycle | None:
        """The cycle for which deliveries come in on a day, or `None` once the agreements are over."""
        return open_cycle(day, self.cycle_rules, self.institution.first_year, self.institution.last_year)

    def feed(self, feed_id: str) -> Feed:
        """The feed with this id; raises `KeyError` if there is none."""
        for feed in self.feeds:
            if feed.id == feed_id:
                return feed
        raise KeyError(feed_id)

    def indicator(self, indicator_id: str, year: int) -> Indicator | None:
        """The definition of an indicator that holds in a reporting year, or `None`."""
        for definition in self.indicators:
            until = definition.valid_until or 9999
            if definition.id == indicator_id and definition.valid_from <= year <= until:
                return definition
        return None

    def measured(self, indicator_id: str, year: int | None) -> Measured | None:
        """What the number of a delivered figure measures by the definition of its indicator, that of its year first.

        `None` if there is no such indicator.
        """
        of_year = self.indicator(indicator_id, year) if year is not None else None
        named = [definition for definition in self.indicators if definition.id == indicator_id]
        definition = of_year or (named[-1] if named else None)
        return definition.measured if definition else None

    def code_lists(self) -> Mapping[str, tuple[str, ...]]:
        """The closed lists against which codes in deliveries are held; an unknown code is an error."""
        return {
            "units": tuple(u.id for u in self.units),
            "themes": tuple(t.id for t in self.themes),
            "measures": tuple(dict.fromkeys(m.id for m in self.measures)),
            "programmes": tuple(p.programme for p in self.programmes),
            "questions": tuple(q.id for q in self.questions),
            "indicators": tuple(dict.fromkeys(i.id for i in self.indicators)),
            "councils": tuple(c.id for c in self.institution.councils),
            "academic_years": tuple(academic_year(year) for year in self.years),
            "rounds": tuple(str(number) for number in self.rounds),
            "courses": tuple(self.institution.disclosure.courses_taught_by_several),
        }

    @cached_property
    def aliases(self) -> Mapping[str, Mapping[str, str]]:
        """Per code list, other spellings that stand for a code (such as FA for FdA, or a measure's Dutch name).

        A spelling that could stand for two codes stands for neither: which one is meant cannot be known.
        """
        by_name = [(p.name, p.programme) for p in self.programmes]
        by_both = [(f"{p.name} ({p.programme})", p.programme) for p in self.programmes]
        return {
            "units": _unambiguous(_of_units(self.units)),
            "themes": _unambiguous((name, t.id) for t in self.themes for name in (t.nl, t.en)),
            "measures": _unambiguous((name, m.id) for m in self.measures for name in (m.nl, m.en)),
            "indicators": _unambiguous((name, i.id) for i in self.indicators for name in (i.nl, i.en)),
            "councils": _unambiguous((name, c.id) for c in self.institution.councils for name in (c.nl, c.en)),
            "questions": _unambiguous((text, q.id) for q in self.questions for text in q.words),
            "programmes": _unambiguous([*by_name, *by_both]),
            "academic_years": _unambiguous(
                (text, academic_year(year)) for year in self.years for text in academic_year_spellings(year)
            ),
        }


def _of_units(units: Iterable[Unit]) -> Iterator[tuple[str, str]]:
    """What a unit is called beside its code: its aliases, and its names if they do not stand for another unit."""
    units = list(units)
    listed = {fold(word): unit.id for unit in units for word in (unit.id, *unit.aliases)}
    for unit in units:
        names = (name for name in (unit.nl, unit.en) if listed.get(fold(name), unit.id) == unit.id)
        yield from ((word, unit.id) for word in (*unit.aliases, *names))


def _unambiguous(spellings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The code for each spelling, without those that stand for more than one; case and spacing tell none apart."""
    known = [(fold(spelling), spelling, code) for spelling, code in spellings]
    codes: dict[str, set[str]] = {}
    for folded, _, code in known:
        codes.setdefault(folded, set()).add(code)
    return {spelling: code for folded, spelling, code in known if len(codes[folded]) == 1}
