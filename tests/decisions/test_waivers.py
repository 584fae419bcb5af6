"""Waivers: what a release may do without, and what became of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs, Severity
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed
from tests.made_up import profile

CYCLE = "2021-03"
SOURCE = {"kind": "files", "path": "{unit}.csv", "format": "csv", "tables": ["faculty_measures"]}
NAMED = {"id": "reports", "nl": "verslagen", "en": "reports", "period": "academic_year"}
REPORTS = Feed.model_validate(NAMED | {"sources": [SOURCE]})
WHO = profile(feeds=[REPORTS])
FAILED = RuleResult("bfr", "bfr.theme.codes", Costs.RELEASE, Outcome.FAILED, 12, 1, "moet", "must")


def waiver(**more: Any) -> Waiver:
    decision = {"reason": "gefuseerd", "role": "directeur", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    usual: dict[str, Any] = decision | {"cycle": CYCLE} | dict.fromkeys(("feed", "period", "unit", "rule"), "")
    return Waiver(**(usual | more))


def results(waivers: Waivers) -> dict[str, RuleResult]:
    return {r.rule: r for r in waivers.results(WHO)}


@pytest.mark.parametrize(
    ("record", "waived"),
    [
        ({"feed": "reports"}, True),
        ({"feed": "reports", "period": "2019-2020"}, True),
        ({"feed": "reports", "unit": "North"}, True),
        ({"feed": "reports", "period": "2019-2020", "unit": "North"}, True),
        ({"feed": "reports", "period": "2018-2019"}, False),
        ({"feed": "reports", "unit": "East"}, False),
        ({"feed": "finance"}, False),
        ({"rule": "reports.delivered"}, False),
    ],
)
def test_a_delivery_is_waived_by_feed_and_by_as_much_as_the_waiver_says(record: dict[str, str], waived: bool) -> None:
    waivers = Waivers.of(CYCLE, [waiver(**record)])
    assert waivers.delivery("reports", "2019-2020", "North") == ("gefuseerd" if waived else "")
    assert bool(waivers.used) == waived


def test_a_waiver_of_another_cycle_does_nothing() -> None:
    waivers = Waivers.of(CYCLE, [waiver(cycle="2020-09", feed="reports"), waiver(cycle="2020-09", rule=FAILED.rule)])
    assert waivers.delivery("reports", "2019-2020", "North") == ""
    assert waivers.waive([FAILED]) == [FAILED]
    assert waivers.results(WHO) == []
    assert waivers.rows(()) == []


def test_a_critical_rule_that_failed_and_is_waived_shows_as_failed_and_does_not_block() -> None:
    waivers = Waivers.of(CYCLE, [waiver(rule=FAILED.rule)])
    other = replace(FAILED, rule="bfr.key")
    waived, left = waivers.waive([FAILED, other])
    assert (waived.outcome, waived.waived_because, waived.blocks) == (Outcome.FAILED, "gefuseerd", False)
    assert left == other
    assert left.blocks
    assert results(waivers)["waivers.needed"].outcome is Outcome.PASSED
    (not_run,) = Waivers.of(CYCLE, waivers.records).waive([replace(FAILED, outcome=Outcome.NOT_RUN)])
    assert not not_run.blocks, "nor does one that could not be judged"


@pytest.mark.parametrize(
    "result",
    [replace(FAILED, outcome=Outcome.PASSED), replace(FAILED, costs=Costs.NOTE)],
    ids=["passed", "warning"],
)
def test_a_waiver_that_was_not_needed_is_told(result: RuleResult) -> None:
    waivers = Waivers.of(CYCLE, [waiver(rule=FAILED.rule)])
    assert waivers.waive([result]) == [result]
    found = results(waivers)["waivers.needed"]
    assert (found.outcome, found.severity, found.cells) == (Outcome.FAILED, Severity.INFO, (FAILED.rule,))
    assert [row["used"] for row in waivers.rows(())] == [False]


@pytest.mark.parametrize(
    ("record", "detail"),
    [
        ({}, "noemt geen verplichting, levering of controle"),
        ({"feed": "reports", "rule": FAILED.rule}, "of meer dan een daarvan"),
        ({"feed": "report"}, "'report' is niet bekend; bedoeld is reports?"),
        ({"feed": "reports", "unit": "Nort"}, "bedoeld is North?"),
        ({"unit": "North"}, "noemt geen verplichting, levering of controle"),
    ],
)
def test_a_waiver_that_says_nothing_certain_is_reported_and_waives_nothing(record: dict[str, str], detail: str) -> None:
    waivers = Waivers.of(CYCLE, [waiver(**record)])
    assert waivers.waive([FAILED]) == [FAILED]
    found = results(waivers)
    assert found["waivers.understood"].outcome is Outcome.FAILED
    assert detail in found["waivers.understood"].detail
    assert found["waivers.needed"].outcome is Outcome.PASSED, "it is said once"


def test_waivers_are_published_with_what_they_were_needed_for() -> None:
    waivers = Waivers.of(CYCLE, [waiver(feed="reports", unit="North"), waiver(rule=FAILED.rule), waiver(rule="x")])
    waivers.delivery("reports", "2019-2020", "North")
    rows = to_arrow("waivers", waivers.rows({FAILED.rule})).to_pylist()
    assert [(r["feed"], r["unit"], r["rule"], r["used"]) for r in rows] == [
        (None, None, FAILED.rule, True),
        (None, None, "x", False),
        ("reports", "North", None, True),
    ]
    later = Waivers.of(CYCLE, waivers.records)
    later.needed_for(waivers.needed)
    assert later.rows({FAILED.rule}) == waivers.rows({FAILED.rule})


def test_a_waiver_of_an_obligation_waives_it_by_its_id_and_one_that_nobody_owes_is_told() -> None:
    owed = "progress:2019-2020:North:small_classes:tutors"
    waivers = Waivers.of(CYCLE, [waiver(obligation=owed), waiver(obligation=owed.replace("tutors", "tutor"))])
    assert (waivers.obligation(owed), waivers.obligation("panel:2019-2020:North")) == ("gefuseerd", "")
    found = {r.rule: r for r in waivers.results(WHO, [owed, "panel:2019-2020:North"])}
    assert found["waivers.understood"].failed == 1
    assert f"is {owed} meant?" in found["waivers.understood"].detail
    assert [(row["obligation"], row["used"]) for row in waivers.rows(())][1] == (owed, True)
