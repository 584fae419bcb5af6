"""Budgets are held against the plan, by amount and by the unit they are measured in, and rows against their unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.planned import plan_against_budget
from assets.validation.unit_years import timed, unit_years
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, about, theme_names
from kwaliteitsmonitor.methods.figures.left_out import Gap
from schemas.consequences import Costs
from schemas.profile import Profile
from tests.made_up import DELIVERY, line, profile, table, told
from tests.spending.lines import judged

WHO = profile()
CLASSES, TEACHERS = (theme_names(WHO)[theme] for theme in ("small_classes", "teachers"))
PLAN = ("original", "small_classes", 2020, "100")
Planned = tuple[str, str, int, str]


def plan(*lines: Planned | tuple[str, str, int, str, str]) -> pa.Table:
    """Lines of a version, theme, year and amount, of North or of the unit that they name."""
    names = ("version", "theme", "year", "amount", "unit")
    rows = [{"unit": "North"} | dict(zip(names, one, strict=False)) for one in lines]
    return table("fact_plan", [row | {"amount": Decimal(str(row["amount"]))} for row in rows])


def budgeted(*lines: tuple[int, str], who: Profile = WHO, of: pa.Table | None = None) -> RuleResult:
    """The rule over small classes, of which budgets of a year are these."""
    spending = table("fact_spending", [line(year=year, budget=amount) for year, amount in lines])
    return plan_against_budget(who, plan(PLAN) if of is None else of, spending)


@pytest.mark.parametrize(
    ("budget", "tolerance", "outcome"),
    [
        ("100", "1.00", Outcome.PASSED),
        ("101", "1.00", Outcome.PASSED),
        ("99", "1.00", Outcome.PASSED),
        ("101.01", "1.00", Outcome.FAILED),
        ("98.99", "1.00", Outcome.FAILED),
        ("150", "50", Outcome.PASSED),
        ("150.01", "50", Outcome.FAILED),
    ],
)
def test_the_definitive_budget_of_all_units_is_the_plan_within_the_tolerance(
    budget: str, tolerance: str, outcome: Outcome
) -> None:
    spending = [line(budget=budget), line(budget="1", number=1), line("East", budget="80")]
    both = plan(PLAN, ("original", "small_classes", 2020, "80", "East"))
    failed = int(outcome is Outcome.FAILED)
    result = plan_against_budget(profile(tolerance=tolerance), both, table("fact_spending", spending))
    cells = (about(CLASSES, 2020),) * failed
    assert result == judged("bfr.budget_is_plan", Costs.NOTE, outcome, 1, failed, cells=cells)


def test_of_several_versions_of_the_plan_the_latest_counts_and_they_are_never_added_up() -> None:
    who = profile(plan=[("original", "small_classes", 2020, "1"), ("a-revision", "small_classes", 2020, "1")])
    revision = ("a-revision", "small_classes", 2020, "120")
    versions = plan(revision, PLAN, ("original", "small_classes", 2021, "90"))
    assert budgeted((2020, "120"), (2021, "90"), who=who, of=versions).outcome is Outcome.PASSED
    shifted = plan(revision, ("shift-1", "small_classes", 2020, "125"))
    assert budgeted((2020, "125"), who=who, of=shifted).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("gaps", "budget", "outcome", "checked", "detail"),
    [
        ((), "100", Outcome.FAILED, 1, ""),
        ((Gap("East", "small_classes"),), "100", Outcome.PASSED, 1, ""),
        ((Gap("East", "small_classes"),), "70", Outcome.FAILED, 1, "zonder East / without East"),
        ((Gap("East", "teachers"),), "100", Outcome.FAILED, 1, ""),
        ((Gap("", "small_classes"),), "70", Outcome.PASSED, 0, ""),
    ],
)
def test_the_plan_of_a_unit_that_is_not_there_is_held_against_nobody(
    gaps: Sequence[Gap], budget: str, outcome: Outcome, checked: int, detail: str
) -> None:
    both = plan(PLAN, ("original", "small_classes", 2020, "40", "East"))
    result = plan_against_budget(WHO, both, table("fact_spending", [line(budget=budget)]), {2020: set(gaps)})
    assert (result.outcome, result.checked, told(result)) == (outcome, checked, detail)


def test_what_was_planned_and_never_budgeted_is_noticed_too() -> None:
    result = budgeted((2020, "100"), of=plan(PLAN, *(("original", "teachers", year, "40") for year in (2020, 2021))))
    assert (result.cells, result.checked, result.failed) == ((about(TEACHERS, 2020),), 2, 1)


OF_BOTH = plan(*(("original", "small_classes", 2020, "125000", unit) for unit in ("North", "East")))


@pytest.mark.parametrize(
    ("budget", "factor"),
    [
        ("125000000", "1.000 keer het plan"),
        ("140000000", "1.000 keer het plan"),
        ("125", "1/1.000 van het plan"),
        ("12500000", "100 keer het plan"),
        ("1250", "1/100 van het plan"),
        ("0.13", "1/1.000.000 van het plan"),
        ("125000000000", "1.000.000 keer het plan"),
    ],
)
def test_a_budget_in_another_unit_than_the_plan_is_told_with_the_factor(budget: str, factor: str) -> None:
    for number in (1, 3):
        lines = [line("North", budget=budget, number=number), line("East", budget="125000", number=number)]
        result = budget_in_unit_of_plan(WHO, OF_BOTH, table("fact_spending", lines))
        assert (result.outcome, result.costs, result.checked, result.failed) == (Outcome.FAILED, Costs.NOTE, 2, 1)
        assert result.cells == (about("North", CLASSES, f"2020-{number}"),)
        assert factor in told(result)
        assert "East" not in told(result)


@pytest.mark.parametrize("budget", ["125000", "0", "1", "1250000", "12500", "9000000", "250000", "20000000"])
def test_a_budget_that_is_merely_another_amount_is_not(budget: str) -> None:
    result = budget_in_unit_of_plan(WHO, OF_BOTH, table("fact_spending", [line("North", budget=budget)]))
    assert (result.outcome, told(result)) == (Outcome.PASSED, "")


def test_lines_of_a_theme_are_added_up_before_they_are_compared_with_a_plan_that_there_is() -> None:
    lines = [line("North", budget="125000") | {"measure": f"m{n}"} for n in range(100)]
    assert "100 keer het plan" in told(budget_in_unit_of_plan(WHO, OF_BOTH, table("fact_spending", lines)))
    result = budget_in_unit_of_plan(WHO, OF_BOTH, table("fact_spending", [line("North", budget="1", year=2021)]))
    assert (result.outcome, result.checked) == (Outcome.PASSED, 0)


def test_rows_of_a_unit_that_is_not_there_in_their_year_are_counted_with_file_unit_and_year() -> None:
    ended = [unit.model_copy(update={"valid_until": 2019} if unit.id == "East" else {}) for unit in WHO.units]
    rows = [line("North"), line("East"), line("East", measure="groups"), line("East", year=2019)]
    facts = {"fact_spending": table("fact_spending", [row | {"_delivery": DELIVERY} for row in rows])}
    then = replace(WHO, units=tuple(ended))
    assert (timed(then), timed(WHO)) == (True, False)
    (result,) = unit_years(then, facts, {DELIVERY: "bfr.csv"})
    assert (result.outcome, result.checked, result.failed) == (Outcome.FAILED, 4, 2)
    assert result.cells == ("bfr.csv: East, 2020",)
    (result,) = unit_years(WHO, facts, {})
    assert result.outcome is Outcome.PASSED, "units that are always there are not asked about"
