"""Names in files of answers, which the engine counts: a course and a respondent that a spreadsheet destroyed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.readers.answers.engines.names import NAME, WRONG, macros
from kwaliteitsmonitor.readers.cells.identifiers import damage_of, folded
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.profile import Profile
from schemas.profile.feeds import Format
from schemas.tables import CATALOGUE
from tests.made_up import told
from tests.readers.answering import EVERY_FORM, NAMES, Answers, answer, content_of, counts, result, tally
from tests.readers.cells.naming import FOLDED, RIGHT, every_damage
from tests.readers.files.making import xlsx

CASES = Path(__file__).parents[3] / "cases"


@pytest.fixture
def answers(tmp_path: Path, profile: Profile) -> Answers:
    made = Answers(tmp_path, profile)
    made.table = CATALOGUE["evaluations"].bind(profile.code_lists())
    return made


def rows_of(case: str) -> list[dict[str, Any]]:
    with (CASES / case).open(newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";"))
    return [{**row, "course": row["course"] or None, "score": int(row["score"])} for row in rows]


def test_the_engine_tells_of_each_name_what_reading_cells_tells() -> None:
    texts = [*(text for _, text in every_damage()), *RIGHT, *FOLDED, *FOLDED.values()]
    with duckdb.connect() as connection:
        for macro in macros():
            connection.execute(macro)
        connection.register("names", pa.table({"t": texts}))
        rows = connection.execute(f"SELECT t, {NAME}(t), {WRONG}(t) FROM names").fetchall()
    for text, name, wrong in rows:
        own = folded(text)
        damage = damage_of(own)
        assert name == own, text
        assert wrong == (str(damage) if damage else "otherwise" if own != text else None), text


@EVERY_FORM
def test_course_codes_after_excel_are_refused_and_one_code_in_four_spacings_is_one(
    answers: Answers, form: Format
) -> None:
    table = answers.rows(rows_of("course-codes-mangled/cursus.csv"), form)
    assert tally(table).received == 10
    refused = {q.found: q.expected.nl for q in table.quarantine if q.rule == "evaluations.course.type"}
    assert set(refused) == {"6-jan", "1-mrt", "1E+05", "#N/A", "NULL"}
    assert "datum" in refused["6-jan"]
    assert "wetenschappelijke notatie" in refused["1E+05"]
    assert {row["course"]: row["answers"] for row in table.rows.to_pylist()} == {"AB 1": 5}
    ways = result(table, "course.spelling")
    assert (ways.severity, ways.failed) == (Severity.INFO, 4)
    assert "4 antwoorden" in told(ways)


@pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
def test_a_respondent_in_scientific_notation_is_refused_with_the_reason(answers: Answers, form: Format) -> None:
    rows = rows_of("respondent-scientific/programma.csv")
    page = xlsx({"Antwoorden": [NAMES, *([row[name] for name in NAMES] for row in rows)]})
    content = page if form is Format.WORKBOOK else content_of(rows, form)
    table = answers.stage(answers.file(content, form))
    assert tally(table) == Tally(10, 0, 10)
    assert {q.rule for q in table.quarantine} == {"evaluations.respondent.type"}, "and not as a second answer as well"
    assert {q.found for q in table.quarantine} == {"***"}
    assert "wetenschappelijke notatie" in table.quarantine[0].expected.nl
    assert not any("1,61803" in f"{q}" for q in table.quarantine)


ODD: Mapping[str, str] = {
    "#N/A": "foutmelding", "NULL": "voor niets", "0": "nul", "onbekend": "voor niets", "6-jan": "datum",
    "=A1": "formule",
}  # fmt: skip
WAYS = ["161803", '="161803"', "'161803", "161803.0", "161803\u00a0", "AB  1", "AB\u00a01", "ab 1"]


@EVERY_FORM
def test_respondents_that_are_none_are_refused_and_one_written_in_several_ways_answers_once(
    answers: Answers, form: Format
) -> None:
    table = answers.rows([answer(name, programme="50200") for name in [*ODD, "R-1", "E1", "0123"]], form)
    assert (tally(table).accepted, len(table.quarantine)) == (3, len(ODD))
    expected = [q.expected.nl for q in table.quarantine if q.rule == "evaluations.respondent.type"]
    assert [word for word, nl in zip(ODD.values(), expected, strict=True) if word not in nl] == []
    table = answers.rows([answer(name, programme="50200") for name in WAYS], form)
    assert result(table, "one_answer").failed == 5, "and capitals tell respondents apart"
    assert tally(table).accepted == 3
    assert result(table, "respondent.spelling").failed >= 4
    assert "161803" not in told(result(table, "respondent.spelling"))


def test_respondents_in_a_column_of_fractions_are_those_whole_numbers(answers: Answers) -> None:
    numbers = (161803398, 161803399, 161803398)
    rows = [answer(str(number), programme="50200") for number in numbers]
    columns = {name: pa.array([row[name] for row in rows]) for name in NAMES}
    columns |= {"respondent": pa.array(numbers, pa.float64()), "programme": pa.array([50200.0] * 3, pa.float64())}
    made = io.BytesIO()
    pq.write_table(pa.table(columns), made)
    as_fractions = answers.stage(answers.file(made.getvalue(), Format.PARQUET))
    assert counts(as_fractions) == counts(answers.rows(rows, Format.CSV))
    assert tally(as_fractions).quarantined == 1
    assert not [r for r in as_fractions.results if r.rule.endswith("spelling")]


@EVERY_FORM
def test_a_word_for_no_course_is_none_for_a_programme_and_refused_for_a_course(answers: Answers, form: Format) -> None:
    of_programme = {"evaluation": "programme", "question": "career_options", "programme": "50200"}
    rows = [answer(f"R-{at}", course="n.v.t.", **of_programme) for at in range(3)]
    rows += [answer(f"R-{at}", course="n.v.t.", programme="50200") for at in range(2)]
    table = answers.rows(rows, form)
    assert {(r["evaluation"], r["course"]): r["answers"] for r in table.rows.to_pylist()} == {("programme", None): 3}
    assert [q.rule for q in table.quarantine] == ["evaluations.course.type"] * 2
    assert result(table, "course.spelling").failed == 3


def test_who_answered_in_a_wide_file_is_looked_at_as_well(answers: Answers) -> None:
    form = {
        "table": "evaluations",
        "columns": {"Student": "respondent", "Opleiding": "programme"},
        "constants": {"evaluation": "course", "level": "Ba", "course": "C-1"},
        "unpivot": {"name": "question", "value": "score"},
    }
    text = "Student;Opleiding;teaching_methods\n1,6E+14;50200;4\nR-1;50200;5\n"
    found = answers.text(text, forms=[form], given={"academic_year": "2019-2020", "unit": "FGW"})
    assert [q.rule for q in found.quarantine] == ["evaluations.respondent.type"]
    assert tally(found).accepted == 1
