"""The Dagster assets after staging: who delivered what, what is missing for whom, and everything that was set aside."""

from collections import Counter
from collections.abc import Iterable

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from assets.common.cycle_tables import RESULTS, CycleTables
from assets.common.resources import Institution
from assets.common.specs import (
    Dep,
    Made,
    Metadata,
    Partitions,
    check_result,
    check_spec,
    preview,
    results_spec,
    rows_metadata,
    spec,
)
from assets.decisions.approvals import approval_rows
from assets.staged.assets import staged_keys
from assets.staged.findings import QUARANTINE
from assets.status.findings import counted, open_items
from assets.status.recognition import LOOKED, Look, untaken, used_result
from assets.status.record import NAME as MISSING
from assets.status.record import StatusRecord
from assets.status.replay import recorded_look
from assets.status.rules import CHECKS, of_check
from assets.status.states import CycleStatus, set_aside, status_of
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import replacing, write_parquet_in_parts
from kwaliteitsmonitor.obligations.register import Register, lacking_rows
from schemas.calendar import Cycle
from schemas.errors import SourceError
from schemas.exports.arrow import arrow_schema, to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "status"
STATUS = "delivery_status"
OBLIGATIONS = "obligations"
APPROVALS = "approvals"
"""What councils decided about deliveries."""


def status_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The status of every delivery of a cycle, and the rows that were set aside."""
    return [_status(profile, partitions), _quarantine(profile, partitions)]


TABLES = {
    STATUS: "Who delivered what, what is missing, late, withdrawn or waiting for approval, and what was accepted.",
    OBLIGATIONS: "What is owed for the cycle: by whom, of what, by when, and whether it came, late, or is waived.",
    APPROVALS: "What councils decided about the deliveries that need their approval, or that they have yet to decide.",
}
RECORDS = {
    MISSING: "What is not there, what a decision does without, and the rows set aside that figures need.",
    LOOKED: "What lies in the landing zone that no feed takes.",
}


def _staged(profile: Profile) -> list[Dep]:
    """Everything that staging makes of every feed."""
    return [key for feed in profile.feeds for key in staged_keys(feed)]


def _status(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    key, deps = [STEP, STATUS], _staged(profile)
    specs = [
        *(
            spec(
                profile, [STEP, name], text, deps=deps, kinds=["parquet"], table=CATALOGUE[name], partitions=partitions
            )
            for name, text in TABLES.items()
        ),
        *(
            spec(profile, [STEP, name], text, deps=deps, kinds=["json"], partitions=partitions)
            for name, text in RECORDS.items()
        ),
        results_spec(profile, STEP, deps, partitions),
    ]
    checks = [check_spec(key, name, description, partitions) for name, (_, description) in CHECKS.items()]

    @dg.multi_asset(name=STATUS, specs=specs, check_specs=checks)
    def delivery_status(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        settings = institution.settings
        tables = institution.tables(context.partition_key)
        status = status_of(tables)
        seen = _look(settings, tables.profile, tables.cycle)
        results = [*status.report.results, *seen.results(), used_result(seen, status.report.rows)]
        rows = to_arrow(STATUS, status.report.rows)
        tables.write(STEP, STATUS, rows)
        tables.keep_results(STEP, results)
        tables.workspace.write_json(tables.key, STEP, LOOKED, seen.to_json())
        record, approved = _keep(tables, status)
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(key),
            metadata={
                **rows_metadata(rows),
                "missing": len(status.owed.open()),
                "not recognised": [u.path for u in seen.untaken if not u.other_period],
                "preview": preview(rows),
            },
            check_results=[check_result(key, name, of_check(name, results)) for name in CHECKS],
        )
        others: dict[str, Metadata] = {
            OBLIGATIONS: _counted(status.owed),
            APPROVALS: rows_metadata(approved),
            MISSING: _sizes(record),
            LOOKED: {"files": seen.files, "not recognised": len(seen.untaken)},
            RESULTS: {"rules": len(results)},
        }
        for name, metadata in others.items():
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)

    return delivery_status


def _sizes(record: StatusRecord) -> Metadata:
    """How much there is of what is missing; the sentences stand in the release."""
    return {
        "lacking": len(record.lacking),
        "done without": len(record.without),
        "rows lost": len(record.lost),
        "waivers needed": len(record.needed),
    }


def _counted(owed: Register) -> Metadata:
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
        return Look(could_not=error.in_words)
    return Look(len(files), untaken(profile, cycle, files))


def _keep(tables: CycleTables, status: CycleStatus) -> tuple[StatusRecord, pa.Table]:
    """Keep what later steps need to know; gives the record of what is missing or waived, and what councils decided."""
    report = status.report
    record = StatusRecord(
        tuple(status.lacking),
        tuple(status.without),
        tuple(report.missing_units),
        tuple(one.kept() for one in status.lost),
        status.aside,
        report.missing,
        report.missing_rounds,
        report.waived,
        report.waived_rounds,
        status.waivers.needed,
    )
    record.write(tables)
    tables.write(STEP, OBLIGATIONS, to_arrow(OBLIGATIONS, status.owed.rows()))
    approved = to_arrow(APPROVALS, approval_rows(tables.key, status.approved))
    tables.write(STEP, APPROVALS, approved)
    return record, approved


def _quarantine(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    declared = spec(
        profile,
        [STEP, QUARANTINE],
        "Every row that is set aside, of all feeds, with the reason; and what a later delivery closed.",
        deps=_staged(profile),
        kinds=["parquet"],
        table=CATALOGUE[QUARANTINE],
        partitions=partitions,
    )

    @dg.multi_asset(name=QUARANTINE, specs=[declared])
    def quarantine(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[None]:
        tables = institution.tables(context.partition_key)
        status = status_of(tables)
        place = tables.workspace.path(tables.key, STEP, QUARANTINE)
        files = list(set_aside(tables))
        if files:
            with replacing(place) as partial:
                write_parquet_in_parts(open_items(files), arrow_schema(CATALOGUE[QUARANTINE]), partial)
        else:
            place.unlink(missing_ok=True)
        count = pq.read_metadata(place).num_rows if files else 0
        closed = Counter((c.feed, c.unit, c.rule, c.closed_by) for c in status.closed for _ in range(c.items))
        return dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "dagster/row_count": count,
                "open": count,
                "closed": sum(closed.values()),
                "set aside": _records(counted(place, status.units) if files else ()),
                "closed by": _records(
                    {"feed": feed, "unit": unit, "rule": rule, "closed by": file, "items": items}
                    for (feed, unit, rule, file), items in sorted(closed.items())
                ),
            },
        )

    return quarantine


def _records(rows: Iterable[dict[str, str | int]]) -> dg.TableMetadataValue:
    """Counts as a table of metadata; `none` if there are none, as a table must have a column."""
    records = [dg.TableRecord(row) for row in rows]
    return dg.MetadataValue.table(records or [dg.TableRecord({"none": 0})])
