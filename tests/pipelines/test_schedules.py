"""When the schedules of an institution run, by the clock where it is."""

from __future__ import annotations

from pipelines.jobs import health_job, rehearsal_job
from pipelines.schedules import health_schedule, rehearsal_schedule
from schemas.profile import load_profile, profile_folder


def test_the_look_is_hourly_and_the_rehearsal_two_months_before_the_first_cycle_of_a_year() -> None:
    profile = load_profile(profile_folder("leiden"))
    schedules = (health_schedule(profile, health_job(profile)), rehearsal_schedule(profile, rehearsal_job(profile)))
    assert [(one.name, one.cron_schedule, one.execution_timezone) for one in schedules] == [
        ("health", "10 * * * *", "Europe/Amsterdam"),
        ("rehearsal", "30 7 15 1 *", "Europe/Amsterdam"),
    ]
