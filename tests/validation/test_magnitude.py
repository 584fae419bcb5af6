"""A budget that is a thousand times the plan is told as such, for the units and themes where it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.validation.magnitude import budget_in_unit_of_plan
from kwaliteitsmonitor.methods.checks.results import Outcome, about, theme_names
from schemas.consequences import Costs
from tests.made_up import line, profile, table

WHO = profile()
PLAN = table(
    "fact_plan",
    [
        {"version": "original", "unit": unit, "theme": "small_classes", "year": 2020, "amount": Decimal("125000")}
        for unit in ("North", "East")
    ],
)


@pytest.mark.parametrize(
    ("budget", "said"),
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
@pytest.mark.parametrize("number", [1, 3])
def test_a_budget_in_another_unit_than_the_plan_is_told_with_the_factor(budget: str, said: str, number: int) -> None:
    lines = [line("North", budget=budget, number=number), line("East", budget="125000", number=number)]
    found = budget_in_unit_of_plan(WHO, PLAN, table("fact_spending", lines))
    assert (found.outcome, found.costs, found.checked, found.failed) == (Outcome.FAILED, Costs.NOTE, 2, 1)
    assert found.cells == (about("North", theme_names(WHO)["small_classes"], f"2020-{number}"),)
    assert said in found.detail
    assert "East" not in found.detail


@pytest.mark.parametrize("budget", ["125000", "0", "1", "1250000", "12500", "9000000", "250000", "20000000"])
def test_a_budget_that_is_merely_another_amount_is_not(budget: str) -> None:
    found = budget_in_unit_of_plan(WHO, PLAN, table("fact_spending", [line("North", budget=budget)]))
    assert (found.outcome, found.detail) == (Outcome.PASSED, "")


def test_lines_of_a_theme_are_added_up_before_they_are_compared() -> None:
    lines = [line("North", budget="125000") | {"measure": f"m{n}"} for n in range(100)]
    found = budget_in_unit_of_plan(WHO, PLAN, table("fact_spending", lines))
    assert "100 keer het plan" in found.detail


def test_without_a_plan_for_it_nothing_is_said() -> None:
    found = budget_in_unit_of_plan(WHO, PLAN, table("fact_spending", [line("North", budget="1", year=2021)]))
    assert (found.outcome, found.checked) == (Outcome.PASSED, 0)
