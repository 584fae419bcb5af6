"""Measures, consultations and panels, as units report them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.progress.tables import consultations, measures, panels
from schemas.exports.arrow import arrow_schema, to_arrow
from schemas.tables import CATALOGUE, staged
from tests.made_up import MEASURES, UNITS, line, profile, table

WHO = profile(
    measures=[
        ("tutors", "small_classes", ["North", "East"]),
        ("courses", "teachers", ["South"]),
        ("groups", "small_classes", []),
    ]
)
CYCLE = WHO.cycle("2021-03")


def reported(unit: str, measure: str, progress: str = "on_course", year: int = 2020) -> dict[str, Any]:
    return {"reporting_year": year, "unit": unit, "theme": MEASURES[measure], "measure": measure, "progress": progress}


def rows(
    progress: list[dict[str, Any]], spending: list[dict[str, Any]], cycle: str = "2021-03"
) -> list[dict[str, Any]]:
    made, _ = measures(WHO, WHO.cycle(cycle), table("fact_measures", progress), table("fact_spending", spending))
    return to_arrow("measures", made).to_pylist()


def of(rows: list[dict[str, Any]], unit: str, measure: str, year: int = 2020) -> dict[str, Any]:
    (row,) = [r for r in rows if (r["unit"], r["measure"], r["reporting_year"]) == (unit, measure, year)]
    return row


def test_every_measure_that_a_unit_has_is_there_reported_or_not() -> None:
    every = rows([reported("North", "tutors", "done")], [])
    assert {(r["unit"], r["measure"], r["reporting_year"]) for r in every} == {
        (u, m, y) for u, m in (("North", "tutors"), ("East", "tutors"), ("South", "courses")) for y in (2019, 2020)
    }
    north, east = of(every, "North", "tutors"), of(every, "East", "tutors")
    assert (north["progress"], north["status"], north["measure_nl"]) == ("done", "ok", "tutors nl")
    assert (east["progress"], east["status"]) == (None, "not_available")


def test_amounts_are_those_of_the_definitive_round_and_nothing_if_the_unit_spent_on_something_else() -> None:
    own = of(
        rows([], [line(budget="9", realised="9", number=1), line(budget="10.50", realised="3.25")]), "North", "tutors"
    )
    assert (own["budget"], own["realised"]) == (Decimal("10.50"), Decimal("3.25"))
    elsewhere = rows([reported("South", "tutors")], [line("East", "teachers", "courses", "5", "4")])
    assert of(elsewhere, "East", "tutors")["budget"] == Decimal(0)
    assert of(elsewhere, "North", "tutors")["budget"] is None, "of a unit that is missing it is not known"
    assert of(elsewhere, "East", "tutors", 2019)["budget"] is None
    assert of(elsewhere, "South", "tutors")["progress"] == "on_course", "outside the profile, and reported"
    assert of(elsewhere, "East", "courses")["realised"] == Decimal(4), "outside the profile, and spent on"
    running = rows([], [line("North", budget="9", year=2019), line("North", budget="9", number=1)], "2020-05")
    assert {r["reporting_year"] for r in running} == {2019}, "a running year has no definitive amounts"
    assert of(running, "North", "tutors", 2019)["budget"] == Decimal(9)


LINES = st.lists(
    st.tuples(st.sampled_from(UNITS), st.sampled_from(sorted(MEASURES)), st.integers(0, 10**7)),
    max_size=8,
    unique_by=lambda t: t[:2],
)


@settings(max_examples=30, deadline=None)
@given(LINES)
def test_measures_add_up_to_all_that_was_spent_and_so_does_their_evidence(given_in: list[tuple[str, str, int]]) -> None:
    spending = [line(u, MEASURES[m], m, str(c), str(Decimal(c).scaleb(-2))) for u, m, c in given_in]
    made, evidence = measures(WHO, CYCLE, table("fact_measures", []), table("fact_spending", spending))
    spent = sum((r["realised"] for r in spending), Decimal(0))
    assert sum((r["realised"] for r in made if r["realised"] is not None), Decimal(0)) == spent
    assert sum((e.contribution for e in evidence if e.part == "realised"), Decimal(0)) == spent
    identities = [r["figure_id"] for r in made]
    assert len(set(identities)) == len(identities)


def staged_rows(name: str, *delivered: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(staged(CATALOGUE[name]))
    usual = dict.fromkeys(schema.names) | {"_delivery": "d", "_row": 2}
    return pa.Table.from_pylist([usual | row for row in delivered], schema=schema)


def test_consultations_say_which_council_decided_what_and_when() -> None:
    one = {"academic_year": "2019-2020", "unit": "South", "council": "council", "subject": "bfr"}
    one |= {"consulted_on": date(2020, 11, 12), "decision": "approved"}
    other = one | {"academic_year": "2018-2019", "unit": "North"}
    made = consultations(CYCLE, staged_rows("faculty_consultations", one, other))
    assert [(r["reporting_year"], r["unit"], r["council"], r["decision"]) for r in made] == [
        (2019, "North", "council", "approved"),
        (2020, "South", "council", "approved"),
    ]
    assert to_arrow("council_consultations", made).num_rows == 2


def test_a_panel_of_fewer_students_than_the_threshold_is_shown_without_their_number() -> None:
    panel = {"academic_year": "2019-2020", "unit": "North", "theme": "teachers", "held_on": date(2020, 10, 8)}
    other = panel | {"unit": "South", "participants": 4}
    made = panels(WHO, CYCLE, staged_rows("faculty_panels", panel | {"participants": 5}, other))
    shown = [(r["unit"], r["participants"], r["status"]) for r in made]
    assert shown == [("North", 5, "ok"), ("South", None, "suppressed")]
    assert to_arrow("panel_discussions", made).num_rows == 2
