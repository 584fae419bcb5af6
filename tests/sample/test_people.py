"""Students and staff of the sample give the published ratios and shares, and hold what a definition must leave out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.staff import staff_rows
from kwaliteitsmonitor.sample.students import enrolment_rows
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.terms import amount, counted, years_before
from schemas.profile import Profile
from schemas.profile.indicators import Term
from tests.sample.published import SEED, YEARS, rounded, value_of

TEACHING = ("professor", "associate_professor", "assistant_professor", "lecturer")
Frames = dict[int, pd.DataFrame]


@pytest.fixture(scope="module")
def staff(profile: Profile, choices: Choices, targets: Targets) -> Frames:
    return {year: pd.DataFrame(rows) for year, rows in staff_rows(profile, choices, targets, SEED).items()}


@pytest.fixture(scope="module")
def enrolments(profile: Profile, choices: Choices, targets: Targets) -> Frames:
    programmes = pd.DataFrame([p.model_dump() for p in profile.programmes])
    every = enrolment_rows(profile, choices, targets, SEED)
    return {year: pd.DataFrame(rows).merge(programmes, on="programme") for year, rows in every.items()}


@pytest.mark.parametrize("year", YEARS)
def test_students_and_staff_give_the_published_ratio(
    profile: Profile, enrolments: Frames, staff: Frames, year: int
) -> None:
    joined, people = enrolments[year], staff[year]
    assert set(joined.reference_date) == {date(year, 10, 1)}
    main = joined[joined.enrolment == "main"]
    assert not main.student.duplicated().any()
    students = main[main.funded & (main.unit != "LUMC")].student.nunique()
    fte = people[people.category.isin(TEACHING) & (people.unit != "LUMC")].fte.sum()
    if year == 2019:
        assert (students, fte) == (27670, Decimal("1071.8"))
    assert rounded(students / fte, 1) == value_of(profile, "student_staff_ratio", year)[0]
    for left_out in (joined.enrolment == "secondary", main.unit == "LUMC", ~main.funded):
        assert left_out.any()


@pytest.mark.parametrize("year", YEARS)
def test_staff_hold_the_cases_that_a_definition_must_tell_apart(staff: Frames, year: int) -> None:
    people, on, before = staff[year], date(year, 10, 1), date(year - 1, 10, 1)
    assert set(people.reference_date) == {on}
    teachers = people[people.category.isin(TEACHING)]
    half = Decimal("0.5")
    cases = {
        "just a year in service": teachers.start_date == before,
        "less than a year in service": (teachers.start_date > before) & (teachers.fte >= half),
        "part-time": teachers.fte < half,
        "qualified on the day": teachers.bko_date.fillna(date.min) == on,
        "qualified after it": teachers.bko_date.fillna(date.min) > on,
        "senior after it": teachers.sko_date.fillna(date.min) > on,
        "with two appointments": people.person.duplicated(),
    }
    assert [name for name, rows in cases.items() if not rows.any()] == []
    assert not people.duplicated(["person", "unit", "category"]).any()


def test_most_people_are_there_the_next_year_too(staff: Frames) -> None:
    first, second = (staff[year] for year in YEARS)
    both = first.merge(second, on=["person", "unit", "category"], suffixes=("_then", "_now"))
    assert len(both) > 0.8 * len(first)
    assert (both.start_date_then == both.start_date_now).all()
    known = both[both.bko_date_then.notna()]
    assert (known.bko_date_then == known.bko_date_now).all()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "category", "is": "lecturer"}, 1),
        ({"field": "category", "in": ["lecturer", "support"]}, 2),
        ({"field": "category", "not_in": ["lecturer"]}, 2),
        ({"field": "bko_date", "filled": True}, 1),
        ({"field": "bko_date", "filled": False}, 2),
        ({"field": "fte", "at_least": "0.5"}, 2),
        ({"field": "start_date", "years_before_reference": 1}, 1),
        ({"any_of": ["full", "half"]}, 1),
    ],
    ids=str,
)
def test_a_term_counts_the_rows_that_meet_its_condition(condition: dict[str, object], expected: int) -> None:
    rows = [
        {"person": "A", "category": "lecturer", "fte": Decimal("0.5"), "start_date": date(2019, 10, 1),
         "bko_date": date(2020, 1, 1), "full": True},
        {"person": "B", "category": "support", "fte": Decimal("1.0"), "start_date": date(2019, 10, 2),
         "bko_date": None, "full": False},
        {"person": "C", "category": None, "fte": Decimal("0.4"), "start_date": None, "bko_date": None, "full": None},
    ]  # fmt: skip
    term = Term.model_validate(
        {"facts": "fact_staff", "count": "person", "reference_date": "10-01", "where": [condition]}
    )
    assert amount(term, rows, 2020) == expected
    if name := condition.get("field"):
        assert counted(term, rows[2], 2020, without=[str(name)])


def test_a_term_adds_up_a_field_and_takes_another_off_for_some_units() -> None:
    own = {"facts": "fact_study_advisers", "sum": "fte", "less": "fte_temporary", "reference_date": "10-01"}
    rows = [{"unit": unit, "fte": Decimal(4), "fte_temporary": Decimal(1)} for unit in ("FGW", "FdA")]
    assert amount(Term.model_validate(own), rows, 2020) == 6
    assert amount(Term.model_validate({**own, "less_units": ["FGW"]}), rows, 2020) == 7
    assert years_before(date(2020, 2, 29), 1) == date(2019, 2, 28)
