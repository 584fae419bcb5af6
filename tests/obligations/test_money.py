"""The lines of money that are owed in each round, and why a unit departed from its budget."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Row, Taken
from kwaliteitsmonitor.obligations.money import UNEXPLAINED, money
from kwaliteitsmonitor.obligations.obligation import Claim
from tests.obligations.owing import MONEY, arrived, claims, line, met, who


def owed(
    *rows: Row, plan: tuple[dict[str, Any], ...] = (), cycle: str = "2021-03", **spending: Any
) -> dict[str, Claim]:
    of = who(MONEY)
    rules = of.institution.spending.model_validate(spending)
    of = replace(of, institution=of.institution.model_copy(update={"spending": rules}))
    there = Taken(MONEY, [replace(arrived(MONEY, "2020-3"), id="money-2020-3-")])
    return claims(money, of, there, rows={"bfr": list(rows), "spending_plan": list(plan)}, cycle=cycle)


def test_in_may_the_first_round_of_the_year_is_owed_and_in_march_the_definitive_one() -> None:
    periods = {cycle: {owed_id.split(":")[1] for owed_id in owed(cycle=cycle)} for cycle in ("2021-03", "2021-05")}
    assert periods == {"2021-03": {"2020-1", "2020-2", "2020-3"}, "2021-05": {"2020-3", "2021-1"}}


@pytest.mark.parametrize(
    ("amounts", "is_owed"),
    [
        ([], True),
        ([("original", "North", "10")], True),
        ([("original", "North", "0"), ("original", "East", "10")], False),
        ([("original", "North", "10"), ("revised", "North", "0")], False),
    ],
)
def test_a_line_is_owed_where_the_plan_in_its_last_version_gives_the_unit_money(
    amounts: list[tuple[str, str, str]], is_owed: bool
) -> None:
    about = {"theme": "small_classes", "year": 2020}
    plan = tuple({**about, "version": v, "unit": unit, "amount": Decimal(amount)} for v, unit, amount in amounts)
    assert ("line:2020-3:North:small_classes:tutors" in owed(plan=plan)) is is_owed


def test_a_line_is_met_by_that_of_its_own_round() -> None:
    lines = met(owed(line("North", "tutors", "1", "1"), line("North", "groups", "1", "1", number=2)))
    assert {owed_id.split(":")[1]: is_met for owed_id, is_met in lines.items()} == {
        "2020-1": False,
        "2020-2": False,
        "2020-3": True,
    }


THRESHOLD = {"explain_from": {"eur": "1000", "fraction": "0.10"}}


@pytest.mark.parametrize(
    ("spending", "realised", "explained", "expected"),
    [
        (THRESHOLD, "120000", False, False),
        (THRESHOLD, "120000", True, True),
        (THRESHOLD, "105000", False, None),
        ({}, "120000", False, None),
    ],
)
def test_an_explanation_is_owed_beyond_the_threshold_of_a_profile_that_sets_one(
    spending: dict[str, Any], realised: str, explained: bool, expected: bool | None
) -> None:
    made = owed(line("North", "tutors", "100000", realised, **{HAS_TEXT: explained}), **spending)
    assert met(made).get("explanation:2020-3:North:small_classes") is expected


def test_an_explanation_says_how_much_more_or_less_and_by_forecasts_during_the_year() -> None:
    less = owed(line("North", "tutors", "100000", "70000"), **THRESHOLD)["explanation:2020-3:North:small_classes"]
    assert less.owed.what.nl.replace("\u00a0", " ") == "toelichting bij ‘small_classes’ (€ 30.000 minder dan begroot)"
    assert less.owed.rule == UNEXPLAINED
    this_year = {"reporting_year": 2021, "budget": Decimal(100_000)}
    for forecast, is_owed in ((None, False), (Decimal(130_000), True), (Decimal(101_000), False)):
        row = {**line("North", "tutors", "0", "0", number=1), **this_year, "forecast": forecast}
        made = owed(row, cycle="2021-05", **THRESHOLD)
        assert ("explanation:2021-1:North:small_classes" in made) is is_owed
