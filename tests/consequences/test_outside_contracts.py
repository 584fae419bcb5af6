"""Rules outside the contracts of tables that no nearer test breaks: each is broken for real, and costs what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.decisions.records import Withdrawal
from assets.decisions.withdrawals import withdrawal_results
from assets.evaluations.findings import findings, shown_before
from assets.indicators.scale import off_scale
from assets.spending.plan import Version, ordered
from assets.staged.evaluation_years import YearCounted
from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.unit_years import unit_years
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.profile.loading import load_profile, profile_folder
from schemas.rules import RULES, declared
from tests.made_up import line, mean, profile, table
from tests.methods.statistics.counts import Count, Invited, counted
from tests.readers.answering import Answers
from tests.readers.answers.test_scales import TEN, question, scored, staged
from tests.readers.making import PANELS, delivery, staged_rows

TESTS = Path(__file__).parents[1]
Broken = Callable[[Path], Iterable[RuleResult]]


def on_ten_points(*scores: int) -> Broken:
    """Answers of these scores to a question that was asked on ten points."""
    ten = question(scale=TEN)
    of = load_profile(profile_folder("leiden"))
    return lambda folder: staged(Answers(folder, of), scored(*scores), ten).results


def of_answers(year: int = 2020, *, delivered: bool = True) -> Iterable[RuleResult]:
    """Answers of one unit about a programme of another, of which it is not known how many were invited."""
    counts = [Count(3, 20), Count(4, 6, unit="East")]
    answers = table("fact_answers", [one.row() for one in counts])
    return findings(counted(counts, [Invited(15)]), answers, (year,), {}, {"P1": "North"}, delivered=delivered)


def of_plan() -> RuleResult:
    """A budget of a thousand times the plan."""
    planned = {"version": "original", "unit": "North", "theme": "small_classes", "year": 2020, "amount": Decimal(125)}
    spending = table("fact_spending", [line("North", budget="125000")])
    return budget_in_unit_of_plan(profile(), table("fact_plan", [planned]), spending)


def unit_that_ended() -> Iterable[RuleResult]:
    who = profile()
    ended = [unit.model_copy(update={"valid_until": 2019} if unit.id == "East" else {}) for unit in who.units]
    rows = table("fact_spending", [line("North"), line("East")])
    return unit_years(replace(who, units=tuple(ended)), {"fact_spending": rows}, {})


def order_unknown() -> RuleResult:
    """Two versions of a plan, of which the profile names none."""
    return ordered(profile(), [Version(name, {}, {}) for name in ("aangepast", "eerste")])


def off_the_scale() -> RuleResult:
    figure = {"figure_id": "f", "indicator": "score", "definition_version": "1"}
    row = {**figure, "status": "ok", "value": 9.0, "spread": None}
    return off_scale(profile(indicators=[mean("score")]), [row])


def mixed_days() -> Iterable[RuleResult]:
    """Days in two notations in one column of talks."""
    talk = {"unit": "FGW", "academic_year": "2019-2020", "theme": "guidance", "participants": 5}
    rows = [talk | {"held_on": day} for day in ("2020-10-01", "3-10-2020", "4-10-2020")]
    return staged_rows(load_profile(profile_folder("leiden")), PANELS, rows).results


def withdrawn_too_early() -> Iterable[RuleResult]:
    came = delivery()
    return withdrawal_results([Withdrawal("verkeerd", "controller", date(2020, 1, 1), "d", came.path, "")], [came])


BROKEN: dict[tuple[str, Costs], Broken] = {
    ("fact_spending.units_there", Costs.NOTE): lambda _: unit_that_ended(),
    ("evaluations.score.half_of_scale", Costs.NOTE): on_ten_points(*[1, 2, 3, 4, 5] * 8),
    ("evaluations.score.scale", Costs.FIGURES): on_ten_points(*[5, 50] * 20),
    ("evaluations.programme_of_another_unit", Costs.NOTE): lambda _: of_answers(),
    ("evaluations.other_years", Costs.NOTE): lambda _: of_answers(2021),
    ("evaluations.more_answers_than_invited", Costs.NOTE): lambda _: of_answers(),
    ("evaluations.invited_unknown", Costs.NOTE): lambda _: of_answers(),
    ("evaluations.invited_unknown", Costs.NOTHING): lambda _: of_answers(delivered=False),
    ("evaluations.shown_before", Costs.NOTE): lambda _: [shown_before(2)],
    ("withdrawals.apply", Costs.NOTE): lambda _: withdrawn_too_early(),
    ("bfr.budget_in_unit_of_plan", Costs.NOTE): lambda _: [of_plan()],
    ("spending_plan.order_known", Costs.NOTE): lambda _: [order_unknown()],
    ("faculty_panels.held_on.notation", Costs.NOTE): lambda _: mixed_days(),
    ("evaluations.counts.balance", Costs.RELEASE): lambda _: [YearCounted(2020, {"North": [Tally(3, 1, 1)]}).balance()],
    ("indicator_values.possible", Costs.RELEASE): lambda _: [off_the_scale()],
}


@pytest.mark.parametrize(("rule", "costs"), BROKEN, ids=[f"{rule}-{costs}" for rule, costs in BROKEN])
def test_a_broken_rule_costs_what_its_declaration_says(rule: str, costs: Costs, tmp_path: Path) -> None:
    failed = {one.rule: one for one in BROKEN[rule, costs](tmp_path) if one.outcome is Outcome.FAILED}
    broken, declaration = failed[rule], declared(rule)
    assert broken.costs is costs
    assert declaration is not None
    assert costs in declaration.costs
    assert broken.blocks is (costs is Costs.RELEASE), "nothing else stops a release"


ELSEWHERE = {
    *(("indicators", f"delivered_figures.{end}") for end in ("used", "filled", "possible", "ratio", "total")),
    *(("validation", f"control_totals.{end}") for end in ("printed_arithmetic", "printed_value", "possible")),
}
"""Rules that the tests of a folder know by the end of their id."""


def test_every_rule_of_the_register_is_named_by_some_test() -> None:
    """The page of the rules aside, which names each of them."""
    texts = {path.relative_to(TESTS): path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")}
    every = "\n".join(text for path, text in texts.items() if path.name != "test_rules.py")
    for folder, rule in ELSEWHERE:
        assert any(f'"{rule.partition(".")[2]}"' in text for path, text in texts.items() if path.parts[0] == folder)
    for one in (rule.id for rule in RULES if rule.id not in {rule for _, rule in ELSEWHERE}):
        pattern = re.sub("<[a-z]+>", "[a-z0-9_{}]+", re.escape(one))
        assert re.search(rf"(?<![\w.]){pattern}(?!\w)", every), f"no test breaks {one}"
