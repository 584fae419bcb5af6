"""A row per respondent and a column per question: each cell is an answer, and is found back by its row and column."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.profile import Profile
from schemas.profile.feeds import Format
from tests.readers.answering import HISTORY, Answers, result, tally

METHODS = "De gebruikte werkvormen hielpen mij de stof te begrijpen."
METHODS_EN = "The teaching methods used helped me to understand the material."
ORGANISATION = "De cursus was goed georganiseerd."
ASSESSMENT = "De toetsing sloot goed aan bij de leerdoelen."
CODES = {METHODS: "teaching_methods", METHODS_EN: "teaching_methods", ORGANISATION: "organisation"}
GIVEN = {"unit": "FGW", "academic_year": "2019-2020", "course": "C-101"}
WIDE: dict[str, Any] = {
    "table": "evaluations",
    "columns": {"Respondent-ID": "respondent", "Opleidingscode": "programme"},
    "constants": {"evaluation": "course", "level": "Ba"},
    "header_ignore": r" *\[.*?\]",
    "unpivot": {"name": "question", "value": "score"},
    "empty": {"score": ["", "n.v.t.", "0", "6", "[IMAGE]"]},
}
NO_ID = {**WIDE, "columns": {"Opleidingscode": "programme"}, "compose": {"respondent": "{#}"}}


def wide(headers: list[str], *rows: list[Any]) -> bytes:
    """An export as EvaSys makes it: semicolons, ISO-8859-1, every header in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(headers)
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("iso-8859-1")


def stage(answers: Answers, content: bytes, form: dict[str, Any] = WIDE, **more: Any) -> StagedTable:
    return answers.text(content, **{"encoding": "iso-8859-1", "given": GIVEN, "forms": [form], **more})


def per_question(found: StagedTable) -> Counter[tuple[str, int]]:
    """The number of answers per question and score."""
    counted: Counter[tuple[str, int]] = Counter()
    for row in found.rows.to_pylist():
        counted[row["question"], row["score"]] += row["answers"]
    return counted


HEADERS = ["Respondent-ID", "Opleidingscode", f"{METHODS} [Jansen, P.]", f"{ORGANISATION} [Jansen, P.]", "Tips?"]


def test_each_cell_under_a_question_is_an_answer_of_the_row(answers: Answers) -> None:
    found = stage(answers, wide(HEADERS, ["r1", HISTORY, 4, 5, "één"], ["r2", HISTORY, 4, 1, "[IMAGE]"]))
    assert per_question(found) == {("teaching_methods", 4): 2, ("organisation", 5): 1, ("organisation", 1): 1}
    assert {tuple(r[n] for n in ("evaluation", "level", "unit", "course")) for r in found.rows.to_pylist()} == {
        ("course", "Ba", "FGW", "C-101")
    }
    assert tally(found) == Tally(4, 4, 0)


def test_cells_without_an_answer_are_counted_and_not_received(answers: Answers) -> None:
    rows = [["r1", HISTORY, "", 5, ""], ["r2", HISTORY, "N.V.T.", 0, ""], ["r3", HISTORY, 6, "[IMAGE]", ""],
            ["r4", HISTORY, "  ", 3, ""]]  # fmt: skip
    found = stage(answers, wide(HEADERS, *rows))
    assert per_question(found) == {("organisation", 5): 1, ("organisation", 3): 1}
    assert tally(found) == Tally(2, 2, 0, left_out=6)
    assert [r.detail for r in found.results if r.rule == "evaluations.read_as"] == [
        "a.csv: 6 cellen zonder antwoord / 6 cells without an answer"
    ]


def test_a_wrong_answer_is_found_back_by_its_row_and_the_header_of_its_column(answers: Answers) -> None:
    rows = [["r1", HISTORY, 4, 5, ""], ["r2", HISTORY, 334, 5, ""], ["r3", HISTORY, 4, "goed", ""]]
    found = stage(answers, wide(HEADERS, *rows))
    assert [(q.row, q.column, q.cell, q.rule, q.found) for q in found.quarantine] == [
        (3, METHODS, f"row 3, {METHODS}", "evaluations.score.range", MASK),
        (4, ORGANISATION, f"row 4, {ORGANISATION}", "evaluations.score.type", MASK),
    ]
    assert tally(found) == Tally(6, 4, 2)


def test_what_is_wrong_with_a_row_sets_each_of_its_answers_aside(answers: Answers) -> None:
    found = stage(answers, wide(HEADERS, ["r1", "geen", 4, 5, ""], ["", HISTORY, 4, "", ""], ["r3", HISTORY, 4, 5, ""]))
    assert [(q.row, q.column, q.rule, q.cell) for q in found.quarantine] == [
        (2, ORGANISATION, "evaluations.programme.codes", "row 2, programme"),
        (2, METHODS, "evaluations.programme.codes", "row 2, programme"),
        (3, METHODS, "evaluations.respondent.required", "row 3, respondent"),
    ]
    assert tally(found) == Tally(5, 2, 3, left_out=1)


def test_a_name_in_brackets_is_never_told(answers: Answers, caplog: pytest.LogCaptureFixture) -> None:
    headers = [*HEADERS[:3], "Een vraag die niemand kent [De Vries]", "[Bakker]"]
    found = stage(answers, wide(headers, ["r1", HISTORY, 9, 5, "x"]))
    assert result(found, "columns").detail == (
        "a.csv: onbekend en niet gelezen: Een vraag die niemand kent, E (zonder kop) / "
        "not known and not read: Een vraag die niemand kent, E (no header)"
    )
    said = str((found.quarantine, found.results, caplog.text))
    assert [name for name in ("Jansen", "Vries", "Bakker") if name in said] == []


def test_a_header_that_no_question_explains_is_said_and_not_read(answers: Answers) -> None:
    found = stage(answers, wide(HEADERS, ["r1", HISTORY, 4, 5, "een opmerking"]))
    told = result(found, "columns")
    assert (told.outcome, told.blocks) == (Outcome.FAILED, False)
    assert told.detail == "a.csv: onbekend en niet gelezen: Tips? / not known and not read: Tips?"


def test_a_question_may_be_asked_in_another_wording_language_or_year(answers: Answers) -> None:
    early = {**WIDE, "valid_until": 2019, "unpivot": {"name": "question", "value": "score",
             "headers": {"Werkvormen *": "teaching_methods"}}}  # fmt: skip
    late = {**WIDE, "valid_from": 2020}
    english = wide(["Respondent-ID", "Opleidingscode", METHODS_EN.upper()], ["r1", HISTORY, 4])
    old = wide(["Respondent-ID", "Opleidingscode", "Werkvormen (2018)"], ["r1", HISTORY, 5])
    assert per_question(stage(answers, english, forms=[early, late])) == {("teaching_methods", 4): 1}
    assert per_question(stage(answers, old, forms=[early, late], year=2019)) == {("teaching_methods", 5): 1}


def test_a_year_for_which_the_profile_has_no_form_is_rejected(answers: Answers) -> None:
    file = answers.file(wide(HEADERS), given=GIVEN, forms=[{**WIDE, "valid_from": 2022}], year=2020)
    assert "the profile has no form of evaluations for reporting year 2020" in answers.rejection(file)


def test_words_on_a_scale_are_read_as_the_form_says(answers: Answers) -> None:
    form = {**WIDE, "values": {"score": {"helemaal mee eens": "5", "mee eens": "4"}}}
    rows = [["r1", HISTORY, "Helemaal mee eens", "mee  eens", ""], ["r2", HISTORY, "een beetje", "mee eens", ""]]
    found = stage(answers, wide(HEADERS, *rows), form)
    assert per_question(found) == {("teaching_methods", 5): 1, ("organisation", 4): 2}
    assert [(q.row, q.rule) for q in found.quarantine] == [(3, "evaluations.score.type")]


def test_where_there_is_no_id_a_row_is_a_respondent(answers: Answers) -> None:
    headers = ["Opleidingscode", METHODS, ORGANISATION]
    found = stage(answers, wide(headers, [HISTORY, 4, 4], [HISTORY, 4, 4], [HISTORY, 4, ""]), NO_ID)
    assert per_question(found) == {("teaching_methods", 4): 3, ("organisation", 4): 2}
    assert tally(found) == Tally(5, 5, 0, left_out=1)


def test_a_row_that_answers_a_question_in_two_columns_answers_it_once(answers: Answers) -> None:
    headers = ["Opleidingscode", METHODS, METHODS_EN]
    found = stage(answers, wide(headers, [HISTORY, 4, ""], [HISTORY, "", 3], [HISTORY, 2, 5]), NO_ID)
    assert per_question(found) == {("teaching_methods", 4): 1, ("teaching_methods", 3): 1, ("teaching_methods", 2): 1}
    assert [(q.row, q.column, q.rule) for q in found.quarantine] == [(4, METHODS_EN, "evaluations.one_answer")]


def test_of_a_respondent_with_two_rows_the_first_counts_for_each_question(answers: Answers) -> None:
    rows = [["r1", HISTORY, 4, "", ""], ["r1", HISTORY, 3, 5, ""]]
    found = stage(answers, wide(HEADERS, *rows))
    assert per_question(found) == {("teaching_methods", 4): 1, ("organisation", 5): 1}
    assert [(q.row, q.column, q.rule) for q in found.quarantine] == [(3, METHODS, "evaluations.one_answer")]
    assert tally(found) == Tally(3, 2, 1, left_out=1)


def test_titles_above_the_headers_are_counted_as_no_data(answers: Answers) -> None:
    content = b"Rapportage voorjaar\r\n\r\n" + wide(HEADERS, ["r1", HISTORY, 4, 9, ""])
    found = stage(answers, content)
    assert [(q.row, q.column) for q in found.quarantine] == [(4, ORGANISATION)]
    assert tally(found) == Tally(2, 1, 1, left_out=1)
    said = [r.detail for r in found.results if r.rule == "evaluations.read_as"]
    assert "a.csv: de kop staat op rij 3 / the header is in row 3" in said
    assert "a.csv: 1 rij boven de kop / 1 row above the header" in said


def test_a_line_that_lacks_cells_is_one_line_set_aside(answers: Answers) -> None:
    content = wide(HEADERS, ["r1", HISTORY, 4, 5, ""]) + b"r2;56034;4\r\n"
    found = stage(answers, content)
    assert [(q.row, q.column, q.rule) for q in found.quarantine] == [(3, "", "evaluations.columns")]
    assert tally(found) == Tally(3, 2, 1)


def test_a_row_of_a_workbook_is_a_respondent_too(answers: Answers) -> None:
    path = answers.folder / "w.xlsx"
    frame = pd.DataFrame([[HISTORY, 4, None], [HISTORY, 4, 5]], columns=["Opleidingscode", METHODS, METHODS_EN])
    frame.to_excel(path, sheet_name="Antwoorden", index=False)
    found = answers.stage(answers.file(path.read_bytes(), Format.WORKBOOK, given=GIVEN, forms=[NO_ID]))
    assert [(q.cell, q.rule) for q in found.quarantine] == [("C3", "evaluations.one_answer")]
    assert tally(found) == Tally(3, 2, 1, left_out=1)


@pytest.mark.parametrize("kind", [Format.CSV, Format.PARQUET])
def test_the_cell_of_a_wrong_answer_holds_in_a_large_file(answers: Answers, kind: Format) -> None:
    size, wrong = 150_000, [(1, METHODS), (77_777, ORGANISATION), (149_999, METHODS)]
    frame = pd.DataFrame({"Opleidingscode": HISTORY, METHODS: ["4"] * size, ORGANISATION: ["5"] * size})
    for row, question in wrong:
        frame.loc[row, question] = "9"
    path = answers.folder / "large"
    if kind is Format.CSV:
        frame.to_csv(path, sep=";", index=False)
    else:
        frame.to_parquet(path, row_group_size=20_000)
    found = answers.stage(answers.file(path.read_bytes(), kind, given=GIVEN, forms=[NO_ID]))
    first = 2 if kind is Format.CSV else 1
    assert [(q.row - first, q.column) for q in found.quarantine] == wrong
    assert tally(found) == Tally(2 * size, 2 * size - 3, 3)


@pytest.mark.parametrize("kind", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
def test_the_counts_of_many_rows_are_those_of_pandas_in_any_form_of_file(
    answers: Answers, kind: Format, profile: Profile
) -> None:
    questions = {q.nl: q.id for q in profile.questions if q.evaluation == "course"}
    frame = made_up(list(questions), 3000)
    name = {Format.CSV: "w.csv", Format.PARQUET: "w.parquet", Format.WORKBOOK: "w.xlsx"}[kind]
    path = answers.folder / name
    match kind:
        case Format.CSV:
            frame.to_csv(path, sep=";", index=False, encoding="utf-8")
        case Format.PARQUET:
            frame.to_parquet(path)
        case _:
            frame.to_excel(path, sheet_name="Export", index=False)
    form = {**WIDE, "sheet": "Export"}
    file = answers.file(path.read_bytes(), kind, given=GIVEN, forms=[form])
    found = answers.stage(file)
    long = frame.melt(["Respondent-ID", "Opleidingscode"], list(questions), "question", "score")
    filled = long[long["score"].notna() & ~long["score"].isin(["n.v.t.", "0", "6"])]
    good = filled[filled["score"].isin(list("12345"))]
    scores = good.value_counts(["question", "score"]).items()
    assert per_question(found) == Counter({(questions[str(q)], int(s)): n for (q, s), n in scores})
    assert tally(found) == Tally(len(filled), len(good), len(filled) - len(good), len(long) - len(filled))
    first = 1 if kind is Format.PARQUET else 2
    bad = filled[~filled["score"].isin(list("12345"))]
    wrong = {(first + int(row), str(q)) for row, q in zip(bad.index % len(frame), bad["question"], strict=True)}
    if kind is Format.WORKBOOK:
        letters = {q: openpyxl.utils.get_column_letter(3 + at) for at, q in enumerate(questions)}
        wrong = {(row, letters[question]) for row, question in wrong}
        assert {q.cell for q in found.quarantine} == {f"{letter}{row}" for row, letter in wrong}
    assert {(q.row, q.column) for q in found.quarantine} == wrong


def made_up(questions: list[str], size: int) -> pd.DataFrame:
    """Respondents with answers that repeat without a pattern, some of which are none and some wrong."""
    good = ["1", "2", "3", "4", "5", "4", "5", "3", "2", "4", "5", "3", "4", "4", "3", "2", "5", "1", "4"]
    cells = [*good, "n.v.t.", None, "0", "6", "9", "zeer goed"]
    frame = pd.DataFrame({"Respondent-ID": [f"r{n}" for n in range(size)], "Opleidingscode": HISTORY})
    for at, question in enumerate(questions):
        frame[question] = [cells[(n * 7919 + at * 31 + n // 7) % len(cells)] for n in range(size)]
    return frame
