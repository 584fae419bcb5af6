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
        ({"field": "category", "is": "lecturer"}, "a"),
        ({"field": "category", "in": ["lecturer", "professor"]}, "ab"),
        ({"field": "category", "not_in": ["lecturer", "professor"]}, "c"),
        ({"field": "category", "in": []}, ""),
        ({"field": "category", "not_in": []}, "abc"),
        ({"field": "fte", "at_least": "0.5"}, "ab"),
        ({"field": "fte", "at_least": "0.5001"}, "a"),
        ({"field": "bko_date", "filled": True}, "bc"),
        ({"field": "bko_date", "filled": False}, "a"),
        ({"field": "bko_date", "years_before_reference": 0}, "b"),
        ({"field": "start_date", "years_before_reference": 1}, "ab"),
    ],
)
def test_each_condition_keeps_what_it_says(condition: dict[str, Any], kept: str) -> None:
    rows = [
        person("a", category="lecturer", fte=Decimal("0.8")),
        person("b", category="professor", fte=Decimal("0.5"), start_date=date(2019, 10, 1), bko_date=OCTOBER),
        person(
            "c", category="support", fte=Decimal("0.4999"), start_date=date(2019, 10, 2), bko_date=date(2020, 10, 2)
        ),
    ]
    assert "".join(row["person"] for row in rows if staff([row], condition).value == 1) == kept
    assert staff(rows, condition).value == len(kept)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"field": "funded", "is": True}, 4),
        ({"field": "funded", "is": False}, 1),
        ({"any_of": ["compulsory_matching", "online_trial_study"]}, 3),
        ({"field": "level", "is": "Ba"}, 4),
        ({"field": "level", "in": ["Ba"]}, 4),
        ({"field": "level", "not_in": ["Ba"]}, 1),
    ],
)
def test_a_flag_is_compared_as_one_and_an_empty_field_meets_no_condition_but_not_to_be_in_a_list(
    condition: dict[str, Any], kept: int
) -> None:
    rows = [
        offer("P1", compulsory_matching=True),
        offer("P2", online_trial_study=True, funded=False),
        offer("P3", compulsory_matching=True, online_trial_study=True),
        offer("P4", level=None),
        offer("P5", compulsory_matching=None, online_trial_study=None),
    ]
    assert offers(rows, condition).value == kept


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (OCTOBER, 0, OCTOBER),
        (OCTOBER, 1, date(2019, 10, 1)),
        (date(2020, 2, 29), 1, date(2019, 2, 28)),
        (date(2020, 2, 29), 4, date(2016, 2, 29)),
    ],
)
def test_years_before_a_date_are_counted_by_the_calendar(day: date, years: int, before: date) -> None:
    assert years_before(day, years) == before


def test_only_the_reporting_year_and_where_asked_one_unit_are_counted() -> None:
    rows = [person("a"), person("b", unit="East"), person("c", reporting_year=2019, reference_date=date(2019, 10, 1))]
    for more, value in (({}, 2), ({"unit": "East"}, 1), ({"year": 2019}, 1), ({"year": 2018}, 0)):
        assert of(rows, facts="fact_staff", count="person", **more).value == value


def test_counts_on_two_reference_dates_in_a_year_are_never_added_up() -> None:
    december = date(2020, 12, 31)
    rows = [person("a"), person("a", reference_date=december), person("b", reference_date=december)]
    on_october = staff(rows, sum="fte", count="")
    assert (on_october.value, on_october.looked_at, on_october.dropped[0].rows) == (Decimal("0.8"), 1, 2)
    assert staff(rows, reference_date="12-31").value == 2


def test_each_condition_says_what_it_left_out_after_those_before_it_in_rows_and_people() -> None:
    professors = [person(name, unit=unit, category="professor") for name in "abc" for unit in ("North", "East")]
    rows = [*professors, person("d"), person("e"), person("e"), person("f", unit="East")]
    total = staff(
        rows,
        {"field": "category", "is": "lecturer", "reason_nl": "geen docent", "reason_en": "no lecturer"},
        {"field": "unit", "not_in": ["East"], "reason_nl": "niet Oost", "reason_en": "not East"},
        count="",
        sum="fte",
    )
    assert [(d.rows, d.people, d.nl, d.en) for d in total.dropped if d.rows] == [
        (6, 3, "geen docent", "no lecturer"),
        (1, 1, "niet Oost", "not East"),
    ]
    assert (total.value, total.rows, total.people, total.looked_at) == (Decimal("2.4"), 3, 2, 10)
    assert [(c.rows, c.people) for c in total.contributions] == [(3, 2)]


TWO = (("North", "6.5", "0.5"), ("East", "3.0", "1.0"))


@pytest.mark.parametrize(
    ("rows", "less", "value"),
    [
        (TWO, {}, "9.5"),
        (TWO, {"less": "fte_temporary"}, "8.0"),
        (TWO, {"less": "fte_temporary", "less_units": ["East"]}, "8.5"),
        (TWO, {"less": "fte_temporary", "less_units": ["West"]}, "9.5"),
        ((("North", "6.5", None),), {"less": "fte_temporary"}, "6.5"),  # nothing to take off loses no row
        ((("North", "6.5", None),), {"less": "fte_temporary", "less_units": ["North"]}, "6.5"),
        ((("'s-Hage", "2.0", "0.5"),), {"less": "fte_temporary", "less_units": ["'s-Hage"]}, "1.5"),
    ],
)
def test_less_is_taken_off_everywhere_unless_units_are_named(rows: Any, less: dict[str, Any], value: str) -> None:
    assert of([advisers(*row) for row in rows], facts="fact_study_advisers", sum="fte", **less).value == Decimal(value)


def test_a_programme_that_two_units_report_is_one_programme_and_counts_with_the_first_delivery() -> None:
    total = offers([offer("P1", "North"), offer("P1", "East"), offer("P2", "North")])
    assert (total.value, total.rows, total.people) == (2, 3, None)
    assert [(c.delivery, c.rows, c.value) for c in total.contributions] == [
        ("East", 1, 1),
        ("North", 1, 0),
        ("North", 1, 1),
    ]


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
    for one in (counted, summed):
        assert one.looked_at == len(rows)
        assert all(c.rows for c in one.contributions)
        assert sum(c.value for c in one.contributions) == one.value
        assert sum(c.rows for c in one.contributions) == one.rows == len(kept)
        assert one.rows + sum(d.rows for d in one.dropped) == len(rows)
