"""Totals that others state, held against what we compute: rounding, error, or impossible."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.validation.reconciliation import Absent, LostAmounts, reconcile
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.consequences import Costs, Severity
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE, staged
from schemas.words import Words
from tests.made_up import indicator, line, mean, profile, table, told
from tests.spending.lines import judged

SCORE = mean("score")
PEOPLE = {"facts": "fact_staff", "count": "person"}
SHARE = indicator("share", "share", "percentage", minimum=0, maximum=1, numerator=PEOPLE, denominator=PEOPLE)
WHO = profile(indicators=[SCORE, SHARE])


def stated(subject: str, value: str, **more: Any) -> dict[str, Any]:
    about = {"statement": "report", "origin": "printed", "reporting_year": 2020, "subject": subject}
    number = {"printed": value, "value": Decimal(value), "printed_decimals": 0, "unit_of_measure": "keur"}
    return about | number | more


def delivered(subject: str, value: str, **more: Any) -> dict[str, Any]:
    """A total in euro that came with the lines of a round."""
    return stated(subject, value, **{"origin": "delivered", "unit_of_measure": "eur", "round": 3} | more)


def reconciled(
    *statements: dict[str, Any],
    spending: tuple[dict[str, Any], ...] = (),
    indicators: tuple[dict[str, Any], ...] = (),
    lost: tuple[LostAmounts, ...] = (),
    absent: frozenset[Absent] = frozenset(),
) -> dict[str, list[RuleResult]]:
    schema = arrow_schema(staged(CATALOGUE["control_totals"]))
    rows = [dict.fromkeys(schema.names) | {"_delivery": "d", "_row": i} | s for i, s in enumerate(statements, 2)]
    totals, files = pa.Table.from_pylist(rows, schema=schema), {"d": "totals.csv"}
    results: dict[str, list[RuleResult]] = {}
    for result in reconcile(WHO, totals, table("fact_spending", spending), indicators, files, lost, absent):
        results.setdefault(result.rule.removeprefix("control_totals."), []).append(result)
    return results


def delivered_total(statement: dict[str, Any], *spending: dict[str, Any], **more: Any) -> RuleResult:
    (results,) = reconciled(statement, spending=spending or SPENT, **more)["delivered_total"]
    return results


def of_rule(name: str, statement: dict[str, Any], **more: Any) -> RuleResult:
    """The one result of a rule over one statement."""
    (result,) = reconciled(statement, **more)[name]
    return result


def test_every_rule_gives_a_result_also_where_nothing_was_stated() -> None:
    results = reconciled()
    assert set(results) == {"delivered_total", "printed_arithmetic", "printed_value", "possible"}
    assert {r.outcome for of_one in results.values() for r in of_one} == {Outcome.PASSED}


def three(budget: str, realised: str, difference: str, **more: Any) -> list[dict[str, Any]]:
    return [stated(s, v, **more) for s, v in (("budget", budget), ("realised", realised), ("difference", difference))]


@pytest.mark.parametrize(
    ("budget", "realised", "difference", "results", "detail"),
    [
        ("7057", "6696", "-361", ["passed note"], ""),
        ("7057", "6696", "-359", ["failed note"], "stated −€359,000, computed −€361,000: not explained by rounding"),
        ("7711", "7993", "283", ["passed note", "passed nothing"], "computed €282,000: explained by rounding"),
        ("100", "101", "2.5", ["passed note", "passed nothing"], "explained by rounding"),  # at the very edge
    ],
)
def test_a_difference_that_rounding_cannot_explain_is_told_apart(
    budget: str, realised: str, difference: str, results: list[str], detail: str
) -> None:
    rules = reconciled(*three(budget, realised, difference))["printed_arithmetic"]
    assert [f"{r.outcome} {r.costs.name.lower()}" for r in rules] == results
    assert told(rules[-1]).endswith(detail)
    assert rules[-1].cells == (("totals.csv row 4, value",) if detail else ())


def test_two_statements_are_never_mixed() -> None:
    one, other = three("100", "90", "-10"), three("200", "150", "-50", statement="another")
    (result,) = reconciled(*one, *other)["printed_arithmetic"]
    assert (result.outcome, result.checked) == (Outcome.PASSED, 2)
    half = reconciled(one[0], other[1], one[2])["printed_arithmetic"]
    assert [r.checked for r in half] == [0], "without all three of one statement there is nothing to add"
    both = reconciled(stated("difference", "5", statement="first"), *three("7057", "6696", "-359"))
    assert [r.outcome for r in both["printed_arithmetic"]] == [Outcome.FAILED], "one that lacks a part hides no other"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_amounts_rounded_one_by_one_are_always_explained(budget: int, realised: int) -> None:
    def keur(cents: int) -> str:
        return str((Decimal(cents) / 100_000).quantize(Decimal(1)))

    results = reconciled(*three(keur(budget), keur(realised), keur(realised - budget)))["printed_arithmetic"]
    assert {r.outcome for r in results} == {Outcome.PASSED}


SPENT = (line("North", budget="7056612.40", realised="6696000"), line("East", "teachers", "courses", "0.60", "1"))
UNIT = "van wat is berekend: kijk na welke eenheid erbij staat"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("7056613", ""),
        ("7056.61", f"1/1.000 {UNIT}"),
        ("7.06", f"1/1.000.000 {UNIT}"),
        ("705661300", "100 keer wat is berekend: kijk na welke eenheid erbij staat"),
        ("0", "niet door afronding te verklaren"),
        ("7156613", "niet door afronding te verklaren"),
    ],
)
def test_a_total_in_another_unit_is_told_with_the_factor(value: str, verdict: str) -> None:
    result = delivered_total(delivered("budget", value, printed_decimals=2))
    assert told(result).partition(" / ")[0].rpartition("berekend € 7.056.613: ")[2] == verdict


@pytest.mark.parametrize(
    ("value", "decimals", "outcome"),
    [
        ("7057", 0, Outcome.PASSED),
        ("7056.613", 0, Outcome.PASSED),
        ("7056.113", 0, Outcome.PASSED),
        ("7057.113", 0, Outcome.PASSED),
        ("7056.112", 0, Outcome.FAILED),
        ("7057.114", 0, Outcome.FAILED),
        ("7058", 0, Outcome.FAILED),
        ("7056.5", 1, Outcome.FAILED),
        ("7056.6", 1, Outcome.PASSED),
    ],
)
def test_a_total_in_thousands_holds_within_half_of_its_last_digit(value: str, decimals: int, outcome: Outcome) -> None:
    printed = of_rule("printed_value", stated("budget", value, printed_decimals=decimals), spending=SPENT)
    total = delivered_total(delivered("budget", value, printed_decimals=decimals, unit_of_measure="keur"))
    assert (total.outcome, printed.outcome) == (outcome, outcome)


@pytest.mark.parametrize(
    ("subject", "value", "about", "outcome"),
    [
        ("budget", "7056613.00", {}, Outcome.PASSED),
        ("budget", "7056613.01", {}, Outcome.FAILED),
        ("realised", "6697001.00", {}, Outcome.FAILED),
        ("budget", "0.60", {"unit": "East"}, Outcome.PASSED),
        ("budget", "0.60", {"theme": "teachers"}, Outcome.PASSED),
        ("budget", "0.00", {"unit": "East", "theme": "small_classes"}, Outcome.PASSED),
        ("budget", "0.60", {"unit": "North"}, Outcome.FAILED),
        ("difference", "-360612.00", {}, Outcome.PASSED),  # realised minus budget
        ("budget", "7056613.00", {"round": None}, Outcome.PASSED),  # without a round it is about the definitive one
        ("budget", "1", {"round": None}, Outcome.FAILED),
    ],
)
def test_a_total_is_held_to_the_cent_against_the_lines_it_is_about_and_blocks_where_it_stands(
    subject: str, value: str, about: dict[str, Any], outcome: Outcome
) -> None:
    result = delivered_total(delivered(subject, value, **about), *SPENT, line(budget="1", number=1))
    failed = outcome is Outcome.FAILED
    assert (result.outcome, result.blocks, result.severity) == (outcome, failed, Severity.CRITICAL)
    assert result.cells == ("totals.csv row 2, value",) * failed


def test_a_total_of_a_round_that_is_not_read_and_a_forecast_that_some_lines_lack_are_not_judged() -> None:
    result = of_rule("printed_value", stated("budget", "1", reporting_year=2018), spending=SPENT)
    assert (result.outcome, result.checked) == (Outcome.PASSED, 0)
    one = delivered("forecast", "10")
    assert delivered_total(one, line("North", forecast="4"), line("East", forecast=None)).checked == 0
    assert delivered_total(one, line("North", forecast="4"), line("East", forecast="7")).blocks


def figure(name: str, value: float | None, level: str | None = None, status: str = "ok") -> dict[str, Any]:
    return {"reporting_year": 2020, "indicator": name, "level": level, "unit": None, "value": value, "status": status}


def printed(name: str, value: str, decimals: int = 1, unit: str = "number", level: str | None = None) -> dict[str, Any]:
    return stated("indicator", value, indicator=name, level=level, printed_decimals=decimals, unit_of_measure=unit)


@pytest.mark.parametrize("computed", [figure("score", 3.4, "Ma"), figure("score", None, "Ma", "not_available")])
def test_a_figure_outside_the_scale_of_its_indicator_is_impossible_whatever_we_compute(
    computed: dict[str, Any],
) -> None:
    results = reconciled(printed("score", "334", level="Ma"), indicators=(computed,))
    (impossible,) = results["possible"]
    assert (impossible.outcome, impossible.severity) == (Outcome.FAILED, Severity.WARNING)
    assert impossible.detail == Words(
        "score 2020 master: ‘334’ is onmogelijk; het kan alleen 1 tot en met 5 zijn",
        "score 2020 master: ‘334’ is impossible; it can only be 1 to 5",
    )
    assert impossible.cells == ("totals.csv row 2, value",)
    assert results["printed_value"][0].outcome is Outcome.PASSED, "it is one finding, not two"


SHOWN = figure("score", 3.85)


@pytest.mark.parametrize(
    ("statement", "computed", "checked", "failed"),
    [
        (printed("score", "3.9"), SHOWN, 1, 0),  # a half may go either way
        (printed("score", "3.8"), SHOWN, 1, 0),
        (printed("score", "3.7"), SHOWN, 1, 1),
        (printed("score", "4"), SHOWN, 1, 1),
        (printed("share", "88.6", unit="percent"), figure("share", 0.88649), 1, 0),
        (printed("share", "88.7", unit="percent"), figure("share", 0.88649), 1, 1),
        (printed("score", "3.9"), figure("score", None, status="suppressed"), 0, 0),
        (printed("score", "1"), SHOWN | {"without": "North"}, 0, 0),  # ours goes without a unit
    ],
)
def test_a_printed_figure_is_the_computed_one_rounded(
    statement: dict[str, Any], computed: dict[str, Any], checked: int, failed: int
) -> None:
    result = of_rule("printed_value", statement, indicators=(computed,))
    assert (result.checked, result.failed) == (checked, failed)
    assert result.outcome is (Outcome.FAILED if failed else Outcome.PASSED)


def test_each_rule_says_this_of_what_it_judged() -> None:
    results = reconciled(
        delivered("realised", "900.25", printed_decimals=2, unit="North"),
        delivered("budget", "1499.00", printed_decimals=2),
        *three("2", "1", "0", statement="summary"),
        spending=(line("North", budget="1000.00", realised="900.25"), line("East", budget="500.00", realised="0.00")),
    )

    def passed(rule: str, checked: int, costs: Costs = Costs.NOTE, **more: Any) -> RuleResult:
        return judged(f"control_totals.{rule}", costs, Outcome.PASSED, checked, 0, **more)

    wrong = Words(
        "begroot 2020 3: opgegeven € 1.499, berekend € 1.500: niet door afronding te verklaren",
        "budget 2020 3: stated €1,499, computed €1,500: not explained by rounding",
    )
    rounded = Words(
        "verschil 2020: opgegeven € 0, berekend −€ 1.000: door afronding te verklaren",
        "difference 2020: stated €0, computed −€1,000: explained by rounding",
    )
    third, sixth = ((f"totals.csv row {number}, value",) for number in (3, 6))
    total = ("control_totals.delivered_total", Costs.RELEASE, Outcome.FAILED, 2, 1)
    assert results["delivered_total"] == [judged(*total, cells=third, detail=wrong)]
    explained = passed("printed_arithmetic", 1, Costs.NOTHING, cells=sixth, detail=rounded)
    assert results["printed_arithmetic"] == [passed("printed_arithmetic", 1), explained]
    assert results["printed_value"] == [passed("printed_value", 2)]
    assert results["possible"] == [passed("possible", 0)]


def test_a_total_of_a_unit_and_a_theme_is_called_by_both_and_an_unread_delivery_by_its_id() -> None:
    total = stated("realised", "1.5", unit="North", theme="small_classes", _delivery="e")
    result = of_rule("printed_value", total, spending=(line("North", realised="2750.00"),))
    assert result.cells == ("e row 2, value",)
    assert told(result).startswith("gerealiseerd 2020 3 North small_classes: opgegeven € 1.500, berekend € 2.750: ")


@pytest.mark.parametrize(
    ("name", "value", "unit", "rule"),
    [
        ("score", "1", "score", "printed_value"),
        ("score", "5", "score", "printed_value"),
        ("score", "0.9", "score", "possible"),
        ("share", "101", "percent", "possible"),
    ],
)
def test_the_ends_of_a_scale_are_possible(name: str, value: str, unit: str, rule: str) -> None:
    ours = figure(name, 0.5)
    statements = printed("unknown", "4", 0, "score"), printed(name, value, 1, unit)
    results = reconciled(*statements, indicators=(ours, ours | {"unit": "North", "value": 0.7}))
    (failed,) = [r for of_one in results.values() for r in of_one if r.outcome == Outcome.FAILED]
    assert failed.rule == f"control_totals.{rule}"
    assert failed.cells == ("totals.csv row 3, value",)
    assert (failed.checked, failed.failed) == (1, 1)


def test_a_delivered_total_holds_a_line_that_was_set_aside_as_far_as_it_can_be_read() -> None:
    """A row that does not count stops nobody: the total that came with it is still right, and still held against it."""
    total, row = delivered("budget", "7056623.00"), Lost(2020, 3, "North", "")
    assert delivered_total(total).blocks
    known = ((row, {"budget": Decimal(10), "realised": Decimal(0)}),)
    assert delivered_total(total, lost=known).outcome is Outcome.PASSED
    wrong = total | {"value": Decimal("7057623.00")}
    assert delivered_total(wrong, lost=known).blocks, "a wrong total is still results"
    unread = delivered_total(total, lost=((row, {"realised": Decimal(0)}),))
    assert (unread.outcome, unread.checked) == (Outcome.PASSED, 0), "what it adds is not known: it is held against none"
    assert delivered_total(total, lost=((Lost(2020, 2, "North", ""), {}),)).blocks


@pytest.mark.parametrize(
    ("of", "unit", "theme", "held"),
    [
        ((2020, 3), None, None, False),
        ((2020, 3), "North", None, False),
        ((2020, 3), "North", "teachers", True),  # the unit that is not there does not count in that theme
        ((2020, 3), "East", None, True),
        ((2020, 2), None, None, True),
    ],
)
def test_a_total_of_which_a_unit_is_not_there_is_held_against_nothing(
    of: tuple[int, int], unit: str | None, theme: str | None, held: bool
) -> None:
    """One unit without its round stops nobody by way of a total that it is part of; every other total is held."""
    absent = frozenset({((2020, 3), "North", "small_classes")})
    lines = (line("North", number=2), line("East", budget="10.00"), line("North", "teachers", budget="7.00"))
    result = delivered_total(delivered("budget", "1.00", round=of[1], unit=unit, theme=theme), *lines, absent=absent)
    assert (result.checked, result.blocks) == ((1, True) if held else (0, False))
