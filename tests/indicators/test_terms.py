"""Counting and summing: which rows count, what each condition left out, and what each delivery contributed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.indicators.terms import Total, total, years_before
from schemas.profile import Term
from tests.made_up import table

OCTOBER = date(2020, 10, 1)


def person(name: str = "p", **more: Any) -> dict[str, Any]:
    about = {"person": name, "unit": "North", "category": "lecturer", "fte": Decimal("0.8"), "_delivery": "staff-2020"}
    return about | {"reporting_year": 2020, "reference_date": OCTOBER, "start_date": date(2015, 1, 1)} | more


def offer(programme: str, delivery: str = "North", **more: Any) -> dict[str, Any]:
    about = {"reporting_year": 2020, "unit": delivery, "programme": programme, "level": "Ba", "_delivery": delivery}
    return about | {"funded": True, "compulsory_matching": False, "online_trial_study": False} | more


def advisers(unit: str, fte: str, temporary: str | None = "0") -> dict[str, Any]:
    less = None if temporary is None else Decimal(temporary)
    return {"reporting_year": 2020, "unit": unit, "fte": Decimal(fte), "fte_temporary": less, "_delivery": unit}


def of(rows: Sequence[dict[str, Any]], unit: str | None = None, year: int = 2020, **term: Any) -> Total:
    counted = Term.model_validate(term)
    with duckdb.connect() as connection:
        connection.register(counted.facts, table(counted.facts, rows))
        return total(connection, counted, year, unit)


def offers(rows: Sequence[dict[str, Any]], *where: dict[str, Any]) -> Total:
    return of(rows, facts="fact_programme_offers", count="programme", where=list(where))


def staff(rows: Sequence[dict[str, Any]], *where: dict[str, Any], **term: Any) -> Total:
    return of(rows, facts="fact_staff", where=list(where), **({"count": "person"} | term))


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"field": "category", "is": "lecturer"}, {"a"}),
        ({"field": "category", "in": ["lecturer", "professor"]}, {"a", "b"}),
        ({"field": "category", "not_in": ["lecturer", "professor"]}, {"c"}),
        ({"field": "category", "in": []}, set()),
        ({"field": "category", "not_in": []}, {"a", "b", "c"}),
        ({"field": "fte", "at_least": "0.5"}, {"a", "b"}),
        ({"field": "fte", "at_least": "0.5001"}, {"a"}),
        ({"field": "bko_date", "filled": True}, {"b", "c"}),
        ({"field": "bko_date", "filled": False}, {"a"}),
        ({"field": "bko_date", "years_before_reference": 0}, {"b"}),
        ({"field": "start_date", "years_before_reference": 1}, {"a", "b"}),
    ],
)
def test_each_condition_keeps_what_it_says(condition: dict[str, Any], kept: set[str]) -> None:
    rows = [
        person("a", category="lecturer", fte=Decimal("0.8"), start_date=date(2015, 1, 1), bko_date=None),
        person("b", category="professor", fte=Decimal("0.5"), start_date=date(2019, 10, 1), bko_date=OCTOBER),
        person(
            "c", category="support", fte=Decimal("0.4999"), start_date=date(2019, 10, 2), bko_date=date(2020, 10, 2)
        ),
    ]
    found = {row["person"] for row in rows if staff([row], condition).value == 1}
    assert found == kept
    assert staff(rows, condition).value == len(kept)


def test_a_boolean_is_compared_as_one() -> None:
    rows = [offer("P1", funded=True), offer("P2", funded=False)]
    for funded in (True, False):
        found = offers(rows[:1] * 2 + rows[1:], {"field": "funded", "is": funded})
        assert (found.value, found.rows) == (1, 2 if funded else 1)


def test_any_of_keeps_rows_where_one_flag_is_true() -> None:
    rows = [
        offer("P1", compulsory_matching=True),
        offer("P2", online_trial_study=True),
        offer("P3", compulsory_matching=True, online_trial_study=True),
        offer("P4"),
        offer("P5", compulsory_matching=None, online_trial_study=None),
    ]
    assert offers(rows, {"any_of": ["compulsory_matching", "online_trial_study"]}).value == 3


def test_an_empty_field_meets_no_condition_on_its_value_but_is_in_no_list_either() -> None:
    rows = [{"reporting_year": 2020, "student": "s", "programme": "P", "enrolment": "main", "funded": True}]
    for condition, kept in [({"is": "North"}, 0), ({"in": ["North"]}, 0), ({"not_in": ["North"]}, 1)]:
        where = [{"field": "unit", **condition}]
        assert of(rows, facts="fact_enrolments", count="student", where=where).value == kept, condition


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (OCTOBER, 0, OCTOBER),
        (OCTOBER, 1, date(2019, 10, 1)),
        (date(2020, 2, 29), 1, date(2019, 2, 28)),
        (date(2020, 2, 29), 4, date(2016, 2, 29)),
        (date(2019, 2, 28), 3, date(2016, 2, 28)),
        (date(2021, 3, 1), 1, date(2020, 3, 1)),
    ],
)
def test_years_before_a_date_are_counted_by_the_calendar(day: date, years: int, before: date) -> None:
    assert years_before(day, years) == before


def test_only_the_reporting_year_and_where_asked_one_unit_are_counted() -> None:
    rows = [person("a"), person("b", unit="East"), person("c", reporting_year=2019, reference_date=date(2019, 10, 1))]
    assert staff(rows).value == 2
    assert of(rows, facts="fact_staff", count="person", unit="East").value == 1
    assert of(rows, facts="fact_staff", count="person", year=2019).value == 1
    assert of(rows, facts="fact_staff", count="person", year=2018).value == 0


def test_counts_on_two_reference_dates_in_a_year_are_never_added_up() -> None:
    december = date(2020, 12, 31)
    rows = [person("a"), person("a", reference_date=december), person("b", reference_date=december)]
    on_october, on_december = staff(rows, sum="fte", count=""), staff(rows, reference_date="12-31")
    assert on_october.value == Decimal("0.8")
    assert on_october.dropped[0].rows == 2
    assert on_december.value == 2
    assert on_october.looked_at == 1


def test_each_condition_says_what_it_left_out_after_those_before_it() -> None:
    rows = [
        person("a"),
        person("b", category="support"),
        person("c", category="support", unit="East"),
        person("d", unit="East"),
    ]
    found = staff(
        rows,
        {"field": "category", "is": "lecturer", "reason_nl": "geen docent", "reason_en": "no lecturer"},
        {"field": "unit", "not_in": ["East"], "reason_nl": "niet Oost", "reason_en": "not East"},
    )
    assert [(d.rows, d.nl, d.en) for d in found.dropped if d.rows] == [
        (2, "geen docent", "no lecturer"),
        (1, "niet Oost", "not East"),
    ]
    assert found.rows == 1
    assert found.looked_at == 4


@pytest.mark.parametrize(
    ("rows", "less", "value"),
    [
        ((("North", "6.5", "0.5"), ("East", "3.0", "1.0")), {}, "9.5"),
        ((("North", "6.5", "0.5"), ("East", "3.0", "1.0")), {"less": "fte_temporary"}, "8.0"),
        ((("North", "6.5", "0.5"), ("East", "3.0", "1.0")), {"less": "fte_temporary", "less_units": ["East"]}, "8.5"),
        ((("North", "6.5", "0.5"), ("East", "3.0", "1.0")), {"less": "fte_temporary", "less_units": ["West"]}, "9.5"),
        ((("North", "6.5", None),), {"less": "fte_temporary"}, "6.5"),  # nothing to take off loses no row
        ((("North", "6.5", None),), {"less": "fte_temporary", "less_units": ["North"]}, "6.5"),
        ((("'s-Hage", "2.0", "0.5"),), {"less": "fte_temporary", "less_units": ["'s-Hage"]}, "1.5"),
    ],
)
def test_less_is_taken_off_everywhere_unless_units_are_named(rows: Any, less: dict[str, Any], value: str) -> None:
    found = of([advisers(*row) for row in rows], facts="fact_study_advisers", sum="fte", **less)
    assert found.value == Decimal(value)


def test_decimals_are_exact() -> None:
    rows = [person(str(i), fte=Decimal("0.1")) for i in range(10)]
    assert staff(rows, count="", sum="fte").value == Decimal("1.0000")
    assert staff(rows[:3], count="", sum="fte").value == Decimal("0.3000")


def test_a_person_with_two_appointments_is_one_person() -> None:
    found = staff([person("a"), person("a", unit="East"), person("b")])
    assert (found.value, found.rows) == (2, 3)


def test_a_programme_that_two_units_report_is_one_programme_and_counts_with_the_first_delivery() -> None:
    rows = [offer("P1", "North"), offer("P1", "East"), offer("P2", "North")]
    found = offers(rows)
    assert found.value == 2
    assert {c.delivery: (c.rows, c.value) for c in found.contributions} == {"East": (1, 1), "North": (2, 1)}


def test_without_rows_a_total_is_zero_and_says_that_it_looked_at_nothing() -> None:
    for term in ({"count": "person"}, {"sum": "fte"}):
        found = of([], facts="fact_staff", **term)
        assert (found.value, found.rows, found.looked_at, found.contributions) == (0, 0, 0, ())


PEOPLE = st.lists(
    st.builds(
        person,
        st.sampled_from("abcdef"),
        unit=st.sampled_from(["North", "East"]),
        category=st.sampled_from(["lecturer", "support"]),
        _delivery=st.sampled_from(["one", "two", "three"]),
        fte=st.integers(0, 12000).map(lambda n: Decimal(n).scaleb(-4)),
        bko_date=st.none() | st.dates(date(2018, 1, 1), date(2021, 12, 31)),
    ),
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(PEOPLE)
def test_contributions_add_up_to_the_value_and_what_was_dropped_to_the_rows(rows: list[dict[str, Any]]) -> None:
    where = [
        {"field": "category", "is": "lecturer"},
        {"field": "bko_date", "years_before_reference": 0},
        {"field": "unit", "not_in": ["East"]},
    ]
    lecturers = [r for r in rows if r["category"] == "lecturer" and r["unit"] == "North"]
    kept = [r for r in lecturers if r["bko_date"] and r["bko_date"] <= OCTOBER]
    counted, summed = staff(rows, *where), staff(rows, *where, count="", sum="fte")
    assert counted.value == len({r["person"] for r in kept})
    assert summed.value == sum((r["fte"] for r in kept), Decimal(0))
    for found in (counted, summed):
        assert sum(c.value for c in found.contributions) == found.value
        assert sum(c.rows for c in found.contributions) == found.rows == len(kept)
        assert found.rows + sum(d.rows for d in found.dropped) == len(rows)


def test_somebody_with_several_appointments_is_one_person_in_what_counts_and_in_what_does_not() -> None:
    """Three people have six appointments as professor, and two others three as lecturer."""
    professors = [person(name, unit=unit, category="professor") for name in "abc" for unit in ("North", "South")]
    rows = [*professors, person("d"), person("e"), person("e", unit="South")]
    lecturer = {"field": "category", "is": "lecturer", "reason_nl": "…", "reason_en": "…"}
    found = staff(rows, lecturer, count="", sum="fte")
    assert (found.value, found.rows, found.people) == (Decimal("2.4"), 3, 2)
    assert [(c.rows, c.people) for c in found.contributions] == [(3, 2)]
    assert [(d.rows, d.people) for d in found.dropped if d.rows] == [(6, 3)]


def test_rows_that_are_not_of_people_are_counted_as_rows() -> None:
    found = offers([offer("1"), offer("2")])
    assert (found.people, [c.people for c in found.contributions]) == (None, [2])
