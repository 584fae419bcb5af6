"""Who is asked why it spent more or less than budgeted, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.explanations import explanations, explanations_result
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.exports.arrow import to_arrow
from schemas.profile.spending import ExplainFrom
from schemas.words import Words
from tests.made_up import line
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, ledger

RULE = ExplainFrom(eur=Decimal(100), fraction=Decimal("0.10"))
SHORT = line(UNIT, THEME, MEASURE, "1000.00", "400.00")


def explained(rows: Sequence[dict[str, Any]], cycle: str = "2021-03", **more: Any) -> list[dict[str, Any]]:
    found = explanations(ledger(rows, cycle, **more), RULE, rows)
    to_arrow("spending_explanations", found)
    return found


@pytest.mark.parametrize(
    ("budget", "outcome", "departs"),
    [
        ("1000.00", "1101.00", True),
        ("1000.00", "899.00", True),
        ("1000.00", "1100.00", False),  # no more than a tenth
        ("5000.00", "5400.00", False),  # less than a tenth
        ("100.00", "190.00", False),  # much of very little
        ("0.00", "101.00", True),
        ("500.00", "600.00", False),  # just one of both thresholds
        ("500.00", "600.01", True),
        ("5000.00", "5500.00", False),
        ("5000.00", "5500.01", True),
    ],
)
def test_a_unit_is_asked_why_if_it_passes_both_thresholds(budget: str, outcome: str, departs: bool) -> None:
    assert RULE.departs(Decimal(budget), Decimal(outcome)) is departs


def test_an_explanation_is_this_row() -> None:
    found = explained(
        [
            SHORT | {"explanation": " Later gestart "},
            line(UNIT, THEME, "groups", "200.00", "100.00") | {"explanation": "Werving"},
            line(UNIT, SECOND, "courses", "0.00", "500.00") | {"explanation": None},
            line(OTHER, THEME, MEASURE, "1000.00", "1000.00"),
        ]
    )
    place = {"reporting_year": 2020, "cycle": "2021-03", "round": 3, "unit": UNIT, "basis": "realised"}
    first = {"budget": Decimal("1200.00"), "outcome": Decimal("500.00"), "difference": Decimal("-700.00")}
    second = {"budget": Decimal("0.00"), "outcome": Decimal("500.00"), "difference": Decimal("500.00")}
    assert found == [
        place
        | first
        | {"theme": THEME, "difference_pct": pytest.approx(-7 / 12), "explained": "given"}
        | {"explanation": "Later gestart; Werving", "about_figure": f"2021-03:unit_spending:2020:{UNIT}:{THEME}"},
        place
        | second
        | {"theme": SECOND, "difference_pct": None, "explained": "asked", "explanation": None}
        | {"about_figure": f"2021-03:unit_spending:2020:{UNIT}:{SECOND}"},
    ]
    words = (
        "over- of onderbesteding boven de drempel is toegelicht",
        "over- or underspending beyond the threshold is explained",
    )
    cells = (Words(f"{UNIT}, Thema, 2020", f"{UNIT}, Theme, 2020"),)
    rule = ("bfr", "bfr.departure_explained", Costs.NOTE, Outcome.FAILED, 9, 1, *words)
    assert explanations_result(found, 9, {SECOND: Words("Thema", "Theme")}) == RuleResult(*rule, cells=cells)
    assert explanations_result(found, 9, {}).cells == (Words(*2 * (f"{UNIT}, {SECOND}, 2020",)),)
    assert explanations_result(found[:1], 7, {}).outcome == "passed"


def test_if_explanations_are_not_read_nobody_is_said_to_be_silent() -> None:
    found = explained([SHORT])
    assert [(row["explained"], row["explanation"]) for row in found] == [("not_read", None)]
    assert explanations_result(found, 1, {}).outcome == "passed"


@pytest.mark.parametrize(("forecast", "outcome"), [(None, []), ("1000.00", []), ("1500.00", ["1500.00"])])
def test_during_the_year_the_forecast_is_held_against_the_budget(forecast: str | None, outcome: list[str]) -> None:
    found = explained(
        [line(UNIT, THEME, MEASURE, "1000.00", "300.00", year=2021, number=1, forecast=forecast)], "2021-05"
    )
    assert [(row["basis"], row["outcome"], row["round"]) for row in found] == [
        ("forecast", Decimal(amount), 1) for amount in outcome
    ]


def test_a_unit_that_did_not_deliver_is_not_asked_why_it_spent_nothing_and_hides_no_other() -> None:
    rows = [line(one, THEME, MEASURE, "1000.00", "0.00") for one in (UNIT, OTHER)]
    assert [row["unit"] for row in explained(rows, missing={(2020, 3): [UNIT]})] == [OTHER]
