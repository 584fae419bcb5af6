"""Clocks that jump: schedules over leap days and clock changes, a machine that is behind, deadlines at midnight."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from kwaliteitsmonitor.connectors.landing import Landing
from pipelines.cli.run import CLOCK
from pipelines.open_cycle import demand_known
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from tests.command_line import CommandLine
from tests.faults.small import PROFILE as SMALL
from tests.institutions.invented import write

ZONE = "Europe/Amsterdam"
DAYS = [date(2019, 1, 1) + timedelta(days=number) for number in range(4018)]
"""Those of 2019 to 2029."""


@pytest.mark.parametrize("zone", [ZONE, "America/Curacao", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 6 1 3 *", [day for day in DAYS if (day.month, day.day) == (3, 1)]),
        ("0 7 * * 1-5", [day for day in DAYS if day.weekday() < 5]),
        ("30 2 * * *", DAYS),  # which is skipped in March and comes twice in October
    ],
)
def test_a_schedule_runs_once_on_each_of_its_days(cron: str, days: list[date], zone: str) -> None:
    ticks = schedule_execution_time_iterator(
        datetime(2019, 1, 1, 12, tzinfo=UTC).timestamp(), cron, zone, ascending=True
    )
    moments = [next(ticks).astimezone(ZoneInfo(zone)) for _ in days[1:]]
    assert [moment.date() for moment in moments] == [day for day in days if day > DAYS[0]][: len(moments)]
    assert cron.startswith("30 2") or {(moment.hour, moment.minute) for moment in moments} == {(int(cron[2]), 0)}


def test_a_cycle_that_has_not_come_by_a_clock_that_is_behind_is_refused_in_one_sentence_and_nothing_is_made(
    tmp_path: Path, command: CommandLine
) -> None:
    leiden, behind = load_profile(profile_folder("leiden")), datetime(2020, 1, 31, 12, tzinfo=ZoneInfo(ZONE))
    demand_known(leiden, "2020-03", behind, "--cycle", CLOCK)
    with pytest.raises(UsageError, match="cycle 2022-03 cannot be taken up on 2020-01-31") as caught:
        demand_known(leiden, "2022-03", behind, "--cycle", CLOCK)
    assert caught.value.exit_code == 2
    assert "set the clock of this machine right" in str(caught.value)

    year = datetime.now(UTC).year
    agreements = SMALL | {"profile.yaml": SMALL["profile.yaml"] | {"last_year": year + 5}}
    where = ("--institution", write(agreements, tmp_path / "profile"), "--out", tmp_path / "out")
    refusal = command.refusal("run", "--cycle", f"{year + 3}-03", *where)
    assert refusal.count("Error:") == 1
    assert "niet worden opgenomen" in refusal
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("day", [date(2021, 3, 27), date(2021, 3, 28), date(2021, 10, 30), date(2021, 10, 31)])
def test_a_day_ends_at_midnight_where_the_institution_is_also_when_its_clock_changes(tmp_path: Path, day: date) -> None:
    """The clock changes on the 28th of March and the 31st of October of 2021, at two and at three in the night."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(ZONE)).timestamp()
    for name, stamp in (("last.csv", midnight - 1), ("first.csv", midnight)):
        (tmp_path / name).write_text("rows", encoding="utf-8")
        os.utime(tmp_path / name, (stamp, stamp))
    received = {file.path: file.received_on for file in Landing(str(tmp_path), ZONE).files()}
    assert received == {"last.csv": day, "first.csv": day + timedelta(days=1)}
