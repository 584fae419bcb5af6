"""Approvals, of which the latest decision of the council counts, and waivers: what a release may do without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assets.decisions.approvals import Approved, approval_results, approval_rows, approvals, consulted
from assets.decisions.records import Approval, Waiver
from assets.decisions.waivers import Waivers
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs, Severity
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed
from schemas.profile.consultations import Consultation
from schemas.profile.feeds import needs_approval
from tests.made_up import profile, table, told

WHO = profile()
NOVEMBER, JANUARY = date(2020, 11, 16), date(2021, 1, 10)


def feed(*tables: str) -> Feed:
    source = {"kind": "files", "path": "{unit}.xlsx", "format": "workbook", "tables": list(tables)}
    named = {"id": "reports", "nl": "verslag", "en": "report", "period": "academic_year", "units": ["North", "East"]}
    return Feed.model_validate(named | {"sources": [source]})


REPORTS = feed("faculty_measures", "faculty_consultations")


def decided(decision: str = "approved", day: date = NOVEMBER, **more: Any) -> Approval:
    about: dict[str, Any] = {"feed": "reports", "period": "2019-2020", "unit": "North", "council": "council"}
    return Approval(**(about | {"decision": decision, "decided_on": day, "registered": False} | more))


def north(*decisions: Approval) -> Approved:
    return approvals(WHO, REPORTS, [("2019-2020", 2020)], decisions)[("2019-2020", "North")]


def results(*decisions: Approval, delivered: Sequence[str] = ("North", "East")) -> dict[str, RuleResult]:
    given_by = list(approvals(WHO, REPORTS, [("2019-2020", 2020)], decisions).values())
    there = {("2019-2020", unit) for unit in delivered}
    return {r.rule: r for r in approval_results(WHO, given_by, there, decisions)}


def test_a_report_that_tells_of_consultations_needs_approval_and_waits_for_it_and_others_do_not() -> None:
    assert (needs_approval(REPORTS), needs_approval(feed("faculty_measures"))) == (True, False)
    of = ("reports", "2019-2020", "North", "council")
    assert north() == Approved(*of, "waiting", None)
    assert north(decided()) == Approved(*of, "approved", NOVEMBER)


@pytest.mark.parametrize(
    ("decisions", "approval"),
    [
        ([decided("rejected", NOVEMBER), decided("approved", JANUARY)], "approved"),
        ([decided("approved", NOVEMBER), decided("rejected", JANUARY)], "rejected"),
        ([decided("rejected"), decided("approved", registered=True)], "approved"),
        ([decided("approved"), decided("rejected")], "rejected"),
        ([decided("approved", unit="East")], "waiting"),
        ([decided("approved", period="2018-2019")], "waiting"),
        ([decided("approved", council="another")], "waiting"),
        ([decided("approved"), decided("rejected", JANUARY, council="another")], "approved"),
    ],
    ids=["later", "withdrawn later", "register", "same day", "unit", "period", "council", "another council"],
)
def test_the_latest_decision_of_the_unit_s_own_council_counts(decisions: list[Approval], approval: str) -> None:
    assert north(*decisions).approval == approval
    assert north(*decisions[::-1]).approval == approval


def test_only_decisions_about_the_report_itself_are_taken_from_it() -> None:
    about = {"academic_year": "2019-2020", "unit": "North", "council": "council", "consulted_on": NOVEMBER}
    both = (("faculty_report", "discussed"), ("bfr", "approved"), ("faculty_report", "approved"))
    rows = [about | {"subject": subject, "decision": decision} for subject, decision in both]
    assert consulted(REPORTS, table("faculty_consultations", rows)) == [decided()]


def test_who_waits_is_reported_and_blocks_nothing() -> None:
    result = results(decided())["approvals.given"]
    assert (result.severity, result.outcome, result.checked, result.failed) == (Severity.WARNING, Outcome.FAILED, 2, 1)
    assert (result.cells, result.blocks) == (("reports 2019-2020 East",), False)
    assert results(decided(), decided(unit="East"))["approvals.given"].outcome is Outcome.PASSED
    assert results(decided(), delivered=["North"])["approvals.given"].outcome is Outcome.PASSED, "nobody waits for it"
    rejected = results(decided("rejected"))["approvals.given"]
    assert told(rejected) == "afgewezen: reports 2019-2020 North / rejected: reports 2019-2020 North"
    other = decided(council="another")
    assert results(other)["approvals.by_the_council"].cells == ("reports 2019-2020 North",)
    assert results(other, decided())["approvals.by_the_council"].outcome is Outcome.PASSED


def test_where_the_profile_asks_for_no_approval_none_is_waited_for() -> None:
    def asking(*consultations: Consultation) -> set[str]:
        who = replace(WHO, institution=WHO.institution.model_copy(update={"consultations": consultations}))
        return {period for period, _ in approvals(who, REPORTS, [("2019-2020", 2020), ("2020-2021", 2021)], [])}

    assert asking() == set()
    assert asking(Consultation(subject="faculty_report", decision="approved", valid_from=2021)) == {"2020-2021"}


def test_approvals_are_published_for_everything_that_needs_one() -> None:
    all_of = approvals(WHO, REPORTS, [("2018-2019", 2019), ("2019-2020", 2020)], [decided()]).values()
    rows = to_arrow("approvals", approval_rows("2021-03", all_of)).to_pylist()
    assert [(r["period"], r["unit"], r["approval"], r["decided_on"]) for r in rows] == [
        ("2018-2019", "East", "waiting", None),
        ("2018-2019", "North", "waiting", None),
        ("2019-2020", "East", "waiting", None),
        ("2019-2020", "North", "approved", NOVEMBER),
    ]


CYCLE = "2021-03"
PROFILE = profile(feeds=[REPORTS])
FAILED = RuleResult("bfr", "bfr.theme.codes", Costs.RELEASE, Outcome.FAILED, 12, 1, "moet", "must")


def waiver(**more: Any) -> Waiver:
    decision = {"reason": "gefuseerd", "role": "directeur", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    usual: dict[str, Any] = decision | {"cycle": CYCLE} | dict.fromkeys(("feed", "period", "unit", "rule"), "")
    return Waiver(**(usual | more))


def rules(waivers: Waivers, owed: Sequence[str] = ()) -> dict[str, RuleResult]:
    return {r.rule: r for r in waivers.results(PROFILE, owed)}


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
    assert waivers.results(PROFILE) == []
    assert waivers.rows(()) == []


def test_a_critical_rule_that_failed_and_is_waived_shows_as_failed_and_does_not_block() -> None:
    waivers = Waivers.of(CYCLE, [waiver(rule=FAILED.rule)])
    other = replace(FAILED, rule="bfr.key")
    waived, left = waivers.waive([FAILED, other])
    assert (waived.outcome, waived.waived_because, waived.blocks) == (Outcome.FAILED, "gefuseerd", False)
    assert (left, left.blocks) == (other, True)
    assert rules(waivers)["waivers.needed"].outcome is Outcome.PASSED
    (not_run,) = Waivers.of(CYCLE, waivers.records).waive([replace(FAILED, outcome=Outcome.NOT_RUN)])
    assert not not_run.blocks, "nor does one that could not be judged"


@pytest.mark.parametrize("result", [replace(FAILED, outcome=Outcome.PASSED), replace(FAILED, costs=Costs.NOTE)])
def test_a_waiver_that_was_not_needed_is_told(result: RuleResult) -> None:
    waivers = Waivers.of(CYCLE, [waiver(rule=FAILED.rule)])
    assert waivers.waive([result]) == [result]
    needed = rules(waivers)["waivers.needed"]
    assert (needed.outcome, needed.severity, needed.cells) == (Outcome.FAILED, Severity.INFO, (FAILED.rule,))
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
    by_rule = rules(waivers)
    assert by_rule["waivers.understood"].outcome is Outcome.FAILED
    assert detail in told(by_rule["waivers.understood"])
    assert by_rule["waivers.needed"].outcome is Outcome.PASSED, "it is said once"


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
    by_rule = rules(waivers, [owed, "panel:2019-2020:North"])
    assert by_rule["waivers.understood"].failed == 1
    assert f"is {owed} meant?" in told(by_rule["waivers.understood"])
    assert [(row["obligation"], row["used"]) for row in waivers.rows(())][1] == (owed, True)
