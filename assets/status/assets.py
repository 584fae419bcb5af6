"""The Dagster assets after staging: who delivered what, what is missing for whom, and everything that was set aside."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from assets.common.resources import Institution
from assets.common.specs import check_result, check_spec, preview, rows_metadata, spec
from assets.decisions.approvals import approval_rows
from assets.staged.assets import STEP as STAGED
from assets.staged.findings import QUARANTINE
from assets.status.findings import counted, open_items
from assets.status.recognition import LOOKED, Look, untaken, used_result
from assets.status.replay import recorded_look
from assets.status.rules import CHECKS, of_check
from assets.status.states import CycleStatus, set_aside, status_of
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing, write_parquet_in_parts
from kwaliteitsmonitor.methods.checks.results import to_table
from kwaliteitsmonitor.obligations.register import Register, lacking_rows
from schemas.calendar import Cycle
from schemas.errors import SourceError
from schemas.exports.arrow import arrow_schema, to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.words import both

STEP = "status"
STATUS = "delivery_status"
OBLIGATIONS = "obligations"


def status_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The status of every delivery of a cycle, and the rows that were set aside."""
    return [_status(profile, partitions), _quarantine(profile, partitions)]


def _status(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    key = [STEP, STATUS]
    declared = spec(
        profile,
        key,
        "Who delivered what, what is missing, late, withdrawn or waiting for approval, and what of it was accepted.",
        deps=[[STAGED, name] for feed in profile.feeds for name in feed.tables],
        kinds=["parquet"],
        table=CATALOGUE[STATUS],
        partitions=partitions,
    )
    owed = spec(
        profile,
        [STEP, OBLIGATIONS],
        "What is owed for the cycle: by whom, of what, by when, and whether it came, late, or is waived.",
        deps=[[STAGED, name] for feed in profile.feeds for name in feed.tables],
        kinds=["parquet"],
        table=CATALOGUE[OBLIGATIONS],
        partitions=partitions,
    )
    checks = [check_spec(key, name, description, partitions) for name, (_, description) in CHECKS.items()]

    @dg.multi_asset(name=STATUS, specs=[declared, owed], check_specs=checks)
    def delivery_status(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        found = status_of(workspace, profile, cycle)
        seen = _look(settings, profile, cycle)
        passed_over = seen.untaken
        results = [*found.report.results, *seen.results(), used_result(seen, found.report.rows)]
        rows = to_arrow(STATUS, found.report.rows)
        workspace.write(cycle.key, STEP, STATUS, rows)
        workspace.write(cycle.key, STEP, f"{STATUS}.results", to_table(results, cycle.key))
        workspace.write_json(cycle.key, STEP, "untaken", [asdict(u) for u in passed_over])
        workspace.write_json(cycle.key, STEP, LOOKED, seen.to_json())
        _keep(workspace, cycle.key, found)
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                **rows_metadata(rows),
                "missing": len(found.owed.open()),
                "not recognised": [u.path for u in passed_over if not u.other_period],
                "preview": preview(rows),
            },
            check_results=[check_result(key, name, of_check(name, results)) for name in CHECKS],
        )
        yield dg.MaterializeResult(asset_key=owed.key, metadata=_counted(found.owed))

    return delivery_status


def _counted(owed: Register) -> dict[str, Any]:
    """How many obligations there are in each state, and the first that still have to come."""
    rows = to_arrow(OBLIGATIONS, owed.rows())
    states = Counter(str(one.state) for one in owed.entries)
    still = to_arrow(OBLIGATIONS, lacking_rows(owed.rows()))
    return {**rows_metadata(rows), **states, "preview": preview(still)}


def _look(settings: Settings, profile: Profile, cycle: Cycle) -> Look:
    """What lies in the landing zone, or lay there when the release came out that is computed again."""
    if settings.reproduces:
        return recorded_look(settings.reproduces)
    try:
        files = Landing(settings.landing_url, profile.institution.timezone).files()
    except SourceError as error:
        return Look(could_not=both(error.in_words))
    return Look(len(files), untaken(profile, cycle, files))


def _keep(workspace: Workspace, cycle: str, found: CycleStatus) -> None:
    """Keep what later steps need to know: what is missing, what is waived, and what was decided."""
    report = found.report
    workspace.write_json(
        cycle,
        STEP,
        "missing",
        {
            "lacking": found.lacking,
            "without": found.without,
            "units": sorted(map(list, report.missing_units)),
            "lost": [one.to_json() for one in found.lost],
            "aside": [[*place, rows] for place, rows in sorted(found.aside.items())],
            "tables": [[table, year, reasons] for (table, year), reasons in sorted(report.missing.items())],
            "rounds": [[*key, units] for key, units in sorted(report.missing_rounds.items())],
            "waived": [[table, year, reasons] for (table, year), reasons in sorted(report.waived.items())],
            "waived_rounds": [[*key, units] for key, units in sorted(report.waived_rounds.items())],
        },
    )
    workspace.write(cycle, STEP, OBLIGATIONS, to_arrow(OBLIGATIONS, found.owed.rows()))
    workspace.write(cycle, STEP, "approvals", to_arrow("approvals", approval_rows(cycle, found.approved)))
    workspace.write(cycle, STEP, "waivers", to_arrow("waivers", found.waivers.rows(())))


def _quarantine(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    declared = spec(
        profile,
        [STEP, QUARANTINE],
        "Every row that is set aside, of all feeds, with the reason; and what a later delivery closed.",
        deps=[[STAGED, name] for feed in profile.feeds for name in feed.tables],
        kinds=["parquet"],
        table=CATALOGUE[QUARANTINE],
        partitions=partitions,
    )

    @dg.multi_asset(name=QUARANTINE, specs=[declared])
    def quarantine(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        found = status_of(workspace, profile, cycle)
        place = workspace.path(cycle.key, STEP, QUARANTINE)
        with replacing(place) as partial:
            rows = open_items(set_aside(profile, workspace, cycle.key))
            write_parquet_in_parts(rows, arrow_schema(CATALOGUE[QUARANTINE]), partial)
        count = pq.read_metadata(place).num_rows
        workspace.write_json(cycle.key, STEP, "closed", [asdict(c) for c in found.closed])
        closed = Counter((c.feed, c.unit, c.rule, c.closed_by) for c in found.closed for _ in range(c.items))
        return dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "dagster/row_count": count,
                "open": count,
                "closed": sum(closed.values()),
                "set aside": _records(counted(place, found.units)),
                "closed by": _records(
                    {"feed": feed, "unit": unit, "rule": rule, "closed by": file, "items": items}
                    for (feed, unit, rule, file), items in sorted(closed.items())
                ),
            },
        )

    return quarantine


def _records(rows: Any) -> dg.TableMetadataValue:
    """Counts as a table of metadata; `none` where there are none, as a table must have a column."""
    records = [dg.TableRecord(row) for row in rows]
    return dg.MetadataValue.table(records or [dg.TableRecord({"none": 0})])
