"""A row per respondent and a column per question: each cell is an answer, and is found back by its row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.profile import Profile
from schemas.profile.feeds import Format
from tests.made_up import told
from tests.readers.answering import HISTORY, Answers, result, tally

METHODS = "De gebruikte werkvormen hielpen mij de stof te begrijpen."
METHODS_EN = "The teaching methods used helped me to understand the material."
ORGANISATION = "De cursus was goed georganiseerd."
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
WORDS = {**WIDE, "values": {"score": {"helemaal mee eens": "5", "mee eens": "4"}}}
HEADERS = ["Respondent-ID", "Opleidingscode", f"{METHODS} [Jansen, P.]", f"{ORGANISATION} [Jansen, P.]", "Tips?"]
BARE, BOTH = ["Opleidingscode", METHODS, ORGANISATION], ["Opleidingscode", METHODS, METHODS_EN]
TAUGHT, RUN = "teaching_methods", "organisation"
Rows = Sequence[Sequence[Any]]


def wide(headers: Sequence[str], *rows: Sequence[Any]) -> bytes:
    """An export as EvaSys makes it: semicolons, ISO-8859-1, every header in quotes."""
    lines = [[f'"{header}"' for header in headers], *rows]
    return "".join(";".join(map(str, line)) + "\r\n" for line in lines).encode("iso-8859-1")


def stage(answers: Answers, content: bytes, form: Mapping[str, Any] = WIDE, **more: Any) -> StagedTable:
    return answers.text(content, **{"encoding": "iso-8859-1", "given": GIVEN, "forms": [form], **more})


def per_question(found: StagedTable) -> Counter[tuple[str, int]]:
    """The number of answers per question and score."""
    counted: Counter[tuple[str, int]] = Counter()
    for row in found.rows.to_pylist():
        counted[row["question"], row["score"]] += row["answers"]
    return counted


CASES: dict[str, tuple[Sequence[str], Mapping[str, Any], Rows, dict[tuple[str, int], int], Rows, Tally]] = {
    "cells without an answer are counted and not received": (
        HEADERS, WIDE,
        [["r1", HISTORY, "", 5, ""], ["r2", HISTORY, "N.V.T.", 0, ""], ["r3", HISTORY, 6, "[IMAGE]", ""],
         ["r4", HISTORY, "  ", 3, ""]],
        {(RUN, 5): 1, (RUN, 3): 1}, [], Tally(2, 2, 0, left_out=6),
    ),
    "a wrong answer is found back by its row and the header of its column": (
        HEADERS, WIDE,
        [["r1", HISTORY, 4, 5, ""], ["r2", HISTORY, 334, 5, ""], ["r3", HISTORY, 4, "goed", ""]],
        {(TAUGHT, 4): 2, (RUN, 5): 2},
        [(3, METHODS, f"row 3, {METHODS}", "score.range", MASK),
         (4, ORGANISATION, f"row 4, {ORGANISATION}", "score.type", MASK)],
        Tally(6, 4, 2),
    ),
    "what is wrong with a row sets each of its answers aside": (
        HEADERS, WIDE,
        [["r1", "geen", 4, 5, ""], ["", HISTORY, 4, "", ""], ["r3", HISTORY, 4, 5, ""]],
        {(TAUGHT, 4): 1, (RUN, 5): 1},
        [(2, ORGANISATION, "row 2, programme", "programme.codes", "geen"),
         (2, METHODS, "row 2, programme", "programme.codes", "geen"),
         (3, METHODS, "row 3, respondent", "respondent.required", None)],
        Tally(5, 2, 3, left_out=1),
    ),
    "words on a scale are read as the form says": (
        HEADERS, WORDS,
        [["r1", HISTORY, "Helemaal mee eens", "mee  eens", ""], ["r2", HISTORY, "een beetje", "mee eens", ""]],
        {(TAUGHT, 5): 1, (RUN, 4): 2}, [(3, METHODS, f"row 3, {METHODS}", "score.type", MASK)], Tally(4, 3, 1),
    ),
    "a row that answers a question in two columns answers it once": (
        BOTH, NO_ID,
        [[HISTORY, 4, ""], [HISTORY, "", 3], [HISTORY, 2, 5]],
        {(TAUGHT, 4): 1, (TAUGHT, 3): 1, (TAUGHT, 2): 1}, [(4, METHODS_EN, f"row 4, {METHODS_EN}", "one_answer", MASK)],
        Tally(4, 3, 1, left_out=2),
    ),
    "of a respondent with two rows the first counts for each question": (
        HEADERS, WIDE,
        [["r1", HISTORY, 4, "", ""], ["r1", HISTORY, 3, 5, ""]],
        {(TAUGHT, 4): 1, (RUN, 5): 1}, [(3, METHODS, f"row 3, {METHODS}", "one_answer", MASK)],
        Tally(3, 2, 1, left_out=1),
    ),
}  # fmt: skip
"""Headers, form and rows; then the answers per question and score, what is set aside, and the tally."""


@pytest.mark.parametrize(("headers", "form", "rows", "counts", "aside", "expected"), CASES.values(), ids=CASES)
def test_each_cell_under_a_question_is_an_answer(
    answers: Answers,
    headers: Sequence[str],
    form: Mapping[str, Any],
    rows: Rows,
    counts: dict[tuple[str, int], int],
    aside: Rows,
    expected: Tally,
) -> None:
    found = stage(answers, wide(headers, *rows), form)
    assert per_question(found) == counts
    items = [(q.row, q.column, q.cell, q.rule.removeprefix("evaluations."), q.found) for q in found.quarantine]
    assert items == aside
    assert tally(found) == expected
    assert {tuple(r[n] for n in ("evaluation", "level", "unit", "course")) for r in found.rows.to_pylist()} == {
        ("course", "Ba", "FGW", "C-101")
    }
    empty = [told(r) for r in found.results if r.rule == "evaluations.read_as" and "zonder antwoord" in told(r)]
    n = expected.left_out
    cells = (f"{n} cel", f"{n} cell") if n == 1 else (f"{n} cellen", f"{n} cells")
    assert empty == ([f"a.csv: {cells[0]} zonder antwoord / {cells[1]} without an answer"] if n else [])


def test_a_name_in_brackets_is_never_told_and_a_header_that_no_question_explains_is_not_read(
    answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    headers = [*HEADERS[:3], "Een vraag die niemand kent [De Vries]", "[Bakker]"]
    found = stage(answers, wide(headers, ["r1", HISTORY, 9, 5, "x"]))
    finding = result(found, "columns")
    assert (finding.outcome, finding.blocks) == (Outcome.FAILED, False)
    assert told(finding) == (
        "a.csv: onbekend en niet gelezen: Een vraag die niemand kent, E (zonder kop) / "
        "not known and not read: Een vraag die niemand kent, E (no header)"
    )
    everything = str((found.quarantine, found.results, caplog.text))
    assert [name for name in ("Jansen", "Vries", "Bakker") if name in everything] == []


def test_a_question_may_be_asked_in_another_wording_language_or_year(answers: Answers) -> None:
    wording = {"name": "question", "value": "score", "headers": {"Werkvormen *": "teaching_methods"}}
    forms = [{**WIDE, "valid_until": 2019, "unpivot": wording}, {**WIDE, "valid_from": 2020}]
    english = wide([*HEADERS[:2], METHODS_EN.upper()], ["r1", HISTORY, 4])
    old = wide([*HEADERS[:2], "Werkvormen (2018)"], ["r1", HISTORY, 5])
    assert per_question(stage(answers, english, forms=forms)) == {(TAUGHT, 4): 1}
    assert per_question(stage(answers, old, forms=forms, year=2019)) == {(TAUGHT, 5): 1}
    file = answers.file(wide(HEADERS), given=GIVEN, forms=[{**WIDE, "valid_from": 2022}], year=2020)
    assert "the profile has no form of evaluations for reporting year 2020" in answers.rejection(file)


def test_titles_above_the_headers_are_no_data_and_a_line_that_lacks_cells_is_one_line_set_aside(
    answers: Answers,
) -> None:
    lines = wide(HEADERS, ["r1", HISTORY, 4, 9, ""]) + b"r2;56034;4\r\n"
    table = stage(answers, b"Rapportage voorjaar\r\n\r\n" + lines)
    assert [(q.row, q.column, q.rule.removeprefix("evaluations.")) for q in table.quarantine] == [
        (4, ORGANISATION, "score.range"),
        (5, "", "columns"),
    ]
    assert tally(table) == Tally(3, 1, 2, left_out=1)
    details = [told(r) for r in table.results if r.rule == "evaluations.read_as"]
    assert "a.csv: de kop staat op rij 3 / the header is in row 3" in details
    assert "a.csv: 1 rij boven de kop / 1 row above the header" in details


@pytest.mark.parametrize("kind", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
def test_the_counts_of_many_rows_are_those_of_pandas_in_any_form_of_file(
    answers: Answers, kind: Format, profile: Profile
) -> None:
    questions = {q.nl: q.id for q in profile.questions if q.evaluation == "course"}
    frame = made_up(list(questions), 200 if kind is Format.WORKBOOK else 4000)
    path = answers.folder / ("w.xlsx" if kind is Format.WORKBOOK else "w")
    match kind:
        case Format.CSV:
            frame.to_csv(path, sep=";", index=False, encoding="utf-8")
        case Format.PARQUET:
            frame.to_parquet(path, row_group_size=300)
        case _:
            frame.to_excel(path, sheet_name="Export", index=False)
    file = answers.file(path.read_bytes(), kind, given=GIVEN, forms=[{**WIDE, "sheet": "Export"}])
    found = answers.stage(file)
    long = frame.melt(["Respondent-ID", "Opleidingscode"], list(questions), "question", "score")
    filled = long[long["score"].notna() & ~long["score"].isin(["n.v.t.", "0", "6"])]
    is_good = filled["score"].isin(list("12345"))
    good, bad = filled[is_good], filled[~is_good]
    scores = good.value_counts(["question", "score"]).items()
    assert per_question(found) == Counter({(questions[str(q)], int(s)): n for (q, s), n in scores})
    assert tally(found) == Tally(len(filled), len(good), len(bad), len(long) - len(filled))
    first = 1 if kind is Format.PARQUET else 2
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
