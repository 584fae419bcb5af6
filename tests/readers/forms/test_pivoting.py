"""Columns of the same thing becoming rows: questions of an evaluation, units of a matrix, years of a plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.forms.pivoting import lengthened
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from tests.readers.forms.making import KEY, NAME, Taken, rows_taken, taken, written

TOLD = {"unit": "North", "academic_year": "2019-2020", "course": "C-101"}
WIDE = r"""
format: {format}
encoding: latin-1
tables: [evaluations]
forms:
  - table: evaluations
    columns: {{Respondent-ID: respondent, Opleiding: programme}}
    constants: {{evaluation: course, level: Ba}}
    header_ignore: ' *\[.*?\]'
    ignored: ['Opmerkingen*']
    unpivot: {{name: question, value: score}}
    empty: {{score: ["n.v.t.", "0", "6", "[IMAGE]"]}}
"""
HEADERS = (
    "Respondent-ID", "Opleiding", "De werkvormen waren goed [Jansen]", "De gebruikte werkvormen waren goed.",
    "The workload was  good", "De docent [Jansen] was goed", "Opmerkingen [Jansen]",
)  # fmt: skip


def evaluated(folder: Path, *lines: tuple[str, ...]) -> Taken:
    path = written(folder / "evasys.csv", "\r\n".join(map(";".join, lines)), "latin-1")
    return taken(path, WIDE.format(format="csv"), "evaluations", told=TOLD)


def test_a_row_is_made_of_each_cell_that_holds_something_or_is_flawed() -> None:
    found = lengthened(
        {"who": ["a", "b"]},
        [2, 3],
        [(1, "x", [4.0, " "]), (4, "y", ["n.v.t.", None])],
        "q",
        "score",
        ["N.V.T."],
        [(3, 4)],
    )
    assert found.fields == {"who": ["a", "b"], "q": ["x", "y"], "score": [4.0, None]}
    assert (found.numbers, found.column, found.dropped) == ([2, 3], [1, 4], 2)


def test_a_row_per_respondent_becomes_a_row_per_answer_and_no_teacher_is_named(tmp_path: Path) -> None:
    found = evaluated(
        tmp_path,
        HEADERS,
        ("R-1", "P1", "4", "", "5", "4", "[IMAGE]"),
        ("R-2", "P1", "n.v.t.", "3", "0", "4", "streng maar eerlijk"),
        ("R-3", "P1", "7", "[IMAGE]", "6", "4", ""),
        ("R-4", "P1", "4", "3"),
    )
    first, second = pseudonym("R-1", KEY), pseudonym("R-2", KEY)
    assert found.rows("respondent", "question", "score", "programme", "course", "_row", "_column") == [
        (first, "teaching", 4, "P1", "C-101", 2, "De werkvormen waren goed"),
        (first, "workload", 5, "P1", "C-101", 2, "The workload was good"),
        (second, "teaching", 3, "P1", "C-101", 3, "De gebruikte werkvormen waren goed."),
    ]
    assert found.refused == [("row 5", "columns", None), ("row 4, De werkvormen waren goed", "score.range", MASK)]
    assert found.tally == Tally(5, 3, 2, left_out=5)
    assert found.raw.unknown == ("De docent was goed",)
    everything = f"{found.staged.quarantine}{found.staged.results}{found.raw.notes}{found.raw.places}"
    assert not any(word in everything for word in ("Jansen", "streng"))


def test_the_same_question_about_two_teachers_gives_two_columns_that_are_told_apart(tmp_path: Path) -> None:
    question = "De werkvormen waren goed"
    found = evaluated(tmp_path, (*HEADERS[:3], f"{question} [Pietersen]"), ("R-1", "P1", "4", "9"))
    assert list(found.raw.pivoted) == [f"{question} (C)", f"{question} (D)"]
    assert {(q.row, q.column, q.rule) for q in found.staged.quarantine} == {
        (2, f"{question} (D)", "evaluations.score.range"),
        (2, f"{question} (D)", "evaluations.one_answer"),
    }
    assert found.tally == Tally(2, 1, 1)


def test_a_workbook_of_answers_is_read_as_a_text_is() -> None:
    rows = [HEADERS, ("R-1", "P1", 4, None, 5, 4, None), ("R-2", "P1", "n.v.t.", 3, 0, 4, None)]
    found = rows_taken(rows, WIDE.format(format="workbook"), "evaluations", told=TOLD)
    answers = [("teaching", 4, 2, "C"), ("workload", 5, 2, "E"), ("teaching", 3, 3, "D")]
    assert found.rows("question", "score", "_row", "_column") == answers
    assert found.tally == Tally(3, 3, 0, left_out=3)


def test_a_matrix_of_measures_by_unit_gives_a_row_for_each_cross() -> None:
    rows = [
        ("Maatregel", "Noord", "Oost", "Zuid", "WEST", "Toelichting"),
        ("tutors nl", "x", "X", "x ", None, "loopt"),
        ("groups nl", None, " ", "x", "ja", None),
        ("onbekend", None, "x", None, None, None),
    ]
    text = """
        {format: workbook, locale: nl, tables: [faculty_measures], forms: [{table: faculty_measures,
          constants: {theme: small_classes}, unpivot: {name: unit, value: progress},
          values: {progress: {x: on_course}}}]}
    """
    found = rows_taken(rows, text, "faculty_measures", told={"academic_year": "2019-2020"})
    assert found.rows("unit", "measure", "progress", "theme", "_row", "_column") == [
        (unit, measure, "on_course", "small_classes", row, column)
        for unit, measure, row, column in (
            ("North", "tutors", 2, "B"), ("East", "tutors", 2, "C"), ("South", "tutors", 2, "D"),
            ("South", "groups", 3, "D"),
        )
    ]  # fmt: skip
    assert sorted(found.refused) == [("A4", "measure.codes", "onbekend"), ("E3", "progress.codes", "ja")]
    assert found.tally == Tally(6, 4, 2, left_out=6)
    assert found.left_out == [("6 cells without an answer or value", ())]


def planned(rows: list[tuple[Any, ...]], unpivot: str, more: str = "") -> Taken:
    text = f"""
        {{format: workbook, locale: nl, tables: [spending_plan], forms: [{{table: spending_plan,
          constants: {{version: original}}, unpivot: {{name: year, value: amount{unpivot}}}{more}}}]}}
    """
    return rows_taken(rows, text, "spending_plan")


def test_years_side_by_side_newest_first_become_rows_of_their_own_year() -> None:
    rows = [
        ("Eenheid", "Thema", "Plan 2021", "Plan 2020", "Plan 2019"),
        ("Noord", "teachers", "1.250,50", "€ 1.000,-", 7),
        ("Oost", "teachers", "(250)", None, "-"),
    ]
    found = planned(rows, ', headers: {"Plan *": "*", "Prognose *": "*"}', ", empty: {amount: ['-']}")
    assert found.rows("unit", "year", "amount", "_column") == [
        ("North", year, Decimal(amount), column)
        for year, amount, column in ((2021, "1250.50", "C"), (2020, "1000", "D"), (2019, "7", "E"))
    ]
    assert found.refused == [("C3", "amount.range", "-250")]
    assert found.tally == Tally(4, 3, 1, left_out=2)
    assert [r.detail for r in found.said("read_as") if r.severity is Severity.WARNING] == [
        f"{NAME}: zonder de kolommen Prognose * / without the columns Prognose *"
    ]


@pytest.mark.parametrize("years", [(2021, 2020), ("2021", "2020")])
def test_years_as_headers_need_no_map(years: tuple[Any, ...]) -> None:
    found = planned([("Eenheid", "Thema", *years, 1850, "Totaal"), ("Noord", "teachers", 1, 2, 3, 6)], "")
    assert found.rows("year", "amount") == [(2021, Decimal(1)), (2020, Decimal(2))]
    assert found.raw.unknown == ("1850", "Totaal")
