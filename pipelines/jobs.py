"""The jobs: a whole cycle, and a single feed."""

from __future__ import annotations

from typing import Any

import dagster as dg

from schemas.profile import Profile

CYCLE_JOB = "cycle"


def cycle_job(profile: Profile) -> Any:
    """Everything from deliveries to release, for one cycle."""
    return dg.define_asset_job(
        CYCLE_JOB,
        selection=dg.AssetSelection.all(),
        description="Pull every delivery of a cycle, validate, compute, and publish the release.",
        tags={"institution": profile.id},
        executor_def=dg.in_process_executor,
    )


def feed_jobs(profile: Profile) -> list[Any]:
    """Per feed: pull it and stage it, to see what is wrong with it without running the cycle."""
    return [
        dg.define_asset_job(
            f"stage_{feed.id}_only",
            selection=dg.AssetSelection.assets(
                dg.AssetKey(["delivered", feed.id]), *(dg.AssetKey(["staged", table]) for table in feed.tables)
            ),
            description=f"Pull and stage {feed.en} alone ({feed.nl}).",
            tags={"institution": profile.id},
            executor_def=dg.in_process_executor,
        )
        for feed in profile.feeds
    ]
