"""The Dagster asset of the indicators: figures as the definitions say, past the disclosure gate."""

from typing import Any

import dagster as dg

from assets.declaring import preview, rows_metadata, spec, traced
from assets.disclosure import applying
from assets.disclosure.keeping import withheld_of
from assets.evidence import keep_evidence
from assets.facts.assets import STEP as FACTS
from assets.indicators.figures import FEEDS_OF, figures
from assets.resources import Institution
from assets.statistics.assets import RESULTS
from assets.statistics.assets import STEP as STATISTICS
from assets.statistics.of_cycle import statistics_of
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.states import missing_of
from assets.validation.verdicts import Verdicts
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "indicators"
TABLE = "indicator_values"
READS = (*FEEDS_OF, "fact_population")


def indicators_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The indicator values of a cycle."""
    declared = spec(
        profile,
        [STEP, TABLE],
        "Every indicator of this year and the year before, with n, spread and status.",
        deps=[*([FACTS, name] for name in READS), [STATISTICS, RESULTS], [STATUS_STEP, STATUS]],
        kinds=["python", "parquet"],
        table=CATALOGUE[TABLE],
        partitions=partitions,
    )

    @dg.multi_asset(name=TABLE, specs=[declared])
    def indicator_values(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        facts = {name: workspace.read(cycle.key, FACTS, name) for name in READS}
        missing, waived = (missing_of(workspace, cycle.key, what) for what in ("tables", "waived"))
        found = figures(profile, cycle, facts, missing, waived, statistics_of(workspace, profile, cycle))
        threshold = profile.institution.disclosure.threshold
        withheld = withheld_of(workspace, cycle.key)
        rows = to_arrow(TABLE, applying.figures(found.rows, profile.indicators, withheld, threshold))
        workspace.write(cycle.key, STEP, TABLE, rows)
        Verdicts(workspace, cycle.key).ahead(profile, STEP, [TABLE])
        keep_evidence(workspace, cycle.key, STEP, found.evidence)
        metadata = {**rows_metadata(rows), **traced(profile, TABLE), "preview": preview(rows)}
        return dg.MaterializeResult(asset_key=declared.key, metadata=metadata)

    return [indicator_values]
