"""What holds whatever a file holds: every row and cell is accounted for, and their order is of no account."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from tests.readers.forms.making import Taken, taken

TOLD = {"unit": "North", "academic_year": "2019-2020", "course": "C-101"}
LONG = """
format: csv
locale: nl
tables: [evaluations]
forms:
  - table: evaluations
    columns: {id: respondent, opleiding: programme, vraag: question, antwoord: score}
    constants: {evaluation: course, level: Ba}
    skip: [{header: id, matches: "totaal.*"}]
    until: "bron.*"
    where: {soort: [vak]}
"""
WIDE = """
format: csv
locale: nl
tables: [evaluations]
forms:
  - table: evaluations
    columns: {id: respondent, opleiding: programme}
    constants: {evaluation: course, level: Ba}
    skip: [{matches: "totaal.*"}]
    unpivot: {name: question, value: score, headers: {"V1*": teaching, "V2*": workload, "V3*": nonsense}}
    empty: {score: ["0", "n.v.t."]}
"""
scores = st.sampled_from(["1", "4", "5", "6", "0", "", " ", "n.v.t.", "4,5", "vier", "3.0"])
programmes = st.sampled_from(["P1", "p2", "B Geschiedenis", "P9", ""])
ragged = st.sampled_from([0, 0, 0, 0, -1, 1, 2])


def text_of(rows: list[list[str]]) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=";", lineterminator="\n").writerows(rows)
    return made.getvalue()


def bent(row: list[str], by: int) -> list[str]:
    """A row with a cell too few, or with cells too many."""
    return row[:by] if by < 0 else [*row, *(["meer"] * by)]


def filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def of(folder: pytest.TempPathFactory, rows: list[list[str]], form: str) -> Taken:
    path: Path = folder.mktemp("law") / "kept.csv"
    path.write_text(text_of(rows), encoding="utf-8")
    return taken(path, form, "evaluations", told=TOLD)


long_rows = st.lists(
    st.tuples(
        st.sampled_from(["R-1", "R-2", "R-3", "Totaal", "totaal 2", ""]),
        programmes,
        st.sampled_from(["De werkvormen waren goed", "workload", "THE workload was good", "?", ""]),
        scores,
        st.sampled_from(["vak", "Vak", "docent", ""]),
        ragged,
    ),
    max_size=14,
)


@given(captions=st.integers(0, 3), rows=long_rows, ending=st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_row_of_a_long_file_is_accepted_set_aside_or_left_out(
    tmp_path_factory: pytest.TempPathFactory, captions: int, rows: list[Any], ending: bool
) -> None:
    body = [bent(list(row), by) for *row, by in rows]
    tail = [["Bron: iets"], ["nog iets", "P1", "workload", "5", "vak"]] if ending else []
    head = [["Evaluaties", str(n)] for n in range(captions)]
    found = of(tmp_path_factory, [*head, ["id", "opleiding", "vraag", "antwoord", "soort"], *body, *tail], LONG)
    lines = [*head, *body, *tail]
    assert found.tally.received + found.tally.left_out == sum(map(filled, lines))
    assert found.tally.accepted + found.tally.quarantined == found.tally.received
    assert sum(len(rows) for _, rows in found.left_out) == found.tally.left_out
    accepted = {row for (row,) in found.rows("_row")}
    aside = {q.row for q in found.staged.quarantine}
    left = {row for _, numbers in found.left_out for row in numbers}
    assert len(accepted) + len(aside) + len(left) == len(accepted | aside | left)
    for told in found.staged.results:
        assert told.failed >= 0
        if told.outcome is Outcome.PASSED:
            assert told.failed == 0


wide_rows = st.lists(
    st.tuples(st.sampled_from(["R", "totaal", ""]), programmes, scores, scores, scores, ragged), max_size=10
)


@given(rows=wide_rows)
@settings(max_examples=25, deadline=None)
def test_every_cell_of_a_wide_file_is_accepted_set_aside_or_left_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    body = [bent([f"{name}-{at}" if name == "R" else name, *cells], by) for at, (name, *cells, by) in enumerate(rows)]
    found = of(tmp_path_factory, [["id", "opleiding", "V1", "V2", "V3 (oud)"], *body], WIDE)
    noted = [row for row in body if len(row) != 5 and "totaal" in row]
    uneven = [row for row in body if filled(row) and len(row) != 5 and row not in noted]
    even = [row for row in body if filled(row) and len(row) == 5]
    totals = [row for row in even if row[0] == "totaal"]
    cells = 3 * (len(even) - len(totals))
    assert len(found.raw.ragged) == len(uneven)
    assert found.tally.received + found.tally.left_out == cells + len(uneven) + len(totals) + len(noted)
    assert found.tally.accepted + found.tally.quarantined == found.tally.received
    answered = {(number, question, score) for number, question, score in found.rows("_row", "question", "score")}
    assert answered == {
        (at, question, int(float(row[column])))
        for at, row in enumerate(body, start=2)
        if row in even and row not in totals and row[0] and row[1] in ("P1", "p2", "B Geschiedenis")
        for column, question in ((2, "teaching"), (3, "workload"))
        if row[column] in ("1", "4", "5")
    }


@given(rows=wide_rows, data=st.data())
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_and_columns_is_of_no_account(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], data: st.DataObject
) -> None:
    body = [[f"R-{at}" if name == "R" else name, *cells] for at, (name, *cells, _) in enumerate(rows)]
    header = ["id", "opleiding", "V1", "V2", "V3 (oud)"]
    columns = data.draw(st.permutations(range(5)))
    shuffled = data.draw(st.permutations(body))
    one = of(tmp_path_factory, [header, *body], WIDE)
    other = of(tmp_path_factory, [[row[at] for at in columns] for row in [header, *shuffled]], WIDE)
    names = ("respondent", "programme", "question", "score", "_column")
    assert sorted(one.rows(*names)) == sorted(other.rows(*names))
    assert one.tally == other.tally
    assert sorted(q.rule for q in one.staged.quarantine) == sorted(q.rule for q in other.staged.quarantine)
