"""Clocks that jump: schedules over ten years of leap days and clock changes, and deadlines at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

ZONE = "Europe/Amsterdam"
FIRST, LAST = date(2019, 1, 1), date(2029, 12, 31)


def ticks(cron: str, zone: str = ZONE) -> list[datetime]:
    """Every moment over the years at which Dagster's daemon would ask a schedule."""
    found = []
    for tick in schedule_execution_time_iterator(
        datetime(FIRST.year, 1, 1, tzinfo=UTC).timestamp(), cron, zone, ascending=True
    ):
        if tick.astimezone(ZoneInfo(zone)).date() > LAST:
            return found
        found.append(tick.astimezone(ZoneInfo(zone)))
    return found


@pytest.mark.parametrize("zone", [ZONE, "America/Curacao", "Australia/Lord_Howe"])
def test_the_cycle_of_march_runs_once_a_year_on_the_first_at_six_also_after_a_leap_day(zone: str) -> None:
    found = ticks("0 6 1 3 *", zone)
    assert [(t.year, t.month, t.day, t.hour, t.minute) for t in found] == [
        (year, 3, 1, 6, 0) for year in range(FIRST.year, LAST.year + 1)
    ]


@pytest.mark.parametrize("hour", [7, 8])
def test_what_runs_on_working_days_runs_once_on_each_of_them(hour: int) -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    found = ticks(f"0 {hour} * * 1-5")
    assert [t.date() for t in found] == [day for day in days if day.weekday() < 5]
    assert {(t.hour, t.minute) for t in found} == {(hour, 0)}


def test_a_schedule_in_the_hour_that_is_skipped_or_comes_twice_runs_once_a_day() -> None:
    """None of ours is at 02:30, which is skipped in March and comes twice in October; one that is added may be."""
    found = [t.date() for t in ticks("30 2 * * *")]
    assert len(found) == len(set(found))
    assert found == [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
