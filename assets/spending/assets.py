"""The Dagster assets of the money: one step that makes every spending table from one ledger."""

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import (
    Dep,
    Made,
    Partitions,
    contributions_made,
    contributions_spec,
    published_made,
    results_check,
    results_made,
    results_spec,
    table_spec,
)
from assets.facts.assets import STEP as FACTS
from assets.spending.cycle_ledger import ledger_of, lost_of_plan
from assets.spending.explanations import ExplainedRow, explanations, explanations_result
from assets.spending.plan import consents, ordered, versions
from assets.spending.tables import spending_tables
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from kwaliteitsmonitor.methods.checks.results import theme_names
from kwaliteitsmonitor.methods.figures.contributions import keep_contributions
from schemas.calendar import Cycle
from schemas.figures import PUBLISHED, step_of, tables_of
from schemas.flow import SPENDING, STAGED
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes
from schemas.rows import SpendingPlanRow

STEP = SPENDING
TABLES = tables_of(STEP)


def spending_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The spending tables of a cycle; none for an institution that accounts for no money."""
    if not makes(profile, TABLES[0]):
        return []
    deps: list[Dep] = [
        *([FACTS, fact] for fact in facts_of(profile, "fact_spending", "fact_plan")),
        [STATUS_STEP, MISSING],
    ]
    of_all = [
        *deps,
        *([STAGED, read] for read in dict.fromkeys(read for name in TABLES for read in _staged(profile, name))),
    ]
    specs = [
        *(
            table_spec(profile, STEP, name, [*deps, *([STAGED, read] for read in _staged(profile, name))], partitions)
            for name in TABLES
        ),
        results_spec(profile, STEP, of_all, partitions),
        contributions_spec(profile, STEP, of_all, partitions),
    ]

    @dg.multi_asset(name="spending_tables", specs=specs, check_specs=[results_check(STEP, partitions)])
    def spending(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        profile, cycle = tables.profile, tables.cycle
        ledger = ledger_of(tables)
        bfr: list[ExplainedRow] = tables.staged("bfr").to_pylist()
        plan: list[SpendingPlanRow] = tables.staged("spending_plan").to_pylist()
        by_version = versions(profile, plan, lost_of_plan(tables))
        rounds = bool(facts_of(profile, "fact_spending"))
        computed = spending_tables(ledger, by_version, of_rounds=rounds, of_plan=tells_plan(profile, cycle))
        explained = explanations(ledger, profile.institution.spending.explain_from, bfr)
        made = {
            "spending_overview": computed.overview,
            "spending_by_unit": computed.by_unit,
            "spending_rounds": computed.rounds,
            "carry_over": computed.carry_over,
            "spending_explanations": explained,
            "spending_plan_versions": computed.plan_versions,
            "spending_forecasts": computed.forecasts,
        }
        keep_contributions(tables.workspace, cycle.key, STEP, computed.contributions)
        findings = [
            explanations_result(explained, len(computed.by_unit), theme_names(profile)),
            consents(by_version),
            ordered(profile, by_version),
        ]
        tables.keep_results(STEP, findings)
        yield from published_made(tables, STEP, {name: made[name] for name in TABLES})
        yield results_made(STEP, findings)
        yield contributions_made(STEP, len(computed.contributions))

    return [spending]


def _staged(profile: Profile, name: str) -> list[str]:
    """The staged tables that a table is made from besides the facts."""
    return [read for read in PUBLISHED[name].sources if step_of(read) == STAGED and profile.uses(read)]


def tells_plan(profile: Profile, cycle: Cycle) -> bool:
    """Whether a cycle reports on the spending plan: if it settles money, and in every cycle if none does."""
    return bool(cycle.round) or not profile.rounds
