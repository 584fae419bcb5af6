"""The calendar of the quality agreements: cycles, rounds, reporting years and academic years.

A *cycle* is named by the month in which it runs (`2021-03`). What it settles follows from the profile's calendar:
the March cycle may settle the third *BFR* (Bestuurlijk Financiële Rapportage, the financial round) of the
year before, and May and September the first two rounds of the current year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.errors import UsageError
from schemas.words import Words

_CYCLE = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class CycleRule:
    """What the cycle of one month settles.

    `spending_year` and `indicator_year` are offsets to the year in the cycle's name: -1 means the year before. A cycle
    of round 0 settles no money; its spending year is its indicator year.
    """

    month: int
    round: int
    spending_year: int
    indicator_year: int


@dataclass(frozen=True, order=True)
class Cycle:
    """One run of the accounts: its key, the financial round it settles and the years it reports on."""

    key: str
    round: int
    spending_year: int
    indicator_year: int

    @property
    def reporting_year(self) -> int:
        """The year on which the cycle's indicator tables report."""
        return self.indicator_year

    def years(self, first: int) -> tuple[int, ...]:
        """Indicator years in the release, the year before first; `first` is the first year of the agreements."""
        return tuple(year for year in (self.indicator_year - 1, self.indicator_year) if year >= first)

    def rounds(self, first: int, numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """(year, round) of each financial round that the cycle reads.

        The definitive round of every earlier year since the `first` of the agreements, because what is left of a year
        stays available in the next; and the rounds so far of the year that is being spent. `None` if the cycle settles
        no money. `numbers` are the rounds that there are in a year, of which the last is definitive.
        """
        if not self.round:
            return ()
        before = ((year, max(numbers)) for year in range(first, self.spending_year))
        return (*before, *((self.spending_year, number) for number in sorted(numbers) if number <= self.round))


def parse_cycle(key: str, rules: Sequence[CycleRule]) -> Cycle:
    """The cycle with this key, `YYYY-MM`.

    Raises `UsageError` if the key has another form or names a month in which no cycle runs.
    """
    months = [f"{rule.month:02d}" for rule in rules]
    match = _CYCLE.fullmatch(key)
    rule = next((r for r in rules if match and r.month == int(match[2])), None)
    if match is None or rule is None:
        raise UsageError(
            Words(f"'{key}' is geen cyclus", f"'{key}' is no cycle"),
            expected=Words(
                f"een jaar en een van de maanden {' of '.join(months)}, zoals 2021-{rules[0].month:02d}",
                f"a year and one of the months {' or '.join(months)}, as in 2021-{rules[0].month:02d}",
            ),
            remedy=Words("Noem de maand waarin de cyclus draait.", "Name the month in which the cycle runs."),
        )
    year = int(match[1])
    return Cycle(key, rule.round, year + rule.spending_year, year + rule.indicator_year)


def demand_within(cycle: Cycle, rules: Sequence[CycleRule], first: int, last: int) -> None:
    """Raise `UsageError` if a cycle runs before the agreements, or once all of them is accounted for."""
    until = last - min(min(rule.spending_year, rule.indicator_year) for rule in rules)
    if not first <= int(cycle.key[:4]) <= until:
        raise UsageError(
            Words(
                f"cyclus {cycle.key} valt buiten de afspraken, die over {first} tot en met {last} gaan",
                f"cycle {cycle.key} is none of the agreements, which are of {first} to {last}",
            ),
            expected=Words(f"een cyclus in {first} tot en met {until}", f"a cycle in {first} to {until}"),
        )


def open_cycle(day: date, rules: Sequence[CycleRule], first: int, last: int) -> Cycle | None:
    """The cycle for which deliveries come in on a day: that of the month it is, else the next to come.

    `first` and `last` are the years of the agreements. A cycle counts as long as the money or the indicators that it
    accounts for are of one of them; none once the last of those is over.
    """
    months = sorted(rule.month for rule in rules)
    offset = min(min(rule.spending_year, rule.indicator_year) for rule in rules)
    for year in range(max(day.year, first), last - offset + 1):
        for month in months:
            cycle = parse_cycle(f"{year}-{month:02d}", rules)
            of_agreements = any(first <= of <= last for of in (cycle.spending_year, cycle.indicator_year))
            if (year, month) >= (day.year, day.month) and of_agreements:
                return cycle
    return None


def academic_year(reporting_year: int) -> str:
    """The academic year that a reporting year reads: 2020 reads `2019-2020`."""
    return f"{reporting_year - 1}-{reporting_year}"


def academic_year_spellings(reporting_year: int) -> tuple[str, ...]:
    """Other ways in which people and systems write the academic year that a reporting year reads: `2019/20`, `19-20`.

    One year by itself is none of them: some name an academic year by its first, others by its last.
    """
    first, last = str(reporting_year - 1), str(reporting_year)
    pairs = ((first, last), (first, last[-2:]), (first[-2:], last[-2:]))
    signs = [*"-/\u2013_", " - ", " / ", " \u2013 "]
    own = academic_year(reporting_year)
    written = [f"{a}{sign}{b}" for a, b in pairs for sign in signs]
    return tuple(text for text in (*written, first + last) if text != own)


def academic_year_days(reporting_year: int, begins: str) -> tuple[date, date]:
    """The first and the last day of the academic year that a reporting year reads; `begins` is the day it begins on."""
    first = reference_date(reporting_year - 1, begins)
    return first, reference_date(reporting_year, begins) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day a number of months later, or earlier if negative; the last of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def fiscal_year(year: int, begins: str) -> tuple[date, date]:
    """The first and the last day of a fiscal year; `begins` is the `MM-DD` on which it begins, in the year it has."""
    return reference_date(year, begins), reference_date(year + 1, begins) - timedelta(days=1)


def reference_date(reporting_year: int, month_day: str) -> date:
    """The reference date `MM-DD` in a reporting year, such as 1 October for the enrolment count."""
    month, day = (int(part) for part in month_day.split("-"))
    return date(reporting_year, month, day)


PERIOD_FIELDS = ("reporting_year", "academic_year", "round")
"""Fields that name the period of a delivery, in a row, in a path and in a query."""
DAYS_TO_PUBLISH = 2
"""A cycle begins on the first of its month and has published when so many days are over."""
