"""The Dagster asset of the last step: the release, and with it the tables that say where figures come from."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.common.cycle_tables import CycleTables
from assets.common.failures import failing_plainly
from assets.common.partitions import by_its_month
from assets.common.resources import Institution
from assets.common.specs import check_spec, spec
from assets.evaluations.of_cycle import nothing_to_withhold
from assets.publication.inputs import corrections_of, inputs_of, keep_profile, rests_on, seen_before
from assets.publication.lineage.build import lineage_tables
from assets.publication.lineage.tables import definitions
from assets.status.assets import OBLIGATIONS, STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import status_record
from assets.validation.assets import QUALITY, computed
from assets.validation.assets import STEP as VALIDATION
from kwaliteitsmonitor.foundation.cycle_lock import demand_same_code
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show
from kwaliteitsmonitor.operations.copies.mirroring import mirrored_after
from kwaliteitsmonitor.releases.format.catalog import keep_catalog
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.release import Release, publish
from kwaliteitsmonitor.releases.report.attachments import extra_files
from schemas.exports.arrow import to_arrow
from schemas.figures import PUBLISHED
from schemas.flow import COMPUTING, PUBLICATION
from schemas.profile import Profile
from schemas.profile.flow import makes

STEP = PUBLICATION
RELEASE = "release"
MIRRORED = "mirrored"
EARLIER = (*COMPUTING, STATUS_STEP, VALIDATION)
"""The steps whose tables are published as they made them."""
READ = ("accepted", "partly_accepted")
"""The states of deliveries whose rows count."""


def publication_assets(profile: Profile, partitions: Any, *, mirrored: bool = False) -> list[dg.AssetsDefinition]:
    """The release of a cycle. It waits for the gate: the blocking check on `quality_results`.

    If releases are `mirrored` a check says whether the mirror has them; without it the release is out all the same.
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
        settings, cycle = institution.settings, institution.tables(context.partition_key)
        with failing_plainly():
            published = release_of(cycle, settings.report_forms)
        wrong = None if settings.reproduces else mirrored_after(cycle.workspace, settings)
        tables = published.path / "tables"
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "version": published.version,
                "status": published.status,
                "new": published.new,
                "counts": published.counts,
                "altered before": list(published.altered),
                "lacking": list(published.lacking),
                "path": dg.MetadataValue.path(str(published.path)),
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


def release_of(cycle: CycleTables, reports: Sequence[str] = ()) -> Release:
    """Publish what the steps of a cycle have made, with the report in these forms."""
    profile, workspace = cycle.profile, cycle.workspace
    demand_same_code(workspace, cycle.key, code_digest())
    status = cycle.made(STATUS_STEP, STATUS).to_pylist()
    nothing_to_withhold(cycle)
    steps = {one.name: one.step for one in PUBLISHED.values() if one.step in EARLIER}
    tables = {name: cycle.computed(step, name) for name, step in steps.items()}
    as_they_are = {name: workspace.path(cycle.key, step, name) for name, step in steps.items() if makes(profile, name)}
    arrived = [r for r in status if r["delivery"]]
    # The same bytes may have come more than once: figures are traced to the delivery of them that was read.
    deliveries = {r["delivery"]: r for r in sorted(arrived, key=lambda r: r["status"] in READ)}
    tables |= lineage_tables(cycle, tables, deliveries)
    tables["definitions"] = to_arrow("definitions", definitions(profile))
    tables["corrections"] = corrections_of(cycle)
    earlier = seen_before(workspace, profile, cycle.key)
    more = {**rests_on(cycle, earlier), "reports": list(reports)}
    keep_profile(workspace, profile)
    about_to_show(workspace, cycle.key)
    release = publish(
        workspace,
        profile,
        cycle.cycle,
        tables,
        inputs_of(cycle, arrived),
        status_record(cycle).lacking,
        rests_on=more,
        extra=extra_files(profile, earlier),
        written=as_they_are,
    )
    keep_catalog(workspace, release.new)
    return release
