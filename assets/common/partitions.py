"""The partitions of the pipeline: a cycle each, named by its month; and for counting evaluations an academic year each.

They are defined here, below every asset, because an asset needs them in order to be declared. The months come from the
institution's calendar, so that nothing has to be edited next year.

`end_offset=2`: the cycle that runs is there, and so is the next to come, because deliveries for it arrive, are taken up
and are asked for in the months before it. The schedules name their cycle themselves and never take the last partition.

An academic year is named by the month in which it begins: `2019-09` is 2019-2020, which reporting year 2020 reads. On
which day it begins, and so its month, stands in the profile.
"""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from schemas.calendar import DAYS_TO_PUBLISH
from schemas.profile import Profile
from schemas.tables.counted import ALL_UNITS

ACADEMIC_YEAR, UNIT = "academic_year", "unit"
"""The dimensions of what is counted."""


def cycle_partitions(profile: Profile) -> dg.TimeWindowPartitionsDefinition:
    """The cycles of an institution, from the first year of its agreements until the next to come."""
    months = _months(profile)
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule=f"0 0 1 {','.join(str(month) for month in months)} *",
        start=f"{profile.institution.first_year}-{months[0]:02d}",
        fmt="%Y-%m",
        timezone=profile.institution.timezone,
        end_offset=2,
    )


def by_its_month(profile: Profile) -> dg.FreshnessPolicy:
    """When the release of a cycle must be there: by the third of its month, and made since the first.

    Until the next cycle is due that of the last one counts; one that did not run shows as failing from then on.
    """
    months = ",".join(str(month) for month in _months(profile))
    return dg.FreshnessPolicy.cron(
        f"0 0 {1 + DAYS_TO_PUBLISH} {months} *", timedelta(days=DAYS_TO_PUBLISH), profile.institution.timezone
    )


def academic_years(profile: Profile) -> dg.TimeWindowPartitionsDefinition:
    """The academic years of an institution's agreements, from the first until the one that is under way.

    `end_offset=1`: evaluations come in while their year is not over.
    """
    month, day = _begins(profile)
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule=f"0 0 {day} {month} *",
        start=academic_year_of(profile, profile.institution.first_year),
        end=academic_year_of(profile, profile.institution.last_year + 1),
        fmt="%Y-%m",
        timezone=profile.institution.timezone,
        end_offset=1,
    )


def years_and_units(profile: Profile) -> dg.MultiPartitionsDefinition:
    """Each academic year of each unit, and beside them what is delivered for all units at once."""
    units = dg.StaticPartitionsDefinition([*(unit.id for unit in profile.units), ALL_UNITS])
    return dg.MultiPartitionsDefinition({ACADEMIC_YEAR: academic_years(profile), UNIT: units})


def reporting_year(academic_year: str) -> int:
    """The year that reports on an academic year, by the name of its partition: 2020 for `2019-09`."""
    return int(academic_year[:4]) + 1


def academic_year_of(profile: Profile, reporting_year: int) -> str:
    """The name of the partition that a reporting year reads: `2019-09` for 2020."""
    return f"{reporting_year - 1}-{_begins(profile)[0]:02d}"


def _begins(profile: Profile) -> tuple[int, int]:
    """The month and the day on which an academic year begins."""
    month, _, day = profile.institution.academic_year_begins.partition("-")
    return int(month), int(day)


def years_of_a_cycle(profile: Profile) -> dg.TimeWindowPartitionMapping:
    """The academic years that a cycle reads: that of its indicator year and the one before.

    Dagster counts the offset between a cycle and those years in cycles. Months lie differently within a year, so that
    the offset is that of the month for which it is largest: never is a year that is read left out.
    """
    months = _months(profile)
    starts, ends = [], []
    for at, month in enumerate(months):
        year = next(e.indicator_year for e in profile.institution.cycles if e.month == month)
        turn = (
            year - 1,
            *_begins(profile),
        )  # where the two years meet: the first begins before it, the second ends after it
        starts.append(max(n for n in range(-99, 99) if _boundary(months, at + n) < turn))
        ends.append(min(n for n in range(-99, 99) if _boundary(months, at + 1 + n) > turn))
    return dg.TimeWindowPartitionMapping(
        start_offset=min(starts), end_offset=max(ends), allow_nonexistent_upstream_partitions=True
    )


def _boundary(months: list[int], number: int) -> tuple[int, int, int]:
    """The day (year, month, 1) on which the cycle with this number begins, counted from the first of year 0."""
    year, at = divmod(number, len(months))
    return year, months[at], 1


def _months(profile: Profile) -> list[int]:
    return sorted(entry.month for entry in profile.institution.cycles)
