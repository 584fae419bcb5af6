"""Clocks that jump: schedules over ten years of leap days and clock changes, and deadlines at midnight."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from kwaliteitsmonitor.connectors.landing import Landing
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.run import CLOCK
from pipelines.open_cycle import demand_known
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from tests.faults.small import PROFILE as SMALL
from tests.institutions.invented import write

PROFILE = load_profile(profile_folder("leiden"))
ZONE = "Europe/Amsterdam"
FIRST, LAST = date(2019, 1, 1), date(2029, 12, 31)


def ticks(cron: str, zone: str = ZONE) -> list[datetime]:
    """Every moment over the years at which Dagster's daemon would ask a schedule."""
    moments = []
    for tick in schedule_execution_time_iterator(
        datetime(FIRST.year, 1, 1, tzinfo=UTC).timestamp(), cron, zone, ascending=True
    ):
        if tick.astimezone(ZoneInfo(zone)).date() > LAST:
            return moments
        moments.append(tick.astimezone(ZoneInfo(zone)))
    return moments


@pytest.mark.parametrize("zone", [ZONE, "America/Curacao", "Australia/Lord_Howe"])
def test_the_cycle_of_march_runs_once_a_year_on_the_first_at_six_also_after_a_leap_day(zone: str) -> None:
    moments = ticks("0 6 1 3 *", zone)
    assert [(t.year, t.month, t.day, t.hour, t.minute) for t in moments] == [
        (year, 3, 1, 6, 0) for year in range(FIRST.year, LAST.year + 1)
    ]


@pytest.mark.parametrize("hour", [7, 8])
def test_what_runs_on_working_days_runs_once_on_each_of_them(hour: int) -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    moments = ticks(f"0 {hour} * * 1-5")
    assert [t.date() for t in moments] == [day for day in days if day.weekday() < 5]
    assert {(t.hour, t.minute) for t in moments} == {(hour, 0)}


def test_a_schedule_in_the_hour_that_is_skipped_or_comes_twice_runs_once_a_day() -> None:
    """None of ours is at 02:30, which is skipped in March and comes twice in October; one that is added may be."""
    dates = [t.date() for t in ticks("30 2 * * *")]
    assert len(dates) == len(set(dates))
    assert dates == [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_a_cycle_that_has_not_come_by_a_clock_that_is_behind_is_refused_in_one_sentence() -> None:
    behind = datetime(2020, 1, 31, 12, tzinfo=ZoneInfo(ZONE))
    demand_known(PROFILE, "2020-03", behind, "--cycle", CLOCK)
    with pytest.raises(UsageError, match="cycle 2022-03 cannot be taken up on 2020-01-31") as caught:
        demand_known(PROFILE, "2022-03", behind, "--cycle", CLOCK)
    assert caught.value.exit_code == 2
    assert "set the clock of this machine right" in str(caught.value)


def test_a_cycle_two_ahead_is_refused_by_the_command_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = datetime.now(UTC).year
    agreements = SMALL | {"profile.yaml": SMALL["profile.yaml"] | {"last_year": year + 5}}
    folder = write(agreements, tmp_path / "profile")
    asked = ["run", "--institution", str(folder), "--cycle", f"{year + 3}-03", "--out", str(tmp_path / "out")]
    code = kwaliteitsmonitor.main(asked)
    said = capsys.readouterr().err
    assert (code, said.count("Error:"), "Traceback" in said) == (2, 1, False)
    assert "niet worden opgenomen" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("day", [date(2021, 3, 27), date(2021, 3, 28), date(2021, 10, 30), date(2021, 10, 31)])
def test_a_day_ends_at_midnight_where_the_institution_is_also_when_its_clock_changes(tmp_path: Path, day: date) -> None:
    """The clock changes on the 28th of March and the 31st of October of 2021, at two and at three in the night."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(ZONE)).timestamp()
    (tmp_path / "staff").mkdir()
    for name, stamp in (("last", midnight - 1), ("first", midnight)):
        path = tmp_path / "staff" / f"{name}.csv"
        path.write_text("rows", encoding="utf-8")
        os.utime(path, (stamp, stamp))
    received = {file.path: file.received_on for file in Landing(str(tmp_path), ZONE).files()}
    assert received == {"staff/last.csv": day, "staff/first.csv": day + timedelta(days=1)}
