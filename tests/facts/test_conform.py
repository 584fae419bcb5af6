"""From staged rows to facts: reporting years, levels and funding, in the types of the contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from assets.facts.conform import conform
from assets.facts.courses import respelled_results, spelled
from schemas.consequences import Costs
from schemas.exports.arrow import arrow_schema, arrow_type
from schemas.tables import CATALOGUE, staged
from schemas.tables.delivered.evaluations import SCALE_FIELDS
from schemas.tables.facts import FACTS
from tests.made_up import line, told

REGISTER = (
    {"programme": "P1", "name": "B", "croho_type": "ba", "funded": True, "unit": "North"},
    {"programme": "P2", "name": "M", "croho_type": "ma", "funded": True, "unit": "East"},
    {"programme": "P3", "name": "Post", "croho_type": "pm", "funded": False, "unit": "East"},
    {"programme": "P4", "name": "Ended", "croho_type": "on", "funded": False, "unit": None},
)


def rows(name: str, *delivered: dict[str, Any]) -> pa.Table:
    """Staged rows; each keeps the delivery that it came from."""
    schema = arrow_schema(staged(CATALOGUE[name]))
    if name == "evaluations":
        for field in (*SCALE_FIELDS, CATALOGUE["fact_answers"]["answers"]):
            schema = schema.append(pa.field(field.name, arrow_type(field)))
    usual = dict.fromkeys(schema.names)
    complete = [usual | {"_delivery": "a" * 16, "_row": i} | row for i, row in enumerate(delivered, 2)]
    return pa.Table.from_pylist(complete, schema=schema)


def facts(name: str, **staged_rows: pa.Table) -> list[dict[str, Any]]:
    made = conform(name, staged_rows)
    assert made.schema == arrow_schema(CATALOGUE[name])
    return made.to_pylist()


@pytest.mark.parametrize("name", list(FACTS))
def test_without_rows_a_table_of_facts_is_empty_and_has_the_types_of_its_contract(name: str) -> None:
    assert facts(name, **{read: rows(read) for read in FACTS[name].reads}) == []
    assert set(FACTS) == {name for name, table in CATALOGUE.items() if table.layer == "facts"}


WHERE = {"academic_year": "2019-2020", "unit": "North", "programme": "P1", "level": "Ba"}
ANSWER = {"evaluation": "course", "course": "C1", "question": "q", "score": 4, "answers": 25}
SCALE = {"worst": 5, "best": 1, "question_version": "2"}
INVITED = WHERE | {"evaluation": "programme", "academic_year": "1999-2000", "invited": 120, "open_link": True}
PLANNED = {"version": "revised", "unit": "North", "theme": "t", "year": 2022, "amount": Decimal("10.50")}
DAYS = {"reference_date": date(2019, 12, 31), "start_date": date(2015, 9, 1), "bko_date": None, "sko_date": None}
STAFF = DAYS | {"person": "p", "unit": "North", "category": "lecturer", "fte": Decimal("0.8000")}
REPORT = {"academic_year": "2018-2019", "unit": "North"}
FTE = {"fte": Decimal("6.5"), "fte_temporary": Decimal("0.5"), "certified": 2, "in_training": 1}
MEASURE = {"theme": "t", "measure": "m", "progress": "done"}


@pytest.mark.parametrize(
    ("name", "of", "delivered", "year"),
    [
        ("fact_spending", "bfr", line(budget="9999999999999999.99", realised="-0.01"), 2020),
        ("fact_plan", "spending_plan", PLANNED, None),
        ("fact_answers", "evaluations", WHERE | ANSWER | SCALE, 2020),  # in which the academic year ends
        ("fact_population", "evaluation_population", INVITED, 2000),
        ("fact_staff", "staff", STAFF, 2019),  # that of its reference date
        ("fact_study_advisers", "faculty_study_advisers", REPORT | FTE, 2019),
        ("fact_measures", "faculty_measures", REPORT | MEASURE, 2019),
    ],
)
def test_a_fact_keeps_what_was_delivered_to_the_cent_with_its_delivery_and_reporting_year(
    name: str, of: str, delivered: dict[str, Any], year: int | None
) -> None:
    (fact,) = facts(name, **{of: rows(of, delivered)})
    kept = {"_delivery": "a" * 16, "_row": 2} | delivered | ({"reporting_year": year} if year else {})
    assert {field: fact[field] for field in kept if field in fact} == {f: kept[f] for f in kept if f in fact}
    assert set(kept) - set(fact) <= {"academic_year", "_row"}
    assert {value for field, value in fact.items() if field not in kept} <= {None}


def enrolled(programme: str, day: date = date(2020, 10, 1), enrolment: str = "main") -> dict[str, Any]:
    return {"reference_date": day, "student": f"s-{programme}", "programme": programme, "enrolment": enrolment}


@pytest.mark.parametrize(
    ("programme", "level", "funded", "unit"),
    [
        ("P1", "Ba", True, "North"),
        ("P2", "Ma", True, "East"),
        ("P3", None, False, "East"),
        ("P4", None, False, None),
        ("unknown", None, False, None),
    ],
)
def test_level_funding_and_unit_of_an_enrolment_are_those_of_its_programme_in_the_register(
    programme: str, level: str | None, funded: bool, unit: str | None
) -> None:
    register = rows("programmes", *({**row, "_delivery": "f" * 16} for row in REGISTER))
    (fact,) = facts("fact_enrolments", enrolments=rows("enrolments", enrolled(programme)), programmes=register)
    assert (fact["level"], fact["funded"], fact["unit"]) == (level, funded, unit)
    assert (fact["reporting_year"], fact["enrolment"]) == (2020, "main")
    assert fact["_delivery"] == "a" * 16, "its own delivery, and not that of the register"


def test_enrolments_are_never_lost_or_doubled_by_the_register_nor_does_their_order_matter() -> None:
    every = [enrolled(p, enrolment=e) for p in ("P1", "P4", "gone") for e in ("main", "secondary")]
    register = rows("programmes", *REGISTER)
    one, other = (
        conform("fact_enrolments", {"enrolments": rows("enrolments", *order), "programmes": register})
        for order in (every, every[::-1])
    )
    assert len(one) == len(every)
    assert one.equals(other)


def test_what_a_unit_offers_has_the_level_of_the_programme_and_the_unit_that_reports_it() -> None:
    own = WHERE | {"unit": "South", "compulsory_matching": True, "online_trial_study": False}
    offers = rows("faculty_programmes", *(own | {"programme": p} for p in ("P1", "P2", "unknown")))
    made = facts("fact_programme_offers", faculty_programmes=offers, programmes=rows("programmes", *REGISTER))
    of_programme = {f["programme"]: (f["level"], f["funded"]) for f in made}
    assert of_programme == {"P1": ("Ba", True), "P2": ("Ma", True), "unknown": (None, False)}
    assert {f["unit"] for f in made} == {"South"}


def test_a_course_has_one_spelling_in_all_deliveries_and_each_that_wrote_another_is_told() -> None:
    """Capitals and spaces tell none apart; zeros and other characters do. What the profile names is written so."""
    written = ["AB 1", "ab 1", "AB  1", " AB 1", "AB 01", "AB-1", "known", "KNOWN", None]
    course = WHERE | {"evaluation": "course"}
    question = {"question": "Q1", "question_version": "1", "worst": 1, "best": 5}
    answers = [
        course | question | {"course": code, "score": 4, "answers": 1, "_delivery": f"{at:016x}"}
        for at, code in enumerate(written)
    ]
    answers.append(answers[0] | {"course": "aB 1", "answers": 2})
    invited = course | {"course": "ab 1", "invited": 9, "_delivery": "f" * 16}
    delivered = {
        "evaluations": rows("evaluations", *answers),
        "evaluation_population": rows("evaluation_population", invited),
    }
    made = spelled(delivered, ["known"])
    respelled = conform("fact_answers", delivered, made)
    codes = ["AB 1"] * 4 + ["AB 01", "AB-1", "known", "known", None]
    assert sorted(map(str, respelled.column("course").to_pylist())) == sorted(map(str, codes))
    assert sum(respelled.column("answers").to_pylist()) == len(written) + 2
    assert conform("fact_population", delivered, made).column("course").to_pylist() == ["AB 1"]
    results = list(respelled_results(delivered, made, {"f" * 16: "invited.csv"}))
    assert [(r.table, r.cells, r.checked, r.failed) for r in results] == [
        ("evaluations", (f"{0:016x}",), 3, 2),
        *(("evaluations", (f"{at:016x}",), 1, 1) for at in (1, 2, 3, 7)),
        ("evaluation_population", ("invited.csv",), 1, 1),
    ]
    assert not any("ab 1" in told(r).casefold() for r in results)
    assert all(r.costs is Costs.NOTHING for r in results)
