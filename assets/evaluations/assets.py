"""The Dagster assets of the statistics of evaluations: results and shares, past the disclosure gate."""

from collections.abc import Iterable

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import (
    Dep,
    Made,
    Metadata,
    Partitions,
    contributions_made,
    contributions_spec,
    results_check,
    results_made,
    results_spec,
    rows_metadata,
    spec,
    table_spec,
    traced,
)
from assets.evaluations.findings import findings, shown_before
from assets.evaluations.of_cycle import ANSWERS, POPULATION, nothing_to_withhold, statistics_of, withhold_of
from assets.evaluations.results import results
from assets.facts.assets import STEP as FACTS
from assets.facts.of_cycle import facts_table
from assets.staged.assets import record_key
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from assets.status.record import status_record
from assets.status.rules import file_by_delivery
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.figures import NAME as HIDDEN
from kwaliteitsmonitor.methods.disclosure.pattern import NAME as WITHHELD
from kwaliteitsmonitor.methods.disclosure.pattern import STEP as DISCLOSURE
from kwaliteitsmonitor.methods.figures.contributions import keep_contributions
from kwaliteitsmonitor.methods.figures.wording import result_rows
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import ANSWERS as EVALUATIONS
from schemas.profile.flow import facts_of, makes
from schemas.rows import DeliveryStatusRow

STEP = "statistics"
RESULTS, SHARES = "evaluation_results", "evaluation_shares"
READS = (ANSWERS, POPULATION)


def statistics_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The results of every question of the evaluations, the share of each answer, and what is withheld of them.

    Without evaluations only that nothing of them is withheld.
    """
    if not makes(profile, RESULTS):
        return [_nothing_withheld(profile, partitions)]
    deps: list[Dep] = [
        *([FACTS, read] for read in facts_of(profile, *READS)),
        *([STATUS_STEP, name] for name in (STATUS, MISSING)),
        *(record_key(feed) for feed in profile.feeds if EVALUATIONS in feed.tables),
    ]
    specs = [
        *(table_spec(profile, STEP, name, deps, partitions, kinds=["duckdb", "parquet"]) for name in (RESULTS, SHARES)),
        results_spec(profile, STEP, deps, partitions),
        contributions_spec(profile, STEP, deps, partitions),
        _withheld_spec(profile, deps, partitions),
    ]

    @dg.multi_asset(name=RESULTS, specs=specs, check_specs=[results_check(STEP, partitions)])
    def evaluation_results(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        profile, workspace, cycle = tables.profile, tables.workspace, tables.cycle
        years = cycle.years(profile.institution.first_year)
        answers = facts_table(tables, ANSWERS)
        status = status_record(tables)
        statistics = statistics_of(tables)
        made = results(profile, cycle, statistics, status.missing, status.waived, status.lacking_units(years))
        arrived: list[DeliveryStatusRow] = tables.made(STATUS_STEP, STATUS).to_pylist()
        units = {one.programme: one.unit for one in profile.programmes}
        invited = makes(profile, POPULATION)
        problems = findings(statistics, answers, years, file_by_delivery(arrived), units, delivered=invited)
        keep_contributions(workspace, cycle.key, STEP, made.contributions)
        withheld = withhold_of(tables, statistics)
        problems.append(shown_before(sum(map(len, withheld.exposed.values()))))
        tables.keep_results(STEP, problems)
        yield results_made(STEP, problems)
        yield contributions_made(STEP, len(made.contributions))
        yield _withheld_made(withheld)
        shown = applying.results(made.results, withheld)
        written = {
            RESULTS: to_arrow(RESULTS, result_rows(shown)),
            SHARES: to_arrow(SHARES, applying.shares(made.shares, withheld)),
        }
        for name, table in written.items():
            tables.write(STEP, name, table)
            metadata: Metadata = {**rows_metadata(table), **traced(profile, name), **withheld.sizes()}
            yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=metadata)
        tables.verdicts.ahead(profile, written)

    return [evaluation_results]


def disclosure_records(profile: Profile) -> list[str]:
    """What is kept of what is hidden in a cycle, for its release and those after it: of answers, and of people."""
    return [WITHHELD, *([HIDDEN] if profile.indicators else [])]


def _nothing_withheld(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    """What is withheld of the evaluations of an institution that has none; later releases are to know it."""

    @dg.multi_asset(name="nothing_withheld", specs=[_withheld_spec(profile, [], partitions)])
    def nothing_withheld(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[None]:
        return _withheld_made(nothing_to_withhold(institution.tables(context.partition_key)))

    return nothing_withheld


def _withheld_spec(profile: Profile, deps: Iterable[Dep], partitions: Partitions) -> dg.AssetSpec:
    return spec(
        profile,
        [DISCLOSURE, WITHHELD],
        "Which cells of the evaluations are withheld, in the light of earlier releases "
        "(welke cellen van de evaluaties onderdrukt worden).",
        deps=deps,
        kinds=["json"],
        partitions=partitions,
    )


def _withheld_made(withheld: Withheld) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(asset_key=dg.AssetKey([DISCLOSURE, WITHHELD]), metadata={**withheld.sizes()})
