"""Evaluations as they are exported: a row per respondent, questions as headers, and related texts in a ZIP."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.errors import UnreadableError
from tests.readers.forms.making import KEY, taken, workbook, written, zipped

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
    "Respondent-ID",
    "Opleiding",
    "De werkvormen waren goed [Jansen]",
    "De gebruikte werkvormen waren goed.",
    "The workload was  good",
    "De docent [Jansen] was goed",
    "Opmerkingen [Jansen]",
)


def test_a_row_per_respondent_becomes_a_row_per_answer_and_no_teacher_is_named(tmp_path: Path) -> None:
    lines = [
        HEADERS,
        ("R-1", "P1", "4", "", "5", "4", "[IMAGE]"),
        ("R-2", "P1", "n.v.t.", "3", "0", "4", "streng maar eerlijk"),
        ("R-3", "P1", "7", "[IMAGE]", "6", "4", ""),
        ("R-4", "P1", "4", "3"),
    ]
    text = "\r\n".join(";".join(line) for line in lines)
    found = taken(
        written(tmp_path / "evasys.csv", text, "latin-1"), WIDE.format(format="csv"), "evaluations", told=TOLD
    )
    assert found.rows("respondent", "question", "score", "programme", "course", "_row", "_column") == [
        (pseudonym("R-1", KEY), "teaching", 4, "P1", "C-101", 2, "De werkvormen waren goed"),
        (pseudonym("R-1", KEY), "workload", 5, "P1", "C-101", 2, "The workload was good"),
        (pseudonym("R-2", KEY), "teaching", 3, "P1", "C-101", 3, "De gebruikte werkvormen waren goed."),
    ]
    assert found.refused == [
        ("row 5", "columns", None),
        ("row 4, De werkvormen waren goed", "score.range", MASK),
    ]
    assert found.tally == Tally(5, 3, 2, left_out=5)
    assert found.raw.unknown == ("De docent was goed",)
    everything = f"{found.staged.quarantine}{found.staged.results}{found.raw.notes}{found.raw.places}"
    assert "Jansen" not in everything
    assert "streng" not in everything


def test_the_same_question_about_two_teachers_gives_two_columns_that_are_told_apart(tmp_path: Path) -> None:
    lines = [
        "Respondent-ID;Opleiding;De werkvormen waren goed [Jansen];De werkvormen waren goed [Pietersen]",
        "R-1;P1;4;9",
    ]
    found = taken(written(tmp_path / "x.csv", "\n".join(lines)), WIDE.format(format="csv"), "evaluations", told=TOLD)
    assert list(found.raw.pivoted) == ["De werkvormen waren goed (C)", "De werkvormen waren goed (D)"]
    assert {(q.row, q.column, q.rule) for q in found.staged.quarantine} == {
        (2, "De werkvormen waren goed (D)", "evaluations.score.range"),
        (2, "De werkvormen waren goed (D)", "evaluations.one_answer"),
    }
    assert found.tally == Tally(2, 1, 1)


def test_a_workbook_of_answers_is_read_as_a_text_is(tmp_path: Path) -> None:
    rows = [HEADERS, ("R-1", "P1", 4, None, 5, 4, None), ("R-2", "P1", "n.v.t.", 3, 0, 4, None)]
    found = taken(
        workbook(tmp_path / "x.xlsx", {"Antwoorden": rows}), WIDE.format(format="workbook"), "evaluations", told=TOLD
    )
    assert found.rows("question", "score", "_row", "_column") == [
        ("teaching", 4, 2, "C"),
        ("workload", 5, 2, "E"),
        ("teaching", 3, 3, "D"),
    ]
    assert found.tally == Tally(3, 3, 0, left_out=3)


RELATED = """
format: zip
tables: [evaluations]
forms:
  - table: evaluations
    member: "*answers.csv"
    columns: {code: programme, label: question, text: score}
    constants: {evaluation: course, level: Ba}
    joins:
      - {member: "*questions.csv", by: {question_id: id}, take: [label]}
      - {member: "*scale.csv", by: {scale_id: scale_id, answer: value}, take: [text]}
    ignored: [question_id, scale_id, answer]
    values: {score: {zeer eens: "5", eens: "4"}}
"""
ANSWERS = "respondent;code;question_id;scale_id;answer\nR-1;P1;11;1;A\nR-1;P1;12;1;B\nR-2;P1;11;1;C\nR-2;P1;13;1;A\n"
QUESTIONS = "id;label\n11;De werkvormen waren goed\n12;The workload was good\n"
SCALE = "scale_id;value;text\n1;A;zeer eens\n1;B;Eens\n2;A;nooit\n"


def test_texts_of_a_zip_are_joined_and_no_row_is_multiplied(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "x.zip",
        {"export/answers.csv": ANSWERS, "export/questions.csv": QUESTIONS, "export/scale.csv": SCALE},
    )
    found = taken(path, RELATED, "evaluations", told=TOLD)
    assert found.rows("respondent", "question", "score", "_sheet", "_row") == [
        (pseudonym("R-1", KEY), "teaching", 5, "export/answers.csv", 2),
        (pseudonym("R-1", KEY), "workload", 4, "export/answers.csv", 3),
    ]
    assert found.refused == [
        ("row 5, question", "question.required", None),
        ("row 4, score", "score.required", None),
    ]
    assert found.tally == Tally(4, 2, 2)
    said = {r.detail.split(" / ")[-1]: r.cells for r in found.said("read_as")}
    assert said["1 row whose question_id is not in *questions.csv"] == ("x.zip export/answers.csv!row 5",)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"questions.csv": QUESTIONS + "11;Nog eens\n"}, "the key .id. in row 4 of '.questions.csv' is already there"),
        ({"questions.csv": "id;tekst\n11;x\n"}, "lacks the columns id, label"),
        ({}, "there is no table '.questions.csv'"),
        ({"a_questions.csv": QUESTIONS, "b_questions.csv": QUESTIONS}, "there are several tables"),
        ({"questions.csv": "id;label\n11\n"}, "row 2 of '.questions.csv' has another number of cells"),
    ],
)
def test_a_join_that_would_multiply_rows_or_cannot_be_made_is_refused(
    tmp_path: Path, members: dict[str, str], said: str
) -> None:
    path = zipped(tmp_path / "x.zip", {"answers.csv": ANSWERS, "scale.csv": SCALE, **members})
    with pytest.raises(UnreadableError, match=said):
        taken(path, RELATED, "evaluations", told=TOLD)
