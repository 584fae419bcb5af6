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
from schemas.tables.conformed import FACTS
from schemas.tables.delivered.evaluations import SCALE_FIELDS
from tests.made_up import line

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
    found = conform(name, staged_rows)
    assert found.schema == arrow_schema(CATALOGUE[name])
    return found.to_pylist()


@pytest.mark.parametrize("name", list(FACTS))
def test_without_rows_a_table_of_facts_is_empty_and_has_the_types_of_its_contract(name: str) -> None:
    assert facts(name, **{read: rows(read) for read in FACTS[name].reads}) == []


def test_every_declared_table_of_facts_is_made() -> None:
    assert set(FACTS) == {name for name, table in CATALOGUE.items() if table.layer == "facts"}


def test_spending_keeps_every_cent_and_the_delivery() -> None:
    own = line(budget="9999999999999999.99", realised="-0.01")
    assert facts("fact_spending", bfr=rows("bfr", own)) == [own]


def test_the_plan_keeps_its_version_and_year() -> None:
    own = {"version": "revised", "unit": "North", "theme": "t", "year": 2022, "amount": Decimal("10.50")}
    assert facts("fact_plan", spending_plan=rows("spending_plan", own)) == [own | {"_delivery": "a" * 16}]


WHERE = {"academic_year": "2019-2020", "unit": "North", "programme": "P1", "level": "Ba"}


def test_answers_of_an_academic_year_belong_to_the_reporting_year_in_which_it_ends() -> None:
    answer = {"evaluation": "course", "course": "C1", "question": "q", "score": 4, "answers": 25}
    scale = {"worst": 5, "best": 1, "question_version": "2"}
    (fact,) = facts("fact_answers", evaluations=rows("evaluations", WHERE | answer | scale))
    kept = {name: value for name, value in fact.items() if name not in WHERE}
    assert kept == answer | scale | {"reporting_year": 2020, "_delivery": "a" * 16}


def test_the_turn_of_a_century_is_no_exception() -> None:
    own = WHERE | {"evaluation": "programme", "academic_year": "1999-2000", "invited": 120, "open_link": True}
    (fact,) = facts("fact_population", evaluation_population=rows("evaluation_population", own))
    assert (fact["reporting_year"], fact["invited"], fact["course"]) == (2000, 120, None)
    assert fact["open_link"] is True


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


def test_enrolments_are_never_lost_or_doubled_by_the_register() -> None:
    every = [enrolled(p, enrolment=e) for p in ("P1", "P4", "gone") for e in ("main", "secondary")]
    found = facts("fact_enrolments", enrolments=rows("enrolments", *every), programmes=rows("programmes", *REGISTER))
    assert len(found) == len(every)


def test_staff_are_counted_in_the_year_of_their_reference_date() -> None:
    days = {"reference_date": date(2019, 12, 31), "start_date": date(2015, 9, 1), "bko_date": None, "sko_date": None}
    own = days | {"person": "p", "unit": "North", "category": "lecturer", "fte": Decimal("0.8")}
    (fact,) = facts("fact_staff", staff=rows("staff", own))
    assert fact == own | {"reporting_year": 2019, "fte": Decimal("0.8000"), "_delivery": "a" * 16}


def test_study_advisers_and_measures_of_a_faculty_report_belong_to_the_year_in_which_the_academic_year_ends() -> None:
    of = {"academic_year": "2018-2019", "unit": "North"}
    advisers = of | {"fte": Decimal("6.5"), "fte_temporary": Decimal("0.5"), "certified": 2, "in_training": 1}
    (fact,) = facts("fact_study_advisers", faculty_study_advisers=rows("faculty_study_advisers", advisers))
    assert (fact["reporting_year"], fact["fte"], fact["certified"]) == (2019, Decimal("6.5"), 2)
    measure = of | {"theme": "t", "measure": "m", "progress": "done"}
    (fact,) = facts("fact_measures", faculty_measures=rows("faculty_measures", measure))
    assert (fact["reporting_year"], fact["measure"], fact["progress"]) == (2019, "m", "done")


def test_what_a_unit_offers_has_the_level_of_the_programme_and_the_unit_that_reports_it() -> None:
    own = WHERE | {"unit": "South", "compulsory_matching": True, "online_trial_study": False}
    offers = rows("faculty_programmes", *(own | {"programme": p} for p in ("P1", "P2", "unknown")))
    found = facts("fact_programme_offers", faculty_programmes=offers, programmes=rows("programmes", *REGISTER))
    assert {f["programme"]: (f["level"], f["funded"]) for f in found} == {
        "P1": ("Ba", True),
        "P2": ("Ma", True),
        "unknown": (None, False),
    }
    assert {f["unit"] for f in found} == {"South"}


def test_the_order_of_what_comes_in_does_not_matter() -> None:
    every = [enrolled(p) for p in ("P3", "P1", "gone", "P2")]
    register = rows("programmes", *REGISTER)
    one = conform("fact_enrolments", {"enrolments": rows("enrolments", *every), "programmes": register})
    other = conform("fact_enrolments", {"enrolments": rows("enrolments", *reversed(every)), "programmes": register})
    assert one.equals(other)


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
    found = spelled(delivered, ["known"])
    respelled = conform("fact_answers", delivered, found)
    codes = ["AB 1"] * 4 + ["AB 01", "AB-1", "known", "known", None]
    assert sorted(map(str, respelled.column("course").to_pylist())) == sorted(map(str, codes))
    assert sum(respelled.column("answers").to_pylist()) == len(written) + 2
    assert conform("fact_population", delivered, found).column("course").to_pylist() == ["AB 1"]
    results = list(respelled_results(delivered, found, {"f" * 16: "invited.csv"}))
    assert [(r.table, r.cells, r.checked, r.failed) for r in results] == [
        ("evaluations", (f"{0:016x}",), 3, 2),
        *(("evaluations", (f"{at:016x}",), 1, 1) for at in (1, 2, 3, 7)),
        ("evaluation_population", ("invited.csv",), 1, 1),
    ]
    assert not any("ab 1" in r.detail.casefold() for r in results)
    assert all(r.costs is Costs.NOTHING for r in results)
