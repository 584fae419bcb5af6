"""The Dagster assets of the statistics of evaluations: results and shares, past the disclosure gate."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import rows_metadata, spec, traced
from assets.evaluations.findings import findings, shown_before
from assets.evaluations.of_cycle import ANSWERS, POPULATION, statistics_of, withhold_of
from assets.evaluations.results import results
from assets.facts.assets import STEP as FACTS
from assets.facts.of_cycle import facts_table
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import status_record
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.figures.contributions import keep_contributions
from kwaliteitsmonitor.methods.figures.wording import result_rows
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes
from schemas.tables import CATALOGUE

STEP = "statistics"
RESULTS, SHARES = "evaluation_results", "evaluation_shares"
READS = (ANSWERS, POPULATION)


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
        tables = institution.tables(context.partition_key)
        profile, workspace, cycle = tables.profile, tables.workspace, tables.cycle
        years = cycle.years(profile.institution.first_year)
        answers = facts_table(tables, ANSWERS)
        status = status_record(tables)
        statistics = statistics_of(tables)
        made = results(profile, cycle, statistics, status.missing, status.waived, status.lacking_units(years))
        files = {row["delivery"]: row["file"] for row in tables.made(STATUS_STEP, STATUS).to_pylist()}
        units = {one.programme: one.unit for one in profile.programmes}
        invited = makes(profile, POPULATION)
        problems = findings(statistics, answers, years, files, units, delivered=invited)
        keep_contributions(workspace, cycle.key, STEP, made.evidence)
        withheld = withhold_of(tables, statistics)
        problems.append(shown_before(sum(map(len, withheld.exposed.values()))))
        tables.keep_results(STEP, problems)
        shown = applying.results(made.results, withheld)
        published = {RESULTS: result_rows(shown), SHARES: applying.shares(made.shares, withheld)}
        written = {name: to_arrow(name, rows) for name, rows in published.items()}
        for name, table in written.items():
            tables.write(STEP, name, table)
            metadata = {**rows_metadata(table), **traced(profile, name), **withheld.sizes()}
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)
        tables.verdicts.ahead(profile, written)

    return [evaluation_results]
