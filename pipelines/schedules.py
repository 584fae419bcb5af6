"""The schedules: on the first of each cycle's month, at 06:00 where the institution is.

Dagster's own schedule for time-window partitions would launch the window before; here each names its cycle itself.
"""

from typing import Any

import dagster as dg

from schemas.profile import Profile

HOUR = 6
_MONTHS = {
    1: "january",
    2: "february",
    3: "march",
    4: "april",
    5: "may",
    6: "june",
    7: "july",
    8: "august",
    9: "september",
    10: "october",
    11: "november",
    12: "december",
}


def cycle_schedules(profile: Profile, job: Any) -> list[dg.ScheduleDefinition]:
    """A schedule for each month in which a cycle runs."""
    return [_schedule(profile, job, entry.month) for entry in profile.institution.cycles]


def _schedule(profile: Profile, job: Any, month: int) -> dg.ScheduleDefinition:
    timezone = profile.institution.timezone

    @dg.schedule(
        name=f"cycle_{_MONTHS[month]}",
        job=job,
        cron_schedule=f"0 {HOUR} 1 {month} *",
        execution_timezone=timezone,
        description=f"The cycle of {_MONTHS[month].capitalize()}, on the first at {HOUR:02d}:00 in {timezone}.",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        when = context.scheduled_execution_time
        cycle = profile.cycle(f"{when.year}-{when.month:02d}")
        return dg.RunRequest(
            run_key=f"{profile.id}-{cycle.key}",
            partition_key=cycle.key,
            tags={
                "institution": profile.id,
                "cycle": cycle.key,
                "reporting_year": str(cycle.reporting_year),
                "round": str(cycle.round),
            },
        )

    return schedule
