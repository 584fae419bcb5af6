"""The workbook: numbers as numbers, formulas that give the published figures, and text that stays text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any, cast

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook import Workbook

from kwaliteitsmonitor.releases.report.document.model import Column, Document, Figure, Row, Section, Table
from kwaliteitsmonitor.releases.report.excel.formulas import Sheet
from kwaliteitsmonitor.releases.report.excel.numbers import as_read, in_cell, unit_of
from kwaliteitsmonitor.releases.report.excel.styles import Looks
from kwaliteitsmonitor.releases.report.excel.tables import names
from kwaliteitsmonitor.releases.report.excel.workbook import workbook
from tests.releases.report import by_hand

INDICATORS, SPENDING, BY_UNIT = (
    "Tabel 1 Indicatoren per thema",
    "Tabel 2 Besteding per thema",
    "Tabel 3 Besteding per eenheid",
)
MONEY = Figure("2.541", Decimal("2540500"), "thousands")
SHARE = Figure("88,6%", Decimal("0.88640"), "percentage", 1)


@pytest.mark.parametrize(
    ("figure", "value", "form"),
    [
        (MONEY, "2540.5", "#,##0"),
        (SHARE, "0.88640", "#,##0.0%"),
        (Figure("3,9 ± 0,1", Decimal("3.899979"), "number", 1, spread=Decimal("0.09998")), "3.899979", "#,##0.0"),
        (Figure("12 (+ 9 in traject)", Decimal(12)), "12", '#,##0" (+ 9 in traject)"'),
        (Figure("+1,5", Decimal("1.5"), "percentage_points", 1), "1.5", '"+"#,##0.0;"-"#,##0.0;#,##0.0'),
        (Figure("×", None, status="suppressed"), "", "no number"),
        (Figure("×", Decimal(3), status="suppressed"), "", "suppressed"),
        (Figure("op koers", Decimal(1), "text"), "", "words"),
        (Figure("112 van 9", Decimal(12)), "", "part of a longer number"),
    ],
)
def test_a_cell_has_a_number_where_a_format_shows_it_as_it_is_printed(figure: Figure, value: str, form: str) -> None:
    cell = in_cell(figure, "nl")
    assert (cell is None) == (not value)
    assert cell is None or (cell.value, cell.form, cell.spread) == (Decimal(value), form, figure.spread)


def test_what_a_reader_sees_is_rounded_as_it_is_printed() -> None:
    assert (as_read(MONEY, Decimal("2540500")), unit_of(MONEY)) == (Decimal(2541), Decimal(1000))
    assert (as_read(SHARE, Decimal("0.8864")), unit_of(SHARE)) == (Decimal("88.6"), Decimal("0.001"))


# --- the formulas of a table -----------------------------------------------------------------------------------------


def formulas(columns: tuple[Column, ...], *rows: Row) -> dict[str, str]:
    """Per cell its formula, with cells addressed as `row.column` of the table."""
    sheet = Sheet(Table("t", "T", columns, rows), lambda row, column: f"{row}.{column}")
    places = [(row, column) for row, line in enumerate(rows) for column in range(len(line.cells))]
    return {f"{row}.{column}": formula for row, column in places if (formula := sheet.formula(row, column))}


SPENT = (Column("unit", "Eenheid"), Column("spent", "Besteed", True, "k€", adds_up=True))


def spent(name: str, amount: str, kind: Any = "body") -> Row:
    return Row((name, by_hand.money(Decimal(amount), "nl")), kind)


def test_a_total_adds_up_its_own_group_the_last_one_all_groups_and_what_rows_do_not_give_stays_a_number() -> None:
    groups = [
        Row(("Een",), "heading"), spent("A", "1000"), spent("B", "2000"), spent("Samen", "3000", "total"),
        Row(("Twee",), "heading"), spent("C", "5000"), spent("Samen", "5000", "total"), spent("Alles", "8000", "total"),
    ]  # fmt: skip
    assert formulas(SPENT, *groups) == {"3.1": "SUM(1.1:2.1)", "6.1": "SUM(5.1)", "7.1": "SUM(1.1:2.1,5.1)"}
    assert formulas(SPENT, *groups[1:3], spent("Totaal", "3000.01", "total")) == {}


def test_nothing_is_divided_by_zero_and_a_formula_is_arithmetic_over_columns_that_are_there() -> None:
    def of(formula: str, number: int = 1) -> dict[str, str]:
        columns = (Column("a", "A", True), Column("b", "B", True), Column("c", "C", True, formula=formula))
        return formulas(columns, Row((Figure(str(number), Decimal(number)),) * 3))

    assert (of("a / b", 0), of("a / b")) == ({}, {"0.2": "0.0 / 0.1"})
    with pytest.raises(ValueError, match="what is no arithmetic"):
        of("(lambda: 1)()")
    with pytest.raises(ValueError, match="reads the column `d`, which it does not have"):
        of("d * 2")


# --- the workbook ----------------------------------------------------------------------------------------------------


def read(document: Document, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(workbook(document)), data_only=values)


@pytest.fixture(scope="module")
def dutch() -> Workbook:
    return read(by_hand.report())


@pytest.fixture(scope="module")
def cached() -> Workbook:
    return read(by_hand.report(), values=True)


def test_there_is_a_sheet_per_table_and_the_first_leads_to_each(dutch: Workbook) -> None:
    assert dutch.sheetnames == ["Inhoud", INDICATORS, SPENDING, BY_UNIT, "Begrippen", "Herkomst"]
    text = {cell.value: cell for row in dutch["Inhoud"].iter_rows() for cell in row if cell.value}
    assert {"Voortgang kwaliteitsafspraken", "Verslagjaar", "2020", "Dit is een concept."} <= set(text)
    link = text["Tabel 2: Besteding per thema"].hyperlink
    assert link is not None
    assert link.location == f"'{SPENDING}'!A1"
    assert read(replace(by_hand.report("en"), sections=())).sheetnames == ["Contents"]
    bare = Section("s", "Kop", (Table("t", "", (Column("a", "A"),), ()),))
    assert read(Document("nl", "Titel", "Instelling", (), (bare,))).sheetnames == ["Inhoud", "Tabel"]


def test_sums_differences_and_shares_are_formulas_with_the_value_kept(dutch: Workbook, cached: Workbook) -> None:
    live, kept = dutch[SPENDING], cached[SPENDING]
    assert [live[cell].value for cell in ("B6", "D4", "D6", "E4")] == [
        "=SUM(B4:B5)",
        "=C4 - B4",
        "=C6 - B6",
        "=C4 / C6",
    ]
    assert (kept["B3"].value, kept["B4"].value, kept["B4"].number_format) == ("Begroot (k€)", 2_540.5, "#,##0")
    assert kept["B6"].value == kept["B4"].value + kept["B5"].value == pytest.approx(3_457.9)
    assert kept["E4"].value == pytest.approx(kept["C4"].value / kept["C6"].value, abs=1e-6)


def test_a_spread_has_a_column_and_no_formula_reads_a_suppressed_figure(dutch: Workbook, cached: Workbook) -> None:
    sheet = cached[INDICATORS]
    assert [cell.value for cell in sheet[3]] == ["Indicator", "Niveau", "2019", "2020", "± spreiding", "Noot"]
    assert (sheet["D5"].value, sheet["E5"].value) == (3.899979, 0.09998)
    assert (sheet["D8"].value, sheet["D8"].number_format) == (12, '#,##0" (+ 9 in traject)"')
    assert [dutch[BY_UNIT][cell].value for cell in ("E4", "E6", "D6")] == ["×", 8, "=SUM(D4:D5)"]


def test_text_from_a_file_never_becomes_a_formula(dutch: Workbook) -> None:
    everything = [cell for sheet in dutch.worksheets for row in sheet.iter_rows() for cell in row]
    hostile = [cell for cell in everything if cell.value in (by_hand.HOSTILE, "-2+3")]
    assert len(hostile) >= 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)
    looks = Looks(xlsxwriter.Workbook(BytesIO()))
    assert (looks.look("body") is looks.look("body"), looks.look("words_after").indent) == (True, 1)
    assert looks.look("body", quoted=True).quote_prefix


def test_every_figure_can_be_looked_up_with_its_id_and_where_it_stands(dutch: Workbook) -> None:
    rows = list(dutch["Herkomst"].iter_rows(min_row=2, values_only=True))
    figures = [figure.figure_id for table in by_hand.report().tables() for figure in table.figures()]
    assert [row[5] for row in rows] == [one for one in figures if one]
    sheet, cell, *printed = rows[1][:5]
    assert printed == ["Werkvormen", "2020", "3,9 ± 0,1"]
    assert dutch[cast(str, sheet)][cast(str, cell)].value == 3.899979


def test_a_sheet_is_made_to_be_read_and_printed(dutch: Workbook) -> None:
    sheet: Any = dutch[BY_UNIT]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B4", "$3:$3")
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)  # one page wide, unless told


def test_names_of_sheets_are_short_safe_and_unlike_each_other() -> None:
    long = "Tabel 12: Uitkomsten van de programma-evaluaties per eenheid"
    short = names([long, long.upper(), "a[b]:c/d\\e?f*'g'", "", "History"], iter(["History"]))
    assert short == ["Tabel 12 Uitkomsten", "TABEL 12 UITKOMSTEN 2", "a b c d e f g", "Tabel", "History 2"]
