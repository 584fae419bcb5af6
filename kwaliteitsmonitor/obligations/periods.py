"""The periods over which a cycle expects deliveries, and by when each is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.calendar import Cycle, academic_year, reference_date
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period


@dataclass(frozen=True)
class Expected:
    """A delivery that a cycle looks for: the period, the reporting year that the period belongs to, the round."""

    period: str
    year: int
    round: int = 0


def expected_periods(feed: Feed, cycle: Cycle, profile: Profile) -> tuple[Expected, ...]:
    """The periods of a feed that a cycle reads, oldest first.

    A feed that is not required is also looked for in the year of the spending, so that control totals of a running
    year are seen.
    """
    first = profile.institution.first_year
    years = cycle.years(first)
    match feed.period:
        case Period.NONE:
            return (Expected("", cycle.spending_year),)
        case Period.ACADEMIC_YEAR:
            return tuple(Expected(academic_year(year), year) for year in years)
        case Period.REPORTING_YEAR:
            extra = () if feed.required or cycle.spending_year in years else (cycle.spending_year,)
            return tuple(Expected(str(year), year) for year in (*years, *extra))
        case Period.ROUND:
            rounds = cycle.rounds(first, profile.rounds)
            return tuple(Expected(f"{year}-{number}", year, number) for year, number in rounds)


def deadline(feed: Feed, expected: Expected) -> date | None:
    """The last day on which a delivery is on time, or `None` if the profile sets no deadline."""
    rule = feed.deadlines.get(expected.round) or feed.deadlines.get(0)
    return reference_date(expected.year + rule.years, rule.month_day) if rule else None


def accounted_years(feed: Feed, cycle: Cycle, profile: Profile) -> dict[int, Expected]:
    """Per reporting year of a cycle the period over which a feed reports on it, if it is one of the year."""
    years = cycle.years(profile.institution.first_year)
    if feed.period is Period.NONE:
        return {year: Expected("", year) for year in years}
    return {one.year: one for one in expected_periods(feed, cycle, profile) if one.year in years and not one.round}


def settled_rounds(feed: Feed, cycle: Cycle, profile: Profile) -> list[Expected]:
    """The rounds of which a feed of money owes the lines.

    Of a feed by round, each that the cycle reads; of another, which may hold the newest round alone, the one that
    settles each year.
    """
    if feed.period is Period.ROUND:
        return list(expected_periods(feed, cycle, profile))
    return [
        Expected(one.period, year, profile.last_round if year < cycle.spending_year else cycle.round)
        for one in expected_periods(feed, cycle, profile)
        for year in ([one.year] if one.period else list(cycle.years(profile.institution.first_year)))
        if cycle.round and year <= cycle.spending_year
    ]
