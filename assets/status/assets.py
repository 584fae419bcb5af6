"""The Dagster asset after staging: who delivered what, and what is missing for whom."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.declaring import check_result, check_spec, preview, rows_metadata, spec
from assets.delivered.delivery import Delivery
from assets.resources import Institution
from assets.staged.assets import STEP as STAGED
from assets.staged.staging import Tally
from assets.status.deliveries import FeedState, report
from assets.validation.results import to_table
from assets.workspace import Workspace
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed, Profile
from schemas.tables import CATALOGUE

STEP = "status"
STATUS = "delivery_status"


def status_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The status of every delivery of a cycle."""
    return [_status(profile, partitions)]


def _status(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    key = [STEP, STATUS]
    declared = spec(
        profile,
        key,
        "Who delivered what, what is missing or late, and what of it was accepted.",
        deps=[[STAGED, name] for feed in profile.feeds for name in feed.tables],
        kinds=["parquet"],
        table=CATALOGUE[STATUS],
        partitions=partitions,
    )
    check = check_spec(key, "delivered", "Everything required is there, once, readable and on time.", partitions)

    @dg.multi_asset(name=STATUS, specs=[declared], check_specs=[check])
    def delivery_status(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        states = [state_of(workspace, cycle.key, feed) for feed in profile.feeds]
        found = report(profile, cycle, states)
        rows = to_arrow(STATUS, found.rows)
        workspace.write(cycle.key, STEP, STATUS, rows)
        workspace.write(cycle.key, STEP, f"{STATUS}.results", to_table(found.results, cycle.key))
        workspace.write_json(
            cycle.key,
            STEP,
            "missing",
            {
                "lacking": found.lacking,
                "tables": [[table, year, reasons] for (table, year), reasons in sorted(found.missing.items())],
                "rounds": [[*key, units] for key, units in sorted(found.missing_rounds.items())],
            },
        )
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={**rows_metadata(rows), "missing": len(found.lacking), "preview": preview(rows)},
            check_results=[check_result(key, "delivered", found.results)],
        )

    return delivery_status


def state_of(workspace: Workspace, cycle: str, feed: Feed) -> FeedState:
    """A feed as staging left it."""
    kept = workspace.read_json(cycle, STAGED, feed.id)
    deliveries = [Delivery.from_json(d) for d in kept["deliveries"]]
    tallies: dict[str, Tally] = {}
    for of_table in kept["tallies"].values():
        for delivery, counts in of_table.items():
            tallies[delivery] = _added(tallies.get(delivery), Tally(**counts))
    units: dict[str, set[str]] = defaultdict(set)
    for delivery in deliveries:
        units[delivery.period].update(kept["units"].get(delivery.id, ()))
    return FeedState(feed, deliveries, tallies, {period: frozenset(found) for period, found in units.items()})


def _added(one: Tally | None, other: Tally) -> Tally:
    if one is None:
        return other
    return Tally(one.received + other.received, one.accepted + other.accepted, one.quarantined + other.quarantined)


def missing_of(workspace: Workspace, cycle: str) -> dict[tuple[str, int], Sequence[str]]:
    """Per delivered table and reporting year: what was required and is not there."""
    return {(table, year): reasons for table, year, reasons in workspace.read_json(cycle, STEP, "missing")["tables"]}


def missing_rounds_of(workspace: Workspace, cycle: str) -> dict[tuple[int, int], Sequence[str]]:
    """Per year and round: the units that are required and are not there."""
    return {(year, number): units for year, number, units in workspace.read_json(cycle, STEP, "missing")["rounds"]}
