"""Which column of a file of answers is which field: by the column maps of a profile alone, whoever reads the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import pytest

from kwaliteitsmonitor.readers.answers.columns import BLANKS, Columns, Named, columns_of, name_of, quoted
from kwaliteitsmonitor.readers.answers.engines.names import macros
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from tests.readers.answering import HISTORY, LAW, NAMES, Answers, answer, as_csv, as_parquet, result, tally

every_form = pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET])
TOLD = {"unit": "FGW", "academic_year": "2019-2020"}


def in_form(rows: list[dict[str, Any]], form: Format, names: Sequence[str] = NAMES) -> bytes:
    return as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)


def forms(**more: Any) -> list[dict[str, Any]]:
    return [{"table": "evaluations", **more}]


def mapped(*headers: str, **form: Any) -> Columns | None:
    """The columns of a file with these headers, all of which hold texts."""
    wanted = Shape(Form.model_validate({"table": "evaluations", **form}), CATALOGUE["evaluations"])
    return columns_of([Named(name_of(one), one, True, name=one) for one in headers], wanted)


def test_headers_are_fields_by_their_names_labels_and_maps_and_what_lacks_or_is_unknown_is_told() -> None:
    columns = mapped("Vraag", "ACADEMIC YEAR", "x", "wie", "Tips?", columns={"X": "score", "wie": "respondent"})
    assert columns is not None
    assert sorted(columns.fields) == ["academic_year", "question", "score"]
    assert columns.unknown == ("Tips?",)
    assert set(columns.missing) == {"evaluation", "unit", "programme", "level", "course"}
    assert set(columns.used) == {"Vraag", "ACADEMIC YEAR", "x"}
    assert (columns.looks_at_who, columns.by_row, columns.answers_in_a_row, columns.width) == (True, False, 1, 5)
    assert mapped("score", "cijfer", columns={"cijfer": "score", "score": "score"}) is None, "it takes a closer look"


def test_a_query_over_a_file_gives_a_row_per_answer_and_none_of_blanks() -> None:
    columns = mapped(
        "who", "a", "b",
        columns={"who": "respondent"},
        compose={"course": "C-{who}"},
        empty={"respondent": ["niemand"]},
        unpivot={"name": "question", "value": "score", "headers": {"a": "organisation", "b": "assessment"}},
    )  # fmt: skip
    assert columns is not None
    assert (columns.answers_in_a_row, columns.counted[:3]) == (2, ("course", "question", "score"))
    blank = "".join(map(chr, BLANKS))
    with duckdb.connect() as connection:
        for macro in macros():
            connection.execute(macro)
        connection.execute("CREATE TABLE file (who VARCHAR, a VARCHAR, b VARCHAR)")
        connection.executemany(
            "INSERT INTO file VALUES (?, ?, ?)", [(f"{blank}1 ", " 4", "5"), ("Niemand", blank, None)]
        )
        rows = connection.execute(f"SELECT course, respondent, question, score, _filled FROM ({columns.rows('file')})")
        assert rows.fetchall() == [
            ("C-1", "1", "organisation", "4", True),
            ("C-1", "1", "assessment", "5", True),
            ("C-Niemand", None, "organisation", None, True),
            ("C-Niemand", None, "assessment", None, True),
        ]
    assert (quoted("it's"), name_of('a"b')) == ("'it''s'", '"a""b"')


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
    first, rule = (2 if form is Format.CSV else 1), f"evaluations.{name}.path"
    assert {(q.row - first, q.rule, q.found) for q in found.quarantine} == {(1, rule, other), (2, rule, other)}
    assert found.quarantine[0].expected.nl == f"{told}, waarvoor het bestand is geleverd"
    finding = result(found, f"{name}.path")
    assert (finding.checked, finding.failed, finding.quarantines) == (4, 2, True)
    assert tally(found) == Tally(4, 2, 2)


@every_form
def test_another_spelling_of_the_unit_of_the_file_is_that_unit(answers: Answers, form: Format) -> None:
    found = answers.rows([answer("R-1", unit="FA"), answer("R-2", unit="FdA")], form, given={"unit": "FdA"})
    assert tally(found) == Tally(2, 2, 0)
    assert result(found, "unit.path").failed == 0


@every_form
def test_a_row_whose_answer_stands_for_none_is_counted_and_not_received(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", "4"), answer("R-2", "n.v.t."), answer("R-3", "6"), answer("R-4", None), answer(None, "6")]
    content, empty = in_form(rows, form), ["N.v.T.", "6"]
    found = answers.stage(answers.file(content, form, forms=forms(empty={"score": empty})))
    assert [q.rule for q in found.quarantine] == ["evaluations.score.required"]
    assert tally(found) == Tally(2, 1, 1, left_out=3)
    found = answers.stage(answers.file(content, form, forms=forms(empty={"score": [*empty, ""]})))
    assert tally(found) == Tally(1, 1, 0, left_out=4)


def test_an_answer_that_stands_for_none_is_no_first_answer_and_a_respondent_that_does_is_nobody(
    answers: Answers,
) -> None:
    rows = [answer("R-1", "0"), answer("R-1", "4"), answer("R-1", "5"), answer("Anoniem", "3")]
    found = answers.text(as_csv(rows), forms=forms(empty={"score": ["0"], "respondent": ["anoniem"]}))
    assert [(r["score"], r["answers"]) for r in found.rows.to_pylist()] == [(4, 1)]
    assert [(q.row, q.rule, q.found) for q in found.quarantine] == [
        (4, "evaluations.one_answer", MASK),
        (5, "evaluations.respondent.required", None),
    ]


@every_form
def test_rows_of_another_kind_are_counted_and_not_received(answers: Answers, form: Format) -> None:
    kinds = {"R-1": "A", "R-2": "X", "R-3": " a ", "R-4": ""}
    rows = [{**answer(who, 9 if who == "R-3" else 4), "soort": kind} for who, kind in kinds.items()]
    content = in_form(rows, form, [*NAMES, "soort"])
    found = answers.stage(answers.file(content, form, forms=forms(where={"Soort": ["A"]})))
    assert tally(found) == Tally(2, 1, 1, left_out=2)
    assert [r.detail for r in found.results if r.rule == "evaluations.read_as"] == [
        f"a.{form}: 2 rijen van een andere soort dan gevraagd / 2 rows of another kind than asked for"
    ]
    untold = answers.file(in_form([answer("R-1")], form), form, forms=forms(where={"Soort": ["A"]}))
    assert "the column Soort is not there, which tells which rows are data" in answers.rejection(untold)


@every_form
def test_constants_and_composed_fields_fill_what_no_column_holds(answers: Answers, form: Format) -> None:
    names = ["Jaar", "Groep", "programme", "question", "score", "respondent"]
    rows = [{**answer("R-1"), "Jaar": "2019", "Groep": "7"}, {**answer("R-2"), "Jaar": "2019", "Groep": ""}]
    how = forms(
        constants={"evaluation": "course", "level": "master", "unit": "FA"},
        compose={"academic_year": "{Jaar}-2020", "course": "C-{Groep}/{Jaar}"},
    )
    found = answers.stage(answers.file(in_form(rows, form, names), form, forms=how))
    assert [tuple(r[n] for n in ("academic_year", "course", "level", "unit")) for r in found.rows.to_pylist()] == [
        ("2019-2020", "C-7/2019", "Ma", "FdA"),
        ("2019-2020", None, "Ma", "FdA"),
    ]


@pytest.mark.parametrize(
    ("rows", "names", "form", "aside", "expected"),
    [
        (
            [answer("R-1"), answer("R-2")],
            [n for n in NAMES if n != "unit"],
            {"constants": {"unit": "XX"}},
            [(2, "unit.codes", "XX"), (3, "unit.codes", "XX")],
            Tally(2, 0, 2),
        ),
        (
            [{**answer("R-1"), "cijfer": 4}, {**answer("R-2"), "cijfer": 3}],
            [*NAMES, "cijfer"],
            {"columns": {"cijfer": "score", "score": "score"}},
            [(3, "score.type", MASK)],
            Tally(2, 1, 1),
        ),
        (
            [answer("R-1"), answer("R-2"), answer("totaal", 2)],
            NAMES,
            {"skip": [{"header": "respondent", "matches": "totaal"}]},
            [],
            Tally(2, 2, 0, left_out=1),
        ),
    ],
    ids=["a constant that is no code", "two columns of one field that differ", "rows that a form leaves out"],
)
def test_what_a_form_says_of_rows_holds(
    answers: Answers,
    rows: list[dict[str, Any]],
    names: Sequence[str],
    form: dict[str, Any],
    aside: list[tuple[int, str, str]],
    expected: Tally,
) -> None:
    found = answers.text(as_csv(rows, names), forms=forms(**form))
    assert [(q.row, q.rule.removeprefix("evaluations."), q.found) for q in found.quarantine] == aside
    assert tally(found) == expected


def test_a_file_without_headers_has_numbered_columns(answers: Answers) -> None:
    lines = as_csv([answer("R-1"), answer("R-2", 9)]).split(b"\n", 1)[1]
    numbered = {str(at): name for at, name in enumerate(NAMES, start=1)}
    found = answers.text(lines, forms=forms(header="none", columns=numbered))
    assert [(q.row, q.rule) for q in found.quarantine] == [(2, "evaluations.score.range")]
    assert tally(found) == Tally(2, 1, 1)


ZIP: dict[str, Any] = {
    "member": "antwoorden.csv",
    "constants": {"evaluation": "course", "level": "Ba"},
    "joins": [
        {"member": "vragen.csv", "by": {"vraag_id": "id"}, "take": ["tekst"]},
        {"member": "schalen.csv", "by": {"schaal": "schaal", "antwoord": "code"}, "take": ["waarde"]},
    ],
    "columns": {"tekst": "question", "waarde": "score", "wie": "respondent", "crebo": "programme"},
}
ANSWERED = "vraag_id;schaal;antwoord;wie;crebo\n1;s;A;r1;56034\n1;s;B;r2;50700\n2;s;A;r1;56034\n9;s;A;r3;56034\n"
QUESTIONS = "id;tekst\n1;De cursus was goed georganiseerd.\n2;The assessment matched the learning objectives well.\n"


def zipped(questions: str) -> bytes:
    made = io.BytesIO()
    members = {"antwoorden": ANSWERED, "vragen": questions, "schalen": "schaal;code;waarde\ns;A;5\ns;B;2\n"}
    with zipfile.ZipFile(made, "w") as package:
        for name, text in members.items():
            package.writestr(f"{name}.csv", text)
    return made.getvalue()


def test_labels_and_scales_of_a_relational_export_are_joined_unless_that_would_multiply_answers(
    answers: Answers,
) -> None:
    found = answers.stage(answers.file(zipped(QUESTIONS), Format.ZIP, given=TOLD, forms=forms(**ZIP)))
    assert sorted((r["programme"], r["question"], r["score"], r["answers"]) for r in found.rows.to_pylist()) == [
        (LAW, "organisation", 2, 1),
        (HISTORY, "assessment", 5, 1),
        (HISTORY, "organisation", 5, 1),
    ]
    assert [(q.row, q.rule) for q in found.quarantine] == [(5, "evaluations.question.required")]
    assert tally(found) == Tally(4, 3, 1)
    twice = answers.file(zipped(QUESTIONS + "1;Dezelfde nog eens.\n"), Format.ZIP, given=TOLD, forms=forms(**ZIP))
    assert "a second one would multiply rows" in answers.rejection(twice)


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


def test_a_column_without_a_header_in_which_something_stands_is_told(answers: Answers) -> None:
    rows = [{**answer("R-1"), "": "", " ": "x"}, {**answer("R-2"), "": None, " ": ""}]
    found = answers.text(as_csv(rows, [*NAMES, "", " "]))
    assert tally(found) == Tally(2, 2, 0)
    assert result(found, "columns").detail == (
        "a.csv: onbekend en niet gelezen: K (zonder kop) / not known and not read: K (no header)"
    )
