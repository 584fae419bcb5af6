"""What is owed follows from the profile and the money, and how it stands from what came in, decisions and the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from kwaliteitsmonitor.obligations.evidence import SAID, Arrival, Decided, Evidence, Row, Taken
from kwaliteitsmonitor.obligations.obligation import Entry, State
from kwaliteitsmonitor.obligations.register import Register, last_day, register
from schemas.profile import Feed, Profile
from schemas.profile.consultations import Consultation, Panels
from tests.made_up import UNITS, indicator, profile

CYCLE = "2021-03"
DECEMBER, LATE, MARCH = date(2020, 12, 1), date(2021, 1, 9), date(2021, 3, 31)
BOTH = ["North", "East"]


def feed(identity: str, period: str, tables: list[str], **more: Any) -> Feed:
    path = "r/{academic_year}/{unit}.xlsx" if period == "academic_year" else f"{identity}.xlsx"
    source = {"kind": "files", "path": path, "format": "workbook", "tables": tables}
    given = {"id": identity, "nl": f"{identity} nl", "en": f"{identity} en", "period": period, "sources": [source]}
    return Feed.model_validate(given | {"units": BOTH} | more)


REPORT = feed(
    "report",
    "academic_year",
    ["faculty_measures", "faculty_consultations", "faculty_panels"],
    deadlines={0: {"month_day": "12-31", "years": 0}},
)
MONEY = feed(
    "money", "round", ["bfr"], deadlines={3: {"month_day": "02-28", "years": 1}, 0: {"month_day": "09-15", "years": 0}}
)
FIGURES = feed("figures", "reporting_year", ["delivered_figures"])


def who(*feeds: Feed, **institution: Any) -> Profile:
    made = profile(feeds=feeds, measures=[("tutors", "small_classes", ["North"])])
    return replace(made, institution=made.institution.model_copy(update={"first_year": 2020} | institution))


def arrived(of: Feed, period: str, unit: str = "", first_on: date = DECEMBER) -> Arrival:
    return Arrival(f"{of.id}-{period}-{unit}", period, unit, 0, first_on, first_on)


def report_of(*units: str, first_on: date = DECEMBER) -> Taken:
    return Taken(REPORT, [arrived(REPORT, "2019-2020", unit, first_on) for unit in units])


def progress(unit: str = "North") -> Row:
    about = {"academic_year": "2019-2020", "unit": unit, "theme": "small_classes", "measure": "tutors"}
    return about | {"progress": "done", "_delivery": f"report-2019-2020-{unit}", SAID: False}


def line(unit: str, measure: str, budget: str, realised: str, number: int = 3, **more: Any) -> Row:
    about = {"reporting_year": 2020, "round": number, "unit": unit, "theme": "small_classes", "measure": measure}
    amounts = {"budget": Decimal(budget), "realised": Decimal(realised), "forecast": None}
    return about | amounts | {"_delivery": "money-2020-3-", SAID: False} | more


def standing(
    of: Profile,
    *feeds: Taken,
    rows: Mapping[str, list[Row]] | None = None,
    decided: Iterable[Decided] = (),
    waived: Iterable[Mapping[str, str]] = (),
    cycle: str = CYCLE,
    day: date = MARCH,
) -> Register:
    empty = dict.fromkeys(("feed", "period", "unit", "rule", "obligation"), "")
    records = [Waiver("gefuseerd", "bestuur", DECEMBER, "d" * 16, cycle=cycle, **(empty | dict(one))) for one in waived]
    evidence = Evidence(feeds, rows or {}, list(decided))
    return register(of, of.cycle(cycle), evidence, Waivers(cycle, records), day)


def states(found: Register, begins: str = "") -> dict[str, str]:
    return {one.owed.id: str(one.state) for one in found.entries if one.owed.id.startswith(begins)}


def entry(found: Register, owed: str) -> Entry:
    (one,) = [one for one in found.entries if one.owed.id == owed]
    return one


OWN = "progress:2019-2020:North:small_classes:tutors"


def test_a_report_that_is_there_without_an_account_of_a_measure_is_not_complete() -> None:
    found = standing(who(REPORT), report_of(*BOTH))
    assert (entry(found, OWN).state, entry(found, OWN).part_of) == (State.OPEN, "delivery:2019-2020:North:report")
    assert states(standing(who(REPORT), report_of(*BOTH), rows={"faculty_measures": [progress()]}), OWN) == {OWN: "met"}


def test_what_is_part_of_a_delivery_that_is_not_there_is_told_with_it() -> None:
    found = standing(who(REPORT), report_of("East"))
    assert entry(found, OWN).state is State.OPEN
    assert [one.owed.id for one in found.open() if one.owed.unit == "North"] == ["delivery:2019-2020:North:report"]


@pytest.mark.parametrize(("day", "state"), [(date(2020, 12, 31), "not_yet_due"), (date(2021, 1, 1), "open")])
def test_until_its_last_day_something_is_not_yet_due_and_lacks_all_the_same(day: date, state: str) -> None:
    found = standing(who(REPORT), report_of("East"), day=day)
    assert states(found, "delivery:2019-2020:North") == {"delivery:2019-2020:North:report": state}
    begins = "niet geleverd: report nl 2019-2020, North /" if state == "open" else "nog niet verschuldigd: report nl"
    assert any(one.startswith(begins) for one in found.lacking)


@pytest.mark.parametrize(("key", "last"), [("2021-03", date(2021, 3, 31)), ("2021-12", date(2021, 12, 31))])
def test_a_release_judges_by_the_month_of_its_cycle(key: str, last: date) -> None:
    assert last_day(replace(who(REPORT).cycle(CYCLE), key=key)) == last


def test_what_came_after_its_last_day_is_met_late_and_lacks_nothing() -> None:
    found = standing(who(REPORT), report_of(*BOTH, first_on=LATE), rows={"faculty_measures": [progress()]})
    assert states(found, OWN) == {OWN: "late"}
    assert states(found, "delivery") == dict.fromkeys(states(found, "delivery"), "late")


@pytest.mark.parametrize(
    "waiver",
    [
        {"obligation": "delivery:2019-2020:North:report"},
        {"feed": "report", "period": "2019-2020", "unit": "North"},
        {"feed": "report"},
    ],
)
def test_with_a_delivery_what_is_part_of_it_is_waived_as_well(waiver: dict[str, str]) -> None:
    found = standing(who(REPORT), report_of("East"), waived=[waiver])
    assert {one.state for one in found.entries if one.owed.unit == "North"} == {State.WAIVED}
    assert [one.owed.id for one in found.waived()] == ["delivery:2019-2020:North:report"], "it is said once"
    assert "(ontheffing: gefuseerd)" in found.without[0]


def test_a_waiver_of_a_delivery_that_came_waives_nothing_that_lacks_in_it() -> None:
    found = standing(who(REPORT), report_of(*BOTH), waived=[{"feed": "report", "unit": "North"}])
    assert entry(found, OWN).state is State.OPEN


def test_a_waiver_of_one_thing_waives_that_and_no_more() -> None:
    found = standing(who(REPORT), report_of(*BOTH), waived=[{"obligation": OWN}])
    assert entry(found, OWN).state is State.WAIVED
    assert [one.owed.unit for one in found.open() if one.owed.kind == "consultation"] == BOTH


@pytest.mark.parametrize(
    ("budget", "realised", "owed"),
    [("0", "105132", True), ("5000", "0", True), ("0", "0", False), ("0.00", "-0.01", True)],
)
def test_money_on_a_measure_asks_for_an_account_also_where_the_profile_does_not(
    budget: str, realised: str, owed: bool
) -> None:
    rows = {"bfr": [line("East", "groups", budget, realised)]}
    found = standing(who(REPORT, MONEY), report_of(*BOTH), Taken(MONEY), rows=rows)
    assert ("progress:2019-2020:East:small_classes:groups" in states(found)) is owed


def test_a_measure_that_ended_and_a_unit_that_is_not_there_owe_nothing() -> None:
    of = who(REPORT, MONEY)
    ended = replace(of, measures=tuple(m.model_copy(update={"valid_until": 2019}) for m in of.measures))
    found = standing(ended, report_of(*BOTH), Taken(MONEY))
    assert not [key for key in states(found) if "tutors" in key]
    gone = replace(
        of, units=tuple(u.model_copy(update={"valid_until": 2019}) if u.id == "North" else u for u in of.units)
    )
    assert not [key for key in states(standing(gone, Taken(REPORT), Taken(MONEY))) if "North" in key]


def test_in_may_the_first_round_of_the_year_is_owed_and_in_march_the_definitive_one() -> None:
    periods = {
        key: {k.split(":")[1] for k in states(standing(who(MONEY), Taken(MONEY), cycle=key), "line")}
        for key in ("2021-03", "2021-05")
    }
    assert periods == {"2021-03": {"2020-1", "2020-2", "2020-3"}, "2021-05": {"2020-3", "2021-1"}}


def test_a_theme_without_money_for_the_unit_asks_for_no_line() -> None:
    plan = {"version": "original", "theme": "small_classes", "year": 2020}
    amounts = [plan | {"unit": unit, "amount": Decimal(amount)} for unit, amount in (("North", "0"), ("East", "10"))]
    found = standing(who(MONEY), Taken(MONEY), rows={"spending_plan": amounts})
    assert not [key for key in states(found, "line") if ":North:" in key]


@pytest.mark.parametrize(
    ("asked", "realised", "said", "state"),
    [
        (True, "120000", False, "open"),
        (True, "120000", True, "met"),
        (True, "105000", False, None),
        (False, "120000", False, None),
    ],
)
def test_an_explanation_is_owed_beyond_the_threshold_of_a_profile_that_sets_one(
    asked: bool, realised: str, said: bool, state: str | None
) -> None:
    of = who(MONEY)
    spending = of.institution.spending.model_validate(
        {"explain_from": {"eur": "1000", "fraction": "0.10"}} if asked else {}
    )
    of = replace(of, institution=of.institution.model_copy(update={"spending": spending}))
    there = Taken(MONEY, [replace(arrived(MONEY, "2020-3"), id="money-2020-3-")], {"2020-3": frozenset(BOTH)})
    rows = {"bfr": [line("North", "tutors", "100000", realised, **{SAID: said})]}
    found = standing(of, there, rows=rows)
    assert states(found, "explanation").get("explanation:2020-3:North:small_classes") == state


def heard(council: str = "council", decision: str = "discussed", unit: str = "North", delivery: str = "x") -> Decided:
    return Decided(2020, unit, council, "bfr", decision, DECEMBER, delivery)


@pytest.mark.parametrize(
    ("right", "decision", "met"),
    [
        ("discussed", "discussed", True),
        ("discussed", "rejected", True),
        ("advised", "discussed", False),
        ("advised", "approved", True),
        ("approved", "advised", False),
        ("approved", "rejected", False),
    ],
)
def test_a_right_of_a_council_is_used_by_the_decisions_that_use_it(right: Any, decision: str, met: bool) -> None:
    of = who(REPORT, consultations=[Consultation(subject="bfr", decision=right)])
    found = standing(of, report_of(*BOTH), decided=[heard(decision=decision)])
    assert (states(found, "consultation")["consultation:2019-2020:North:council:bfr"] == "met") is met


def test_a_council_of_the_institution_is_asked_once_and_answers_in_the_register() -> None:
    of = who(REPORT, consultations=[Consultation(subject="bfr", decision="discussed", council="council")])
    key = "consultation:2019-2020:all:council:bfr"
    assert states(standing(of, report_of(*BOTH)), "consultation") == {key: "open"}
    told = standing(of, report_of(*BOTH), decided=[heard(unit="", delivery="")])
    assert states(told, "consultation") == {key: "met"}


@pytest.mark.parametrize(("first", "owed"), [(None, ["North"]), (2020, ["North"]), (2021, [])])
def test_talks_with_students_are_owed_by_who_agreed_on_them_and_from_then_on(
    first: int | None, owed: list[str]
) -> None:
    of = who(REPORT, panels=Panels(expected=["North"], valid_from=first))
    found = standing(of, report_of(*BOTH))
    assert [key.split(":")[2] for key in states(found, "panel")] == owed


@pytest.mark.parametrize(
    ("combine", "by_unit", "given", "lacking"),
    [
        ("sum", True, ["North"], ["East"]),
        ("sum", True, [""], ["North", "East"]),
        ("sum", False, [""], []),
        ("sum", False, ["North"], ["East"]),
        ("none", False, ["North"], ["all"]),
        ("none", False, [""], []),
    ],
)
def test_a_figure_is_owed_by_who_its_definition_asks(
    combine: str, by_unit: bool, given: list[str], lacking: list[str]
) -> None:
    definition = indicator("leave", "delivered", delivered={"combine": combine}, by_unit=by_unit)
    of = replace(who(FIGURES), indicators=(definition,))
    numbers = {"value": Decimal(1), "numerator": None, "denominator": None, "level": None}
    about = {"reporting_year": 2020, "indicator": "leave", "_delivery": "figures-2020-"}
    rows = [about | numbers | {"unit": unit or None} for unit in given]
    there = Taken(FIGURES, [arrived(FIGURES, "2020")], {"2020": frozenset(UNITS)})
    found = standing(of, there, rows={"delivered_figures": rows})
    open_ones = [one.owed.unit or "all" for one in found.open()]
    assert open_ones == lacking


def test_who_delivers_more_than_is_owed_is_welcome_and_what_is_not_required_is_owed_by_nobody() -> None:
    optional = REPORT.model_copy(update={"required": False})
    assert states(standing(who(optional), Taken(optional))) == {}
    of = who(REPORT, consultations=[], panels=Panels())
    rows = {"faculty_measures": [progress(), progress("East")], "faculty_panels": [progress("East")]}
    assert standing(of, report_of(*BOTH), rows=rows).lacking == []


def test_ids_are_stable_over_cycles_and_there_is_one_of_each() -> None:
    march, may = (
        standing(who(REPORT, MONEY), Taken(REPORT), Taken(MONEY), cycle=key) for key in ("2021-03", "2021-05")
    )
    assert OWN in states(march)
    assert OWN in states(may)
    for found in (march, may):
        assert len(states(found)) == len(found.entries)
