"""Columns of other texts in a ZIP: joined by a key that is unique there, so that no row is multiplied."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.forms.joining import lookup
from kwaliteitsmonitor.readers.staging import Tally
from schemas.profile.forms import Join
from tests.readers.forms.making import KEY, taken, zipped

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
TEXTS = {
    "export/answers.csv": "respondent;code;question_id;scale_id;answer\nR-1;P1;11;1;A\nR-1;P1;12;1;B\n"
    "R-2;P1;11;1;C\nR-2;P1;13;1;A\n",
    "export/questions.csv": "id;label\n11;De werkvormen waren goed\n12;The workload was good\n",
    "export/scale.csv": "scale_id;value;text\n1;A;zeer eens\n1;B;Eens\n2;A;nooit\n",
}


def test_texts_of_a_zip_are_joined_and_no_row_is_multiplied(tmp_path: Path) -> None:
    told = {"unit": "North", "academic_year": "2019-2020", "course": "C-101"}
    found = taken(zipped(tmp_path / "x.zip", TEXTS), RELATED, "evaluations", told=told)
    who, sheet = pseudonym("R-1", KEY), "export/answers.csv"
    assert found.rows("respondent", "question", "score", "_sheet", "_row") == [
        (who, "teaching", 5, sheet, 2), (who, "workload", 4, sheet, 3)
    ]  # fmt: skip
    assert found.refused == [("row 5, question", "question.required", None), ("row 4, score", "score.required", None)]
    assert found.tally == Tally(4, 2, 2)
    places = {r.detail.split(" / ")[-1]: r.cells for r in found.said("read_as")}
    assert places["1 row whose question_id is not in *questions.csv"] == ("x.zip export/answers.csv!row 5",)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"questions.csv": "id;label\n11;a\n12;b\n11;c"}, "the key .id. in row 4 of '.questions.csv' is already there"),
        ({"questions.csv": "id;tekst\n11;x"}, "lacks the columns id, label"),
        ({}, "there is no table '.questions.csv'"),
        ({"a_questions.csv": "id;label", "b_questions.csv": "id;label"}, "there are several tables"),
        ({"questions.csv": "id;label\n11"}, "row 2 of '.questions.csv' has another number of cells"),
    ],
)
def test_a_join_that_would_multiply_rows_or_cannot_be_made_is_refused(members: dict[str, str], sentence: str) -> None:
    grids = [
        Grid(name, rows := [line.split(";") for line in text.split("\n")], range(1, len(rows) + 1))
        for name, text in members.items()
    ]
    with pytest.raises(RefusedFileError, match=sentence):
        lookup(Join(member="*questions.csv", by={"question_id": "id"}, take=["label"]), grids)


def test_a_key_is_found_below_captions_and_rows_without_one_are_passed_by() -> None:
    page = Grid("q", [["Vragen"], ["Label", "ID"], ["x", 11.0], ["", ""], ["y", ""]], range(1, 6))
    one = lookup(Join(member="q", by={"question_id": "id"}, take=["label"]), [page])
    assert one.there(["Question_ID"])
    columns, notes = one.columns([["11", "", 11.0, "9"]], [2, 3, 4, 5])
    assert columns == [["x", None, "x", None]]
    assert [note.rows for note in notes] == [(5,)]
