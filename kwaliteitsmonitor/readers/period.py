"""What the period of a delivery says of the facts of time in its rows, and which of those cannot be, or are unlikely.

A row that says another period than its delivery is set aside: one of both is wrong, and it would be counted in a year
that it does not belong to. A date that lies far from the period is reported, and its row stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.calendar import academic_year, academic_year_days, fiscal_year, months_after, reference_date
from schemas.consequences import Costs
from schemas.contract import Clock, Field, Table, Window
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period
from schemas.tables.facts import FACTS
from schemas.values import Value
from schemas.words import Words

FIRST, LAST = 1950, 2100
"""The years whose reference dates a delivery without a period may hold."""
YEARS_OF_PREPARATION = 3
"""So many years before the first of the plan nothing comes in."""

FOUR = 4
"""The digits of a year."""
MOST_ROUNDS = 12
"""There are no more rounds than months in a year."""

NEARLY = timedelta(days=14)
"""So near to its reference day a date is that day, written wrong; farther, it is the state of another one."""


@dataclass(frozen=True)
class Agreed:
    """The values of a field that agree with the period of a delivery, and how that is said."""

    values: Collection[Value]
    wording: Words

    def expected(self, value: Value) -> Words:
        """What was expected in place of this value."""
        if self._swapped(value):
            return Words(
                f"{self.wording.nl}; dag en maand lijken verwisseld", f"{self.wording.en}; day and month seem swapped"
            )
        return self.wording

    def is_none(self, named: Field, value: Value) -> bool:
        """Whether a value names no period at all, as the year 20, the day number 44105 or the academic year 2020 do."""
        match named.clock:
            case Clock.ACADEMIC_YEAR:
                first, _, last = str(value).partition("-")
                years = first.isdecimal() and last.isdecimal() and len(last) == FOUR
                return not years or academic_year(int(last)) != value
            case Clock.REPORTING_YEAR | Clock.PLAN_YEAR:
                return len(str(value)) != FOUR
            case Clock.ROUND:
                return not (isinstance(value, int) and 1 <= value <= MOST_ROUNDS)
        return False

    def of_another(self, named: Field, value: Value) -> bool:
        """Whether a value that does not agree names another period, such as another year or the state of another month.

        A day that is nearly right, or right with day and month swapped, does not: it is this period's fact with a wrong
        date, and lost with it.
        """
        if named.clock is None:
            return False
        if not isinstance(value, date):
            return True
        days = [day for day in self.values if isinstance(day, date)]
        return not self._swapped(value) and all(abs(value - day) > NEARLY for day in days)

    def _swapped(self, value: Value) -> bool:
        if not isinstance(value, date) or value.day > 12:
            return False
        return date(value.year, value.day, value.month) in self.values


@dataclass(frozen=True)
class Calendar:
    """The institution's years: the first and last of its plan, and the days on which its years begin."""

    first_year: int
    last_year: int
    academic_year_begins: str = "09-01"
    fiscal_year_begins: str = "01-01"

    def period(self, name: Value) -> tuple[date, date] | None:
        """The first and the last day of a period: an academic year, a calendar year, the plan; `None` if unknown."""
        if name is None:
            return reference_date(self.first_year, "01-01"), reference_date(self.last_year, "12-31")
        if isinstance(name, int):
            return fiscal_year(name, self.fiscal_year_begins) if FIRST <= name <= LAST else None
        _, _, year = str(name).partition("-")
        return academic_year_days(int(year), self.academic_year_begins) if year.isdecimal() else None


@dataclass(frozen=True)
class Clocked:
    """What the facts of time in a delivery's rows are compared with: values by field, and the institution's years."""

    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    calendar: Calendar | None = None


UNCLOCKED = Clocked()
"""Nothing is known of the period."""


def calendar_of(profile: Profile) -> Calendar:
    """The years of an institution."""
    of = profile.institution
    return Calendar(of.first_year, of.last_year, of.academic_year_begins, of.fiscal_year_begins)


def clocked(profile: Profile, feed: Feed, table: Table, delivery: Delivery) -> Clocked:
    """The values with which the rows of a table in a delivery are compared."""
    return Clocked({} if table.other_periods else agreed(profile, feed, table, delivery), calendar_of(profile))


def year_of(feed: Feed, delivery: Delivery) -> int | None:
    """The reporting year of a delivery, `None` if its feed has no clock. 2019-2020 is read by 2020."""
    match feed.period:
        case Period.ACADEMIC_YEAR:
            return int(delivery.period.split("-")[1])
        case Period.REPORTING_YEAR | Period.ROUND:
            return int(delivery.period.split("-")[0])
        case Period.NONE:
            return None


def agreed(profile: Profile, feed: Feed, table: Table, delivery: Delivery) -> Mapping[str, Agreed]:
    """Per field with a clock what it may say; a field that is not among them may say anything."""
    year = year_of(feed, delivery)
    number = int(delivery.period.split("-")[1]) if feed.period is Period.ROUND else None
    by_field = {f.name: _agreed(profile, table, f.clock, year, number) for f in table.fields if f.clock}
    return {name: one for name, one in by_field.items() if one is not None}


def _agreed(profile: Profile, table: Table, clock: Clock, year: int | None, number: int | None) -> Agreed | None:
    match clock:
        case Clock.PLAN_YEAR:
            first, last = profile.institution.first_year, profile.institution.last_year
            words = Words(f"een jaar van het plan, {first} tot en met {last}", f"a year of the plan, {first} to {last}")
            return Agreed(range(first, last + 1), words)
        case Clock.REFERENCE_DATE:
            return _reference_dates(reference_days(profile, table, year), year)
        case Clock.ACADEMIC_YEAR if year is not None:
            return delivered_for(academic_year(year))
        case Clock.REPORTING_YEAR if year is not None:
            return delivered_for(year)
        case Clock.ROUND if number is not None:
            return delivered_for(number)
    return None


def delivered_for(value: Value) -> Agreed:
    """The one value in the name of a delivery."""
    nl, en = f"{value}, waarvoor het bestand is geleverd", f"{value}, for which the file was delivered"
    return Agreed((value,), Words(nl, en))


def reference_days(profile: Profile, table: Table, year: int | None) -> tuple[str, ...]:
    """The days of the year, `MM-DD`, on which what a table holds is counted; none if nothing counts it.

    Enrolments are counted on the day of the institution, staff on that of each definition that reads it.
    """
    if table.name == "enrolments":
        return (profile.institution.student_reference_date,)
    days = {
        term.reference_date
        for definition in profile.indicators
        if year is None or definition.valid_from <= year <= (definition.valid_until or LAST)
        for term in definition.terms
        if FACTS[term.facts].reads[0] == table.name
    }
    return tuple(sorted(days))


def _reference_dates(days: Sequence[str], year: int | None) -> Agreed | None:
    if not days:
        return None
    shown = [reference_date(2000 if year is None else year, day) for day in days]
    if year is None:
        of_years = {reference_date(of, day) for of in range(FIRST, LAST + 1) for day in days}
        nl, en = (" / ".join(f"{d.day}-{d.month}" for d in shown), " / ".join(f"{d:%m-%d}" for d in shown))
        return Agreed(of_years, Words(f"de peildatum, {nl} van een jaar", f"the reference date, {en} of a year"))
    nl, en = (" / ".join(map(in_dutch, shown)), " / ".join(map(str, shown)))
    return Agreed(frozenset(shown), Words(f"de peildatum {nl}", f"the reference date {en}"))


def costs_of(table: Table, named: Field) -> Costs:
    """What a row of another period costs; that a plan runs on after what is accounted for costs no figure."""
    return Costs.ROW if named.clock is Clock.PLAN_YEAR else table.costs


@dataclass(frozen=True)
class Bounds:
    """The days between which a date is likely to lie, inclusive; `None` if there is no bound."""

    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    @property
    def wording(self) -> Words:
        """What is expected."""
        if self.first and self.last:
            nl = f"van {in_dutch(self.first)} tot en met {in_dutch(self.last)}"
            return Words(f"een datum {nl}", f"a date from {self.first} to {self.last}")
        if self.last:
            return Words(f"een datum tot en met {in_dutch(self.last)}", f"a date up to {self.last}")
        return Words(f"een datum vanaf {in_dutch(self.first)}", f"a date from {self.first}") if self.first else _ANY


_ANY = Words("een datum", "a date")


def in_dutch(day: date) -> str:
    """A day as it is written in Dutch: 1-10-2020."""
    return f"{day.day}-{day.month}-{day.year}"


def unlikely(
    window: Window,
    calendar: Calendar,
    received: date,
    days: Sequence[date | None],
    periods: Sequence[Value] | None,
    others: Sequence[date | None] | None,
) -> Iterator[tuple[Bounds, list[int]]]:
    """The positions of dates that lie outside their window, by the bounds that they break.

    `days` are the dates, `periods` what names the period of each row, if the window goes by that, and `others` the
    dates after which they may not lie. `received` is the day on which the delivery came in.
    """
    count = len(days)
    rows = zip(days, periods or [None] * count, others or [None] * count, strict=True)
    known: dict[tuple[Value, date | None], Bounds] = {}
    wrong: dict[Bounds, list[int]] = {}
    for position, (day, period, other) in enumerate(rows):
        if day is None or (window.around and period is None):
            continue
        bounds = known.get((period, other))
        if bounds is None:
            bounds = known[period, other] = _bounds(window, calendar, received, period, other)
        if not bounds.holds(day):
            wrong.setdefault(bounds, []).append(position)
    yield from wrong.items()


def _bounds(window: Window, calendar: Calendar, received: date, name: Value, other: date | None) -> Bounds:
    period = calendar.period(name)
    if period is None:
        return Bounds(None, None)
    first = None if window.before is None else months_after(period[0], -window.before)
    last = [] if window.after is None else [months_after(period[1], window.after)]
    # A clock that stood still or a copy without its dates says nothing of when a file came in.
    last += [received] if received.year >= calendar.first_year - YEARS_OF_PREPARATION else []
    last += [other] if other is not None else []
    return Bounds(first, min(last, default=None))
