"""Approvals: the latest decision of the council of the unit counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assets.decisions.approvals import Approved, approval_results, approval_rows, approvals, consulted
from assets.decisions.records import Approval
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Severity
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed
from schemas.profile.consultations import Consultation
from schemas.profile.feeds import needs_approval
from tests.made_up import profile, table

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
    found = list(approvals(WHO, REPORTS, [("2019-2020", 2020)], decisions).values())
    there = {("2019-2020", unit) for unit in delivered}
    return {r.rule: r for r in approval_results(WHO, found, there, decisions)}


def test_a_report_that_tells_of_consultations_needs_approval_and_others_do_not() -> None:
    assert needs_approval(REPORTS)
    assert not needs_approval(feed("faculty_measures"))


def test_without_a_decision_a_report_waits_and_what_the_council_approved_is_approved_on_that_day() -> None:
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
    def row(subject: str, decision: str) -> dict[str, Any]:
        about = {"academic_year": "2019-2020", "unit": "North", "council": "council", "consulted_on": NOVEMBER}
        return about | {"subject": subject, "decision": decision}

    rows = [row("faculty_report", "discussed"), row("bfr", "approved"), row("faculty_report", "approved")]
    staged = table("faculty_consultations", rows)
    assert consulted(REPORTS, staged) == [decided()]


def test_who_waits_is_reported_and_blocks_nothing() -> None:
    found = results(decided())["approvals.given"]
    assert (found.severity, found.outcome, found.checked, found.failed) == (Severity.WARNING, Outcome.FAILED, 2, 1)
    assert (found.cells, found.blocks) == (("reports 2019-2020 East",), False)
    assert results(decided(), decided(unit="East"))["approvals.given"].outcome is Outcome.PASSED
    assert results(decided(), delivered=["North"])["approvals.given"].outcome is Outcome.PASSED, "nobody waits for it"
    rejected = results(decided("rejected"))["approvals.given"]
    assert rejected.detail == "afgewezen: reports 2019-2020 North / rejected: reports 2019-2020 North"


def test_a_decision_of_another_council_is_reported_where_the_right_one_is_lacking() -> None:
    other = decided(council="another")
    assert results(other)["approvals.by_the_council"].cells == ("reports 2019-2020 North",)
    assert results(other, decided())["approvals.by_the_council"].outcome is Outcome.PASSED


def test_where_the_profile_asks_for_no_approval_none_is_waited_for() -> None:
    nobody = replace(WHO, institution=WHO.institution.model_copy(update={"consultations": []}))
    assert approvals(nobody, REPORTS, [("2019-2020", 2020)], [decided()]) == {}
    later = Consultation(subject="faculty_report", decision="approved", valid_from=2021)
    then = replace(WHO, institution=WHO.institution.model_copy(update={"consultations": [later]}))
    found = approvals(then, REPORTS, [("2019-2020", 2020), ("2020-2021", 2021)], [])
    assert {period for period, _ in found} == {"2020-2021"}


def test_approvals_are_published_for_everything_that_needs_one() -> None:
    found = approvals(WHO, REPORTS, [("2018-2019", 2019), ("2019-2020", 2020)], [decided()]).values()
    rows = to_arrow("approvals", approval_rows("2021-03", found)).to_pylist()
    assert [(r["period"], r["unit"], r["approval"], r["decided_on"]) for r in rows] == [
        ("2018-2019", "East", "waiting", None),
        ("2018-2019", "North", "waiting", None),
        ("2019-2020", "East", "waiting", None),
        ("2019-2020", "North", "approved", NOVEMBER),
    ]
