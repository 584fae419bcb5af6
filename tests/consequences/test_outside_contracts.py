"""Rules that stand outside the contracts of tables: each is broken for real, and costs what `docs/rules.md` says."""

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
from assets.validation.planned import plan_against_budget
from assets.validation.unit_years import unit_years
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, as_strict
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show, choose
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.profile.questions import Question
from schemas.rules import RULES, DeclaredRule, declared
from tests.consequences.test_each_rule import leiden
from tests.made_up import line, mean, profile, table
from tests.methods.statistics.counts import Count, Invited, counted, institution
from tests.readers.answering import Answers
from tests.readers.answers.test_scales import TEN, question, scored, staged
from tests.readers.making import PANELS, delivery, staged_rows

TESTS = Path(__file__).parents[1]
Broken = Callable[[Path], Iterable[RuleResult]]


def on_ten_points(*scores: int) -> Broken:
    """Answers of these scores to a question that was asked on ten points."""
    ten: Question = question(scale=TEN)
    return lambda folder: staged(Answers(folder, leiden()), scored(*scores), ten).results


def of_answers(*, delivered: bool = True) -> Broken:
    """Answers of one unit about a programme of another, of which it is not known how many were invited."""
    counts = [Count(3, 20), Count(4, 6, unit="East")]
    answers = table("fact_answers", [one.row() for one in counts])
    statistics = counted(counts, [Invited(15)])
    return lambda _: findings(statistics, answers, (2020,), {}, {"P1": "North"}, delivered=delivered)


def hidden_after_all(folder: Path) -> Iterable[RuleResult]:
    """A cell of two courses that was shown, and that rests on one course in a later run."""

    def spread(answers: int, **where: str) -> list[Count]:
        return [Count(score, answers, **where) for score in range(1, 6)]

    workspace = Workspace(folder / "out")
    others = [one for c in ("C2", "C3") for one in spread(30, unit="East", programme="P3", course=c)]
    others += [one for c in ("C4", "C5") for one in spread(30, unit="South", programme="P4", course=c)]
    for counts in ([*spread(4), *spread(4, course="C9"), *others], [*spread(8), *others]):
        answers = table("fact_answers", [one.row() for one in counts])
        withheld = choose(workspace, institution(), "2021-03", counted(counts, (), None, (2019, 2020)), answers)
        about_to_show(workspace, "2021-03")
    return [shown_before(sum(map(len, withheld.exposed.values())))]


def of_plan(_: Path) -> Iterable[RuleResult]:
    """A budget of a thousand times the plan."""
    planned = {"version": "original", "unit": "North", "theme": "small_classes", "year": 2020, "amount": Decimal(125)}
    plan, spending = table("fact_plan", [planned]), table("fact_spending", [line("North", budget="125000")])
    return [budget_in_unit_of_plan(profile(), plan, spending), plan_against_budget(profile(), plan, spending)]


def unit_that_ended(_: Path) -> Iterable[RuleResult]:
    who = profile()
    ended = [unit.model_copy(update={"valid_until": 2019} if unit.id == "East" else {}) for unit in who.units]
    rows = table("fact_spending", [line("North"), line("East")])
    return unit_years(replace(who, units=tuple(ended)), {"fact_spending": rows}, {})


def order_unknown(_: Path) -> Iterable[RuleResult]:
    """Two versions of a plan, of which the profile names none."""
    return [ordered(profile(), [Version(name, {}, {}) for name in ("aangepast", "eerste")])]


def off_the_scale(_: Path) -> Iterable[RuleResult]:
    figure = {"figure_id": "f", "indicator": "score", "definition_version": "1"}
    row = {**figure, "status": "ok", "value": 9.0, "spread": None}
    return [off_scale(profile(indicators=[mean("score")]), [row])]


def out_of_balance(_: Path) -> Iterable[RuleResult]:
    return [YearCounted(2020, {"North": [Tally(3, 1, 1)]}).balance()]


def mixed_days(_: Path) -> Iterable[RuleResult]:
    """Days in two notations in one column of talks."""
    talk = {"unit": "FGW", "academic_year": "2019-2020", "theme": "guidance", "participants": 5}
    rows = [talk | {"held_on": day} for day in ("2020-10-01", "3-10-2020", "4-10-2020")]
    return staged_rows(leiden(), PANELS, rows).results


def withdrawn_too_early(_: Path) -> Iterable[RuleResult]:
    came = delivery()
    return withdrawal_results([Withdrawal("verkeerd", "controller", date(2020, 1, 1), "d", came.path, "")], [came])


BROKEN: dict[tuple[str, Costs], Broken] = {
    ("fact_spending.units_there", Costs.NOTE): unit_that_ended,
    ("evaluations.score.half_of_scale", Costs.NOTE): on_ten_points(*[1, 2, 3, 4, 5] * 8),
    ("evaluations.score.scale", Costs.FIGURES): on_ten_points(*[5, 50] * 20),
    ("evaluations.programme_of_another_unit", Costs.NOTE): of_answers(),
    ("evaluations.more_answers_than_invited", Costs.NOTE): of_answers(),
    ("evaluations.invited_unknown", Costs.NOTE): of_answers(),
    ("evaluations.invited_unknown", Costs.NOTHING): of_answers(delivered=False),
    ("evaluations.shown_before", Costs.NOTE): hidden_after_all,
    ("withdrawals.apply", Costs.NOTE): withdrawn_too_early,
    ("bfr.budget_in_unit_of_plan", Costs.NOTE): of_plan,
    ("bfr.budget_is_plan", Costs.NOTE): of_plan,
    ("spending_plan.order_known", Costs.NOTE): order_unknown,
    ("faculty_panels.held_on.notation", Costs.NOTE): mixed_days,
    ("evaluations.counts.balance", Costs.RELEASE): out_of_balance,
    ("indicator_values.possible", Costs.RELEASE): off_the_scale,
}


def documented(rule: str) -> set[str]:
    """What a rule of the register costs, as `docs/rules.md` says it."""
    text = (TESTS.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{re.escape(rule)}` \| .* \| ([^|]+) \|$", text, flags=re.MULTILINE)
    return set(re.findall(r"`(\w+)`", row))


@pytest.mark.parametrize(("rule", "costs"), BROKEN, ids=[f"{rule}-{costs}" for rule, costs in BROKEN])
def test_a_broken_rule_costs_what_its_document_says(rule: str, costs: Costs, tmp_path: Path) -> None:
    failed = {one.rule: one for one in BROKEN[rule, costs](tmp_path) if one.outcome is Outcome.FAILED}
    broken, declaration = failed[rule], declared(rule)
    assert declaration is not None
    assert broken.costs is costs
    assert str(costs) in documented(declaration.id)
    untrue = costs is Costs.RELEASE
    assert broken.blocks is untrue, "nothing else stops a release"
    (strict,) = as_strict("strict", [broken])
    assert strict.blocks is (untrue or costs.loses), "a strict profile is stopped by what does not count as well"


ELSEWHERE = {
    f"delivered_figures.{end}": ("indicators/test_delivered.py", f'["{end}"]')
    for end in ("used", "filled", "possible", "ratio", "total")
} | {
    f"control_totals.{end}": ("validation/test_reconciliation.py", f'"{end}"')
    for end in ("printed_arithmetic", "printed_value", "possible")
}
"""Rules that a test knows by the end of their id: its file, and what it calls them there."""


@pytest.fixture(scope="module")
def tests() -> str:
    """All that the tests hold, but for the page of the rules, which names each of them."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py") if path.name != "test_rules.py"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.id)
def test_every_rule_of_the_register_is_named_by_some_test(rule: DeclaredRule, tests: str) -> None:
    if rule.id in ELSEWHERE:
        file, called = ELSEWHERE[rule.id]
        assert called in (TESTS / file).read_text(encoding="utf-8")
        return
    named = re.sub("<[a-z]+>", "[a-z0-9_{}]+", re.escape(rule.id))
    assert re.search(rf"(?<![\w.]){named}(?!\w)", tests), f"no test breaks {rule.id}"
