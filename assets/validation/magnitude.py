"""Whether budgets are in the unit of the plan: one that is a thousand times the plan was delivered in another unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyarrow as pa

from assets.validation.reconciliation import latest_plan
from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult, about, theme_names
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import FactSpendingRow
from schemas.words import Words, joined

RULE = "bfr.budget_in_unit_of_plan"
_SLACK = {Decimal(100): Decimal("1.1"), Decimal(1000): Decimal("1.5"), Decimal(10**6): Decimal("1.5")}
"""How far a budget may lie from so many times the plan and still be told as that: cents, thousands and millions."""


def budget_in_unit_of_plan(profile: Profile, plan: pa.Table, spending: pa.Table) -> RuleResult:
    """Whether the budget of any unit and theme is about 100, 1,000 or 1,000,000 times the plan, or such a part of it.

    Every round is looked at. The numbers do not show which of both is in another unit.
    """
    planned = latest_plan(profile, plan)
    budgeted: dict[tuple[str, str, int, int], Decimal] = defaultdict(Decimal)
    lines: list[FactSpendingRow] = spending.to_pylist()
    for line in lines:
        budgeted[(line["unit"], line["theme"], line["reporting_year"], line["round"])] += line["budget"]
    compared = [key for key in sorted(budgeted) if planned.get(key[:3])]
    departures = [(key, factor) for key in compared if (factor := _times(budgeted[key], planned[key[:3]]))]
    names = theme_names(profile)
    sentences = list(_messages(names, departures))
    return RuleResult(
        "bfr",
        RULE,
        Costs.NOTE,
        Outcome.FAILED if departures else Outcome.PASSED,
        len(compared),
        len(departures),
        "de begroting staat in dezelfde eenheid als het bestedingsplan",
        "the budget is in the same unit as the spending plan",
        cells=tuple(
            about(unit, names.get(theme, theme), f"{year}-{number}") for (unit, theme, year, number), _ in departures
        ),
        detail=joined(sentences),
    )


def _times(budget: Decimal, plan: Decimal) -> Words | None:
    """How many times the plan a budget is, if that is what another unit would make of it."""
    ratio = abs(budget / plan)
    for factor, slack in _SLACK.items():
        dutch, english = f"{factor:,}".replace(",", "."), f"{factor:,}"
        if factor / slack <= ratio <= factor * slack:
            return Words(f"begroot is {dutch} keer het plan", f"the budget is {english} times the plan")
        if ratio and factor / slack <= 1 / ratio <= factor * slack:
            return Words(f"begroot is 1/{dutch} van het plan", f"the budget is 1/{english} of the plan")
    return None


def _messages(names: Mapping[str, Words], departures: list[tuple[tuple[str, str, int, int], Words]]) -> Iterator[Words]:
    for (unit, theme, year, number), factor in departures[:SHOWN_CELLS]:
        place = about(unit, names.get(theme, theme), f"{year}-{number}")
        yield Words(f"{place.nl}: {factor.nl}", f"{place.en}: {factor.en}")
