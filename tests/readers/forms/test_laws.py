"""What holds whatever a file holds: every row and cell is accounted for, and their order is of no account."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.grid import Grid
from tests.readers.forms.making import Taken, rows_taken

TOLD = {"unit": "North", "academic_year": "2019-2020", "course": "C-101"}
LONG = """
{format: csv, locale: nl, tables: [evaluations], forms: [{table: evaluations,
  columns: {id: respondent, opleiding: programme, vraag: question, antwoord: score},
  constants: {evaluation: course, level: Ba}, skip: [{header: id, matches: "totaal.*"}], until: "bron.*",
  where: {soort: [vak]}}]}
"""
WIDE = """
{format: csv, locale: nl, tables: [evaluations], forms: [{table: evaluations,
  columns: {id: respondent, opleiding: programme}, constants: {evaluation: course, level: Ba},
  skip: [{matches: "totaal.*"}], empty: {score: ["0", "n.v.t."]},
  unpivot: {name: question, value: score, headers: {"V1*": teaching, "V2*": workload, "V3*": nonsense}}}]}
"""
scores = st.sampled_from(["1", "4", "5", "6", "0", "", " ", "n.v.t.", "4,5", "vier", "3.0"])
programmes = st.sampled_from(["P1", "p2", "B Geschiedenis", "P9", ""])
ragged = st.sampled_from([0, 0, 0, 0, -1, 1, 2])


def bent(row: list[str], by: int) -> list[str]:
    """A row with a cell too few, or with cells too many."""
    return row[:by] if by < 0 else [*row, *(["meer"] * by)]


def filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def of(rows: list[list[str]], form: str) -> Taken:
    """What becomes of rows as a text holds them: without those that are blank."""
    kept = {number: row for number, row in enumerate(rows, start=1) if filled(row)}
    return rows_taken(Grid("", [*kept.values()], [*kept]), form, "evaluations", told=TOLD)


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
    captions: int, rows: list[Any], ending: bool
) -> None:
    body = [bent(list(row), by) for *row, by in rows]
    tail = [["Bron: iets"], ["nog iets", "P1", "workload", "5", "vak"]] if ending else []
    head = [["Evaluaties", str(n)] for n in range(captions)]
    found = of([*head, ["id", "opleiding", "vraag", "antwoord", "soort"], *body, *tail], LONG)
    lines = [*head, *body, *tail]
    assert found.tally.received + found.tally.left_out == sum(map(filled, lines))
    assert found.tally.accepted + found.tally.quarantined == found.tally.received
    assert sum(len(rows) for _, rows in found.left_out) == found.tally.left_out
    accepted = {row for (row,) in found.rows("_row")}
    aside = {q.row for q in found.staged.quarantine}
    left = {row for _, numbers in found.left_out for row in numbers}
    assert len(accepted) + len(aside) + len(left) == len(accepted | aside | left)
    assert all(r.failed > 0 if r.outcome is not Outcome.PASSED else r.failed == 0 for r in found.staged.results)


wide_rows = st.lists(
    st.tuples(st.sampled_from(["R", "totaal", ""]), programmes, scores, scores, scores, ragged), max_size=10
)


@given(rows=wide_rows)
@settings(max_examples=25, deadline=None)
def test_every_cell_of_a_wide_file_is_accepted_set_aside_or_left_out(rows: list[Any]) -> None:
    body = [bent([f"{name}-{at}" if name == "R" else name, *cells], by) for at, (name, *cells, by) in enumerate(rows)]
    found = of([["id", "opleiding", "V1", "V2", "V3 (oud)"], *body], WIDE)
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
def test_the_order_of_rows_and_columns_is_of_no_account(rows: list[Any], data: st.DataObject) -> None:
    body = [[f"R-{at}" if name == "R" else name, *cells] for at, (name, *cells, _) in enumerate(rows)]
    header = ["id", "opleiding", "V1", "V2", "V3 (oud)"]
    columns = data.draw(st.permutations(range(5)))
    shuffled = data.draw(st.permutations(body))
    one = of([header, *body], WIDE)
    other = of([[row[at] for at in columns] for row in [header, *shuffled]], WIDE)
    names = ("respondent", "programme", "question", "score", "_column")
    assert sorted(one.rows(*names)) == sorted(other.rows(*names))
    assert one.tally == other.tally
    assert sorted(q.rule for q in one.staged.quarantine) == sorted(q.rule for q in other.staged.quarantine)
