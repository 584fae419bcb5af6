"""What only holds across a profile: years, hierarchies, calendars, and that what is computed is also delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo, available_timezones

from schemas.profile.contents import Contents
from schemas.profile.faults import Fault, Path
from schemas.profile.feeds import Feed, Period
from schemas.profile.indicators import Indicator
from schemas.profile.institution import CycleEntry, Institution
from schemas.profile.near_misses import did_you_mean
from schemas.profile.paths import clock_problems, filled_twice
from schemas.profile.references import overlapping_definitions
from schemas.profile.scales import indicator_problems, reference_problems
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS

_YEARS: tuple[tuple[str, Path], ...] = (("profile.yaml", ("first_year",)), ("profile.yaml", ("last_year",)))
_ROUNDS: tuple[tuple[str, Path], ...] = (("profile.yaml", ("cycles",)),)


def problems_across(profile: Contents) -> Iterator[Fault]:
    """Whatever does not hold across the files of a profile; what rests on an incomplete file is left alone."""
    if profile.institution:
        yield from _institution(profile.institution)
        yield from _cycles(profile.institution.cycles)
        yield from _plan(profile, profile.institution)
    if "units.yaml" not in profile.incomplete:
        yield from _hierarchy(profile)
    yield from overlapping_definitions(profile)
    cycles = profile.institution.cycles if profile.institution else []
    rounds = {entry.round for entry in cycles if entry.round}
    for at, feed in profile.feeds:
        yield from _feed(at, feed, profile.institution)
        yield from clock_problems(at, feed, rounds)
    yield from filled_twice(profile.feeds)
    for at, indicator in profile.indicators:
        yield from indicator_problems(at, indicator)
    yield from reference_problems(profile)
    if "feeds.yaml" not in profile.incomplete:
        for at, indicator in profile.indicators:
            yield from _delivered(at, indicator, profile)


def _institution(institution: Institution) -> Iterator[Fault]:
    file = "profile.yaml"
    if institution.last_year < institution.first_year:
        mistake = f"is {institution.last_year}, before first_year {institution.first_year}"
        yield Fault(file, ("last_year",), mistake, "a year from first_year on", rests_on=_YEARS)
    try:
        ZoneInfo(institution.timezone)
    except (KeyError, ValueError, OSError):
        hint = did_you_mean(institution.timezone, sorted(available_timezones()))
        yield Fault(file, ("timezone",), f"is '{institution.timezone}'", "a time zone such as Europe/Amsterdam", hint)
    for at, language in enumerate(institution.languages):
        if language in institution.languages[:at]:
            yield Fault(file, ("languages", at), f"'{language}' stands there twice", "it once")


def _cycles(cycles: list[CycleEntry]) -> Iterator[Fault]:
    months: dict[int, int] = {}
    for at, cycle in enumerate(cycles):
        path: Path = ("cycles", at, "month")
        if cycle.month in months:
            mistake = f"two cycles run in month {cycle.month}"
            first = ("cycles", months[cycle.month], "month")
            yield Fault("profile.yaml", path, mistake, "each month once", first=first)
        months.setdefault(cycle.month, at)


def _plan(profile: Contents, institution: Institution) -> Iterator[Fault]:
    first, last = institution.first_year, institution.last_year
    for at, line in profile.plan:
        if first <= last and not first <= line.year <= last:
            expected = f"a year of the plan, from {first} to {last}"
            yield Fault("plan.csv", (at, "year"), f"is {line.year}", expected, rests_on=_YEARS)


def _hierarchy(profile: Contents) -> Iterator[Fault]:
    units = {unit.id: unit for _, unit in profile.units}
    for at, unit in profile.units:
        circle = _circle(unit, units)
        if circle:
            mistake = f"goes round in a circle: {' → '.join(circle)}"
            yield Fault("units.yaml", (at, "parent"), mistake, "a unit that is no part of this one")
        elif unit.parent in units:
            yield from _outlives(at, unit, units[unit.parent])
        for number, name in enumerate(unit.becomes):
            year = (unit.valid_until or 0) + 1
            if name in units and name != unit.id and not units[name].is_there(year):
                mistake = f"{name} is not there in {year}, the year after {unit.id} ends"
                yield Fault("units.yaml", (at, "becomes", number), mistake, f"a unit that is there in {year}")


def _circle(unit: Unit, units: Mapping[str, Unit]) -> list[str]:
    """The units from one upwards to itself again; none if its parents lead to the top."""
    way = [unit.id]
    above = unit.parent
    while above in units and above not in way:
        way.append(above)
        above = units[above].parent
    return [*way, above] if above == unit.id else []


def _outlives(at: int, unit: Unit, parent: Unit) -> Iterator[Fault]:
    """A unit that is there in years in which its parent is not."""
    begins = (parent.valid_from or 0) > (unit.valid_from or 0)
    ends = (parent.valid_until or 9999) < (unit.valid_until or 9999)
    if begins or ends:
        years = f"{parent.valid_from or '…'}-{parent.valid_until or '…'}"
        mistake = f"{parent.id} is there in {years} only, and {unit.id} in other years as well"
        hint = f"give {unit.id} valid_from and valid_until within those, or another parent"
        yield Fault("units.yaml", (at, "parent"), mistake, "a parent that is there in all years of its part", hint)


def _feed(at: int, feed: Feed, institution: Institution | None) -> Iterator[Fault]:
    """Deadlines by the rounds that there are; a feed by round only where a cycle settles one."""
    path: Path = (at, "deadlines")
    for number in feed.deadlines:
        if number and feed.period is not Period.ROUND:
            mistake = f"there is no round {number} in a feed with period {feed.period.value}"
            yield Fault("feeds.yaml", (*path, str(number)), mistake, "the deadline under 0")
    if institution is None or feed.period is not Period.ROUND:
        return
    rounds = sorted({entry.round for entry in institution.cycles if entry.round})
    known = ", ".join(str(number) for number in rounds)
    if not rounds:
        mistake, expected = "is round, and no cycle of profile.yaml has a round", "a cycle with round and spending_year"
        hint = "or another period, or leave the feed out"
        yield Fault("feeds.yaml", (at, "period"), mistake, expected, hint, rests_on=_ROUNDS)
        return
    strange = [number for number in feed.deadlines if number and number not in rounds]
    for number in strange:
        mistake = f"no cycle of profile.yaml has round {number}"
        expected = f"one of {known}, or 0 for every round"
        yield Fault("feeds.yaml", (*path, str(number)), mistake, expected, rests_on=_ROUNDS)
    lacking = [number for number in rounds if number not in feed.deadlines]
    if feed.deadlines and 0 not in feed.deadlines and lacking and not strange:
        mistake = f"has none for round {', '.join(str(number) for number in lacking)}"
        expected, hint = f"one for each round of the cycles: {known}", "0 stands for every other"
        yield Fault("feeds.yaml", path, mistake, expected, hint, rests_on=_ROUNDS)


def _delivered(at: int, indicator: Indicator, profile: Contents) -> Iterator[Fault]:
    """What an indicator reads and no feed delivers: it could never have a value."""
    tables = {table for _, feed in profile.feeds for table in feed.tables}
    if not tables <= CATALOGUE.keys():
        return  # a table that is misspelled is told; what it was to be is not known
    terms = {"numerator": indicator.numerator, "denominator": indicator.denominator, "beside": indicator.beside}
    reads: list[tuple[Path, str]] = [((at, "answers"), "evaluations")] if indicator.answers else []
    reads += [((at, "delivered"), "delivered_figures")] if indicator.delivered else []
    for part, term in terms.items():
        if term is not None and term.facts in FACTS:
            reads.append(((at, part, "facts"), FACTS[term.facts].reads[0]))
    for path, table in reads:
        if table not in tables:
            hint = f"add a feed with tables: [{table}] to feeds.yaml, or leave the indicator out"
            yield Fault("indicators.yaml", path, f"no feed delivers {table}", "a feed that does", hint)
