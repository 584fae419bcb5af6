"""The jobs: a whole cycle, a single feed, and the reminders."""

from __future__ import annotations

from typing import Any

import dagster as dg

from assets.notices.assets import REMINDERS, SENT
from assets.status.assets import STEP as STATUS
from schemas.profile import Feed, Profile

CYCLE_JOB = "cycle"


def cycle_job(profile: Profile) -> Any:
    """Everything from deliveries to release, for one cycle. It tells nobody: reminders have a job of their own."""
    return dg.define_asset_job(
        CYCLE_JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(SENT),
        description="Pull every delivery of a cycle, validate, compute, and publish the release.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
    )


def take_up_jobs(profile: Profile) -> dict[str, Any]:
    """Per feed, by its id: the job that takes up its deliveries and says how they stand, without computing a figure."""
    return {feed.id: _take_up(profile, feed) for feed in profile.feeds}


def _take_up(profile: Profile, feed: Feed) -> Any:
    keys = [dg.AssetKey(["delivered", feed.id]), *(dg.AssetKey(["staged", table]) for table in feed.tables)]
    return dg.define_asset_job(
        take_up(feed),
        selection=dg.AssetSelection.assets(*keys) | dg.AssetSelection.groups(STATUS),
        description=f"Take up deliveries of {feed.en} and tell how they stand ({feed.nl}).",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
    )


def take_up(feed: Feed) -> str:
    """The name of the job that takes up a feed."""
    return f"take_up_{feed.id}"


def reminders_job(profile: Profile) -> Any:
    """Remind whoever has not delivered, as things stand; a notice goes out once."""
    return dg.define_asset_job(
        REMINDERS,
        selection=dg.AssetSelection.groups(STATUS) | dg.AssetSelection.assets(SENT),
        description="Bring the status of deliveries up to date and send the notices that are due, each once.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
    )
