"""The Dagster assets that say where figures come from: one step that gathers what the steps before it kept.

They are made before the gate, which judges them by their contracts as it does every published table.
"""

import dagster as dg
import pyarrow as pa

from assets.common.cycle_tables import CycleTables
from assets.common.failures import failing_plainly
from assets.common.resources import Institution
from assets.common.specs import Dep, Made, Partitions, rows_metadata, table_spec
from assets.publication.lineage.build import contributing_steps, lineage_tables
from assets.publication.lineage.cell_lineage import OF_PEOPLE
from assets.publication.lineage.tables import definitions
from assets.staged.assets import STEP as STAGED
from assets.staged.assets import record_keys
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from kwaliteitsmonitor.methods.disclosure.pattern import NAME as WITHHELD
from kwaliteitsmonitor.methods.disclosure.pattern import STEP as DISCLOSURE
from kwaliteitsmonitor.methods.figures.contributions import NAME as CONTRIBUTIONS
from kwaliteitsmonitor.readers.source_cells import TABLES as FOLLOWED
from schemas.exports.arrow import arrow_schema, to_arrow
from schemas.figures import FIGURES, tables_of
from schemas.flow import FACTS, LINEAGE
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes, staged_of
from schemas.rows import DeliveryStatusRow
from schemas.tables import CATALOGUE

STEP = LINEAGE
CORRECTIONS = "corrections"
READ = ("accepted", "partly_accepted")
"""The states of deliveries whose rows count."""


def lineage_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The tables of a release that say where its figures come from, and by which definitions."""
    deps = _deps(profile)
    specs = [table_spec(profile, STEP, name, deps[name], partitions) for name in tables_of(STEP)]

    @dg.multi_asset(name="gather_lineage", specs=specs)
    def gather_lineage(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        with failing_plainly():
            made = _made(tables)
        for name, rows in made.items():
            tables.write(STEP, name, rows)
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=rows_metadata(rows))
        tables.verdicts.ahead(tables.profile, made)

    return [gather_lineage]


def _deps(profile: Profile) -> dict[str, list[Dep]]:
    """What each table is made of, of what the institution has; some follow from the profile alone."""
    records = record_keys(profile)
    followed = staged_of(profile, *FOLLOWED, *sorted(OF_PEOPLE))
    figures: list[Dep] = [
        [STATUS_STEP, STATUS],
        [STATUS_STEP, MISSING],
        [DISCLOSURE, WITHHELD],
        *([step, CONTRIBUTIONS] for step in contributing_steps(profile)),
        *([one.step, one.name] for one in FIGURES.values() if makes(profile, one.name)),
        *([FACTS, name] for name in facts_of(profile)),
        *([STAGED, name] for name in followed),
        *records,
    ]
    return {
        **dict.fromkeys(("lineage", "lineage_figures", "lineage_cells"), figures),
        "lineage_rules": [],
        "names": [],
        "definitions": [],
        CORRECTIONS: [*records],
    }


def _made(cycle: CycleTables) -> dict[str, pa.Table]:
    """The tables of the lineage, from what the steps before it kept."""
    published = {one.name: cycle.computed(one.step, one.name) for one in FIGURES.values()}
    status: list[DeliveryStatusRow] = cycle.made(STATUS_STEP, STATUS).to_pylist()
    # The same bytes may have come more than once: figures are traced to the delivery of them that was read.
    in_order = sorted(status, key=lambda row: row["status"] in READ)
    deliveries = {row["delivery"]: row for row in in_order if row["delivery"]}
    return {
        **lineage_tables(cycle, published, deliveries),
        "definitions": to_arrow("definitions", definitions(cycle.profile)),
        CORRECTIONS: _corrections(cycle),
    }


def _corrections(cycle: CycleTables) -> pa.Table:
    """The cells that were corrected in the deliveries of a cycle, as rows of `corrections`."""
    corrected = [feed.id for feed in cycle.profile.feeds if cycle.demand_feed(feed.id).corrected.made]
    parts = [cycle.made(STAGED, f"{feed}.{CORRECTIONS}") for feed in corrected]
    return pa.concat_tables(parts) if parts else arrow_schema(CATALOGUE[CORRECTIONS]).empty_table()
