"""What all parts of a plain sample share: the profile, the years, and what is delivered when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kwaliteitsmonitor.sample.apportion import stream
from schemas.calendar import academic_year, reference_date
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period
from schemas.profile.themes import Measure
from schemas.profile.units import Unit
from schemas.values import AnyRow, Row


@dataclass(frozen=True)
class Setting:
    """The profile, the reporting years of the sample in order, the seed and the number of answers to evaluations."""

    profile: Profile
    years: tuple[int, ...]
    seed: int
    responses: int

    @property
    def rounds(self) -> tuple[int, ...]:
        """The financial rounds of a year; none if no cycle settles money."""
        return self.profile.rounds

    @property
    def language(self) -> str:
        """The language in which open text is written: the institution's first."""
        return self.profile.institution.languages[0]

    def feed_of(self, table: str) -> Feed | None:
        """The feed that delivers a table; `None` if the institution does not use it."""
        return next((feed for feed in self.profile.feeds if table in feed.tables), None)

    def units(self, feed: Feed | None, year: int) -> list[Unit]:
        """The units that deliver a feed in a year; without a list of its own those that have no part of their own."""
        there = self.profile.units_in(year)
        if feed is not None and feed.units:
            return [unit for unit in there if unit.id in feed.units]
        parents = {unit.parent for unit in there}
        return [unit for unit in there if unit.id not in parents]

    def measures(self, unit: str, year: int) -> list[Measure]:
        """The measures of a unit in a year, in the order of the profile."""
        return [measure for measure in self.profile.measures_in(year) if unit in measure.units]

    def spenders(self, theme: str, year: int) -> list[str]:
        """The units that spend money on a theme in a year: those with a measure in it."""
        feed = self.feed_of("bfr")
        listed = feed.units if feed is not None else []
        having = {unit for m in self.profile.measures_in(year) if m.theme == theme for unit in m.units}
        there = [unit.id for unit in self.profile.units_in(year)]
        return [unit for unit in there if unit in having and (not listed or unit in listed)]


@dataclass(frozen=True)
class Occasion:
    """One time at which a feed is delivered: for a reporting year, and a round if it has rounds.

    What is delivered when it changes has no year of its own.
    """

    feed: Feed
    year: int | None
    round: int | None = None

    @property
    def shared_fields(self) -> Row:
        """The fields that every row of the delivery shares because of when it is delivered."""
        if self.year is None:
            return {}
        match self.feed.period:
            case Period.ACADEMIC_YEAR:
                return {"academic_year": academic_year(self.year)}
            case Period.ROUND:
                return {"reporting_year": self.year, "round": self.round}
            case _:
                return {"reporting_year": self.year}


Contents = Callable[[Setting, Occasion], Sequence[AnyRow]]
"""What makes the rows of a delivered table at an occasion."""


def occasions(setting: Setting, feed: Feed) -> Iterator[Occasion]:
    """Every time at which a feed is delivered in the years of the sample, oldest first."""
    if feed.period is Period.NONE:
        yield Occasion(feed, None)
        return
    for year in setting.years:
        if feed.period is Period.ROUND:
            yield from (Occasion(feed, year, number) for number in setting.rounds)
        else:
            yield Occasion(feed, year)


def arrives(setting: Setting, occasion: Occasion) -> date:
    """The day on which a delivery arrives: some days before its deadline, or before the cycle that reads it."""
    year = setting.years[0] if occasion.year is None else occasion.year
    rules = occasion.feed.deadlines
    rule = rules.get(occasion.round or 0) or rules.get(0)
    days = int(stream(setting.seed, "arrival", occasion.feed.id, year, occasion.round).integers(2, 10))
    if rule is not None:
        return reference_date(year + rule.years, rule.month_day) - timedelta(days)
    for entry in setting.profile.institution.cycles:
        if occasion.round and entry.round == occasion.round:
            return date(year - (entry.spending_year or 0), entry.month, 1) - timedelta(days)
    return date(year, 12, 31) - timedelta(days)
