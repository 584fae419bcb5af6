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
from tests.made_up import indicator, line, mean, profile, table

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
    found: dict[str, list[RuleResult]] = {}
    for result in reconcile(WHO, totals, table("fact_spending", spending), indicators, files, lost, absent):
        found.setdefault(result.rule.removeprefix("control_totals."), []).append(result)
    return found


def delivered_total(statement: dict[str, Any], *spending: dict[str, Any], **more: Any) -> RuleResult:
    (found,) = reconciled(statement, spending=spending or SPENT, **more)["delivered_total"]
    return found


def test_every_rule_gives_a_result_also_where_nothing_was_stated() -> None:
    found = reconciled()
    assert set(found) == {"delivered_total", "printed_arithmetic", "printed_value", "possible"}
    assert {r.outcome for of_rule in found.values() for r in of_rule} == {Outcome.PASSED}


def three(budget: str, realised: str, difference: str, **more: Any) -> list[dict[str, Any]]:
    return [stated(s, v, **more) for s, v in (("budget", budget), ("realised", realised), ("difference", difference))]


def test_a_difference_that_rounding_cannot_explain_is_said_not_to_be() -> None:
    (found,) = reconciled(*three("7057", "6696", "-359"))["printed_arithmetic"]
    assert (found.outcome, found.severity) == (Outcome.FAILED, Severity.WARNING)
    assert found.detail == (
        "verschil 2020: opgegeven −€ 359.000, berekend −€ 361.000: niet door afronding te verklaren / "
        "difference 2020: stated −€359,000, computed −€361,000: not explained by rounding"
    )
    assert found.cells == ("totals.csv row 4, value",)
    assert not found.blocks


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("7056613", ""),
        ("7056.61", "1/1.000 van wat is berekend: kijk na welke eenheid erbij staat"),
        ("7.06", "1/1.000.000 van wat is berekend: kijk na welke eenheid erbij staat"),
        ("705661300", "100 keer wat is berekend: kijk na welke eenheid erbij staat"),
        ("0", "niet door afronding te verklaren"),
        ("7156613", "niet door afronding te verklaren"),
    ],
)
def test_a_total_in_another_unit_is_told_with_the_factor(value: str, verdict: str) -> None:
    found = delivered_total(delivered("budget", value, printed_decimals=2))
    assert found.detail.partition(" / ")[0].rpartition("berekend € 7.056.613: ")[2] == verdict


def test_a_difference_that_rounding_can_explain_is_said_to_be() -> None:
    rule, explained = reconciled(*three("7711", "7993", "283"))["printed_arithmetic"]
    assert rule.outcome is Outcome.PASSED
    assert (explained.outcome, explained.severity) == (Outcome.PASSED, Severity.INFO)
    assert explained.detail == (
        "verschil 2020: opgegeven € 283.000, berekend € 282.000: door afronding te verklaren / "
        "difference 2020: stated €283,000, computed €282,000: explained by rounding"
    )


def test_a_difference_that_is_right_needs_no_word_and_one_at_the_very_edge_is_explained() -> None:
    (found,) = reconciled(*three("7057", "6696", "-361"))["printed_arithmetic"]
    assert (found.outcome, found.detail) == (Outcome.PASSED, "")
    (_, edge) = reconciled(*three("100", "101", "2.5", printed_decimals=0))["printed_arithmetic"]
    assert (edge.outcome, edge.severity) == (Outcome.PASSED, Severity.INFO)


def test_two_statements_are_never_mixed() -> None:
    one, other = three("100", "90", "-10"), three("200", "150", "-50", statement="another")
    (found,) = reconciled(*one, *other)["printed_arithmetic"]
    assert (found.outcome, found.checked) == (Outcome.PASSED, 2)
    half = reconciled(one[0], other[1], one[2])["printed_arithmetic"]
    assert [r.checked for r in half] == [0], "without all three of one statement there is nothing to add"
    both = reconciled(stated("difference", "5", statement="first"), *three("7057", "6696", "-359"))
    assert [r.outcome for r in both["printed_arithmetic"]] == [Outcome.FAILED], "one that lacks a part hides no other"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_amounts_rounded_one_by_one_are_always_explained(budget: int, realised: int) -> None:
    def keur(cents: int) -> str:
        return str((Decimal(cents) / 100_000).quantize(Decimal(1)))

    found = reconciled(*three(keur(budget), keur(realised), keur(realised - budget)))["printed_arithmetic"]
    assert {r.outcome for r in found} == {Outcome.PASSED}


SPENT = (line("North", budget="7056612.40", realised="6696000"), line("East", "teachers", "courses", "0.60", "1"))


def test_a_delivered_total_is_the_sum_of_its_lines_to_the_cent() -> None:
    assert delivered_total(delivered("budget", "7056613.00")).outcome is Outcome.PASSED
    found = delivered_total(delivered("budget", "7056613.01"))
    assert (found.outcome, found.severity, found.blocks) == (Outcome.FAILED, Severity.CRITICAL, True)


def test_a_delivered_total_that_is_a_thousand_off_blocks_publication_and_says_where_it_stands() -> None:
    found = delivered_total(delivered("realised", "6697001.00"))
    assert (found.blocks, found.cells) == (True, ("totals.csv row 2, value",))
    english = found.detail.split(" / ")[1]
    assert english == "realised 2020 3: stated €6,697,001, computed €6,696,001: not explained by rounding"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("7057", Outcome.PASSED),
        ("7056.613", Outcome.PASSED),
        ("7056.113", Outcome.PASSED),
        ("7057.113", Outcome.PASSED),
        ("7056.112", Outcome.FAILED),
        ("7057.114", Outcome.FAILED),
        ("7058", Outcome.FAILED),
    ],
)
def test_a_total_in_thousands_holds_within_half_of_its_last_digit(value: str, outcome: Outcome) -> None:
    printed = reconciled(stated("budget", value), spending=SPENT)["printed_value"]
    total = delivered_total(delivered("budget", value, unit_of_measure="keur"))
    assert (total.outcome, printed[0].outcome) == (outcome, outcome)


def test_a_printed_decimal_narrows_what_rounding_may_explain() -> None:
    found = reconciled(stated("budget", "7056.5", printed_decimals=1), spending=SPENT)["printed_value"]
    assert found[0].outcome is Outcome.FAILED
    assert reconciled(stated("budget", "7056.6", printed_decimals=1), spending=SPENT)["printed_value"][0].failed == 0


@pytest.mark.parametrize(
    ("subject", "value", "about", "outcome"),
    [
        ("budget", "0.60", {"unit": "East"}, Outcome.PASSED),
        ("budget", "0.60", {"theme": "teachers"}, Outcome.PASSED),
        ("budget", "0.00", {"unit": "East", "theme": "small_classes"}, Outcome.PASSED),
        ("budget", "0.60", {"unit": "North"}, Outcome.FAILED),
        ("difference", "-360612.00", {}, Outcome.PASSED),  # realised minus budget
        ("budget", "7056613.00", {"round": None}, Outcome.PASSED),  # without a round it is about the definitive one
        ("budget", "1", {"round": None}, Outcome.FAILED),
    ],
)
def test_a_total_is_held_against_the_lines_it_is_about(
    subject: str, value: str, about: dict[str, Any], outcome: Outcome
) -> None:
    found = delivered_total(delivered(subject, value, **about), *SPENT, line(budget="1", number=1))
    assert (found.outcome, found.blocks) == (outcome, outcome is Outcome.FAILED)


def test_a_total_of_a_round_that_the_cycle_does_not_read_is_not_judged() -> None:
    (found,) = reconciled(stated("budget", "1", reporting_year=2018), spending=SPENT)["printed_value"]
    assert (found.outcome, found.checked) == (Outcome.PASSED, 0)


def test_a_forecast_is_not_judged_where_some_lines_have_none() -> None:
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
    found = reconciled(printed("score", "334", level="Ma"), indicators=(computed,))
    (impossible,) = found["possible"]
    assert (impossible.outcome, impossible.severity) == (Outcome.FAILED, Severity.WARNING)
    assert impossible.detail.split(" / ") == [
        "score 2020 master: ‘334’ is onmogelijk; het kan alleen 1 tot en met 5 zijn",
        "score 2020 master: ‘334’ is impossible; it can only be 1 to 5",
    ]
    assert impossible.cells == ("totals.csv row 2, value",)
    assert found["printed_value"][0].outcome is Outcome.PASSED, "it is one finding, not two"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("3.9", Outcome.PASSED), ("3.8", Outcome.PASSED), ("3.7", Outcome.FAILED), ("4", Outcome.FAILED)],
)
def test_a_printed_figure_is_the_computed_one_rounded_and_a_half_may_go_either_way(
    value: str, outcome: Outcome
) -> None:
    (found,) = reconciled(printed("score", value), indicators=(figure("score", 3.85),))["printed_value"]
    assert found.outcome is outcome


def test_a_printed_percentage_is_compared_with_the_fraction() -> None:
    ours = (figure("share", 0.88649),)
    assert reconciled(printed("share", "88.6", unit="percent"), indicators=ours)["printed_value"][0].failed == 0
    assert reconciled(printed("share", "88.7", unit="percent"), indicators=ours)["printed_value"][0].failed == 1
    (impossible,) = reconciled(printed("share", "101", unit="percent"), indicators=ours)["possible"]
    assert impossible.failed == 1


def test_a_figure_that_we_do_not_show_is_not_compared() -> None:
    hidden = figure("score", None, status="suppressed")
    found = reconciled(printed("score", "3.9"), indicators=(hidden,))
    assert (found["printed_value"][0].outcome, found["printed_value"][0].checked) == (Outcome.PASSED, 0)


def test_each_rule_says_this_of_what_it_judged() -> None:
    spent = (line("North", budget="1000.00", realised="900.25"), line("East", budget="500.00", realised="0.00"))
    found = reconciled(
        delivered("realised", "900.25", printed_decimals=2, unit="North"),
        delivered("budget", "1499.00", printed_decimals=2),
        *three("2", "1", "0", statement="summary"),
        spending=spent,
    )

    def result(rule: str, costs: Costs, outcome: Outcome, checked: int, words: tuple[str, str], **more: Any) -> Any:
        failed = int(outcome is Outcome.FAILED)
        return RuleResult("control_totals", f"control_totals.{rule}", costs, outcome, checked, failed, *words, **more)

    total = ("een meegeleverd totaal is de som van de rijen", "a delivered total is the sum of its lines")
    detail = (
        "begroot 2020 3: opgegeven € 1.499, berekend € 1.500: niet door afronding te verklaren / "
        "budget 2020 3: stated €1,499, computed €1,500: not explained by rounding"
    )
    cells = ("totals.csv row 3, value",)
    wrong = result("delivered_total", Costs.RELEASE, Outcome.FAILED, 2, total, cells=cells, detail=detail)
    assert found["delivered_total"] == [wrong]
    arithmetic = ("een gedrukt verschil is gerealiseerd min begroot", "a printed difference is realised minus budget")
    detail = (
        "verschil 2020: opgegeven € 0, berekend −€ 1.000: door afronding te verklaren / "
        "difference 2020: stated €0, computed −€1,000: explained by rounding"
    )
    cells = ("totals.csv row 6, value",)
    assert found["printed_arithmetic"] == [
        result("printed_arithmetic", Costs.NOTE, Outcome.PASSED, 1, arithmetic),
        result("printed_arithmetic", Costs.NOTHING, Outcome.PASSED, 1, arithmetic, cells=cells, detail=detail),
    ]
    values = ("een gedrukt cijfer is het berekende, afgerond", "a printed figure is the computed one, rounded")
    assert found["printed_value"] == [result("printed_value", Costs.NOTE, Outcome.PASSED, 2, values)]
    scale = (
        "een gedrukt cijfer ligt op de schaal van zijn indicator",
        "a printed figure lies on its indicator's scale",
    )
    assert found["possible"] == [result("possible", Costs.NOTE, Outcome.PASSED, 0, scale)]


def test_a_total_of_a_unit_and_a_theme_is_called_by_both_and_an_unread_delivery_by_its_id() -> None:
    (found,) = reconciled(
        stated("realised", "1.5", unit="North", theme="small_classes", _delivery="e"),
        spending=(line("North", realised="2750.00"),),
    )["printed_value"]
    assert found.cells == ("e row 2, value",)
    assert found.detail.startswith("gerealiseerd 2020 3 North small_classes: opgegeven € 1.500, berekend € 2.750: ")


@pytest.mark.parametrize(("value", "rule"), [("1", "printed_value"), ("5", "printed_value"), ("0.9", "possible")])
def test_the_ends_of_a_scale_are_possible(value: str, rule: str) -> None:
    ours = figure("score", 2.0)
    found = reconciled(
        printed("unknown", "4", 0, "score"),
        printed("score", value, 1, "score"),
        indicators=(ours, ours | {"unit": "North", "value": 3.0}),
    )
    (failed,) = [r for of_rule in found.values() for r in of_rule if r.outcome == Outcome.FAILED]
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
    assert delivered_total(wrong, lost=known).blocks, "a wrong total is still found"
    unread = delivered_total(total, lost=((row, {"realised": Decimal(0)}),))
    assert (unread.outcome, unread.checked) == (Outcome.PASSED, 0), "what it adds is not known: it is held against none"
    assert delivered_total(total, lost=((Lost(2020, 2, "North", ""), {}),)).blocks


def test_a_printed_figure_is_not_held_against_one_that_goes_without_a_unit() -> None:
    ours = figure("score", 3.1)
    whole = reconciled(printed("score", "3.9", 1, "score"), indicators=(ours,))["printed_value"][0]
    part = reconciled(printed("score", "3.9", 1, "score"), indicators=(ours | {"without": "North"},))["printed_value"][
        0
    ]
    assert (whole.outcome, part.outcome) == (Outcome.FAILED, Outcome.PASSED)


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
    found = delivered_total(delivered("budget", "1.00", round=of[1], unit=unit, theme=theme), *lines, absent=absent)
    assert (found.checked, found.blocks) == ((1, True) if held else (0, False))
