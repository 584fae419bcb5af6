"""The accounts that units owe in their reports: of measures, study advisers, programmes and talks with students."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kwaliteitsmonitor.obligations.accounts import accounts, reporting_units, year_of
from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Taken
from schemas.profile import Profile
from schemas.profile.consultations import Panels
from schemas.profile.registers import Programme
from tests.made_up import UNITS
from tests.obligations.owing import BOTH, MONEY, REPORT, claims, feed, line, met, progress, report_of, reported, who

OWN = "progress:2019-2020:North:small_classes:tutors"


def test_progress_and_advisers_are_met_by_a_row_of_a_delivery_that_counts() -> None:
    rows = {"faculty_measures": [progress()], "faculty_study_advisers": [reported("East")]}
    bare, told = (claims(accounts, who(REPORT), report_of(*BOTH), rows=some) for some in ({}, rows))
    advisers = {unit: f"advisers:2019-2020:{unit}" for unit in BOTH}
    assert met(bare) == {OWN: False, advisers["North"]: False, advisers["East"]: False}
    assert met(told) == {OWN: True, advisers["North"]: False, advisers["East"]: True}
    assert told[OWN].met is not None
    assert told[OWN].met.by == "report-2019-2020-North"
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
    assert OWN in owing(of)
    assert OWN not in owing(ended)
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
    rows = {"faculty_panels": [reported("North", **{HAS_TEXT: outcome})]}
    talks = {
        key: state for key, state in met(claims(accounts, of, report_of(*BOTH), rows=rows)).items() if "panel" in key
    }
    assert talks == ({} if expected is None else {"panel:2019-2020:North": expected})


@pytest.mark.parametrize(("more", "expected"), [({}, BOTH), ({"units": []}, list(UNITS))])
def test_a_feed_is_owed_by_the_units_that_it_names_or_by_all(more: dict[str, Any], expected: list[str]) -> None:
    of = who(feed("report", "academic_year", ["faculty_measures"], **more))
    assert reporting_units(of, Taken(of.feeds[0]), 2020) == expected
