"""The Dagster asset before publication: the outcome of every rule, and the gate that waits for it."""

from collections.abc import Iterator, Sequence

import dagster as dg
import pyarrow as pa

from assets.common.cycle_tables import RESULTS, CycleTables
from assets.common.failures import without_trace
from assets.common.resources import Institution
from assets.common.specs import (
    Dep,
    Made,
    Metadata,
    Partitions,
    check_result,
    check_spec,
    preview,
    rows_metadata,
    spec,
    table_spec,
)
from assets.decisions.records import decision_tables, decisions_of
from assets.decisions.waivers import Waivers
from assets.facts.of_cycle import facts_table
from assets.spending.cycle_ledger import ledger_of, lost_amounts
from assets.spending.ledger import Ledger
from assets.staged.assets import STEP as STAGED
from assets.staged.assets import record_keys
from assets.status.assets import OBLIGATIONS, STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from assets.status.record import status_record
from assets.status.rules import file_by_delivery
from assets.validation.blocked import message, remedy, waiting_feeds
from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.planned import plan_against_budget
from assets.validation.reconciliation import Absent, reconcile
from assets.validation.unit_years import timed, unit_years
from kwaliteitsmonitor.foundation.errors.steps import BLOCKED
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, as_strict, to_table
from kwaliteitsmonitor.methods.figures.left_out import Standing
from schemas.consequences import Severity
from schemas.errors import BlockedError
from schemas.exports.arrow import to_arrow
from schemas.flow import FACTS, JUDGED, STEPS, VALIDATION
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes, staged_of, tables_made
from schemas.rows import DeliveryStatusRow, IndicatorValuesRow
from schemas.tables import CATALOGUE

STEP = VALIDATION
QUALITY, WAIVERS = "quality_results", "waivers"
GATE = "nothing_critical_failed"


def validation_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The outcome of every rule, and the gate before publication."""
    return [_quality(profile, partitions)]


def _finding_steps(profile: Profile) -> list[str]:
    """The steps of which the rules found more than the contracts say, of those that the institution has."""
    return [step.name for step in STEPS if any(makes(profile, table) for table in step.findings)]


def _deps(profile: Profile) -> list[Dep]:
    """What the rules look at, and what those of earlier steps found."""
    return [
        *([step, name] for name, step in tables_made(profile, JUDGED).items()),
        *([step, RESULTS] for step in _finding_steps(profile)),
        [STATUS_STEP, MISSING],
        *record_keys(profile),
        *([STAGED, name] for name in staged_of(profile, "control_totals")),
        *([FACTS, name] for name in facts_of(profile, "fact_plan", "fact_spending")),
        *([STAGED, name] for name in decision_tables(profile)),
    ]


def _quality(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    key = [STEP, QUALITY]
    declared = spec(
        profile,
        key,
        "The outcome of every rule: contracts, deliveries, totals and printed figures.",
        deps=_deps(profile),
        kinds=["great_expectations", "parquet"],
        table=CATALOGUE[QUALITY],
        partitions=partitions,
    )
    waived = table_spec(profile, STEP, WAIVERS, _deps(profile), partitions, kinds=["parquet"])
    gate = check_spec(
        key, GATE, "A critical rule that failed, or could not be judged, stops publication.", partitions, blocking=True
    )
    published = check_spec(key, "published_contracts", "Every published table meets its contract.", partitions)

    @dg.multi_asset(name=QUALITY, specs=[declared, waived], check_specs=[gate, published])
    def quality_results(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        contracts = contract_results(tables)
        strictness = tables.profile.institution.strictness
        found = as_strict(strictness, [*_earlier(tables), *contracts, *_across(tables)])
        judged, waivers, of_waivers = _waived(tables, found)
        results = [*judged, *as_strict(strictness, of_waivers)]
        rows = to_table(results, tables.key)
        tables.write(STEP, QUALITY, rows)
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={**rows_metadata(rows), **_metadata(results, tables.key)},
            check_results=[
                check_result(key, GATE, [r for r in results if r.severity is Severity.CRITICAL]),
                check_result(key, "published_contracts", [*contracts, *of_waivers]),
            ],
        )
        yield dg.MaterializeResult(asset_key=waived.key, metadata=rows_metadata(waivers))
        if blocking := [r for r in results if r.blocks]:
            waiting = waiting_feeds(institution.settings, tables.cycle)
            raise without_trace(gate_failure(tables.key, blocking, waiting))

    return quality_results


def _metadata(results: Sequence[RuleResult], cycle: str) -> Metadata:
    """How many rules did not pass, and the first of them."""
    failed = [r for r in results if r.outcome is not Outcome.PASSED]
    return {
        "failed": len(failed),
        "blocking": sum(r.blocks for r in failed),
        "waived": sum(bool(r.waived_because) for r in failed),
        "preview": preview(to_table(failed, cycle)),
    }


def gate_failure(cycle: str, blocking: Sequence[RuleResult], waiting: Sequence[str]) -> dg.Failure:
    """The failure by which the gate stops a cycle; its page in Dagster says what is wrong, where, and what to start."""
    findings = [
        dg.TableRecord(
            {
                "rule": r.rule,
                "where": r.places,
                "rows": r.failed,
                "what must hold": r.en,
                "wat moet gelden": r.nl,
                "finding": r.detail.en if r.detail else "",
                "bevinding": r.detail.nl if r.detail else "",
            }
        )
        for r in blocking
    ]
    return dg.Failure(
        message(cycle, blocking, waiting),
        metadata={
            BLOCKED: len(blocking),
            "exit_code": BlockedError.exit_code,
            "findings": dg.MetadataValue.table(findings),
            "not taken up yet": list(waiting),
            "what to do": dg.MetadataValue.md(remedy(cycle, waiting)),
        },
        allow_retries=False,
    )


def _earlier(tables: CycleTables) -> Iterator[RuleResult]:
    """What the steps before this one found: staging of each feed, the status, and those that make figures."""
    for feed in tables.profile.feeds:
        yield from tables.demand_feed(feed.id).results
    for step in _finding_steps(tables.profile):
        yield from tables.results(step)


def contract_results(tables: CycleTables) -> list[RuleResult]:
    """The outcome of the contract of every published table that was made before the gate."""
    codes = tables.profile.code_lists()
    return [
        result
        for name, step in tables_made(tables.profile, JUDGED).items()
        for result in tables.verdicts.validate(CATALOGUE[name].bind(codes), tables.made(step, name))
    ]


def _across(tables: CycleTables) -> list[RuleResult]:
    profile = tables.profile
    spending = facts_table(tables, "fact_spending")
    status: list[DeliveryStatusRow] = tables.made(STATUS_STEP, STATUS).to_pylist()
    values: list[IndicatorValuesRow] = tables.computed("indicators", "indicator_values").to_pylist()
    files = file_by_delivery(status)
    facts = {name: facts_table(tables, name) for name in facts_of(profile)} if timed(profile) else {}
    ledger = ledger_of(tables)
    return [
        *unit_years(profile, facts, files),
        *_plan(tables, ledger, spending),
        *reconcile(
            profile,
            tables.staged("control_totals"),
            spending,
            values,
            files,
            lost_amounts(tables),
            _absent(ledger),
        ),
    ]


def _absent(ledger: Ledger) -> set[Absent]:
    """The units, per theme in which they count, of which a round is not there; waived or not."""
    rounds = {*ledger.missing, *ledger.waived}
    standing = Standing(ledger.themes, ledger.missing, ledger.waived, counts_in=ledger.counts_in)
    return {(of, gap.unit, gap.theme) for of in rounds for gap in standing.gaps(*of)}


def _plan(tables: CycleTables, ledger: Ledger, spending: pa.Table) -> list[RuleResult]:
    """Whether what is budgeted is the plan, and in its unit; nothing if one of the two is not delivered."""
    profile = tables.profile
    if len(facts_of(profile, "fact_plan", "fact_spending")) < 2:
        return []
    plan = facts_table(tables, "fact_plan")
    gaps = {year: ledger.gaps(year, number) for year, number in ledger.lines if number == profile.last_round}
    return [plan_against_budget(profile, plan, spending, gaps), budget_in_unit_of_plan(profile, plan, spending)]


def _waived(tables: CycleTables, results: list[RuleResult]) -> tuple[list[RuleResult], pa.Table, list[RuleResult]]:
    """The results with those that a decision waives marked so, the waivers that were kept, and the verdict on these."""
    waivers = Waivers.of(tables.key, decisions_of(tables).waivers)
    waivers.needed_for(status_record(tables).needed)
    waived = waivers.waive(results)
    rules = {r.rule for r in waived if r.waived_because}
    rows = to_arrow(WAIVERS, waivers.rows(rules))
    tables.write(STEP, WAIVERS, rows)
    contract = CATALOGUE[WAIVERS].bind(tables.profile.code_lists())
    owed = tables.made(STATUS_STEP, OBLIGATIONS).column("obligation").to_pylist()
    return [*waived, *waivers.results(tables.profile, owed)], rows, [*tables.verdicts.validate(contract, rows)]
