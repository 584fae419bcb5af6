"""The Dagster asset of the last step: the release."""

from collections.abc import Sequence

import dagster as dg

from assets.common.cycle_tables import CycleTables
from assets.common.failures import failing_plainly
from assets.common.partitions import by_its_month
from assets.common.resources import Institution
from assets.common.specs import Made, Metadata, Partitions, check_spec, spec
from assets.evaluations.assets import disclosure_records
from assets.publication.inputs import inputs_of, keep_profile, rests_on, seen_before
from assets.staged.assets import record_keys
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.recognition import LOOKED
from assets.status.record import NAME as MISSING
from assets.status.record import status_record
from kwaliteitsmonitor.foundation.cycle_lock import demand_same_code
from kwaliteitsmonitor.methods.disclosure.pattern import STEP as DISCLOSURE
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show
from kwaliteitsmonitor.operations.copies.mirroring import mirrored_after
from kwaliteitsmonitor.releases.format.catalog import keep_catalog
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.release import Beside, Release, publish
from kwaliteitsmonitor.releases.report.attachments import extra_files
from schemas.figures import tables_of
from schemas.flow import JUDGED, PUBLICATION, VALIDATION
from schemas.profile import Profile
from schemas.profile.flow import tables_made
from schemas.rows import DeliveryStatusRow
from schemas.words import both

STEP = PUBLICATION
RELEASE = "release"
MIRRORED = "mirrored"
MAKING = (*JUDGED, VALIDATION)
"""The steps whose tables are published, as they made them."""


def publication_assets(
    profile: Profile, partitions: Partitions, *, mirrored: bool = False
) -> list[dg.AssetsDefinition]:
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
            *([step, name] for name, step in tables_made(profile, MAKING).items()),
            *([STATUS_STEP, name] for name in (MISSING, LOOKED)),
            *([DISCLOSURE, name] for name in disclosure_records(profile)),
            *record_keys(profile),
        ],
        kinds=["parquet"],
        partitions=partitions,
    ).replace_attributes(freshness_policy=by_its_month(profile))

    @dg.multi_asset(name=RELEASE, specs=[declared], check_specs=checks)
    def release(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        settings, cycle = institution.settings, institution.tables(context.partition_key)
        with failing_plainly():
            published = release_of(cycle, settings.report_forms)
        wrong = None if settings.reproduces else mirrored_after(cycle.workspace, settings)
        tables = published.path / "tables"
        metadata: Metadata = {
            "version": published.version,
            "status": published.status,
            "new": published.new,
            "counts": published.counts,
            "altered before": list(published.altered),
            "lacking": [both(one) for one in published.lacking],
            "path": dg.MetadataValue.path(str(published.path)),
            "tables": [path.stem for path in sorted(tables.glob("*.parquet"))],
            **({"mirror": wrong} if wrong else {}),
        }
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata=metadata,
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
    status: list[DeliveryStatusRow] = cycle.made(STATUS_STEP, STATUS).to_pylist()
    tables = {name: cycle.computed(step, name) for step in MAKING for name in tables_of(step)}
    made = tables_made(profile, MAKING)
    as_they_are = {name: workspace.path(cycle.key, step, name) for name, step in made.items()}
    arrived = [r for r in status if r["delivery"]]
    earlier = seen_before(workspace, profile, cycle.key)
    more = rests_on(cycle, earlier) | {"reports": list(reports)}
    keep_profile(workspace, profile)
    about_to_show(workspace, cycle.key)
    release = publish(
        workspace,
        profile,
        cycle.cycle,
        tables,
        inputs_of(cycle, arrived),
        status_record(cycle).lacking,
        Beside(more, extra_files(profile, earlier), as_they_are),
    )
    keep_catalog(workspace, release.new)
    return release
