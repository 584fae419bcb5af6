"""The schedules, by the clock where the institution is: a cycle on the first of its month, and those of every day.

Dagster's own schedule for time-window partitions would launch the window before; here each names its cycle itself.
"""

from collections.abc import Mapping

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from assets.common.resources import Institution
from pipelines.open_cycle import cycle_at, over
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile
from schemas.profile.feeds import is_pulled

HOUR = 6
PULL_HOUR = 7
REMINDER_HOUR = 8
HEALTH_MINUTE = 10
REHEARSAL_DAY = 15
WORKING_DAYS = "1-5"
AHEAD = "dagster/priority"
"""The tag by which a cycle goes before the uptakes that wait in the queue: it takes up everything itself."""
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


def cycle_schedules(profile: Profile, job: AssetJob) -> list[dg.ScheduleDefinition]:
    """A schedule for each month in which a cycle runs."""
    return [_schedule(profile, job, entry.month) for entry in profile.institution.cycles]


def _schedule(profile: Profile, job: AssetJob, month: int) -> dg.ScheduleDefinition:
    timezone = profile.institution.timezone

    @dg.schedule(
        name=f"cycle_{_MONTHS[month]}",
        job=job,
        cron_schedule=f"0 {HOUR} 1 {month} *",
        execution_timezone=timezone,
        description=f"The cycle of {_MONTHS[month].capitalize()}, on the first at {HOUR:02d}:00 in {timezone}.",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        when = context.scheduled_execution_time
        cycle = profile.cycle(f"{when.year}-{when.month:02d}")
        if profile.open_cycle(when.date()) != cycle:
            return dg.SkipReason(over(profile))
        return dg.RunRequest(
            run_key=f"{profile.id}-{cycle.key}",
            partition_key=cycle.key,
            tags={
                "institution": profile.id,
                "cycle": cycle.key,
                "reporting_year": str(cycle.reporting_year),
                "round": str(cycle.round),
                AHEAD: "1",
            },
        )

    return schedule


def pull_schedules(profile: Profile, jobs: Mapping[str, AssetJob]) -> list[dg.ScheduleDefinition]:
    """A schedule for each feed that is pulled from a database: on working days, before the reminders.

    The sensor cannot see that a database changed; without this, a unit would be asked for what it entered yesterday.
    """
    return [
        _daily(profile, f"pull_{feed.id}", jobs[feed.id], PULL_HOUR, f"Pull {feed.en} from the database ({feed.nl})")
        for feed in profile.feeds
        if is_pulled(feed)
    ]


def reminder_schedule(profile: Profile, job: AssetJob) -> dg.ScheduleDefinition:
    """The schedule on which units are reminded, on working days."""
    return _daily(profile, "reminders", job, REMINDER_HOUR, "Send the notices that are due")


def health_schedule(profile: Profile, job: AssetJob) -> dg.ScheduleDefinition:
    """The schedule of the health checks: every hour, so that a full disk or a dead daemon is reported in time."""
    return dg.ScheduleDefinition(
        name="health",
        job=job,
        cron_schedule=f"{HEALTH_MINUTE} * * * *",
        execution_timezone=profile.institution.timezone,
        description="Look every hour at what is broken; tell of what is new; give a sign of life where all is well.",
        tags={"institution": profile.id},
    )


def rehearsal_schedule(profile: Profile, job: AssetJob) -> dg.ScheduleDefinition:
    """The schedule of the yearly rehearsal: some weeks before the first cycle of a year, when there is time to mend."""
    first = min(entry.month for entry in profile.institution.cycles)
    month = (first - 3) % 12 + 1
    return dg.ScheduleDefinition(
        name="rehearsal",
        job=job,
        cron_schedule=f"30 {PULL_HOUR} {REHEARSAL_DAY} {month} *",
        execution_timezone=profile.institution.timezone,
        description=f"Rehearse the first cycle of the year, on {REHEARSAL_DAY} {_MONTHS[month].capitalize()}.",
        tags={"institution": profile.id},
    )


def _daily(profile: Profile, name: str, job: AssetJob, hour: int, what: str) -> dg.ScheduleDefinition:
    """A run for the open cycle on each working day; none once the agreements are over."""
    timezone = profile.institution.timezone

    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=f"0 {hour} * * {WORKING_DAYS}",
        execution_timezone=timezone,
        description=f"{what}, Monday to Friday at {hour:02d}:00 in {timezone}.",
    )
    def schedule(context: dg.ScheduleEvaluationContext, institution: Institution) -> dg.RunRequest | dg.SkipReason:
        when = context.scheduled_execution_time
        try:
            cycle = cycle_at(institution.settings, when)
        except KwaliteitsmonitorError as error:
            return dg.SkipReason(str(error))
        if cycle is None:
            return dg.SkipReason(over(institution.settings.profile))
        return dg.RunRequest(
            run_key=f"{profile.id}-{name}-{when.date()}",
            partition_key=cycle.key,
            tags={"institution": profile.id, "cycle": cycle.key},
        )

    return schedule
