"""A table made of the columns that are declared for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from kwaliteitsmonitor.releases.report.contents.columns import Columns, by_theme, is_total_line
from kwaliteitsmonitor.releases.report.document.model import Figure
from kwaliteitsmonitor.releases.report.document.table_spec import ColumnSpec, Notes, TableSpec
from tests.releases.report.cells import Read, texts
from tests.releases.report.releases import spent


class Tree(NamedTuple):
    """What the lines of a table are made of is up to who declares it."""

    name: str
    height: int
    remarks: tuple[str, ...] = ()


HEIGHT = ColumnSpec[Tree](
    "height",
    "Hoogte",
    lambda tree: Figure(str(tree.height), Decimal(tree.height)),
    lambda tree: tree.remarks,
    True,
    "m",
)
NAME = ColumnSpec[Tree]("name", "Boom", lambda tree: tree.name, lambda _: ["words have no notes"])


def test_a_note_has_one_letter_however_often_it_is_called_and_the_27th_two() -> None:
    notes = Notes()
    assert notes.keys(["zonder East", "", "zonder East."]) == ("a", "a")
    assert notes.keys(f"note {number}" for number in range(26))[-1] == "aa"


def test_a_table_has_a_row_per_line_with_its_figures_noted_headings_as_texts_and_totals_told_apart() -> None:
    spec = TableSpec("trees", "Bomen", (NAME, HEIGHT), lambda tree: tree.name == "Samen")
    table = spec.table(["Park", Tree("Eik", 20, ("gemeten", "oud")), Tree("Es", 9, ("oud",)), Tree("Samen", 29)])
    assert [(row.kind, row.cells[0]) for row in table.rows] == [
        ("heading", "Park"), ("body", "Eik"), ("body", "Es"), ("total", "Samen"),
    ]  # fmt: skip
    figures = list(table.figures())
    assert [(one.text, one.notes) for one in figures] == [("20", ("a", "b")), ("9", ("b",)), ("29", ())]
    assert table.notes == {"a": "Gemeten.", "b": "Oud."}
    assert [(one.name, one.title, one.figures, one.measure) for one in table.columns] == [
        ("name", "Boom", False, ""), ("height", "Hoogte", True, "m"),
    ]  # fmt: skip


def test_rows_that_stand_beside_each_other_are_one_line_with_the_column_of_each(read: Read) -> None:
    reading = read({}, "en")
    columns, row = Columns(reading), spent("teachers", "2000", "1000")
    rows = [{**row, "round": number, "realised": Decimal(1000 * number)} for number in (1, 2)]
    rows.append({**rows[1], "theme": None, "note_en": "all of it"})

    def of_round(number: int) -> ColumnSpec[Any]:
        amounts = columns.money("realised", f"Round {number}").noting(reading.notes)
        return amounts.at(number, f"of_{number}", absent="none")

    spec = TableSpec("t", "T", (columns.theme().of_any(), of_round(1), of_round(2)), is_total_line)
    table = spec.table(by_theme(reading, rows, "round"))
    assert texts(table) == [["teachers", "1", "2"], ["Total", "none", "2"]]
    assert [line.kind for line in table.rows] == ["body", "total"]
    assert [column.name for column in table.columns] == ["theme", "of_1", "of_2"]
    assert table.notes == {"a": "All of it."}
    assert texts(spec.table(by_theme(reading, rows, "round", needed=(1, 2)))) == [["teachers", "1", "2"]]


def test_a_column_has_its_declared_formula_where_every_part_of_it_stands_in_the_table(read: Read) -> None:
    def formulas(*columns: ColumnSpec[Any]) -> dict[str, str]:
        return {one.name: one.formula for one in TableSpec("t", "T", columns).table([]).columns if one.formula}

    spending, plan = (Columns(read({}), table) for table in ("spending_overview", "spending_plan_versions"))
    budget, realised = spending.money("budget"), spending.money("realised")
    assert formulas(budget, realised, spending.money("difference"), spending.fraction("share_of_budget")) == {
        "difference": "realised - budget",
        "share_of_budget": "budget / whole.budget",
    }
    assert formulas(budget, spending.money("difference"), spending.fraction("share_of_realised")) == {}
    assert formulas(budget, realised, Columns(read({})).money("difference")) == {}, "of no published table"
    amounts = [plan.money("amount", f"Version {number}").at(number, f"amount_{number}") for number in (1, 2)]
    reads = {"amount": "amount_2", "earlier_amount": "amount_1"}
    shift = plan.money("shift").at(2, "shift_2", reads=reads)
    assert formulas(*amounts, shift) == {"shift_2": "amount_2 - amount_1"}
    assert formulas(amounts[1], shift) == {}
