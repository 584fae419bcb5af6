"""What Dagster loads: every asset, check, job, schedule and sensor of one institution.

`build_definitions` returns fresh definitions, so that the Dagster UI, the command line and the tests assemble the same
thing. Nothing about an institution stands here: it is in the profile that the settings name.
"""

from __future__ import annotations

import warnings
from functools import partial

import dagster as dg

from assets.common.partitions import academic_years, cycle_partitions, years_and_units
from assets.common.resources import Institution
from assets.comparison.assets import comparison_assets
from assets.delivered.assets import delivered_assets
from assets.evaluations.assets import statistics_assets
from assets.facts.assets import facts_assets
from assets.indicators.assets import indicators_assets
from assets.progress.assets import progress_assets
from assets.publication.assets import publication_assets
from assets.publication.lineage.assets import lineage_assets
from assets.spending.assets import spending_assets
from assets.staged.assets import staged_assets
from assets.staged.evaluation_years_assets import evaluations_assets
from assets.status.assets import status_assets
from assets.validation.assets import validation_assets
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines import daemons
from pipelines.alerts import alerts_sensor
from pipelines.asset_prefix import under
from pipelines.jobs import cycle_job, evaluations_jobs, health_job, rehearsal_job, reminders_job, take_up_jobs
from pipelines.monitoring import health_assets, rehearsal_assets
from pipelines.rehearsal import rehearsing
from pipelines.reminders import notices_assets
from pipelines.schedules import (
    cycle_schedules,
    health_schedule,
    pull_schedules,
    rehearsal_schedule,
    reminder_schedule,
)
from pipelines.sensors import landing_zone_sensor
from schemas.profile import Profile
from schemas.profile.feeds import comes_by_file

# Partitioned asset checks are in preview; they are declared in one place (`assets.common.specs`), which is where to
# change them if they do. The warning would come once for every check.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
warnings.filterwarnings("ignore", category=dg.BetaWarning)


def pipeline_assets(profile: Profile, *, mirrored: bool = False) -> list[dg.AssetsDefinition]:
    """Every asset of an institution, in the order of the flow; `mirrored`: releases are copied elsewhere too."""
    partitions = cycle_partitions(profile)
    return [
        *delivered_assets(profile, partitions),
        *evaluations_assets(profile, years_and_units(profile), academic_years(profile)),
        *staged_assets(profile, partitions),
        *status_assets(profile, partitions),
        *facts_assets(profile, partitions),
        *statistics_assets(profile, partitions),
        *indicators_assets(profile, partitions),
        *spending_assets(profile, partitions),
        *progress_assets(profile, partitions),
        *comparison_assets(profile, partitions),
        *lineage_assets(profile, partitions),
        *validation_assets(profile, partitions),
        *publication_assets(profile, partitions, mirrored=mirrored),
        *notices_assets(profile, partitions),
    ]


def build_definitions(institution: Institution | None = None) -> dg.Definitions:
    """The definitions of the institution that the resource names; without one, the environment's.

    Raises `ProfileError` or `UsageError` if the profile does not hold.
    """
    resource = institution or Institution()
    settings: Settings = resource.settings
    profile, location = settings.profile, settings.location
    cycle, reminders = cycle_job(profile, location), reminders_job(profile, location)
    taking_up, health = take_up_jobs(profile, location), health_job(profile, location)
    rehearsal = rehearsal_job(profile, location)
    schedules: list[dg.ScheduleDefinition] = [
        *cycle_schedules(profile, cycle),
        *pull_schedules(profile, taking_up),
        reminder_schedule(profile, reminders),
        health_schedule(profile, health),
        rehearsal_schedule(profile, rehearsal),
    ]
    sensors: list[dg.SensorDefinition] = [
        landing_zone_sensor([taking_up[feed.id] for feed in profile.feeds if comes_by_file(feed)]),
        alerts_sensor(),
    ]
    mirrored = bool(settings.mirror)
    watched = partial(daemons.look, [*(one.name for one in schedules), *(one.name for one in sensors)])
    rehearsed = partial(rehearsing, build=build_definitions)
    watching = [*health_assets(profile, watched), *rehearsal_assets(profile, rehearsed)]
    return dg.Definitions(
        assets=under(location, [*pipeline_assets(profile, mirrored=mirrored), *watching]),
        jobs=[cycle, *taking_up.values(), reminders, health, rehearsal, *evaluations_jobs(profile, location)],
        schedules=schedules,
        sensors=sensors,
        resources={"institution": resource},
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The entry point named in `pyproject.toml`."""
    return build_definitions()
