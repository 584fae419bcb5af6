"""The jobs: a whole cycle, a single feed, and the reminders."""

from __future__ import annotations

import os

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from assets.common.failures import traces_again
from assets.staged.assets import staged_keys
from assets.staged.evaluation_years import evaluation_feeds
from assets.staged.evaluation_years_assets import COUNTS, YEAR
from assets.staged.evaluation_years_assets import STEP as EVALUATIONS
from assets.status.assets import STEP as STATUS
from kwaliteitsmonitor.foundation.variables import DASK_SCHEDULER
from pipelines.asset_prefix import group_in, located
from pipelines.monitoring import HEALTH as HEALTH_ASSET
from pipelines.monitoring import REHEARSAL
from pipelines.monitoring import STEP as HEALTH
from pipelines.reminders import REMINDERS, SENT
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.words import Words

CYCLE_JOB = "cycle"
HEALTH_JOB, REHEARSAL_JOB = "health", "rehearsal"
COUNT_JOB = "count_evaluations"
COUNT_YEAR_JOB = "count_evaluation_year"

COUNTING = {"kwaliteitsmonitor/work": "counting"}
"""The tag of runs that count, by which a queue may hold how many run at once (see deploy/README.md)."""


def cycle_job(profile: Profile, location: str = "") -> AssetJob:
    """Everything from deliveries to release, for one cycle. It tells nobody: reminders have a job of their own."""
    sent = dg.AssetSelection.assets(located(SENT, location))
    apart = dg.AssetSelection.groups(group_in(EVALUATIONS, location), group_in(HEALTH, location))
    return dg.define_asset_job(
        CYCLE_JOB,
        selection=dg.AssetSelection.all() - sent - apart,
        description="Pull every delivery of a cycle, validate, compute, and publish the release.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
        hooks={traces_again},
    )


def evaluations_jobs(profile: Profile, location: str = "") -> list[AssetJob]:
    """The jobs that count evaluations: a unit in a year, and a year with a step per unit; none without evaluations.

    Raises `UsageError` if the environment still names a Dask scheduler, which no longer does anything.
    """
    if os.environ.get(DASK_SCHEDULER):
        raise UsageError(
            Words("tellen wordt niet meer over Dask verdeeld", "counting is no longer spread over Dask"),
            where=DASK_SCHEDULER,
            expected=Words("dat deze variabele niet is gezet", "that this variable is not set"),
            remedy=Words(
                "Haal de variabele weg. Tel met meer processen tegelijk via de wachtrij van Dagster: "
                f"`dagster job backfill -m pipelines.definitions -j {COUNT_JOB} --all '*' --noprompt`.",
                "Remove the variable. To count in several processes at once, use Dagster's queue: "
                f"`dagster job backfill -m pipelines.definitions -j {COUNT_JOB} --all '*' --noprompt`.",
            ),
        )
    if not any(evaluation_feeds(profile)):
        return []
    tags = {"institution": profile.id, **COUNTING}
    return [
        dg.define_asset_job(
            COUNT_JOB,
            selection=dg.AssetSelection.assets(located(dg.AssetKey(COUNTS), location)),
            description="Count the answers of one academic year and unit. A backfill of all is a queue of such runs.",
            tags=tags,
            executor_def=dg.in_process_executor,
            hooks={traces_again},
        ),
        dg.define_asset_job(
            COUNT_YEAR_JOB,
            selection=dg.AssetSelection.assets(located(dg.AssetKey(YEAR), location)),
            description="Count the answers of an academic year, with a step per unit.",
            tags=tags,
            executor_def=dg.in_process_executor,
            hooks={traces_again},
        ),
    ]


def take_up_jobs(profile: Profile, location: str = "") -> dict[str, AssetJob]:
    """Per feed, by its id: the job that takes up its deliveries and says how they stand, without computing a figure."""
    return {feed.id: _take_up(profile, feed, location) for feed in profile.feeds}


def _take_up(profile: Profile, feed: Feed, location: str) -> AssetJob:
    keys = [dg.AssetKey(["delivered", feed.id]), *map(dg.AssetKey, staged_keys(feed))]
    return dg.define_asset_job(
        take_up(feed),
        selection=dg.AssetSelection.assets(*(located(key, location) for key in keys))
        | dg.AssetSelection.groups(group_in(STATUS, location)),
        description=f"Take up deliveries of {feed.en} and tell how they stand ({feed.nl}).",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
        hooks={traces_again},
    )


def take_up(feed: Feed) -> str:
    """The name of the job that takes up a feed."""
    return f"take_up_{feed.id}"


def reminders_job(profile: Profile, location: str = "") -> AssetJob:
    """Remind whoever has not delivered, as things stand; a notice goes out once."""
    return dg.define_asset_job(
        REMINDERS,
        selection=dg.AssetSelection.groups(group_in(STATUS, location))
        | dg.AssetSelection.assets(located(SENT, location)),
        description="Bring the status of deliveries up to date and send the notices that are due, each once.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
        hooks={traces_again},
    )


def health_job(profile: Profile, location: str = "") -> AssetJob:
    """Look at what is broken now, and tell the operators what is new and what is solved."""
    return dg.define_asset_job(
        HEALTH_JOB,
        selection=dg.AssetSelection.assets(located(dg.AssetKey([HEALTH, HEALTH_ASSET]), location)),
        description="Look at everything that a cycle needs, tell of what is broken, and give a sign of life.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
        hooks={traces_again},
    )


def rehearsal_job(profile: Profile, location: str = "") -> AssetJob:
    """Rehearse the cycle to come, and tell the operators what would fail."""
    return dg.define_asset_job(
        REHEARSAL_JOB,
        selection=dg.AssetSelection.assets(located(dg.AssetKey([HEALTH, REHEARSAL]), location)),
        description="Make last year's release again with today's code and profile, and reach every source.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
        hooks={traces_again},
    )
