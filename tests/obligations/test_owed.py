"""What is owed of each kind, by whom, and what meets it: deliveries, accounts, consultations, money and figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.obligations.accounts import accounts, reporting_units, year_of
from kwaliteitsmonitor.obligations.consultations import GIVEN, WAITING, consultations
from kwaliteitsmonitor.obligations.deliveries import REFUSED, awaited, deliveries
from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Arrival, Decided, Taken
from kwaliteitsmonitor.obligations.figures import figures
from kwaliteitsmonitor.obligations.money import UNEXPLAINED, money
from kwaliteitsmonitor.obligations.obligation import Claim
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.obligations.wording import REJECTED
from schemas.profile import Profile
from schemas.profile.consultations import Consultation, Panels
from schemas.profile.registers import Programme
from schemas.values import AnyRow
from tests.made_up import UNITS, indicator
from tests.obligations.owing import (
    BOTH,
    DECEMBER,
    FIGURES,
    LATE,
    MONEY,
    REPORT,
    arrived,
    claims,
    feed,
    line,
    met,
    progress,
    report_of,
    reported,
    who,
)

OWN = "progress:2019-2020:North:small_classes:tutors"
OF_COUNCIL = "consultation:2019-2020:North:council:bfr"
THRESHOLD = {"explain_from": {"eur": "1000", "fraction": "0.10"}}


def test_each_unit_owes_its_own_delivery_and_one_that_cannot_be_used_is_said_to_have_come() -> None:
    taken = replace(report_of("East"), refused=frozenset({("2019-2020", "North")}))
    made = claims(deliveries, who(REPORT), taken)
    north, east = (made[f"delivery:2019-2020:{unit}:report"] for unit in BOTH)
    assert (north.met, north.detail, north.owed.rule) == (None, REFUSED, "report.delivered")
    assert (east.met is not None, east.detail, east.owed.due) == (True, None, date(2020, 12, 31))
    optional = REPORT.model_copy(update={"required": False})
    assert claims(deliveries, who(optional), Taken(optional)) == {}, "what is not required is owed by nobody"


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (None, {"": False}),
        ((), {"": True, "North": False, "East": False}),
        (("North",), {"": True, "North": True, "East": False}),
        (("North", "East"), {"": True, "North": True, "East": True}),
    ],
    ids=str,
)
def test_in_a_central_delivery_each_unit_is_looked_for_once_it_is_there(
    units: tuple[str, ...] | None, expected: dict[str, bool]
) -> None:
    read = [] if units is None else [arrived(FIGURES, "2020")]
    taken = Taken(FIGURES, read, {"2020": frozenset(units or ())})
    assert {unit: bool(there) for unit, there in awaited(taken, Expected("2020", 2020), BOTH)} == expected


def test_a_feed_of_two_sources_is_there_once_both_are_and_counts_from_the_last() -> None:
    both = FIGURES.model_copy(update={"sources": [FIGURES.sources[0], FIGURES.sources[0]]})
    first, second = arrived(both, "2020"), Arrival("second", "2020", "", 1, LATE, LATE)
    units = {"2020": frozenset(BOTH)}
    half = met(claims(deliveries, who(both), Taken(both, [first], units)))
    assert half == {"delivery:2020:all:figures": False, **{f"delivery:2020:{unit}:figures": True for unit in BOTH}}
    made = claims(deliveries, who(both), Taken(both, [first, second], units))
    assert {(claim.met.on, claim.met.by) for claim in made.values() if claim.met} == {(LATE, "second")}
    assert len(made) == 3


def test_progress_and_advisers_are_met_by_a_row_of_a_delivery_that_counts() -> None:
    rows = {"faculty_measures": [progress()], "faculty_study_advisers": [reported("East")]}
    bare, full = (claims(accounts, who(REPORT), report_of(*BOTH), rows=some) for some in ({}, rows))
    north, east = (f"advisers:2019-2020:{unit}" for unit in BOTH)
    assert met(bare) == {OWN: False, north: False, east: False}
    assert met(full) == {OWN: True, north: False, east: True}
    assert full[OWN].met is not None
    assert full[OWN].met.by == "report-2019-2020-North"
    assert not met(claims(accounts, who(REPORT), report_of("East"), rows=rows))[OWN], "its report does not count"
    assert year_of(progress()) == 2020


@pytest.mark.parametrize(
    ("budget", "realised", "words"),
    [
        ("0", "105132", "(€ 105.132 besteed)"),
        ("5000", "0", "(€ 5.000 begroot)"),
        ("0", "0", ""),
        ("0.00", "-0.01", "besteed)"),
    ],
)
def test_money_on_a_measure_makes_its_progress_owed_also_where_the_profile_does_not(
    budget: str, realised: str, words: str
) -> None:
    rows = {"bfr": [line("East", "groups", budget, realised), line("East", "early", "9", "9", number=1)]}
    made = claims(accounts, who(REPORT, MONEY), report_of(*BOTH), Taken(MONEY), rows=rows)
    owed = made.get("progress:2019-2020:East:small_classes:groups")
    assert (owed is not None) == bool(words)
    assert owed is None or words in owed.owed.what.nl.replace("\u00a0", " ")
    assert "progress:2019-2020:East:small_classes:early" not in made, "of the definitive round alone"


def test_a_measure_that_ended_and_a_unit_that_is_not_there_owe_nothing() -> None:
    def owing(of: Profile) -> set[str]:
        return set(claims(accounts, of, report_of(*BOTH)))

    of = who(REPORT)
    ended = replace(of, measures=tuple(m.model_copy(update={"valid_until": 2019}) for m in of.measures))
    assert (OWN in owing(of), OWN in owing(ended)) == (True, False)
    units = tuple(u.model_copy(update={"valid_until": 2019}) if u.id == "North" else u for u in of.units)
    assert not [key for key in owing(replace(of, units=units)) if "North" in key]


def test_matching_is_owed_of_each_bachelors_programme_of_a_unit() -> None:
    of = who(feed("report", "academic_year", ["faculty_programmes"]))
    kinds = {"50001": ("ba", "North"), "50002": ("ba", "East"), "60001": ("ma", "North"), "50003": ("ba", "South")}
    programmes = tuple(
        Programme(programme=code, name=f"b {code}", croho_type=kind, funded=True, unit=unit)
        for code, (kind, unit) in kinds.items()
    )
    rows = {"faculty_programmes": [reported("North", programme="50001")]}
    made = claims(accounts, replace(of, programmes=programmes), Taken(of.feeds[0], report_of("North").read), rows=rows)
    assert met(made) == {"programme:2019-2020:North:50001": True, "programme:2019-2020:East:50002": False}


@pytest.mark.parametrize(
    ("first", "outcome", "expected"),
    [(None, False, False), (2020, False, False), (2020, True, True), (2021, True, None)],
)
def test_a_talk_with_students_is_owed_by_who_agreed_on_it_from_then_on_and_has_an_outcome(
    first: int | None, outcome: bool, expected: bool | None
) -> None:
    of = who(REPORT, panels=Panels(expected=["North"], valid_from=first))
    made = met(claims(accounts, of, report_of(*BOTH), rows={"faculty_panels": [reported(**{HAS_TEXT: outcome})]}))
    talks = {key: is_met for key, is_met in made.items() if "panel" in key}
    assert talks == ({} if expected is None else {"panel:2019-2020:North": expected})


@pytest.mark.parametrize(("more", "expected"), [({}, BOTH), ({"units": []}, list(UNITS))])
def test_a_feed_is_owed_by_the_units_that_it_names_or_by_all(more: dict[str, Any], expected: list[str]) -> None:
    of = who(feed("report", "academic_year", ["faculty_measures"], **more))
    assert reporting_units(of, Taken(of.feeds[0]), 2020) == expected


def heard(decision: str = "discussed", on: date = DECEMBER, unit: str = "North", delivery: str = "x") -> Decided:
    return Decided(2020, unit, "council", "bfr", decision, on, delivery)


def of_councils(right: Any, *decided: Decided, **more: Any) -> dict[str, Claim]:
    of = who(REPORT, consultations=[Consultation(subject="bfr", decision=right, **more)])
    return claims(consultations, of, report_of(*BOTH), decided=decided)


@pytest.mark.parametrize(
    ("right", "decisions", "expected"),
    [
        ("discussed", ["discussed"], True),
        ("discussed", ["rejected"], True),
        ("advised", ["discussed"], False),
        ("advised", ["approved"], True),
        ("approved", ["advised"], False),
        ("approved", ["rejected"], False),
        ("approved", ["rejected", "approved"], True),
        ("approved", ["approved", "rejected"], False),
    ],
)
def test_a_right_of_a_council_is_used_by_the_decisions_that_use_it_and_approval_by_the_last(
    right: str, decisions: list[str], expected: bool
) -> None:
    made = of_councils(right, *(heard(decision, on) for decision, on in zip(decisions, (DECEMBER, LATE), strict=False)))
    own = made[OF_COUNCIL]
    assert (own.met is not None) is expected
    assert own.owed.rule == (GIVEN if right == "approved" else "")
    if right == "approved" and not expected:
        assert own.detail == (REJECTED if decisions[-1] == "rejected" else WAITING)
    assert not met(made)["consultation:2019-2020:East:council:bfr"], "it was about another unit"


def test_a_consultation_counts_from_the_first_time_and_has_a_deadline_and_years_of_its_own() -> None:
    own = of_councils("discussed", heard(on=LATE), heard(on=DECEMBER))[OF_COUNCIL]
    assert own.met is not None
    assert own.met.on == DECEMBER
    by_june = of_councils("discussed", deadline={"month_day": "06-01", "years": 1})
    assert {claim.owed.due for claim in by_june.values()} == {date(2021, 6, 1)}
    assert of_councils("discussed", valid_from=2021) == {}


def test_a_council_of_the_institution_is_asked_once_and_answers_in_the_register() -> None:
    key = "consultation:2019-2020:all:council:bfr"
    assert met(of_councils("discussed", council="council")) == {key: False}
    assert met(of_councils("discussed", heard(unit="", delivery=""), council="council")) == {key: True}


def of_money(
    *rows: AnyRow, plan: tuple[dict[str, Any], ...] = (), cycle: str = "2021-03", **spending: Any
) -> dict[str, Claim]:
    of = who(MONEY)
    rules = of.institution.spending.model_validate(spending)
    of = replace(of, institution=of.institution.model_copy(update={"spending": rules}))
    there = Taken(MONEY, [replace(arrived(MONEY, "2020-3"), id="money-2020-3-")])
    return claims(money, of, there, rows={"bfr": list(rows), "spending_plan": list(plan)}, cycle=cycle)


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
    assert ("line:2020-3:North:small_classes:tutors" in of_money(plan=plan)) is is_owed


def test_in_may_the_first_round_of_the_year_is_owed_and_a_line_is_met_by_that_of_its_own_round() -> None:
    assert {owed.split(":")[1] for owed in of_money(cycle="2021-05")} == {"2020-3", "2021-1"}
    lines = met(of_money(line("North", "tutors", "1", "1"), line("North", "groups", "1", "1", number=2)))
    by_round = {owed.split(":")[1]: is_met for owed, is_met in lines.items()}
    assert by_round == {"2020-1": False, "2020-2": False, "2020-3": True}


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
    made = of_money(line("North", "tutors", "100000", realised, **{HAS_TEXT: explained}), **spending)
    assert met(made).get("explanation:2020-3:North:small_classes") is expected


def test_an_explanation_says_how_much_more_or_less_and_by_forecasts_during_the_year() -> None:
    less = of_money(line("North", "tutors", "100000", "70000"), **THRESHOLD)["explanation:2020-3:North:small_classes"]
    assert less.owed.what.nl.replace("\u00a0", " ") == "toelichting bij ‘small_classes’ (€ 30.000 minder dan begroot)"
    assert less.owed.rule == UNEXPLAINED
    for forecast, is_owed in ((None, False), (Decimal(130_000), True), (Decimal(101_000), False)):
        row = line("North", "tutors", "100000", "0", number=1, reporting_year=2021, forecast=forecast)
        made = of_money(row, cycle="2021-05", **THRESHOLD)
        assert ("explanation:2021-1:North:small_classes" in made) is is_owed


def figure(unit: str = "", level: str | None = None, **numbers: int) -> AnyRow:
    empty = {"value": None, "numerator": None, "denominator": None}
    about = {"reporting_year": 2020, "indicator": "leave", "_delivery": "figures-2020-"}
    own = {name: Decimal(number) for name, number in (numbers or {"value": 1}).items()}
    return {**about, "unit": unit or None, "level": level, **empty, **own}


def lacking(*rows: AnyRow, combine: str = "none", **more: Any) -> list[str]:
    """Who still owes the figure, at which level."""
    of = replace(who(FIGURES), indicators=(indicator("leave", "delivered", delivered={"combine": combine}, **more),))
    made = claims(figures, of, Taken(FIGURES, [arrived(FIGURES, "2020")]), rows={"delivered_figures": list(rows)})
    owing = [owed for owed, is_met in met(made).items() if not is_met]
    return [owed.removeprefix("figure:2020:").replace("leave", "").strip(":") for owed in owing]


@pytest.mark.parametrize(
    ("combine", "by_unit", "unit", "expected"),
    [
        ("sum", True, "North", ["East"]),
        ("sum", True, "", ["North", "East"]),
        ("sum", False, "", []),
        ("sum", False, "North", ["East"]),
        ("none", False, "North", ["all"]),
        ("none", False, "", []),
        ("none", True, "", ["North", "East"]),
    ],
)
def test_a_figure_is_owed_by_who_its_definition_asks(
    combine: str, by_unit: bool, unit: str, expected: list[str]
) -> None:
    assert lacking(figure(unit), combine=combine, by_unit=by_unit) == expected


def test_a_figure_is_given_by_its_value_or_both_parts_of_its_ratio_of_each_level_and_from_its_definition_on() -> None:
    assert lacking(figure(numerator=1)) == ["all"]
    assert lacking(figure(numerator=1, denominator=4)) == lacking(figure(value=0)) == []
    assert lacking(figure(level="Ba"), split_level=True) == ["all::Ma"]
    assert lacking(valid_from=2021) == []
