"""The Dagster assets of the first step: per feed, the deliveries that a cycle reads."""

import dagster as dg

from assets.common.failures import failing_plainly
from assets.common.resources import Institution
from assets.common.specs import Partitions, spec
from assets.delivered.collect import collect, placed_again
from assets.delivered.replay import recorded_deliveries
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.ownership import claim
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.judge import judge
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import is_pulled
from schemas.words import both

STEP = "delivered"


def delivered_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """An asset per feed of the profile."""
    return [_delivered(profile, feed, partitions) for feed in profile.feeds]


def _delivered(profile: Profile, feed: Feed, partitions: Partitions) -> dg.AssetsDefinition:
    kinds = sorted({"sql" if s.kind == "sql" else s.format.value for s in feed.sources})
    declared = spec(
        profile,
        [STEP, feed.id],
        f"{feed.en} / {feed.nl}: bytes as received, by their hash.",
        kinds=kinds,
        partitions=partitions,
    )

    @dg.multi_asset(name=f"deliver_{feed.id}", specs=[declared])
    def deliver(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[None]:
        judge().start()  # it is ready by the time that there are rows to judge
        with failing_plainly():
            settings = institution.settings
            profile = settings.profile
            cycle = profile.cycle(context.partition_key)
            deliveries = _collected(settings, institution.tables(cycle.key).workspace, cycle, feed)
        institution.tables(cycle.key).workspace.write_json(cycle.key, STEP, feed.id, [d.to_json() for d in deliveries])
        return dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "deliveries": len(deliveries),
                "bytes": sum(d.size for d in deliveries),
                "current": sum(d.standing is Standing.CURRENT for d in deliveries),
                "duplicates": sum(d.standing is Standing.DUPLICATE for d in deliveries),
                "refused": [both(d.reason) for d in deliveries if d.reason],
            },
        )

    return deliver


def _collected(settings: Settings, workspace: Workspace, cycle: Cycle, feed: Feed) -> list[Delivery]:
    """What came in of a feed, or had come in when the release came out that is computed again."""
    profile = settings.profile
    if settings.reproduces:
        return placed_again(profile, cycle, feed, recorded_deliveries(settings.reproduces, feed))
    claim(workspace, profile.id)
    landing = Landing(settings.landing_url, profile.institution.timezone)
    databases = settings.databases(feed) if is_pulled(feed) else None
    return collect(workspace, profile, cycle, feed, landing, databases)
