"""The Dagster assets of the second step: per feed, its tables with typed rows, and what was set aside."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import dagster as dg
import pyarrow as pa

from assets.common.cycle_tables import WRITTEN, CycleTables
from assets.common.failures import failing_plainly
from assets.common.partitions import academic_year_of, academic_years, years_of_a_cycle
from assets.common.resources import Institution
from assets.common.specs import Made, Metadata, Partitions, check_result, check_spec, rows_metadata, spec
from assets.decisions.corrections import Corrector
from assets.decisions.records import Decisions, decides, decision_tables, decisions_of
from assets.decisions.withdrawals import withdraw
from assets.delivered.assets import STEP as DELIVERED
from assets.staged.evaluation_years import evaluation_feeds
from assets.staged.evaluation_years_assets import YEAR as COUNTED_YEAR
from assets.staged.feed import ANSWERS, StagedFeed, settled, stage_feed
from assets.staged.findings import keep_findings
from assets.staged.uptake import noted
from kwaliteitsmonitor.foundation.logs import about
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import replacing
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.feed_record import Corrected, FeedRecord, taken_up
from kwaliteitsmonitor.readers.period import year_of
from kwaliteitsmonitor.readers.set_aside import SetAside
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.exports.arrow import to_arrow
from schemas.flow import STAGED
from schemas.profile import Feed, Profile
from schemas.tables import CATALOGUE, staged
from schemas.tables.counted import counted

LOG = logging.getLogger(__name__)
STEP = STAGED
CONTRACT = "contract"
BALANCE = "accounted_for"


def record_key(feed: Feed) -> list[str]:
    """The asset of what is known of a feed once it is staged, beside its tables."""
    return [STEP, f"{feed.id}_record"]


def record_keys(profile: Profile) -> list[list[str]]:
    """The assets of what is known of each feed once it is staged, beside its tables."""
    return [record_key(feed) for feed in profile.feeds]


def staged_keys(feed: Feed) -> list[list[str]]:
    """Every asset that staging makes of a feed."""
    return [*([STEP, name] for name in feed.tables), record_key(feed)]


def staged_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """A step per feed, with an asset for each of its tables. What was decided is staged before all that it is about."""
    return [_staged(profile, feed, partitions) for feed in profile.feeds]


def _staged(profile: Profile, feed: Feed, partitions: Partitions) -> dg.AssetsDefinition:
    keys = {name: [STEP, name] for name in feed.tables}
    decided = [] if decides(feed) else [[STEP, name] for name in decision_tables(profile)]
    counted_years = _counted_years(profile) if feed in evaluation_feeds(profile) else []
    specs = [
        spec(
            profile,
            key,
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=[[DELIVERED, feed.id], *decided, *(counted_years if name == ANSWERS else ())],
            kinds=["duckdb" if name == ANSWERS else "great_expectations", "parquet"],
            table=form(CATALOGUE[name].opening(profile.open_text(name))),
            partitions=partitions,
        )
        for name, key in keys.items()
    ]
    record = spec(
        profile,
        record_key(feed),
        f"What became of each delivery of {feed.en}: rows set aside, cells corrected, and what the rules found "
        f"(wat er van elke levering werd: {feed.nl}).",
        deps=[[DELIVERED, feed.id], *decided],
        kinds=["json", "parquet"],
        partitions=partitions,
    )
    checks = [
        check_spec(key, CONTRACT, "Every row meets its contract, or is set aside with the reason.", partitions)
        for key in keys.values()
    ] + [
        check_spec(keys[feed.tables[0]], BALANCE, "Rows accepted and quarantined add up to rows received.", partitions)
    ]

    @dg.multi_asset(name=f"stage_{feed.id}", specs=[*specs, record], check_specs=checks)
    def stage(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        with failing_plainly():
            made = _made(institution.settings, tables, feed)
        _keep(tables, feed, made)
        _log(feed, made)
        if counted_years:
            _tell_years_counted(context, profile, feed, made.deliveries)
        for name in feed.tables:
            yield _result(keys[name], feed, name, made)
        yield dg.MaterializeResult(asset_key=record.key, metadata=_counted(tables.demand_feed(feed.id)))

    return stage


def _counted(record: FeedRecord) -> Metadata:
    """The counts of what is known of a feed; no value and no sentence."""
    return {
        "deliveries": len(record.deliveries),
        "rows set aside": sum(tally.quarantined for of in record.tallies.values() for tally in of.values()),
        "cells corrected": sum(cells for _, _, cells in record.corrected.made),
        "rules": len(record.results),
        "rules failed": sum(one.outcome is Outcome.FAILED for one in record.results),
        "rules that could not be judged": sum(one.outcome is Outcome.NOT_RUN for one in record.results),
    }


@dataclass(frozen=True)
class _Made:
    """What staging made of a feed: `received` is what was delivered, `deliveries` the same with what was withdrawn."""

    received: list[Delivery]
    deliveries: list[Delivery]
    decisions: Decisions
    corrector: Corrector
    staged: StagedFeed


def _made(settings: Settings, tables: CycleTables, feed: Feed) -> _Made:
    """Stage a feed from what was delivered, as it is decided about."""
    workspace, profile = tables.workspace, tables.profile
    received = [Delivery.from_json(d) for d in workspace.read_json(tables.key, DELIVERED, feed.id)]
    decisions = Decisions() if decides(feed) else decisions_of(tables)
    deliveries = withdraw(received, decisions.withdrawals)
    corrector = Corrector(feed, decisions.corrections, deliveries)
    key, judged = settings.read_pseudonym_key(), tables.verdicts.validate
    staged = stage_feed(workspace, profile, feed, deliveries, key, judged, correct=corrector)
    staged.tables[feed.tables[0]].results.extend(corrector.results())
    return _Made(received, deliveries, decisions, corrector, staged)


def _result(key: list[str], feed: Feed, name: str, made: _Made) -> dg.MaterializeResult[None]:
    """What Dagster is to know of a table of a feed."""
    table = made.staged.tables[name]
    results = [check_result(key, CONTRACT, table.results)]
    if name == feed.tables[0]:
        results.append(check_result(key, BALANCE, [balance(feed, made.staged)]))
    return dg.MaterializeResult(
        asset_key=dg.AssetKey(key),
        metadata={
            **rows_metadata(table.rows),
            "received": sum(t.received for t in table.tallies.values()),
            "accepted": sum(t.accepted for t in table.tallies.values()),
            "quarantined": sum(t.quarantined for t in table.tallies.values()),
            "corrected": sum(applied.table == name for applied in made.corrector.applied),
            **({} if made.decisions.taken else {"decisions": "not taken up yet"}),
        },
        check_results=results,
    )


def _log(feed: Feed, made: _Made) -> None:
    """Log what became of each delivery that was read: whose it is and its counts, never a value."""
    for one in made.deliveries:
        tallies = [table.tallies[one.id] for table in made.staged.tables.values() if one.id in table.tallies]
        if tallies:
            counts = {
                "received": sum(t.received for t in tallies),
                "accepted": sum(t.accepted for t in tallies),
                "quarantined": sum(t.quarantined for t in tallies),
            }
            with about(feed=feed.id, unit=one.unit, delivery=one.id):
                LOG.info("delivery staged", extra={"figures": counts})


def _counted_years(profile: Profile) -> list[dg.AssetDep]:
    """The academic years that a cycle reads, counted beforehand or not."""
    return [dg.AssetDep(dg.AssetKey(COUNTED_YEAR), partition_mapping=years_of_a_cycle(profile))]


def _tell_years_counted(
    context: dg.AssetExecutionContext, profile: Profile, feed: Feed, deliveries: Iterable[Delivery]
) -> None:
    """Tell Dagster that what a cycle read of an academic year is counted, as if it had been counted beforehand."""
    there = set(academic_years(profile).get_partition_keys())
    location = next(iter(context.selected_asset_keys)).path[:-2]  # empty where there is one institution
    for year in sorted({year for one in deliveries if (year := year_of(feed, one)) is not None}):
        if (partition := academic_year_of(profile, year)) in there:
            context.log_event(
                dg.AssetMaterialization(
                    [*location, *COUNTED_YEAR],
                    description=f"Counted by cycle {context.partition_key}.",
                    partition=partition,
                )
            )


def form(table: Table) -> Table:
    """The form in which a delivered table is staged: answers as counts, all others as rows with their place."""
    return counted(table) if table.name == ANSWERS else staged(table)


def balance(feed: Feed, staged: StagedFeed) -> RuleResult:
    """Whether, for every delivery of the feed, rows accepted and quarantined add up to rows received."""
    tallies = [t for table in staged.tables.values() for t in table.tallies.values()]
    off = [t for t in tallies if t.accepted + t.quarantined != t.received]
    return RuleResult(
        feed.id,
        f"{feed.id}.balance",
        Costs.RELEASE,
        Outcome.FAILED if off else Outcome.PASSED,
        len(tallies),
        len(off),
        "aangenomen en apart gezette rijen zijn samen de ontvangen rijen",
        "rows accepted and quarantined add up to rows received",
    )


def _keep(tables: CycleTables, feed: Feed, made: _Made) -> None:
    """Keep what staging made of a feed: its tables, what was set aside, and the record of the rest, which comes last.

    Of what there is nothing of there is no file; an earlier one is removed.
    """
    workspace, cycle, staged = tables.workspace, tables.key, made.staged
    for name, table in staged.tables.items():
        tables.keep_staged(name, table.rows)
        if table.written is not None:
            tables.write(STEP, f"{name}.{WRITTEN}", table.written)
    set_aside = SetAside.of((table.quarantine, table.beyond) for table in staged.tables.values())
    place = workspace.path(cycle, STEP, f"{feed.id}.quarantine")
    if set_aside:
        with replacing(place) as partial:
            set_aside.write(partial)
    else:
        place.unlink(missing_ok=True)
    read = dict.fromkeys(delivery for table in staged.tables.values() for delivery in table.tallies)
    keep_findings(workspace, feed.id, read, set_aside)
    if corrected := [applied.row(cycle) for applied in made.corrector.applied]:
        tables.write(STEP, f"{feed.id}.corrections", to_arrow("corrections", corrected))
    else:
        workspace.path(cycle, STEP, f"{feed.id}.corrections").unlink(missing_ok=True)
    tables.keep_feed(feed.id, _record(tables, feed, made))


def _record(tables: CycleTables, feed: Feed, made: _Made) -> FeedRecord:
    """What is known of a feed once it is staged, beside its tables."""
    staged, timezone = made.staged, tables.profile.institution.timezone
    cells = Counter((applied.delivery, applied.record.delivery) for applied in made.corrector.applied)
    before = taken_up(tables.workspace, tables.key, feed.id)
    return FeedRecord(
        tuple(settled(made.deliveries, staged)),
        {name: table.tallies for name, table in staged.tables.items()},
        _units(feed, staged),
        (*(r for table in staged.tables.values() for r in table.results), balance(feed, staged)),
        tuple(loss for table in staged.tables.values() for loss in table.losses),
        Corrected(
            tuple((r.file, r.sheet, r.cell) for r in made.corrector.met()),
            tuple((delivery, register, number) for (delivery, register), number in sorted(cells.items())),
        ),
        {delivery: one for table in staged.tables.values() for delivery, one in table.people.items()},
        noted(before, feed, made.received, made.decisions, timezone),
    )


def _units(feed: Feed, staged: StagedFeed) -> dict[str, tuple[str, ...]]:
    """Per delivery the units that its accepted rows are about."""
    units: dict[str, set[str]] = {}
    for table in staged.tables.values():
        if "unit" in table.rows.column_names and feed.units:
            accepted = table.rows if table.again is None else pa.concat_tables([table.rows, table.again])
            pairs = accepted.select(["_delivery", "unit"]).group_by(["_delivery", "unit"]).aggregate([])
            for row in pairs.to_pylist():
                if row["unit"] is not None:
                    units.setdefault(row["_delivery"], set()).add(row["unit"])
    return {delivery: tuple(sorted(names)) for delivery, names in sorted(units.items())}
