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

from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.answers.engines.names import NAME, WRONG, macros
from kwaliteitsmonitor.readers.cells.identifiers import damage_of, folded
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Severity
from schemas.profile import Profile
from schemas.profile.feeds import Format
from schemas.tables import CATALOGUE
from tests.readers.answering import NAMES, Answers, answer, as_csv, counts, result, tally
from tests.readers.cells.naming import FOLDED, RIGHT, every_damage
from tests.readers.files.making import xlsx

CASES = Path(__file__).parents[3] / "cases"
FORMS = pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET, Format.WORKBOOK])


@pytest.fixture
def answers(tmp_path: Path, profile: Profile) -> Answers:
    made = Answers(tmp_path, profile)
    made.table = CATALOGUE["evaluations"].bind(profile.code_lists())
    return made


def rows_of(case: str) -> list[dict[str, Any]]:
    with (CASES / case).open(newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";"))
    return [{**row, "course": row["course"] or None, "score": int(row["score"])} for row in rows]


def staged(answers: Answers, rows: list[dict[str, Any]], form: Format) -> StagedTable:
    """The same rows as text, as Parquet, and as a workbook that this process reads itself."""
    if form is Format.WORKBOOK:
        return answers.stage(answers.file(xlsx({"Antwoorden": [NAMES, *([r[n] for n in NAMES] for r in rows)]}), form))
    return answers.rows(rows, form)


def spelling(found: StagedTable, name: str) -> RuleResult:
    (one,) = (r for r in found.results if r.rule == f"evaluations.{name}.spelling")
    return one


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


@FORMS
def test_course_codes_after_excel_are_refused_and_one_code_in_four_spacings_is_one(
    answers: Answers, form: Format
) -> None:
    found = staged(answers, rows_of("course-codes-mangled/cursus.csv"), form)
    assert tally(found).received == 10
    refused = {q.found: q.expected.nl for q in found.quarantine if q.rule == "evaluations.course.type"}
    error = None if form is Format.WORKBOOK else "#N/A"  # there it is an error, and no text
    assert set(refused) == {"6-jan", "1-mrt", "1E+05", error, "NULL"}
    assert "datum" in refused["6-jan"]
    assert "wetenschappelijke notatie" in refused["1E+05"]
    assert {row["course"]: row["answers"] for row in found.rows.to_pylist()} == {"AB 1": 5}
    ways = spelling(found, "course")
    assert (ways.severity, ways.failed) == (Severity.INFO, 4)
    assert "4 antwoorden" in ways.detail


@FORMS
def test_a_respondent_in_scientific_notation_is_refused_with_the_reason(answers: Answers, form: Format) -> None:
    found = staged(answers, rows_of("respondent-scientific/programma.csv"), form)
    assert (tally(found).received, tally(found).accepted, tally(found).quarantined) == (10, 0, 10)
    assert {q.rule for q in found.quarantine} == {"evaluations.respondent.type"}, "and not as a second answer as well"
    assert {q.found for q in found.quarantine} == {"***"}
    assert "wetenschappelijke notatie" in found.quarantine[0].expected.nl
    assert not any("1,61803" in f"{q}" for q in found.quarantine)


ODD: Mapping[str, str] = {
    "#N/A": "foutmelding", "NULL": "voor niets", "0": "nul", "onbekend": "voor niets", "6-jan": "datum",
    "=A1": "formule",
}  # fmt: skip


@FORMS
def test_respondents_that_are_none_are_refused_each_with_its_reason(answers: Answers, form: Format) -> None:
    rows = [answer(who, programme="50200", score=1 + at % 5) for at, who in enumerate([*ODD, "R-1", "E1", "0123"])]
    found = staged(answers, rows, form)
    assert tally(found).accepted == 3
    first = min(q.row for q in found.quarantine)
    expected = {q.row - first: q.expected.nl for q in found.quarantine if q.rule == "evaluations.respondent.type"}
    assert len(found.quarantine) == len(ODD)
    for at, word in enumerate(ODD.values()):
        assert word in expected[at] or (form is Format.WORKBOOK and "formule zonder uitkomst" in expected[at])


@FORMS
def test_a_respondent_written_in_two_ways_answers_once(answers: Answers, form: Format) -> None:
    guard = "161803,0" if form is Format.WORKBOOK else '="161803"'  # in a workbook that is a formula
    ways = ["161803", guard, "'161803", "161803.0", "161803\u00a0", "AB  1", "AB\u00a01", "ab 1"]
    found = staged(answers, [answer(who, programme="50200") for who in ways], form)
    assert result(found, "one_answer").failed == 5, "and capitals tell respondents apart"
    assert tally(found).accepted == 3
    assert spelling(found, "respondent").failed >= 4
    assert "161803" not in spelling(found, "respondent").detail


def test_respondents_in_a_column_of_fractions_are_those_whole_numbers(answers: Answers) -> None:
    numbers = (161803398, 161803399, 161803398)
    rows = [answer(str(number), programme="50200") for number in numbers]
    made = io.BytesIO()
    columns = {name: pa.array([row[name] for row in rows]) for name in NAMES}
    columns |= {"respondent": pa.array(numbers, pa.float64()), "programme": pa.array([50200.0] * 3, pa.float64())}
    pq.write_table(pa.table(columns), made)
    as_fractions = answers.stage(answers.file(made.getvalue(), Format.PARQUET))
    as_text = answers.stage(answers.file(as_csv(rows), Format.CSV))
    assert counts(as_fractions) == counts(as_text)
    assert tally(as_fractions).quarantined == 1
    assert not [r for r in as_fractions.results if r.rule.endswith("spelling")]


@pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET])
def test_a_word_for_no_course_is_none_for_a_programme_and_refused_for_a_course(answers: Answers, form: Format) -> None:
    of_programme = {"evaluation": "programme", "question": "career_options", "programme": "50200"}
    rows = [answer(f"R-{at}", course="n.v.t.", **of_programme) for at in range(3)]
    rows += [answer(f"R-{at}", course="n.v.t.", programme="50200") for at in range(2)]
    found = staged(answers, rows, form)
    counted = {(row["evaluation"], row["course"]): row["answers"] for row in found.rows.to_pylist()}
    assert counted == {("programme", None): 3}
    assert [q.rule for q in found.quarantine] == ["evaluations.course.type"] * 2
    assert spelling(found, "course").failed == 3


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
