"""The Dagster asset of the last step: the release, and with it the tables that say where figures come from."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.common.failures import failing_plainly
from assets.common.partitions import by_its_month
from assets.common.resources import Institution
from assets.common.specs import check_spec, spec
from assets.evaluations.of_cycle import nothing_to_withhold
from assets.publication.inputs import inputs_of, keep_profile, rests_on, seen_before
from assets.publication.lineage.build import lineage_tables
from assets.publication.lineage.tables import definitions
from assets.staged.assets import STEP as STAGED
from assets.status.assets import OBLIGATIONS, STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.validation.assets import COMPUTED, QUALITY, computed
from assets.validation.assets import STEP as VALIDATION
from kwaliteitsmonitor.foundation.cycle_lock import demand_same_code
from kwaliteitsmonitor.foundation.tables import computed_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show
from kwaliteitsmonitor.operations.mirror.after import mirrored_after
from kwaliteitsmonitor.releases.format.catalog import keep_catalog
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.release import Release, publish
from kwaliteitsmonitor.releases.report.attachments import extra_files
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile

STEP = "publication"
RELEASE = "release"
MIRRORED = "mirrored"
READ = ("accepted", "partly_accepted")
"""The states of deliveries whose rows count."""


def publication_assets(profile: Profile, partitions: Any, *, mirrored: bool = False) -> list[dg.AssetsDefinition]:
    """The release of a cycle. It waits for the gate: the blocking check on `quality_results`.

    Where releases are `mirrored` a check says whether the mirror has them; without it the release is out all the same.
    """
    name = [STEP, RELEASE]
    checks = [check_spec(name, MIRRORED, "The mirror has every release.", partitions)] if mirrored else []
    declared = spec(
        profile,
        [STEP, RELEASE],
        "An immutable release: tables as Parquet, data package, data dictionary and manifest; shown in one step.",
        deps=[
            [VALIDATION, QUALITY],
            [STATUS_STEP, STATUS],
            [STATUS_STEP, OBLIGATIONS],
            *([step, name] for name, step in computed(profile).items()),
        ],
        kinds=["parquet"],
        partitions=partitions,
        freshness=by_its_month(profile),
    )

    @dg.multi_asset(name=RELEASE, specs=[declared], check_specs=checks)
    def release(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        with failing_plainly():
            found = release_of(profile, workspace, context.partition_key, settings.report_forms)
        wrong = None if settings.reproduces else mirrored_after(workspace, settings)
        tables = found.path / "tables"
        yield dg.MaterializeResult(
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
                **({"mirror": wrong} if wrong else {}),
            },
            check_results=[_mirror_result(wrong)] if mirrored else [],
        )

    return [release]


def _mirror_result(wrong: str | None) -> dg.AssetCheckResult:
    """Whether the mirror has what was published; `wrong` says why not."""
    return dg.AssetCheckResult(
        passed=not wrong,
        check_name=MIRRORED,
        asset_key=dg.AssetKey([STEP, RELEASE]),
        severity=dg.AssetCheckSeverity.WARN,
        description=wrong or None,
    )


def release_of(profile: Profile, workspace: Workspace, cycle: str, reports: Sequence[str] = ()) -> Release:
    """Publish what the steps of a cycle have made, with the report in these forms."""
    demand_same_code(workspace, cycle, code_digest())
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
    tables[OBLIGATIONS] = workspace.read(cycle, STATUS_STEP, OBLIGATIONS)
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
