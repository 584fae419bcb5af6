"""The Dagster assets about measures, councils and panels."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.common.resources import Institution
from assets.common.specs import preview, rows_metadata, spec, traced
from assets.facts.assets import STEP as FACTS
from assets.progress.tables import consultations, measures, panels
from assets.staged.assets import STEP as STAGED
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.losses import kept_losses
from kwaliteitsmonitor.foundation.tables import facts_table, staged_table
from kwaliteitsmonitor.methods.checks.verdicts import Verdicts
from kwaliteitsmonitor.methods.figures.evidence import keep_evidence
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import makes
from schemas.tables import CATALOGUE

STEP = "progress"
MEASURES, CONSULTATIONS, PANELS = "measures", "council_consultations", "panel_discussions"
TABLES = (MEASURES, CONSULTATIONS, PANELS)


def progress_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """What units report, as published tables; those that the institution has."""
    used = [name for name in TABLES if makes(profile, name)]
    if not used:
        return []
    specs = [
        spec(
            profile,
            [STEP, name],
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=_reads(profile, name),
            kinds=["python", "parquet"],
            table=CATALOGUE[name],
            partitions=partitions,
        )
        for name in used
    ]

    @dg.multi_asset(name="progress_tables", specs=specs)
    def progress(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)

        def facts(name: str) -> pa.Table:
            return facts_table(workspace, profile, cycle.key, name)

        def staged(name: str) -> pa.Table:
            return staged_table(workspace, profile, cycle.key, name)

        told = staged("faculty_measures").to_pylist() if profile.open_text("faculty_measures") else []
        lost = kept_losses(workspace, cycle.key, "bfr") if MEASURES in used else []
        rows, evidence = measures(profile, cycle, facts("fact_measures"), facts("fact_spending"), told, lost)
        keep_evidence(workspace, cycle.key, STEP, evidence)
        made = {
            MEASURES: rows,
            CONSULTATIONS: consultations(cycle, staged("faculty_consultations")),
            PANELS: panels(profile, cycle, staged("faculty_panels")),
        }
        for name in used:
            data = to_arrow(name, made[name])
            workspace.write(cycle.key, STEP, name, data)
            metadata = {**rows_metadata(data), **traced(profile, name), "preview": preview(data)}
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)
        Verdicts(workspace, cycle.key).ahead(profile, STEP, used)

    return [progress]


def _reads(profile: Profile, name: str) -> list[list[str]]:
    """What a table is made from, of what the institution has."""
    if name == MEASURES:
        told = [[STAGED, "faculty_measures"]] if profile.open_text("faculty_measures") else []
        facts = ([FACTS, fact] for fact in ("fact_measures", "fact_spending") if makes(profile, fact))
        return [*facts, *told, [STATUS_STEP, STATUS]]
    return [[STAGED, "faculty_consultations" if name == CONSULTATIONS else "faculty_panels"]]
