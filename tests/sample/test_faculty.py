"""What units report in the sample gives the published figures, and is of their own measures and councils."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.faculty import adviser_rows, consultation_rows, measure_rows, offer_rows, panel_rows
from kwaliteitsmonitor.sample.targets import Targets
from schemas.profile import Profile
from tests.sample.published import SEED, YEARS, value_of


@pytest.fixture(scope="module")
def units(profile: Profile) -> list[str]:
    return [unit.id for unit in profile.units]


@pytest.mark.parametrize(("year", "in_training"), [(2019, 0), (2020, 9)])
def test_units_report_the_published_study_advisers(
    profile: Profile, choices: Choices, targets: Targets, units: Sequence[str], year: int, in_training: int
) -> None:
    advisers = pd.DataFrame.from_dict(adviser_rows(choices, targets, units, year), orient="index")
    temporary = advisers.fte_temporary["FGW"]
    assert temporary > 0
    assert advisers.fte.sum() - temporary == value_of(profile, "study_adviser_fte", year)[0]
    assert advisers.certified.sum() == value_of(profile, "study_advisers_certified", year)[0]
    assert advisers.in_training.sum() == in_training


@pytest.mark.parametrize(("year", "expected"), [(2019, (5, 0)), (2020, (6, 12))])
def test_units_report_the_published_matching_and_trial_study(
    profile: Profile, choices: Choices, targets: Targets, units: Sequence[str], year: int, expected: tuple[int, int]
) -> None:
    offers = pd.DataFrame([row for rows in offer_rows(profile, choices, targets, units, year).values() for row in rows])
    bachelors = offers[offers.level == "Ba"]
    matching, online = bachelors.compulsory_matching, bachelors.online_trial_study
    assert (matching.sum(), online.sum()) == expected
    assert (matching | online).sum() == value_of(profile, "ba_programmes_with_matching", year)[0]


@pytest.mark.parametrize("year", YEARS)
def test_each_unit_reports_its_own_measures_and_the_approval_of_its_own_council(
    profile: Profile, choices: Choices, units: Sequence[str], year: int
) -> None:
    for unit in profile.units:
        own = measure_rows(profile, choices, unit.id, year, SEED)
        assert [(r["theme"], r["measure"]) for r in own] == [
            (m.theme, m.id) for m in profile.measures if unit.id in m.units
        ]
        consulted = consultation_rows(profile, choices, unit.id, year, SEED)
        approved = [r["council"] for r in consulted if (r["subject"], r["decision"]) == ("faculty_report", "approved")]
        assert approved == [unit.council]
        talks = panel_rows(profile, choices, unit.id, year, SEED)
        assert min(talk["participants"] for talk in talks) >= 8
        days = [r["consulted_on"] for r in consulted] + [talk["held_on"] for talk in talks]
        assert {day.year for day in days} == {year}
        assert all(day.weekday() < 5 for day in days)


def test_the_last_year_is_further_than_the_first(profile: Profile, choices: Choices, units: Sequence[str]) -> None:
    states = [
        {row["progress"] for unit in units for row in measure_rows(profile, choices, unit, year, SEED)}
        for year in YEARS
    ]
    assert "done" in states[1] - states[0]
    assert "not_started" in states[0] - states[1]
