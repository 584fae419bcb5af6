"""Whether the definitive budget is what the spending plan gives, for the units whose budget is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from decimal import Decimal

import pyarrow as pa

from assets.validation.reconciliation import latest_plan
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, about, theme_names
from kwaliteitsmonitor.methods.figures.left_out import Gap, among, goes_without, left_out
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import FactSpendingRow
from schemas.words import joined


def plan_against_budget(
    profile: Profile, plan: pa.Table, spending: pa.Table, gaps: Mapping[int, Set[Gap]] | None = None
) -> RuleResult:
    """Whether the definitive budget of each theme is what the spending plan gives it, within the profile's tolerance.

    Of several versions of the plan the latest that speaks about a unit, theme and year counts: the versions in the
    order of the profile, then those that the profile does not know, in the order of their names. `gaps` are, per year,
    the units whose last round is not there or of which a line was set aside: neither their budget nor their plan is in
    the sums, and a theme in which nobody knows whose line it was is compared with nothing.
    """
    gaps = gaps or {}
    planned: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    budgeted: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for (unit, theme, year), amount in latest_plan(profile, plan).items():
        if not left_out(gaps.get(year, ()), unit, theme):
            planned[(year, theme)] += amount
    years = set()
    lines: list[FactSpendingRow] = spending.to_pylist()
    for line in lines:
        year, theme = line["reporting_year"], line["theme"]
        if line["round"] == profile.last_round:
            years.add(year)
            if not left_out(gaps.get(year, ()), line["unit"], theme):
                budgeted[(year, theme)] += line["budget"]
    both = sorted(
        (year, theme)
        for year, theme in {*budgeted, *(key for key in planned if key[0] in years)}
        if not left_out(gaps.get(year, ()), "", theme)
    )
    allowed = profile.institution.tolerances.plan_vs_budget_eur
    apart = [key for key in both if abs(budgeted[key] - planned[key]) > allowed]
    names = theme_names(profile)
    partial = [gap for year, theme in apart for gap in among(gaps.get(year, ()), theme)]
    return RuleResult(
        "bfr",
        "bfr.budget_is_plan",
        Costs.NOTE,
        Outcome.FAILED if apart else Outcome.PASSED,
        len(both),
        len(apart),
        "de definitieve begroting is het bestedingsplan",
        "the definitive budget is the spending plan",
        cells=tuple(about(names.get(theme, theme), year) for year, theme in apart),
        detail=joined(goes_without(partial)),
    )
