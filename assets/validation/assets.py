"""The Dagster assets between staging and publication: who delivered what, and the outcome of every rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.declaring import check_result, check_spec, preview, rows_metadata, spec
from assets.delivered.delivery import Delivery
from assets.publication.tables import to_arrow
from assets.resources import Institution
from assets.staged.assets import STEP as STAGED
from assets.staged.staging import Tally
from assets.validation.deliveries import FeedState, report
from assets.validation.judge import validate
from assets.validation.reconciliation import plan_against_budget, reconcile
from assets.validation.results import RuleResult, from_table, to_table
from assets.workspace import Workspace
from schemas.profile import Feed, Profile
from schemas.tables import CATALOGUE

STEP = "validation"
STATUS = "delivery_status"
QUALITY = "quality_results"
GATE = "nothing_critical_failed"

COMPUTED: Mapping[str, str] = {
    "indicator_values": "indicators",
    "spending_overview": "spending",
    "spending_by_unit": "spending",
    "spending_rounds": "spending",
    "carry_over": "spending",
    "measures": "progress",
    "council_consultations": "progress",
    "panel_discussions": "progress",
}
"""The published tables that are computed, and the step that makes each."""


def validation_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The status of deliveries, before figures are made; the outcome of all rules, after."""
    return [_status(profile, partitions), _quality(profile, partitions)]


def _status(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    key = [STEP, STATUS]
    declared = spec(
        profile, key, "Who delivered what, what is missing or late, and what of it was accepted.",
        deps=[[STAGED, name] for feed in profile.feeds for name in feed.tables], kinds=["parquet"],
        table=CATALOGUE[STATUS], partitions=partitions,
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
            cycle.key, STEP, "missing",
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


def _quality(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    key = [STEP, QUALITY]
    deps = [[STEP, STATUS], [STAGED, "control_totals"], ["facts", "fact_plan"], ["facts", "fact_spending"],
            *([step, name] for name, step in COMPUTED.items())]
    declared = spec(
        profile, key, "The outcome of every rule: contracts, deliveries, totals and printed figures.", deps=deps,
        kinds=["great_expectations", "parquet"], table=CATALOGUE[QUALITY], partitions=partitions,
    )
    gate = check_spec(key, GATE, "A critical rule that failed, or could not be judged, stops publication.", partitions,
                      blocking=True)
    published = check_spec(key, "published_contracts", "Every published table meets its contract.", partitions)

    @dg.multi_asset(name=QUALITY, specs=[declared], check_specs=[gate, published])
    def quality_results(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace, cycle = settings.profile, settings.workspace, context.partition_key
        earlier = chain.from_iterable(
            from_table(workspace.read(cycle, step, name))
            for step, name in [*((STAGED, f"{feed.id}.results") for feed in profile.feeds), (STEP, f"{STATUS}.results")]
        )
        contracts = contract_results(profile, workspace, cycle)
        results = [*earlier, *contracts, *_across(profile, workspace, cycle)]
        rows = to_table(results, cycle)
        workspace.write(cycle, STEP, QUALITY, rows)
        failed = [r for r in results if r.outcome != "passed"]
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                **rows_metadata(rows), "failed": len(failed), "blocking": sum(r.blocks for r in failed),
                "preview": preview(to_table(failed, cycle)),
            },
            check_results=[
                check_result(key, GATE, [r for r in results if r.severity == "critical"]),
                check_result(key, "published_contracts", contracts),
            ],
        )

    return quality_results


def contract_results(profile: Profile, workspace: Workspace, cycle: str) -> list[RuleResult]:
    """The outcome of the contract of every computed table."""
    codes = profile.code_lists()
    tables = [*COMPUTED.items(), (STATUS, STEP)]
    return [r for name, step in tables for r in validate(CATALOGUE[name].bind(codes), workspace.read(cycle, step, name))]


def _across(profile: Profile, workspace: Workspace, cycle: str) -> list[RuleResult]:
    spending = workspace.read(cycle, "facts", "fact_spending")
    status = workspace.read(cycle, STEP, STATUS).to_pylist()
    return [
        plan_against_budget(profile, workspace.read(cycle, "facts", "fact_plan"), spending),
        *reconcile(
            profile, workspace.read(cycle, STAGED, "control_totals"), spending,
            workspace.read(cycle, "indicators", "indicator_values").to_pylist(),
            {r["delivery"]: r["file"] for r in status if r["delivery"]},
        ),
    ]


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


def staged_table(workspace: Workspace, cycle: str, name: str) -> pa.Table:
    """A staged table of a cycle under way."""
    return workspace.read(cycle, STAGED, name)
