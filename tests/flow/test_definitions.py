"""What Dagster loads: assets with everything a data engineer looks for, partitions, jobs, schedules and the sensor."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.common.partitions import cycle_partitions
from assets.common.resources import Institution
from pipelines.definitions import build_definitions
from schemas.profile import Profile

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Institution(institution="leiden"))


def test_every_asset_has_a_description_a_group_an_owner_and_a_kind(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert len(specs) > 40
    for spec in specs:
        assert spec.description
        assert spec.description.endswith(".")
        assert spec.group_name == spec.key.path[0]
        assert list(spec.owners) == ["team:quality-agreements"]
        assert spec.kinds


def test_every_table_shows_its_columns(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        if spec.key.path[0] not in ("delivered", "publication", "notices", "watching"):
            columns = spec.metadata["dagster/column_schema"].columns
            assert columns
            assert all(column.description for column in columns)


def test_the_groups_are_the_steps_of_the_flow(definitions: dg.Definitions) -> None:
    assert {spec.group_name for spec in definitions.resolve_all_asset_specs()} == {
        "delivered",
        "evaluations",
        "staged",
        "status",
        "facts",
        "statistics",
        "validation",
        "indicators",
        "spending",
        "progress",
        "comparison",
        "publication",
        "notices",
        "watching",
    }


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("2021-02-28T23:59", "2021-03"),
        ("2021-03-01T00:01", "2021-05"),
        ("2021-05-01T00:01", "2021-09"),
        ("2020-12-31T23:59", "2021-03"),
        ("2021-01-01T00:01", "2021-03"),
        ("2031-09-01T00:01", "2032-03"),
    ],
)
def test_the_cycle_that_runs_and_the_next_to_come_are_there_without_an_edit(
    leiden: Profile, moment: str, last: str
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    keys = cycle_partitions(leiden).get_partition_keys(current_time=now)
    assert keys[0] == "2019-03"
    assert keys[-1] == last


@pytest.mark.parametrize(
    ("name", "moment", "cycle", "year", "round_"),
    [
        ("cycle_march", "2021-03-01T06:00", "2021-03", "2020", "3"),
        ("cycle_may", "2021-05-01T06:00", "2021-05", "2020", "1"),
        ("cycle_september", "2021-09-01T06:00", "2021-09", "2020", "2"),
    ],
)
def test_each_schedule_names_its_cycle_and_reporting_year(
    definitions: dg.Definitions, name: str, moment: str, cycle: str, year: str, round_: str
) -> None:
    schedule = definitions.resolve_schedule_def(name)
    when = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=when)
        request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == cycle
    assert request.tags["institution"] == "leiden"
    assert request.tags["cycle"] == cycle
    assert request.tags["reporting_year"] == year
    assert request.tags["round"] == round_


@pytest.mark.parametrize(
    ("day", "cycle"),
    [
        ("2018-06-01", "2019-05"),
        ("2020-12-31", "2021-03"),
        ("2021-03-31", "2021-03"),
        ("2021-04-01", "2021-05"),
        ("2021-09-30", "2021-09"),
        ("2021-10-01", "2022-03"),
        ("2025-09-30", "2025-09"),
        ("2025-10-01", None),
    ],
)
def test_the_open_cycle_is_that_of_the_month_or_the_next_and_has_a_partition(
    leiden: Profile, day: str, cycle: str | None
) -> None:
    found = leiden.open_cycle(date.fromisoformat(day))
    assert (found.key if found else None) == cycle
    now = datetime.fromisoformat(day).replace(tzinfo=AMSTERDAM)
    if found is not None and found.key != "2019-05":  # before the first year there is none yet
        assert found.key in cycle_partitions(leiden).get_partition_keys(current_time=now)


def test_the_cycle_tells_nobody_and_computes_everything(definitions: dg.Definitions) -> None:
    every = {spec.key for spec in definitions.resolve_all_asset_specs()}
    cycle = definitions.resolve_job_def("cycle").asset_layer.executable_asset_keys
    beforehand = {dg.AssetKey(["evaluations", name]) for name in ("counts", "year")}
    watching = {dg.AssetKey(["watching", name]) for name in ("health", "rehearsal")}
    assert every - set(cycle) == {dg.AssetKey(["notices", "sent"]), *beforehand, *watching}


def test_each_feed_has_a_job_that_takes_it_up_and_brings_the_status_up_to_date(definitions: dg.Definitions) -> None:
    keys = {
        key.to_user_string() for key in definitions.resolve_job_def("take_up_staff").asset_layer.executable_asset_keys
    }
    status = {"status/delivery_status", "status/obligations", "status/quarantine"}
    assert keys == {"delivered/staff", "staged/staff", *status}


def test_what_does_something_by_itself_is_off_until_somebody_switches_it_on(
    definitions: dg.Definitions, leiden: Profile
) -> None:
    repository = definitions.get_repository_def()
    assert {schedule.name for schedule in repository.schedule_defs} == {
        "cycle_march",
        "cycle_may",
        "cycle_september",
        "pull_bfr",
        "reminders",
        "health",
        "rehearsal",
    }
    assert {sensor.name for sensor in repository.sensor_defs} == {"landing_zone", "alerts"}
    assert {sensor.default_status for sensor in repository.sensor_defs} == {dg.DefaultSensorStatus.STOPPED}
    sensor = repository.get_sensor_def("landing_zone")
    assert sensor.minimum_interval_seconds == 30
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert {target.job_name for target in sensor.targets} == {
        f"take_up_{feed.id}"
        for feed in leiden.feeds
        if feed.id != "bfr"  # from a database
    }
    assert {s.default_status for s in repository.schedule_defs} == {dg.DefaultScheduleStatus.STOPPED}


@pytest.mark.parametrize(
    ("name", "cron", "moment", "cycle"),
    [
        ("pull_bfr", "0 7 * * 1-5", "2021-02-26T07:00", "2021-03"),
        ("reminders", "0 8 * * 1-5", "2021-02-26T08:00", "2021-03"),
        ("reminders", "0 8 * * 1-5", "2021-04-01T08:00", "2021-05"),
        ("reminders", "0 8 * * 1-5", "2025-10-01T08:00", None),
    ],
)
def test_on_working_days_the_open_cycle_is_pulled_and_then_reminded_of(
    definitions: dg.Definitions, name: str, cron: str, moment: str, cycle: str | None
) -> None:
    schedule = definitions.resolve_schedule_def(name)
    assert schedule.cron_schedule == cron
    assert schedule.execution_timezone == "Europe/Amsterdam"
    when = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"institution": Institution(institution="leiden")}
        with dg.build_schedule_context(
            instance=instance, scheduled_execution_time=when, resources=resources
        ) as context:
            request = schedule(context)
    if cycle is None:
        assert isinstance(request, dg.SkipReason)
        assert "The agreements ended with 2024" in str(request.skip_message)
    else:
        assert isinstance(request, dg.RunRequest)
        assert request.partition_key == cycle


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_schedules_fire_at_six_in_amsterdam_in_winter_and_in_summer(definitions: dg.Definitions, year: int) -> None:
    utc_hours = {}
    for name, month in (("cycle_march", 3), ("cycle_may", 5), ("cycle_september", 9)):
        schedule = definitions.resolve_schedule_def(name)
        start = datetime(year, 1, 1, tzinfo=UTC).timestamp()
        fired = next(iter(schedule.get_cron_iterator(start))) if hasattr(schedule, "get_cron_iterator") else None
        if fired is None:
            from dagster._utils.schedules import schedule_execution_time_iterator

            fired = next(
                schedule_execution_time_iterator(start, str(schedule.cron_schedule), schedule.execution_timezone)
            )
        assert (fired.month, fired.day, fired.hour) == (month, 1, 6)
        utc_hours[month] = fired.astimezone(UTC).hour
    assert utc_hours == {3: 5, 5: 4, 9: 4}


def test_the_definitions_validate_from_another_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Validation successful" in done.stdout + done.stderr


def test_a_schedule_launches_nothing_once_the_agreements_are_over(definitions: dg.Definitions) -> None:
    when = datetime(2027, 3, 1, 6, tzinfo=AMSTERDAM)
    with dg.DagsterInstance.ephemeral() as instance:
        found = definitions.resolve_schedule_def("cycle_march")(
            dg.build_schedule_context(instance=instance, scheduled_execution_time=when)
        )
    assert isinstance(found, dg.SkipReason)
    assert "The agreements ended with 2024" in str(found.skip_message)


def test_a_release_that_is_not_there_by_the_third_of_its_month_shows_as_failing(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    policy = specs["publication/release"].freshness_policy
    assert isinstance(policy, dg.FreshnessPolicy)
    assert policy == dg.FreshnessPolicy.cron("0 0 3 3,5,9 *", timedelta(days=2), "Europe/Amsterdam")
    assert specs["watching/health"].freshness_policy is not None
