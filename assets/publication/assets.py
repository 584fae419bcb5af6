"""The Dagster asset of the last step: the release, and with it the tables that say where figures come from."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.declaring import spec
from assets.delivered.assets import failing_plainly
from assets.disclosure.keeping import about_to_show
from assets.in_use import computed_table
from assets.publication.basis import inputs_of, keep_profile, rests_on, seen_before
from assets.publication.catalog import keep_catalog
from assets.publication.extras import extra_files
from assets.publication.gathering import lineage_tables
from assets.publication.release import Release, publish
from assets.publication.tables import definitions
from assets.resources import Institution
from assets.staged.assets import STEP as STAGED
from assets.statistics.of_cycle import nothing_to_withhold
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.validation.assets import COMPUTED, QUALITY, computed
from assets.validation.assets import STEP as VALIDATION
from assets.workspace import Workspace
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile

STEP = "publication"
RELEASE = "release"
READ = ("accepted", "partly_accepted")
"""The states of deliveries whose rows count."""


def publication_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The release of a cycle. It waits for the gate: the blocking check on `quality_results`."""
    declared = spec(
        profile,
        [STEP, RELEASE],
        "An immutable release: tables as Parquet, data package, data dictionary and manifest; shown in one step.",
        deps=[
            [VALIDATION, QUALITY],
            [STATUS_STEP, STATUS],
            *([step, name] for name, step in computed(profile).items()),
        ],
        kinds=["parquet"],
        partitions=partitions,
    )

    @dg.multi_asset(name=RELEASE, specs=[declared])
    def release(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        with failing_plainly():
            found = release_of(profile, workspace, context.partition_key, settings.report_forms)
        tables = found.path / "tables"
        return dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "version": found.version,
                "status": found.status,
                "new": found.new,
                "counts": found.counts,
                "altered before": list(found.altered),
                "lacking": list(found.lacking),
                "path": dg.MetadataValue.path(str(found.path)),
                "tables": [path.stem for path in sorted(tables.glob("*.parquet"))],
            },
        )

    return [release]


def release_of(profile: Profile, workspace: Workspace, cycle: str, reports: Sequence[str] = ()) -> Release:
    """Publish what the steps of a cycle have made, with the report in these forms."""
    status = workspace.read(cycle, STATUS_STEP, STATUS)
    nothing_to_withhold(workspace, profile, profile.cycle(cycle))
    tables: dict[str, pa.Table] = {
        name: computed_table(workspace, profile, cycle, step, name) for name, step in COMPUTED.items()
    }
    tables[STATUS] = status
    tables[QUALITY] = workspace.read(cycle, VALIDATION, QUALITY)
    arrived = [r for r in status.to_pylist() if r["delivery"]]
    # The same bytes may have come more than once: figures are traced to the delivery of them that was read.
    deliveries = {r["delivery"]: r for r in sorted(arrived, key=lambda r: r["status"] in READ)}
    tables |= lineage_tables(profile, workspace, cycle, tables, deliveries)
    tables["definitions"] = to_arrow("definitions", definitions(profile))
    tables["corrections"] = pa.concat_tables(
        workspace.read(cycle, STAGED, f"{feed.id}.corrections") for feed in profile.feeds
    )
    tables["waivers"] = workspace.read(cycle, VALIDATION, "waivers")
    tables["approvals"] = workspace.read(cycle, STATUS_STEP, "approvals")
    inputs = inputs_of(workspace, profile, cycle, arrived)
    lacking = workspace.read_json(cycle, STATUS_STEP, "missing")["lacking"]
    earlier = seen_before(workspace, profile, cycle)
    more = {**rests_on(workspace, profile, cycle, earlier), "reports": list(reports)}
    keep_profile(workspace, profile)
    about_to_show(workspace, cycle)
    found = publish(
        workspace,
        profile,
        profile.cycle(cycle),
        tables,
        inputs,
        lacking,
        rests_on=more,
        extra=extra_files(profile, earlier),
    )
    keep_catalog(workspace, found.new)
    return found
