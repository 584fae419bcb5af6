"""The Dagster assets of the statistics of evaluations: results and shares, past the disclosure gate."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import rows_metadata, spec, traced
from assets.evaluations.findings import findings, shown_before
from assets.evaluations.of_cycle import ANSWERS, POPULATION, statistics_of
from assets.evaluations.results import results
from assets.facts.assets import STEP as FACTS
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.losses import lacking_units
from assets.status.states import missing_of
from kwaliteitsmonitor.methods.checks.results import to_table
from kwaliteitsmonitor.methods.checks.verdicts import Verdicts
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.pattern import choose
from kwaliteitsmonitor.methods.figures.evidence import keep_evidence
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes
from schemas.tables import CATALOGUE

STEP = "statistics"
RESULTS, SHARES = "evaluation_results", "evaluation_shares"
READS = (ANSWERS, POPULATION)
FINDINGS = f"{RESULTS}.results"


def statistics_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The results of every question of the evaluations, and the share of each answer; none without evaluations."""
    if not makes(profile, RESULTS):
        return []
    specs = [
        spec(
            profile,
            [STEP, name],
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=[*([FACTS, read] for read in facts_of(profile, *READS)), [STATUS_STEP, STATUS]],
            kinds=["duckdb", "parquet"],
            table=CATALOGUE[name],
            partitions=partitions,
        )
        for name in (RESULTS, SHARES)
    ]

    @dg.multi_asset(name=RESULTS, specs=specs)
    def evaluation_results(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        years = cycle.years(profile.institution.first_year)
        answers = workspace.read(cycle.key, FACTS, ANSWERS)
        missing, waived = (missing_of(workspace, cycle.key, what) for what in ("tables", "waived"))
        found = statistics_of(workspace, profile, cycle)
        made = results(profile, cycle, found, missing, waived, lacking_units(workspace, cycle.key, years))
        files = {row["delivery"]: row["file"] for row in workspace.read(cycle.key, STATUS_STEP, STATUS).to_pylist()}
        units = {one.programme: one.unit for one in profile.programmes}
        invited = makes(profile, POPULATION)
        found_wrong = findings(found, answers, years, files, units, delivered=invited)
        keep_evidence(workspace, cycle.key, STEP, made.evidence)
        withheld = choose(workspace, profile, cycle.key, found, answers)
        found_wrong.append(shown_before(sum(map(len, withheld.exposed.values()))))
        workspace.write(cycle.key, STEP, FINDINGS, to_table(found_wrong, cycle.key))
        shown = {RESULTS: applying.results(made.results, withheld), SHARES: applying.shares(made.shares, withheld)}
        for name, rows in shown.items():
            table = to_arrow(name, rows)
            workspace.write(cycle.key, STEP, name, table)
            metadata = {**rows_metadata(table), **traced(profile, name), **withheld.sizes()}
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)
        Verdicts(workspace, cycle.key).ahead(profile, STEP, shown)

    return [evaluation_results]
