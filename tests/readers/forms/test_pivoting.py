"""Columns of the same thing becoming rows, and columns of other texts joined so that no row is multiplied."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.forms.joining import lookup
from kwaliteitsmonitor.readers.forms.pivoting import lengthened
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.profile.forms import Join
from tests.made_up import told
from tests.readers.files.making import put, zipped
from tests.readers.forms.making import KEY, NAME, Taken, rows_taken, taken, written

TOLD = {"unit": "North", "academic_year": "2019-2020", "course": "C-101"}
WIDE = r"""
{format: csv, encoding: latin-1, tables: [evaluations], forms: [{table: evaluations,
  columns: {Respondent-ID: respondent, Opleiding: programme}, constants: {evaluation: course, level: Ba},
  header_ignore: ' *\[.*?\]', ignored: ['Opmerkingen*'], unpivot: {name: question, value: score},
  empty: {score: ["n.v.t.", "0", "6", "[IMAGE]"]}}]}
"""
HEADERS = (
    "Respondent-ID", "Opleiding", "De werkvormen waren goed [Jansen]", "De gebruikte werkvormen waren goed.",
    "The workload was  good", "De docent [Jansen] was goed", "Opmerkingen [Jansen]",
)  # fmt: skip


def evaluated(folder: Path, *lines: tuple[str, ...]) -> Taken:
    path = written(folder / "evasys.csv", "\r\n".join(map(";".join, lines)), "latin-1")
    return taken(path, WIDE, "evaluations", told=TOLD)


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
    assert [told(r) for r in found.said("read_as") if r.severity is Severity.WARNING] == [
        f"{NAME}: zonder de kolommen Prognose * / without the columns Prognose *"
    ]


def test_years_as_headers_need_no_map() -> None:
    for years in ((2021, 2020), ("2021", "2020")):
        found = planned([("Eenheid", "Thema", *years, 1850, "Totaal"), ("Noord", "teachers", 1, 2, 3, 6)], "")
        assert found.rows("year", "amount") == [(2021, Decimal(1)), (2020, Decimal(2))]
        assert found.raw.unknown == ("1850", "Totaal")


# -- columns of other texts in a ZIP, joined by a key that is unique there

RELATED = """
{format: zip, tables: [evaluations], forms: [{table: evaluations, member: "*answers.csv",
  columns: {code: programme, label: question, text: score}, constants: {evaluation: course, level: Ba},
  joins: [{member: "*questions.csv", by: {question_id: id}, take: [label]},
    {member: "*scale.csv", by: {scale_id: scale_id, answer: value}, take: [text]}],
  ignored: [question_id, scale_id, answer], values: {score: {zeer eens: "5", eens: "4"}}}]}
"""
TEXTS = {
    "export/answers.csv": "respondent;code;question_id;scale_id;answer\nR-1;P1;11;1;A\nR-1;P1;12;1;B\n"
    "R-2;P1;11;1;C\nR-2;P1;13;1;A\n",
    "export/questions.csv": "id;label\n11;De werkvormen waren goed\n12;The workload was good\n",
    "export/scale.csv": "scale_id;value;text\n1;A;zeer eens\n1;B;Eens\n2;A;nooit\n",
}


def test_texts_of_a_zip_are_joined_and_no_row_is_multiplied(tmp_path: Path) -> None:
    found = taken(put(tmp_path, zipped(TEXTS), "x.zip"), RELATED, "evaluations", told=TOLD)
    who, sheet = pseudonym("R-1", KEY), "export/answers.csv"
    assert found.rows("respondent", "question", "score", "_sheet", "_row") == [
        (who, "teaching", 5, sheet, 2), (who, "workload", 4, sheet, 3)
    ]  # fmt: skip
    assert found.refused == [("row 5, question", "question.required", None), ("row 4, score", "score.required", None)]
    assert found.tally == Tally(4, 2, 2)
    places = {told(r).split(" / ")[-1]: r.cells for r in found.said("read_as")}
    assert places["1 row whose question_id is not in *questions.csv"] == ("x.zip export/answers.csv!row 5",)


UNJOINED: list[tuple[dict[str, str], str]] = [
    ({"questions.csv": "id;label\n11;a\n12;b\n11;c"}, "the key .id. in row 4 of '.questions.csv' is already there"),
    ({"questions.csv": "id;tekst\n11;x"}, "lacks the columns id, label"),
    ({}, "there is no table '.questions.csv'"),
    ({"a_questions.csv": "id;label", "b_questions.csv": "id;label"}, "there are several tables"),
    ({"questions.csv": "id;label\n11"}, "row 2 of '.questions.csv' has another number of cells"),
]


def test_a_join_that_would_multiply_rows_or_cannot_be_made_is_refused() -> None:
    for members, sentence in UNJOINED:
        texts = {name: [line.split(";") for line in text.split("\n")] for name, text in members.items()}
        grids = [Grid(name, rows, range(1, len(rows) + 1)) for name, rows in texts.items()]
        with pytest.raises(RefusedFileError, match=sentence):
            lookup(Join(member="*questions.csv", by={"question_id": "id"}, take=["label"]), grids)


def test_a_key_is_found_below_captions_and_rows_without_one_are_passed_by() -> None:
    page = Grid("q", [["Vragen"], ["Label", "ID"], ["x", 11.0], ["", ""], ["y", ""]], range(1, 6))
    one = lookup(Join(member="q", by={"question_id": "id"}, take=["label"]), [page])
    assert one.there(["Question_ID"])
    columns, notes = one.columns([["11", "", 11.0, "9"]], [2, 3, 4, 5])
    assert columns == [["x", None, "x", None]]
    assert [note.rows for note in notes] == [(5,)]
