"""The definitive budget of each theme is held against what the plan gives it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa
import pytest

from assets.validation.planned import plan_against_budget
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, about, theme_names
from kwaliteitsmonitor.methods.figures.left_out import Gap
from schemas.consequences import Costs
from schemas.profile import Profile
from tests.made_up import line, profile, table

WHO = profile()
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
def test_the_definitive_budget_is_the_plan_within_the_tolerance(budget: str, tolerance: str, outcome: Outcome) -> None:
    spending = table("fact_spending", [line(budget=budget), line(budget="1", number=1)])
    found = plan_against_budget(profile(tolerance=tolerance), plan(PLAN), spending)
    assert (found.outcome, str(found.severity), found.blocks) == (outcome, "warning", False)
    assert found.cells == ((about(theme_names(WHO)["small_classes"], 2020),) if outcome is Outcome.FAILED else ())


def test_units_are_added_up_and_the_rule_says_this() -> None:
    both = plan(PLAN, (*PLAN, "East"))
    words = ("de definitieve begroting is het bestedingsplan", "the definitive budget is the spending plan")
    for amount, failed in (("100", 0), ("80", 1)):
        spent = table("fact_spending", [line("North", budget="100"), line("East", budget=amount)])
        outcome = Outcome.FAILED if failed else Outcome.PASSED
        cells = (about(theme_names(WHO)["small_classes"], 2020),) * failed
        rule = ("bfr", "bfr.budget_is_plan", Costs.NOTE, outcome, 1, failed, *words)
        assert plan_against_budget(WHO, both, spent) == RuleResult(*rule, cells=cells)


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
    found = plan_against_budget(WHO, both, table("fact_spending", [line(budget=budget)]), {2020: set(gaps)})
    assert (found.outcome, found.checked, found.detail) == (outcome, checked, detail)


def test_what_was_planned_and_never_budgeted_is_noticed_too() -> None:
    found = budgeted((2020, "100"), of=plan(PLAN, *(("original", "teachers", year, "40") for year in (2020, 2021))))
    assert (found.cells, found.checked, found.failed) == ((about(theme_names(WHO)["teachers"], 2020),), 2, 1)
