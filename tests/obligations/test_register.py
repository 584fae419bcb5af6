"""How what is owed stands on a day: open, not yet due, met, late or waived, alone or with its delivery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from kwaliteitsmonitor.obligations.evidence import Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Entry, State
from kwaliteitsmonitor.obligations.register import ASIDE, Register, lacking_rows, last_day, register
from schemas.profile import Profile
from schemas.profile.consultations import Consultation, Panels
from tests.obligations.owing import BOTH, CYCLE, DECEMBER, LATE, MONEY, REPORT, Rows, progress, report_of, who

MARCH = date(2021, 3, 31)
OWN, WHOLE = "progress:2019-2020:North:small_classes:tutors", "delivery:2019-2020:North:report"
PROGRESS: Rows = {"faculty_measures": [progress()]}


def standing(
    of: Profile,
    *feeds: Taken,
    rows: Rows | None = None,
    waived: Iterable[Mapping[str, str]] = (),
    cycle: str = CYCLE,
    day: date = MARCH,
) -> Register:
    empty = dict.fromkeys(("feed", "period", "unit", "rule", "obligation"), "")
    records = [Waiver("gefuseerd", "bestuur", DECEMBER, "d" * 16, cycle=cycle, **(empty | dict(one))) for one in waived]
    return register(of, of.cycle(cycle), Evidence(feeds, rows or {}, ()), Waivers(cycle, records), day)


def states(found: Register, begins: str = "") -> dict[str, str]:
    return {one.owed.id: str(one.state) for one in found.entries if one.owed.id.startswith(begins)}


def entry(found: Register, owed: str) -> Entry:
    (one,) = [one for one in found.entries if one.owed.id == owed]
    return one


def test_what_lacks_in_a_report_that_is_there_is_open_and_part_of_it() -> None:
    found = standing(who(REPORT), report_of(*BOTH))
    assert (entry(found, OWN).state, entry(found, OWN).part_of) == (State.OPEN, WHOLE)
    assert states(standing(who(REPORT), report_of(*BOTH), rows=PROGRESS), OWN) == {OWN: "met"}


def test_what_is_part_of_a_delivery_that_is_not_there_is_told_with_it() -> None:
    found = standing(who(REPORT), report_of("East"))
    assert entry(found, OWN).state is State.OPEN
    assert [one.owed.id for one in found.open() if one.owed.unit == "North"] == [WHOLE]
    rows = found.rows()
    assert [row["obligation"] for row in lacking_rows(rows) if row["unit"] == "North"] == [WHOLE]
    assert {row["obligation"]: row["part_of"] for row in rows}[OWN] == WHOLE


@pytest.mark.parametrize(("day", "state"), [(date(2020, 12, 31), "not_yet_due"), (date(2021, 1, 1), "open")])
def test_until_its_last_day_something_is_not_yet_due_and_lacks_all_the_same(day: date, state: str) -> None:
    found = standing(who(REPORT), report_of("East"), day=day)
    assert states(found, WHOLE) == {WHOLE: state}
    begins = "niet geleverd: report nl 2019-2020, North /" if state == "open" else "nog niet verschuldigd: report nl"
    assert any(one.startswith(begins) for one in found.lacking)


@pytest.mark.parametrize(("key", "last"), [("2021-03", date(2021, 3, 31)), ("2021-12", date(2021, 12, 31))])
def test_a_release_judges_by_the_month_of_its_cycle(key: str, last: date) -> None:
    assert last_day(replace(who(REPORT).cycle(CYCLE), key=key)) == last


def test_what_came_after_its_last_day_is_met_late_and_lacks_nothing() -> None:
    found = standing(who(REPORT), report_of(*BOTH, first_on=LATE), rows=PROGRESS)
    assert states(found, OWN) == {OWN: "late"}
    assert set(states(found, "delivery").values()) == {"late"}


@pytest.mark.parametrize(
    "waiver",
    [{"obligation": WHOLE}, {"feed": "report", "period": "2019-2020", "unit": "North"}, {"feed": "report"}],
)
def test_with_a_delivery_what_is_part_of_it_is_waived_as_well(waiver: dict[str, str]) -> None:
    found = standing(who(REPORT), report_of("East"), waived=[waiver])
    assert {one.state for one in found.entries if one.owed.unit == "North"} == {State.WAIVED}
    assert [one.owed.id for one in found.waived()] == [WHOLE], "it is said once"
    assert "(ontheffing: gefuseerd)" in found.without[0]


def test_a_waiver_of_a_delivery_that_came_waives_nothing_that_lacks_in_it() -> None:
    found = standing(who(REPORT), report_of(*BOTH), waived=[{"feed": "report", "unit": "North"}])
    assert entry(found, OWN).state is State.OPEN


def test_a_waiver_of_one_thing_waives_that_and_no_more_and_one_of_a_rule_all_that_it_is_about() -> None:
    consultations = [Consultation(subject="bfr", decision="approved")]
    found = standing(who(REPORT, consultations=consultations), report_of(*BOTH), waived=[{"obligation": OWN}])
    assert entry(found, OWN).state is State.WAIVED
    assert [one.owed.unit for one in found.open() if one.owed.kind == "consultation"] == BOTH
    of_rule = [{"rule": "approvals.given"}]
    found = standing(who(REPORT, consultations=consultations), report_of(*BOTH), waived=of_rule)
    assert set(states(found, "consultation").values()) == {"waived"}
    assert entry(found, OWN).state is State.OPEN


def test_who_delivers_more_than_is_owed_is_welcome() -> None:
    of = who(REPORT, consultations=[], panels=Panels())
    advisers = [{"academic_year": "2019-2020", "unit": u, "_delivery": f"report-2019-2020-{u}"} for u in BOTH]
    rows = {"faculty_measures": [progress(), progress("East")], "faculty_panels": [progress("East")]}
    assert standing(of, report_of(*BOTH), rows={**rows, "faculty_study_advisers": advisers}).lacking == []


def test_a_row_that_does_not_count_is_said_to_have_come_and_what_is_waived_is_known_by_its_row() -> None:
    row = {"theme": "small_classes", "measure": "tutors"}
    aside = [("faculty_measures", "2019-2020", "North", row)]
    found = standing(who(REPORT), report_of(*BOTH))
    assert entry(found.with_rows_aside(aside), OWN).detail == ASIDE
    assert entry(found.with_rows_aside([("faculty_measures", "2019-2020", "East", row)]), OWN).detail is None
    assert found.waived_row(*aside[0]) == ""
    waived = standing(who(REPORT), report_of(*BOTH), waived=[{"obligation": OWN}])
    assert waived.waived_row(*aside[0]) == "gefuseerd"


def test_ids_are_stable_over_cycles_and_there_is_one_of_each() -> None:
    for cycle in ("2021-03", "2021-05"):
        found = standing(who(REPORT, MONEY), Taken(REPORT), Taken(MONEY), cycle=cycle)
        assert OWN in states(found)
        assert len(states(found)) == len(found.entries)
