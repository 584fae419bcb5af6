"""Forms in which answers are sent, by the column maps of a profile alone, whoever reads the file: engine or process."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pandas as pd
import pytest

from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.profile.feeds import Format
from tests.readers.answering import HISTORY, LAW, NAMES, Answers, answer, as_csv, as_parquet, result, tally

every_form = pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET])


def in_form(rows: list[dict[str, Any]], form: Format, names: list[str]) -> bytes:
    return as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)


def form(**more: Any) -> list[dict[str, Any]]:
    return [{"table": "evaluations", **more}]


@every_form
def test_the_course_of_a_file_per_course_is_told_by_its_name(answers: Answers, form: Format) -> None:
    names = [n for n in NAMES if n not in ("course", "unit")]
    given = {"course": "C-7", "unit": "FGW", "academic_year": "2019-2020"}
    found = answers.rows([answer("R-1"), answer("R-2")], form, names, given)
    assert [(r["course"], r["unit"], r["answers"]) for r in found.rows.to_pylist()] == [("C-7", "FGW", 2)]


@every_form
@pytest.mark.parametrize(
    ("name", "told", "other"),
    [("unit", "FGW", "FdR"), ("course", "C-101", "C-9"), ("academic_year", "2019-2020", "2018-2019")],
)
def test_what_contradicts_the_name_of_the_file_is_set_aside(
    answers: Answers, form: Format, name: str, told: str, other: str
) -> None:
    rows = [answer("R-1"), answer("R-2", **{name: other}), answer("R-3", 9, **{name: other}), answer("R-4")]
    found = answers.rows(rows, form, given={name: told})
    first = 2 if form is Format.CSV else 1
    assert {(q.row - first, q.rule, q.found) for q in found.quarantine} == {
        (1, f"evaluations.{name}.path", other),
        (2, f"evaluations.{name}.path", other),
    }
    assert found.quarantine[0].expected.nl == f"{told}, waarvoor het bestand is geleverd"
    told_of = result(found, f"{name}.path")
    assert (told_of.checked, told_of.failed, told_of.quarantines) == (4, 2, True)
    assert tally(found) == Tally(4, 2, 2)


@every_form
def test_another_spelling_of_the_unit_of_the_file_is_that_unit(answers: Answers, form: Format) -> None:
    found = answers.rows([answer("R-1", unit="FA"), answer("R-2", unit="FdA")], form, given={"unit": "FdA"})
    assert tally(found) == Tally(2, 2, 0)
    assert result(found, "unit.path").failed == 0


@every_form
def test_a_row_whose_answer_stands_for_none_is_counted_and_not_received(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", "4"), answer("R-2", "n.v.t."), answer("R-3", "6"), answer("R-4", None), answer(None, "6")]
    content = in_form(rows, form, list(NAMES))
    empty = {"score": ["N.v.T.", "6"]}
    found = answers.stage(answers.file(content, form, forms=[{"table": "evaluations", "empty": empty}]))
    assert [q.rule for q in found.quarantine] == ["evaluations.score.required"]
    assert tally(found) == Tally(2, 1, 1, left_out=3)
    empty["score"].append("")
    found = answers.stage(answers.file(content, form, forms=[{"table": "evaluations", "empty": empty}]))
    assert tally(found) == Tally(1, 1, 0, left_out=4)


def test_an_answer_that_stands_for_none_is_no_first_answer(answers: Answers) -> None:
    rows = [answer("R-1", "0"), answer("R-1", "4"), answer("R-1", "5")]
    found = answers.text(as_csv(rows), forms=form(empty={"score": ["0"]}))
    assert [(r["score"], r["answers"]) for r in found.rows.to_pylist()] == [(4, 1)]
    assert [(q.row, q.rule) for q in found.quarantine] == [(4, "evaluations.one_answer")]


@every_form
def test_rows_of_another_kind_are_counted_and_not_received(answers: Answers, form: Format) -> None:
    rows = [{**answer("R-1"), "soort": "A"}, {**answer("R-2"), "soort": "X"}, {**answer("R-3", 9), "soort": " a "},
            {**answer("R-4"), "soort": ""}]  # fmt: skip
    content = in_form(rows, form, [*NAMES, "soort"])
    found = answers.stage(answers.file(content, form, forms=[{"table": "evaluations", "where": {"Soort": ["A"]}}]))
    assert tally(found) == Tally(2, 1, 1, left_out=2)
    assert [r.detail for r in found.results if r.rule == "evaluations.read_as"] == [
        f"a.{form}: 2 rijen van een andere soort dan gevraagd / 2 rows of another kind than asked for"
    ]


@every_form
def test_a_file_that_does_not_tell_which_rows_are_answers_is_refused(answers: Answers, form: Format) -> None:
    one = answers.file(
        in_form([answer("R-1")], form, NAMES), form, forms=[{"table": "evaluations", "where": {"Soort": ["A"]}}]
    )
    assert "the column Soort is not there, which tells which rows are data" in answers.rejection(one)


@every_form
def test_constants_and_composed_fields_fill_what_no_column_holds(answers: Answers, form: Format) -> None:
    names = ["Jaar", "Groep", "programme", "question", "score", "respondent"]
    rows = [{**answer("R-1"), "Jaar": "2019", "Groep": "7"}, {**answer("R-2"), "Jaar": "2019", "Groep": ""}]
    how = {
        "table": "evaluations",
        "constants": {"evaluation": "course", "level": "master", "unit": "FA"},
        "compose": {"academic_year": "{Jaar}-2020", "course": "C-{Groep}/{Jaar}"},
    }
    found = answers.stage(answers.file(in_form(rows, form, names), form, forms=[how]))
    assert [tuple(r[n] for n in ("academic_year", "course", "level", "unit")) for r in found.rows.to_pylist()] == [
        ("2019-2020", "C-7/2019", "Ma", "FdA"),
        ("2019-2020", None, "Ma", "FdA"),
    ]


def test_a_constant_that_is_no_code_sets_every_answer_aside(answers: Answers) -> None:
    names = [n for n in NAMES if n != "unit"]
    found = answers.text(as_csv([answer("R-1"), answer("R-2")], names), forms=form(constants={"unit": "XX"}))
    assert {(q.row, q.rule, q.found) for q in found.quarantine} == {
        (2, "evaluations.unit.codes", "XX"),
        (3, "evaluations.unit.codes", "XX"),
    }


def test_a_respondent_that_stands_for_nobody_is_none(answers: Answers) -> None:
    rows = [answer("Anoniem"), answer("R-1")]
    found = answers.text(as_csv(rows), forms=form(empty={"respondent": ["anoniem"]}))
    assert [(q.row, q.rule, q.found) for q in found.quarantine] == [(2, "evaluations.respondent.required", None)]


def test_a_file_without_headers_has_numbered_columns(answers: Answers) -> None:
    lines = as_csv([answer("R-1"), answer("R-2", 9)]).split(b"\n", 1)[1]
    columns = {str(at): name for at, name in enumerate(NAMES, start=1)}
    found = answers.text(lines, forms=form(header="none", columns=columns))
    assert [(q.row, q.rule) for q in found.quarantine] == [(2, "evaluations.score.range")]
    assert tally(found) == Tally(2, 1, 1)


def test_two_columns_of_one_field_that_differ_are_set_aside(answers: Answers) -> None:
    rows = [{**answer("R-1"), "cijfer": 4}, {**answer("R-2"), "cijfer": 3}]
    found = answers.text(as_csv(rows, [*NAMES, "cijfer"]), forms=form(columns={"cijfer": "score", "score": "score"}))
    assert [(q.row, q.rule, q.found) for q in found.quarantine] == [(3, "evaluations.score.type", MASK)]
    assert found.quarantine[0].expected.nl.startswith("een waarde: ")
    assert tally(found) == Tally(2, 1, 1)


def test_rows_that_a_form_leaves_out_are_counted(answers: Answers) -> None:
    rows = [answer("R-1"), answer("R-2"), answer("totaal", 2)]
    skip = [{"header": "respondent", "matches": "totaal"}]
    found = answers.text(as_csv(rows), forms=form(skip=skip))
    assert tally(found) == Tally(2, 2, 0, left_out=1)


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, text in members.items():
            package.writestr(f"{name}.csv", text)
    return made.getvalue()


ZIP: dict[str, Any] = {
    "table": "evaluations",
    "member": "antwoorden.csv",
    "constants": {"evaluation": "course", "level": "Ba"},
    "joins": [
        {"member": "vragen.csv", "by": {"vraag_id": "id"}, "take": ["tekst"]},
        {"member": "schalen.csv", "by": {"schaal": "schaal", "antwoord": "code"}, "take": ["waarde"]},
    ],
    "columns": {"tekst": "question", "waarde": "score", "wie": "respondent", "crebo": "programme"},
}
ASKED = "vraag_id;schaal;antwoord;wie;crebo\n1;s;A;r1;56034\n1;s;B;r2;50700\n2;s;A;r1;56034\n9;s;A;r3;56034\n"
QUESTIONS = "id;tekst\n1;De cursus was goed georganiseerd.\n2;The assessment matched the learning objectives well.\n"
SCALES = "schaal;code;waarde\ns;A;5\ns;B;2\n"


def test_labels_and_scales_of_a_relational_export_are_joined(answers: Answers) -> None:
    content = zipped(antwoorden=ASKED, vragen=QUESTIONS, schalen=SCALES)
    given = {"unit": "FGW", "academic_year": "2019-2020"}
    found = answers.stage(answers.file(content, Format.ZIP, given=given, forms=[ZIP]))
    assert sorted((r["programme"], r["question"], r["score"], r["answers"]) for r in found.rows.to_pylist()) == [
        (LAW, "organisation", 2, 1),
        (HISTORY, "assessment", 5, 1),
        (HISTORY, "organisation", 5, 1),
    ]
    assert [(q.row, q.rule) for q in found.quarantine] == [(5, "evaluations.question.required")]
    assert tally(found) == Tally(4, 3, 1)


def test_a_join_that_would_multiply_answers_is_refused(answers: Answers) -> None:
    content = zipped(antwoorden=ASKED, vragen=QUESTIONS + "1;Dezelfde nog eens.\n", schalen=SCALES)
    given = {"unit": "FGW", "academic_year": "2019-2020"}
    said = answers.rejection(answers.file(content, Format.ZIP, given=given, forms=[ZIP]))
    assert "a second one would multiply rows" in said


def test_answers_in_a_workbook_are_found_back_by_their_cell(answers: Answers) -> None:
    rows = [answer("R-1"), answer("R-2", 9), answer("R-1", 3), answer(None), answer("R-5", unit="XX")]
    path = answers.folder / "w.xlsx"
    pd.DataFrame(rows)[list(NAMES)].to_excel(path, sheet_name="Antwoorden", index=False)
    found = answers.stage(answers.file(path.read_bytes(), Format.WORKBOOK, name="w"))
    assert [(q.place, q.rule, q.found) for q in found.quarantine] == [
        ("w.workbook Antwoorden!H3", "evaluations.score.range", MASK),
        ("w.workbook Antwoorden!row 4", "evaluations.one_answer", MASK),
        ("w.workbook Antwoorden!I5", "evaluations.respondent.required", None),
        ("w.workbook Antwoorden!C6", "evaluations.unit.codes", "XX"),
    ]
    assert tally(found) == Tally(5, 1, 4)


def test_a_column_without_a_header_in_which_something_stands_is_said(answers: Answers) -> None:
    rows = [{**answer("R-1"), "": "", " ": "x"}, {**answer("R-2"), "": None, " ": ""}]
    found = answers.text(as_csv(rows, [*NAMES, "", " "]))
    assert tally(found) == Tally(2, 2, 0)
    assert result(found, "columns").detail == (
        "a.csv: onbekend en niet gelezen: K (zonder kop) / not known and not read: K (no header)"
    )
