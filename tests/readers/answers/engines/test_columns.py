"""Which column of a file of answers is which field: by the column maps of a profile alone, whoever reads the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from kwaliteitsmonitor.readers.answers.engines.columns import BLANKS, Columns, Named, columns_of, name_of, quoted
from kwaliteitsmonitor.readers.answers.engines.names import macros
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from tests.made_up import told
from tests.readers.answering import (
    EVERY_FORM,
    HISTORY,
    LAW,
    NAMES,
    Answers,
    answer,
    as_csv,
    content_of,
    first_row,
    result,
    tally,
)
from tests.readers.files.making import xlsx, zipped


def forms(**more: Any) -> list[dict[str, Any]]:
    return [{"table": "evaluations", **more}]


def mapped(*headers: str, **form: Any) -> Columns | None:
    """The columns of a file with these headers, all of which hold texts."""
    wanted = Shape(Form.model_validate({"table": "evaluations", **form}), CATALOGUE["evaluations"])
    return columns_of([Named(name_of(one), one, True, name=one) for one in headers], wanted)


def test_headers_are_fields_by_their_names_labels_and_maps_and_what_lacks_or_is_unknown_is_named() -> None:
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
    values = [(f"{blank}1 ", " 4", "5"), ("Niemand", blank, None)]
    with duckdb.connect() as connection:
        for macro in macros():
            connection.execute(macro)
        connection.execute("CREATE TABLE file (who VARCHAR, a VARCHAR, b VARCHAR)")
        connection.executemany("INSERT INTO file VALUES (?, ?, ?)", values)
        rows = connection.execute(f"SELECT course, respondent, question, score, _filled FROM ({columns.rows('file')})")
        assert rows.fetchall() == [
            ("C-1", "1", "organisation", "4", True),
            ("C-1", "1", "assessment", "5", True),
            ("C-Niemand", None, "organisation", None, True),
            ("C-Niemand", None, "assessment", None, True),
        ]
    assert (quoted("it's"), name_of('a"b')) == ("'it''s'", '"a""b"')


@EVERY_FORM
@pytest.mark.parametrize(
    ("name", "of_file", "other"),
    [("unit", "FGW", "FdR"), ("course", "C-101", "C-9"), ("academic_year", "2019-2020", "2018-2019")],
)
def test_what_contradicts_the_name_of_the_file_is_set_aside(
    answers: Answers, form: Format, name: str, of_file: str, other: str
) -> None:
    rows = [answer("R-1"), answer("R-2", **{name: other}), answer("R-3", 9, **{name: other}), answer("R-4")]
    table = answers.rows(rows, form, given={name: of_file})
    rule = f"evaluations.{name}.path"
    assert {(q.row - first_row(form), q.rule, q.found) for q in table.quarantine} == {
        (1, rule, other),
        (2, rule, other),
    }
    assert table.quarantine[0].expected.nl == f"{of_file}, waarvoor het bestand is geleverd"
    finding = result(table, f"{name}.path")
    assert (finding.checked, finding.failed, finding.quarantines) == (4, 2, True)
    assert tally(table) == Tally(4, 2, 2)
    same = answers.rows([answer("R-1", unit="FA"), answer("R-2", unit="FdA")], form, given={"unit": "FdA"})
    assert tally(same) == Tally(2, 2, 0), "another spelling of the unit is that unit"


KINDS = [{**answer(f"R-{n}", 9 if n == 3 else 4), "soort": kind} for n, kind in enumerate(("A", "X", "", " a "))]
SCORES = [answer("R-1", "4"), answer("R-2", "n.v.t."), answer("R-3", "6"), answer("R-4", None), answer(None, "6")]
CONSTANTS = {"evaluation": "course", "level": "master", "unit": "FA"}
COMPOSED = {"academic_year": "{Jaar}-2020", "course": "C-{Groep}/{Jaar}"}
OF_YEAR = [{**answer("R-1"), "Jaar": "2019", "Groep": "7"}, {**answer("R-2"), "Jaar": "2019", "Groep": ""}]


@EVERY_FORM
@pytest.mark.parametrize(
    ("rows", "names", "how", "aside", "expected"),
    [
        (SCORES, NAMES, {"empty": {"score": ["N.v.T.", "6"]}}, [(3, "score.required", None)], Tally(2, 1, 1, 3)),
        (SCORES, NAMES, {"empty": {"score": ["n.v.t.", "6", ""]}}, [], Tally(1, 1, 0, 4)),
        (
            [answer("R-1", "0"), answer("R-1", "4"), answer("R-1", "5"), answer("Anoniem", "3")], NAMES,
            {"empty": {"score": ["0"], "respondent": ["anoniem"]}},
            [(2, "one_answer", MASK), (3, "respondent.required", None)], Tally(3, 1, 2, 1),
        ),
        (KINDS, [*NAMES, "soort"], {"where": {"Soort": ["A"]}}, [(3, "score.range", MASK)], Tally(2, 1, 1, 2)),
        (
            OF_YEAR, ["Jaar", "Groep", "programme", "question", "score", "respondent"],
            {"constants": CONSTANTS, "compose": COMPOSED}, [], Tally(2, 2, 0),
        ),
        (
            [answer("R-1"), answer("R-2")], [n for n in NAMES if n != "unit"], {"constants": {"unit": "XX"}},
            [(0, "unit.codes", "XX"), (1, "unit.codes", "XX")], Tally(2, 0, 2),
        ),
        (
            [{**answer("R-1"), "cijfer": 4}, {**answer("R-2"), "cijfer": 3}], [*NAMES, "cijfer"],
            {"columns": {"cijfer": "score", "score": "score"}}, [(1, "score.type", MASK)], Tally(2, 1, 1),
        ),
        (
            [answer("R-1"), answer("R-2"), answer("totaal", 2)], NAMES,
            {"skip": [{"header": "respondent", "matches": "totaal"}]}, [], Tally(2, 2, 0, 1),
        ),
    ],
    ids=["scores that are none", "no score is none too", "a first answer that is none, and a respondent",
         "rows of another kind", "constants and composed fields", "a constant that is no code",
         "two columns of one field that differ", "rows that a form leaves out"],
)  # fmt: skip
def test_what_a_form_says_of_rows_holds(
    answers: Answers, form: Format, rows: list[Any], names: Sequence[str], how: Any, aside: list[Any], expected: Tally
) -> None:
    table = answers.stage(answers.file(content_of(rows, form, names), form, forms=forms(**how)))
    items = [(q.row - first_row(form), q.rule.removeprefix("evaluations."), q.found) for q in table.quarantine]
    assert items == aside
    assert tally(table) == expected
    if rows is OF_YEAR:
        assert [tuple(r[n] for n in ("academic_year", "course", "level", "unit")) for r in table.rows.to_pylist()] == [
            ("2019-2020", "C-7/2019", "Ma", "FdA"),
            ("2019-2020", None, "Ma", "FdA"),
        ]
    if rows is KINDS:
        assert [told(r) for r in table.results if r.rule == "evaluations.read_as"] == [
            f"a.{form}: 2 rijen van een andere soort dan gevraagd / 2 rows of another kind than asked for"
        ]


@EVERY_FORM
def test_a_column_that_says_which_rows_are_data_must_be_there(answers: Answers, form: Format) -> None:
    file = answers.file(content_of([answer("R-1")], form), form, forms=forms(where={"Soort": ["A"]}))
    assert "the column Soort is not there, which tells which rows are data" in answers.rejection(file)


def test_columns_without_headers_have_numbers_and_letters(answers: Answers) -> None:
    lines = as_csv([answer("R-1"), answer("R-2", 9)]).split(b"\n", 1)[1]
    numbered = {str(at): name for at, name in enumerate(NAMES, start=1)}
    table = answers.text(lines, forms=forms(header="none", columns=numbered))
    assert [(q.row, q.rule) for q in table.quarantine] == [(2, "evaluations.score.range")]
    assert tally(table) == Tally(2, 1, 1)
    rows = [{**answer("R-1"), "": "", " ": "x"}, {**answer("R-2"), "": None, " ": ""}]
    table = answers.text(as_csv(rows, [*NAMES, "", " "]))
    assert tally(table) == Tally(2, 2, 0)
    assert told(result(table, "columns")) == (
        "a.csv: onbekend en niet gelezen: K (zonder kop) / not known and not read: K (no header)"
    )


ZIP: dict[str, Any] = {
    "member": "antwoorden.csv",
    "constants": {"evaluation": "course", "level": "Ba"},
    "joins": [
        {"member": "vragen.csv", "by": {"vraag_id": "id"}, "take": ["tekst"]},
        {"member": "schalen.csv", "by": {"schaal": "schaal", "antwoord": "code"}, "take": ["waarde"]},
    ],
    "columns": {"tekst": "question", "waarde": "score", "wie": "respondent", "crebo": "programme"},
}
MEMBERS = {
    "antwoorden.csv": "vraag_id;schaal;antwoord;wie;crebo\n1;s;A;r1;56034\n1;s;B;r2;50700\n2;s;A;r1;56034\n"
    "9;s;A;r3;56034\n",
    "vragen.csv": "id;tekst\n1;De cursus was goed georganiseerd.\n"
    "2;The assessment matched the learning objectives well.\n",
    "schalen.csv": "schaal;code;waarde\ns;A;5\ns;B;2\n",
}


def test_labels_and_scales_of_a_relational_export_are_joined_unless_that_would_multiply_answers(
    answers: Answers,
) -> None:
    how: dict[str, Any] = {"given": {"unit": "FGW", "academic_year": "2019-2020"}, "forms": forms(**ZIP)}
    table = answers.stage(answers.file(zipped(MEMBERS), Format.ZIP, **how))
    assert sorted((r["programme"], r["question"], r["score"], r["answers"]) for r in table.rows.to_pylist()) == [
        (LAW, "organisation", 2, 1),
        (HISTORY, "assessment", 5, 1),
        (HISTORY, "organisation", 5, 1),
    ]
    assert [(q.row, q.rule) for q in table.quarantine] == [(5, "evaluations.question.required")]
    assert tally(table) == Tally(4, 3, 1)
    twice = MEMBERS | {"vragen.csv": MEMBERS["vragen.csv"] + "1;Dezelfde nog eens.\n"}
    reason = answers.rejection(answers.file(zipped(twice), Format.ZIP, **how))
    assert "a second one would multiply rows" in reason


def test_answers_in_a_workbook_are_found_back_by_their_cell(answers: Answers) -> None:
    rows = [answer("R-1"), answer("R-2", 9), answer("R-1", 3), answer(None), answer("R-5", unit="XX")]
    content = xlsx({"Antwoorden": [NAMES, *([row[name] for name in NAMES] for row in rows)]})
    table = answers.stage(answers.file(content, Format.WORKBOOK, name="w"))
    assert [(q.place, q.rule, q.found) for q in table.quarantine] == [
        ("w.workbook Antwoorden!H3", "evaluations.score.range", MASK),
        ("w.workbook Antwoorden!row 4", "evaluations.one_answer", MASK),
        ("w.workbook Antwoorden!I5", "evaluations.respondent.required", None),
        ("w.workbook Antwoorden!C6", "evaluations.unit.codes", "XX"),
    ]
    assert tally(table) == Tally(5, 1, 4)
