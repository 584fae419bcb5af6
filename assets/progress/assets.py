"""The Dagster assets about measures, councils and panels."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.declaring import preview, rows_metadata, spec, traced
from assets.evidence import keep_evidence
from assets.facts.assets import STEP as FACTS
from assets.progress.tables import consultations, measures, panels
from assets.resources import Institution
from assets.validation.assets import staged_table
from assets.validation.verdicts import Verdicts
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "progress"
READS = {
    "measures": [[FACTS, "fact_measures"], [FACTS, "fact_spending"]],
    "council_consultations": [["staged", "faculty_consultations"]],
    "panel_discussions": [["staged", "faculty_panels"]],
}


def progress_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """What units report, as published tables."""
    specs = [
        spec(
            profile,
            [STEP, name],
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=deps,
            kinds=["python", "parquet"],
            table=CATALOGUE[name],
            partitions=partitions,
        )
        for name, deps in READS.items()
    ]

    @dg.multi_asset(name="progress_tables", specs=specs)
    def progress(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        rows, evidence = measures(
            profile,
            cycle,
            workspace.read(cycle.key, FACTS, "fact_measures"),
            workspace.read(cycle.key, FACTS, "fact_spending"),
        )
        keep_evidence(workspace, cycle.key, STEP, evidence)
        made = {
            "measures": rows,
            "council_consultations": consultations(cycle, staged_table(workspace, cycle.key, "faculty_consultations")),
            "panel_discussions": panels(profile, cycle, staged_table(workspace, cycle.key, "faculty_panels")),
        }
        for name, of_table in made.items():
            data = to_arrow(name, of_table)
            workspace.write(cycle.key, STEP, name, data)
            metadata = {**rows_metadata(data), **traced(profile, name), "preview": preview(data)}
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)
        Verdicts(workspace, cycle.key).ahead(profile, STEP, made)

    return [progress]
