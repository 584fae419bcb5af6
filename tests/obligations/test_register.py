"""How what is owed stands on a day, alone or with its delivery, over which periods, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from kwaliteitsmonitor.obligations import wording
from kwaliteitsmonitor.obligations.evidence import Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Entry, Kind, Obligation, State
from kwaliteitsmonitor.obligations.periods import deadline, expected_periods
from kwaliteitsmonitor.obligations.register import ASIDE, Register, lacking_rows, last_day, register
from kwaliteitsmonitor.obligations.status_rows import one_row_each
from schemas.profile import Feed, Profile
from schemas.profile.consultations import Consultation, Panels
from schemas.profile.feeds import Period
from schemas.words import Words
from tests.obligations.owing import (
    BOTH,
    CYCLE,
    DECEMBER,
    LATE,
    MONEY,
    REPORT,
    Rows,
    progress,
    report_of,
    reported,
    who,
)

MARCH = date(2021, 3, 31)
OWN, WHOLE = "progress:2019-2020:North:small_classes:tutors", "delivery:2019-2020:North:report"
PROGRESS: Rows = {"faculty_measures": [progress()]}
OF = who(REPORT)


def standing(
    *feeds: Taken,
    of: Profile = OF,
    rows: Rows | None = None,
    waived: Iterable[Mapping[str, str]] = (),
    cycle: str = CYCLE,
    day: date = MARCH,
) -> Register:
    empty = dict.fromkeys(("feed", "period", "unit", "rule", "obligation"), "")
    records = [Waiver("gefuseerd", "bestuur", DECEMBER, "d" * 16, cycle=cycle, **(empty | dict(one))) for one in waived]
    return register(of, of.cycle(cycle), Evidence(feeds, rows or {}, ()), Waivers(cycle, records), day)


def states(entries: Register, begins: str = "") -> dict[str, str]:
    return {one.owed.id: str(one.state) for one in entries.entries if one.owed.id.startswith(begins)}


def entry(entries: Register, owed: str) -> Entry:
    (one,) = [one for one in entries.entries if one.owed.id == owed]
    return one


def test_what_lacks_in_a_report_is_open_and_part_of_it_and_told_with_it_where_that_is_not_there() -> None:
    there = standing(report_of(*BOTH))
    assert (entry(there, OWN).state, entry(there, OWN).part_of) == (State.OPEN, WHOLE)
    assert states(standing(report_of(*BOTH), rows=PROGRESS), OWN) == {OWN: "met"}
    gone = standing(report_of("East"))
    assert entry(gone, OWN).state is State.OPEN
    assert [one.owed.id for one in gone.open() if one.owed.unit == "North"] == [WHOLE]
    assert [row["obligation"] for row in lacking_rows(gone.rows()) if row["unit"] == "North"] == [WHOLE]
    assert {row["obligation"]: row["part_of"] for row in gone.rows()}[OWN] == WHOLE


@pytest.mark.parametrize(
    ("day", "state", "words"),
    [
        (date(2020, 12, 31), "not_yet_due", "nog niet verschuldigd: report nl"),
        (date(2021, 1, 1), "open", "niet geleverd: report nl 2019-2020, North"),
    ],
)
def test_until_its_last_day_something_is_not_yet_due_and_lacks_all_the_same(day: date, state: str, words: str) -> None:
    entries = standing(report_of("East"), day=day)
    assert states(entries, WHOLE) == {WHOLE: state}
    assert any(one.nl.startswith(words) for one in entries.lacking)


def test_a_release_judges_by_the_month_of_its_cycle_and_what_came_later_is_met_late() -> None:
    assert last_day(OF.cycle(CYCLE)) == MARCH
    assert last_day(replace(OF.cycle(CYCLE), key="2021-12")) == date(2021, 12, 31)
    entries = standing(report_of(*BOTH, first_on=LATE), rows=PROGRESS)
    assert states(entries, OWN) == {OWN: "late"}
    assert set(states(entries, "delivery").values()) == {"late"}


@pytest.mark.parametrize(
    "waiver",
    [{"obligation": WHOLE}, {"feed": "report", "period": "2019-2020", "unit": "North"}, {"feed": "report"}],
)
def test_with_a_delivery_what_is_part_of_it_is_waived_as_well(waiver: dict[str, str]) -> None:
    entries = standing(report_of("East"), waived=[waiver])
    assert {one.state for one in entries.entries if one.owed.unit == "North"} == {State.WAIVED}
    assert [one.owed.id for one in entries.waived()] == [WHOLE], "it is said once"
    assert "(ontheffing: gefuseerd)" in entries.without[0].nl
    if waiver != {"obligation": WHOLE}:
        came = standing(report_of(*BOTH), waived=[waiver])
        assert entry(came, OWN).state is State.OPEN, "of a delivery that came nothing in it is waived"


def test_a_waiver_of_one_thing_waives_that_and_no_more_and_one_of_a_rule_all_that_it_is_about() -> None:
    of = who(REPORT, consultations=[Consultation(subject="bfr", decision="approved")])
    of_one = standing(report_of(*BOTH), of=of, waived=[{"obligation": OWN}])
    assert entry(of_one, OWN).state is State.WAIVED
    assert [one.owed.unit for one in of_one.open() if one.owed.kind == "consultation"] == BOTH
    of_rule = standing(report_of(*BOTH), of=of, waived=[{"rule": "approvals.given"}])
    assert set(states(of_rule, "consultation").values()) == {"waived"}
    assert entry(of_rule, OWN).state is State.OPEN


def test_who_delivers_more_than_is_owed_is_welcome() -> None:
    of = who(REPORT, consultations=[], panels=Panels())
    rows = {"faculty_measures": [progress(), progress("East")], "faculty_panels": [progress("East")]}
    rows["faculty_study_advisers"] = [reported(unit) for unit in BOTH]
    assert standing(report_of(*BOTH), of=of, rows=rows).lacking == []


def test_a_row_that_does_not_count_is_said_to_have_come_and_what_is_waived_is_known_by_its_row() -> None:
    row = {"theme": "small_classes", "measure": "tutors"}
    aside, of_east = (("faculty_measures", "2019-2020", unit, row) for unit in BOTH)
    entries = standing(report_of(*BOTH))
    assert entry(entries.with_rows_aside([aside]), OWN).detail == ASIDE
    assert entry(entries.with_rows_aside([of_east]), OWN).detail is None
    assert entries.waived_row(*aside) == ""
    assert standing(report_of(*BOTH), waived=[{"obligation": OWN}]).waived_row(*aside) == "gefuseerd"


def test_ids_are_stable_over_cycles_and_there_is_one_of_each() -> None:
    for cycle in ("2021-03", "2021-05"):
        entries = standing(Taken(REPORT), Taken(MONEY), of=who(REPORT, MONEY), cycle=cycle)
        assert OWN in states(entries)
        assert len(states(entries)) == len(entries.entries)


def row_of(status: str, unit: str = "FGW", waived: str = "") -> dict[str, Any]:
    return {"feed": "report", "period": "2020", "unit": unit, "status": status, "waived_because": waived}


def test_a_refused_delivery_is_not_shown_as_missing_as_well_unless_that_is_waived() -> None:
    refused, of_another, waived = row_of("rejected"), row_of("missing", "FdA"), row_of("missing", waived="gefuseerd")
    accepted = row_of("accepted", "FdR")
    rows = [refused, row_of("missing"), of_another, waived, accepted]
    assert one_row_each(iter(rows)) == [refused, of_another, waived, accepted]


def of_period(period: Period, **more: bool) -> Feed:
    return REPORT.model_copy(update={"period": period, **more})


@pytest.mark.parametrize(
    ("feed", "cycle", "periods"),
    [
        (of_period(Period.NONE), "2021-03", [""]),
        (of_period(Period.ACADEMIC_YEAR), "2021-03", ["2018-2019", "2019-2020"]),
        (of_period(Period.ACADEMIC_YEAR), "2020-03", ["2018-2019"]),
        (of_period(Period.REPORTING_YEAR), "2021-05", ["2019", "2020"]),
        (of_period(Period.REPORTING_YEAR, required=False), "2021-05", ["2019", "2020", "2021"]),
        (of_period(Period.REPORTING_YEAR, required=False), "2021-03", ["2019", "2020"]),
        (of_period(Period.ROUND), "2021-03", ["2019-3", "2020-1", "2020-2", "2020-3"]),
        (of_period(Period.ROUND), "2021-09", ["2019-3", "2020-3", "2021-1", "2021-2"]),
    ],
)
def test_a_cycle_reads_the_periods_of_its_own_clock(feed: Feed, cycle: str, periods: list[str]) -> None:
    of = who(feed, first_year=2019)
    assert [e.period for e in expected_periods(feed, of.cycle(cycle), of)] == periods


def test_the_deadline_is_that_of_the_round_in_the_year_that_is_reported_on() -> None:
    of = who(REPORT, MONEY)
    expected = [(feed, e) for feed in (REPORT, MONEY) for e in expected_periods(feed, of.cycle(CYCLE), of)]
    assert {e.period: deadline(feed, e) for feed, e in expected} == {
        "2019-2020": date(2020, 12, 31),
        "2020-1": date(2020, 9, 15),
        "2020-2": date(2020, 9, 15),
        "2020-3": date(2021, 2, 28),
    }
    assert deadline(REPORT.model_copy(update={"deadlines": {}}), expected[0][1]) is None


VERSLAG = Obligation(Kind.DELIVERY, "North", "2019-2020", 2020, "report", Words("verslag", "report"))
_TUTORS = wording.quoted(Words("Tutoren", "Tutors"), "voortgang van ", "progress of ")
TUTORS = Obligation(Kind.PROGRESS, "North", "2019-2020", 2020, "report", _TUTORS)
LINE = Obligation(Kind.LINE, "North", "2020-1", 2020, "bfr", Words("rij", "line"), round=1)
FIGURE = Obligation(Kind.FIGURE, "", "", 2020, "figures", Words("cijfer", "figure"), due=date(2021, 2, 15))


@pytest.mark.parametrize(
    ("one", "nl"),
    [
        (Entry(VERSLAG, State.OPEN), "niet geleverd: verslag 2019-2020, North"),
        (Entry(TUTORS, State.OPEN), "ontbreekt: voortgang van ‘Tutoren’, 2019-2020, North"),
        (Entry(LINE, State.OPEN), "ontbreekt: rij ronde 1 van 2020, North"),
        (Entry(LINE, State.OPEN, detail=wording.REJECTED), "afgewezen door de raad: rij ronde 1 van 2020, North"),
        (Entry(FIGURE, State.NOT_YET_DUE), "nog niet verschuldigd: cijfer, uiterlijk 15 februari 2021"),
    ],
)
def test_what_lacks_is_called_with_its_period_by_whom_and_what_is_known_of_it(one: Entry, nl: str) -> None:
    assert wording.lacking(OF, one).nl == nl
    assert wording.called(OF, one.owed).nl in nl


def test_what_is_waived_says_why_the_same_sentence_is_said_once_and_an_amount_is_whole() -> None:
    words = wording.without(OF, Entry(VERSLAG, State.WAIVED, waived_because="gefuseerd"))
    assert words.nl == "zonder verslag 2019-2020, North (ontheffing: gefuseerd)"
    assert words.en == "without report 2019-2020, North (waived: gefuseerd)"
    assert wording.sentence(words) == Words(f"Z{words.nl[1:]}.", f"W{words.en[1:]}.")
    once = wording.each_once([words, words, wording.REJECTED])
    assert once == [words, wording.REJECTED]
    assert wording.amount(OF, Decimal("105131.50")).nl.replace("\u00a0", " ") == "€ 105.132"
