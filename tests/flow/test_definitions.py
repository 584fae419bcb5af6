"""What Dagster loads: assets with everything a data engineer looks for, partitions, jobs, schedules and the sensor."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.common.partitions import cycle_partitions
from assets.common.resources import Institution
from kwaliteitsmonitor.methods.figures.contributions import NAME as CONTRIBUTIONS
from pipelines.definitions import build_definitions
from schemas.profile import Profile

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STATUS = {f"status/{name}" for name in ("delivery_status", "obligations", "approvals", "quarantine")}
STATUS |= {f"status/{name}" for name in ("missing", "looked", "results")}
STEPS = {"delivered", "evaluations", "staged", "status", "facts", "statistics", "indicators", "spending", "progress"}
STEPS |= {"disclosure", "comparison", "lineage", "validation", "publication", "notices", "watching"}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Institution(institution="leiden"))


def in_amsterdam(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)


def keys_of(definitions: dg.Definitions, job: str) -> set[str]:
    return {key.to_user_string() for key in definitions.resolve_job_def(job).asset_layer.executable_asset_keys}


def test_every_asset_has_a_description_a_group_an_owner_a_kind_and_columns(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert len(specs) > 40
    assert {spec.group_name for spec in specs} == STEPS
    for spec in specs:
        assert spec.description
        assert spec.description.endswith(".")
        assert spec.group_name == spec.key.path[0]
        assert list(spec.owners) == ["team:quality-agreements"]
        assert spec.kinds
        is_record = "json" in spec.kinds or spec.key.path[-1] == CONTRIBUTIONS
        if spec.group_name not in ("delivered", "publication", "notices", "watching") and not is_record:
            columns = spec.metadata["dagster/column_schema"].columns
            assert columns
            assert all(column.description for column in columns)


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("2020-12-31T23:59", "2021-03"),
        ("2021-02-28T23:59", "2021-03"),
        ("2021-03-01T00:01", "2021-05"),
        ("2021-05-01T00:01", "2021-09"),
        ("2031-09-01T00:01", "2032-03"),
    ],
)
def test_the_cycle_that_runs_and_the_next_to_come_are_there_without_an_edit(
    leiden: Profile, moment: str, last: str
) -> None:
    keys = cycle_partitions(leiden).get_partition_keys(current_time=in_amsterdam(moment))
    assert (keys[0], keys[-1]) == ("2019-03", last)


@pytest.mark.parametrize(
    ("day", "cycle"),
    [
        ("2018-06-01", "2019-05"),
        ("2020-12-31", "2021-03"),
        ("2021-03-31", "2021-03"),
        ("2021-04-01", "2021-05"),
        ("2021-10-01", "2022-03"),
        ("2025-09-30", "2025-09"),
        ("2025-10-01", None),
    ],
)
def test_the_open_cycle_is_that_of_the_month_or_the_next_and_has_a_partition(
    leiden: Profile, day: str, cycle: str | None
) -> None:
    opened = leiden.open_cycle(date.fromisoformat(day))
    assert (opened.key if opened else None) == cycle
    if opened is not None and opened.key != "2019-05":  # before the first year there is none yet
        assert opened.key in cycle_partitions(leiden).get_partition_keys(current_time=in_amsterdam(day))


@pytest.mark.parametrize(
    ("name", "cron", "moment", "cycle", "tags"),
    [
        ("cycle_march", "0 6 1 3 *", "2021-03-01T06:00", "2021-03", {"reporting_year": "2020", "round": "3"}),
        ("cycle_may", "0 6 1 5 *", "2021-05-01T06:00", "2021-05", {"reporting_year": "2020", "round": "1"}),
        ("cycle_september", "0 6 1 9 *", "2021-09-01T06:00", "2021-09", {"reporting_year": "2020", "round": "2"}),
        ("cycle_march", "0 6 1 3 *", "2027-03-01T06:00", None, {}),
        ("pull_bfr", "0 7 * * 1-5", "2021-02-26T07:00", "2021-03", {}),
        ("reminders", "0 8 * * 1-5", "2021-04-01T08:00", "2021-05", {}),
        ("reminders", "0 8 * * 1-5", "2025-10-01T08:00", None, {}),
    ],
)
def test_a_schedule_asks_for_the_cycle_of_its_day_until_the_agreements_are_over(
    definitions: dg.Definitions, name: str, cron: str, moment: str, cycle: str | None, tags: dict[str, str]
) -> None:
    schedule = definitions.resolve_schedule_def(name)
    assert (schedule.cron_schedule, schedule.execution_timezone) == (cron, "Europe/Amsterdam")
    resources = {"institution": Institution(institution="leiden")}
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_schedule_context(instance, in_amsterdam(moment), resources=resources) as context,
    ):
        request = schedule(context)
    if cycle is None:
        assert isinstance(request, dg.SkipReason)
        assert "The agreements ended with 2024" in str(request.skip_message)
    else:
        assert isinstance(request, dg.RunRequest)
        assert request.partition_key == cycle
        assert request.tags.items() >= ({"institution": "leiden", "cycle": cycle, **tags} if tags else {}).items()


def test_the_cycle_computes_everything_and_what_does_something_by_itself_is_off_until_it_is_switched_on(
    definitions: dg.Definitions, leiden: Profile
) -> None:
    every = {spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()}
    apart = {"notices/sent", "evaluations/counts", "evaluations/year", "watching/health", "watching/rehearsal"}
    assert every - keys_of(definitions, "cycle") == apart
    assert keys_of(definitions, "take_up_staff") == {"delivered/staff", "staged/staff", "staged/staff_record", *STATUS}
    repository = definitions.get_repository_def()
    cycles = {f"cycle_{month}" for month in ("march", "may", "september")}
    assert {s.name for s in repository.schedule_defs} == {*cycles, "pull_bfr", "reminders", "health", "rehearsal"}
    assert {s.default_status for s in repository.schedule_defs} == {dg.DefaultScheduleStatus.STOPPED}
    assert {s.name for s in repository.sensor_defs} == {"landing_zone", "alerts"}
    assert {s.default_status for s in repository.sensor_defs} == {dg.DefaultSensorStatus.STOPPED}
    sensor = repository.get_sensor_def("landing_zone")
    assert sensor.minimum_interval_seconds == 30
    by_file = {f"take_up_{feed.id}" for feed in leiden.feeds} - {"take_up_bfr"}  # which comes from a database
    assert {target.job_name for target in sensor.targets} == by_file


def test_the_definitions_validate_from_another_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "pipelines.definitions"]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Validation successful" in done.stdout + done.stderr


def test_a_release_that_is_not_there_by_the_third_of_its_month_shows_as_failing(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    policy = specs["publication/release"].freshness_policy
    assert policy == dg.FreshnessPolicy.cron("0 0 3 3,5,9 *", timedelta(days=2), "Europe/Amsterdam")
    assert specs["watching/health"].freshness_policy is not None
