"""The Dagster asset before publication: the outcome of every rule, and the gate that waits for it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.common.failures import without_trace
from assets.common.resources import Institution
from assets.common.specs import check_result, check_spec, preview, rows_metadata, spec
from assets.decisions.records import decision_tables, decisions_of
from assets.decisions.waivers import Waivers
from assets.spending.cycle_ledger import ledger_of, lost_amounts
from assets.spending.ledger import Ledger
from assets.staged.assets import STEP as STAGED
from assets.status.assets import OBLIGATIONS, STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.validation.blocked import remedy, told, waiting_feeds
from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.planned import plan_against_budget
from assets.validation.reconciliation import Absent, reconcile
from assets.validation.unit_years import timed, unit_years
from kwaliteitsmonitor.foundation.errors.steps import BLOCKED
from kwaliteitsmonitor.foundation.tables import computed_table, facts_table, staged_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import RuleResult, as_strict, from_table, to_table
from kwaliteitsmonitor.methods.checks.verdicts import Verdicts
from kwaliteitsmonitor.methods.figures.left_out import Standing
from schemas.consequences import Severity
from schemas.errors import BlockedError
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes, staged_of
from schemas.tables import CATALOGUE

STEP = "validation"
QUALITY = "quality_results"
GATE = "nothing_critical_failed"

COMPUTED: Mapping[str, str] = {
    "indicator_values": "indicators",
    "evaluation_results": "statistics",
    "evaluation_shares": "statistics",
    "spending_overview": "spending",
    "spending_by_unit": "spending",
    "spending_rounds": "spending",
    "carry_over": "spending",
    "spending_explanations": "spending",
    "spending_plan_versions": "spending",
    "spending_forecasts": "spending",
    "measures": "progress",
    "council_consultations": "progress",
    "panel_discussions": "progress",
    "indicator_targets": "comparison",
    "reference_values": "comparison",
    "crosswalk": "comparison",
    "spending_by_national_theme": "comparison",
    "national_theme_counts": "comparison",
    "classifications": "comparison",
    "measures_by_class": "comparison",
    "units": "comparison",
    "unit_changes": "comparison",
    "spending_by_parent": "comparison",
}
"""The published tables that are computed, and the step that makes each."""

FINDINGS: Mapping[str, tuple[str, str]] = {
    "fact_answers": ("facts", "courses.results"),
    "indicator_values": ("indicators", "delivered_figures.results"),
    "evaluation_results": ("statistics", "evaluation_results.results"),
    "spending_overview": ("spending", "spending_story.results"),
}
"""Per table what the step that makes it found wrong, beside what its contract says."""


def computed(profile: Profile) -> dict[str, str]:
    """The published tables that are computed for an institution, and the step that makes each."""
    return {name: step for name, step in COMPUTED.items() if makes(profile, name)}


def validation_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The outcome of every rule, and the gate before publication."""
    return [_quality(profile, partitions)]


def _quality(profile: Profile, partitions: Any) -> dg.AssetsDefinition:
    key = [STEP, QUALITY]
    deps = [
        [STATUS_STEP, STATUS],
        [STATUS_STEP, OBLIGATIONS],
        *([STAGED, name] for name in staged_of(profile, "control_totals")),
        *(["facts", name] for name in facts_of(profile, "fact_plan", "fact_spending")),
        *([step, name] for name, step in computed(profile).items()),
        *([STAGED, name] for name in decision_tables(profile)),
    ]
    declared = spec(
        profile,
        key,
        "The outcome of every rule: contracts, deliveries, totals and printed figures.",
        deps=deps,
        kinds=["great_expectations", "parquet"],
        table=CATALOGUE[QUALITY],
        partitions=partitions,
    )
    gate = check_spec(
        key, GATE, "A critical rule that failed, or could not be judged, stops publication.", partitions, blocking=True
    )
    published = check_spec(key, "published_contracts", "Every published table meets its contract.", partitions)

    @dg.multi_asset(name=QUALITY, specs=[declared], check_specs=[gate, published])
    def quality_results(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace, cycle = settings.profile, settings.workspace, context.partition_key
        earlier = chain.from_iterable(
            from_table(workspace.read(cycle, step, name))
            for step, name in [
                *((STAGED, f"{feed.id}.results") for feed in profile.feeds),
                (STATUS_STEP, f"{STATUS}.results"),
                *(found for name, found in FINDINGS.items() if makes(profile, name)),
            ]
        )
        contracts = contract_results(profile, workspace, cycle)
        across = _across(profile, workspace, cycle)
        found = as_strict(profile.institution.strictness, [*earlier, *contracts, *across])
        results = _waived(profile, workspace, cycle, found)
        rows = to_table(results, cycle)
        workspace.write(cycle, STEP, QUALITY, rows)
        failed = [r for r in results if r.outcome != "passed"]
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                **rows_metadata(rows),
                "failed": len(failed),
                "blocking": sum(r.blocks for r in failed),
                "waived": sum(bool(r.waived_because) for r in failed),
                "preview": preview(to_table(failed, cycle)),
            },
            check_results=[
                check_result(key, GATE, [r for r in results if r.severity is Severity.CRITICAL]),
                check_result(key, "published_contracts", contracts),
            ],
        )
        if blocking := [r for r in failed if r.blocks]:
            raise without_trace(gate_failure(cycle, blocking, waiting_feeds(settings, profile.cycle(cycle))))

    return quality_results


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
                "finding": r.detail,
            }
        )
        for r in blocking
    ]
    return dg.Failure(
        told(cycle, blocking, waiting),
        metadata={
            BLOCKED: len(blocking),
            "exit_code": BlockedError.exit_code,
            "findings": dg.MetadataValue.table(findings),
            "not taken up yet": list(waiting),
            "what to do": dg.MetadataValue.md(remedy(cycle, waiting)),
        },
        allow_retries=False,
    )


def contract_results(profile: Profile, workspace: Workspace, cycle: str) -> list[RuleResult]:
    """The outcome of the contract of every computed table."""
    codes = profile.code_lists()
    verdicts = Verdicts(workspace, cycle)
    return [
        result
        for name, step in [*computed(profile).items(), (STATUS, STATUS_STEP), (OBLIGATIONS, STATUS_STEP)]
        for result in verdicts.validate(CATALOGUE[name].bind(codes), workspace.read(cycle, step, name))
    ]


def _across(profile: Profile, workspace: Workspace, cycle: str) -> list[RuleResult]:
    spending = facts_table(workspace, profile, cycle, "fact_spending")
    status = workspace.read(cycle, STATUS_STEP, STATUS).to_pylist()
    files = {r["delivery"]: r["file"] for r in status if r["delivery"]}
    facts = {name: facts_table(workspace, profile, cycle, name) for name in facts_of(profile)} if timed(profile) else {}
    ledger = ledger_of(workspace, profile, profile.cycle(cycle))
    return [
        *unit_years(profile, facts, files),
        *_plan(profile, workspace, ledger, spending),
        *reconcile(
            profile,
            staged_table(workspace, profile, cycle, "control_totals"),
            spending,
            computed_table(workspace, profile, cycle, "indicators", "indicator_values").to_pylist(),
            files,
            lost_amounts(workspace, cycle),
            _absent(ledger),
        ),
    ]


def _absent(ledger: Ledger) -> set[Absent]:
    """The units, per theme in which they count, of which a round is not there; waived or not."""
    rounds = {*ledger.missing, *ledger.waived}
    standing = Standing(ledger.themes, ledger.missing, ledger.waived, counts_in=ledger.counts_in)
    return {(of, gap.unit, gap.theme) for of in rounds for gap in standing.gaps(*of)}


def _plan(profile: Profile, workspace: Workspace, ledger: Ledger, spending: pa.Table) -> list[RuleResult]:
    """Whether what is budgeted is the plan, and in its unit; nothing where one of the two is not delivered."""
    if len(facts_of(profile, "fact_plan", "fact_spending")) < 2:
        return []
    plan = facts_table(workspace, profile, ledger.cycle.key, "fact_plan")
    gaps = {year: ledger.gaps(year, number) for year, number in ledger.lines if number == profile.last_round}
    return [plan_against_budget(profile, plan, spending, gaps), budget_in_unit_of_plan(profile, plan, spending)]


def _waived(profile: Profile, workspace: Workspace, cycle: str, results: list[RuleResult]) -> list[RuleResult]:
    """The results, those that a decision waives marked so, and with them what became of the waivers themselves."""
    waivers = Waivers.of(cycle, decisions_of(workspace, profile, cycle).waivers)
    waivers.needed_for(workspace.read(cycle, STATUS_STEP, "waivers").to_pylist())
    waived = waivers.waive(results)
    rules = {r.rule for r in waived if r.waived_because}
    workspace.write(cycle, STEP, "waivers", to_arrow("waivers", waivers.rows(rules)))
    owed = workspace.read(cycle, STATUS_STEP, OBLIGATIONS).column("obligation").to_pylist()
    return [*waived, *waivers.results(profile, owed)]
