"""The workbook: numbers as numbers, formulas that give the published figures, and text that stays text."""

from __future__ import annotations

import zipfile
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
from kwaliteitsmonitor.releases.report.excel.styles import Looks
from kwaliteitsmonitor.releases.report.excel.tables import names
from kwaliteitsmonitor.releases.report.excel.workbook import workbook
from tests.releases.report import by_hand


def read(document: Document, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(BytesIO(workbook(document)), data_only=values)


def one_table(table: Table) -> Document:
    return Document("nl", "Titel", "Instelling", (), (Section("s", "Kop", (table,)),))


def money(amount: str) -> Figure:
    return by_hand.money(Decimal(amount), "nl")


def formulas(table: Table) -> dict[str, str]:
    """Per cell its formula, with cells addressed as `row.column` of the table."""
    sheet = Sheet(table, lambda row, column: f"{row}.{column}")
    found = {}
    for row, line in enumerate(table.rows):
        for column in range(len(line.cells)):
            formula = sheet.formula(row, column)
            if formula:
                found[f"{row}.{column}"] = formula
    return found


@pytest.fixture(scope="module")
def dutch() -> Workbook:
    return read(by_hand.report())


@pytest.fixture(scope="module")
def cached() -> Workbook:
    return read(by_hand.report(), values=True)


def test_there_is_a_sheet_per_table_between_the_contents_and_the_provenance(dutch: Workbook) -> None:
    assert dutch.sheetnames == [
        "Inhoud",
        "Tabel 1 Indicatoren per thema",
        "Tabel 2 Besteding per thema",
        "Tabel 3 Besteding per eenheid",
        "Begrippen",
        "Herkomst",
    ]
    assert read(by_hand.report("en")).sheetnames[0] == "Contents"


def test_the_first_sheet_tells_whose_report_it_is_and_leads_to_each_table(dutch: Workbook) -> None:
    first = dutch["Inhoud"]
    text = {cell.value: cell for row in first.iter_rows() for cell in row if cell.value}
    assert {"Voortgang kwaliteitsafspraken", "Verslagjaar", "2020", "Dit is een concept."} <= set(text)
    link = text["Tabel 2: Besteding per thema"].hyperlink
    assert link is not None
    assert link.location == "'Tabel 2 Besteding per thema'!A1"


def test_money_is_a_number_in_the_unit_that_its_header_names(cached: Workbook) -> None:
    cell = cached["Tabel 2 Besteding per thema"]["B4"]
    assert cell.value == 2_540.5
    assert cell.number_format == "#,##0"
    assert cached["Tabel 2 Besteding per thema"]["B3"].value == "Begroot (k€)"


def test_sums_differences_and_shares_are_formulas_with_the_published_value_kept(
    dutch: Workbook, cached: Workbook
) -> None:
    live, kept = dutch["Tabel 2 Besteding per thema"], cached["Tabel 2 Besteding per thema"]
    assert [live[cell].value for cell in ("B6", "D4", "D6", "E4")] == [
        "=SUM(B4:B5)",
        "=C4 - B4",
        "=C6 - B6",
        "=C4 / C6",
    ]
    assert kept["B6"].value == kept["B4"].value + kept["B5"].value == pytest.approx(3_457.9)
    assert kept["E4"].value == pytest.approx(kept["C4"].value / kept["C6"].value, abs=1e-6)


def test_a_spread_stands_in_a_column_of_its_own_and_what_is_beside_in_the_number_format(cached: Workbook) -> None:
    sheet = cached["Tabel 1 Indicatoren per thema"]
    assert [cell.value for cell in sheet[3]] == ["Indicator", "Niveau", "2019", "2020", "± spreiding", "Noot"]
    assert (sheet["D5"].value, sheet["E5"].value) == (3.899979, 0.09998)
    assert (sheet["D8"].value, sheet["D8"].number_format) == (12, '#,##0" (+ 9 in traject)"')


def test_a_suppressed_figure_is_its_symbol_and_no_formula_reads_it(dutch: Workbook, cached: Workbook) -> None:
    live = dutch["Tabel 3 Besteding per eenheid"]
    assert live["E4"].value == "×"
    assert live["E6"].value == 8
    assert live["D6"].value == "=SUM(D4:D5)"
    assert cached["Tabel 3 Besteding per eenheid"]["E6"].value == 8


def test_a_total_that_the_rows_do_not_give_stays_the_published_number() -> None:
    column = (Column("unit", "Eenheid"), Column("spent", "Besteed", True, "k€", adds_up=True))
    rows = (Row(("A", money("1000.00"))), Row(("B", money("2000.00"))))
    assert formulas(Table("t", "T", column, (*rows, Row(("Totaal", money("3000.00")), "total")))) == {
        "2.1": "SUM(0.1:1.1)"
    }
    assert formulas(Table("t", "T", column, (*rows, Row(("Totaal", money("3000.01")), "total")))) == {}


def test_a_total_adds_up_its_own_group_and_the_last_one_all_groups() -> None:
    column = (Column("unit", "Eenheid"), Column("spent", "Besteed", True, "k€", adds_up=True))
    rows = (
        Row(("Een",), "heading"),
        Row(("A", money("1000"))),
        Row(("B", money("2000"))),
        Row(("Samen", money("3000")), "total"),
        Row(("Twee",), "heading"),
        Row(("C", money("5000"))),
        Row(("Samen", money("5000")), "total"),
        Row(("Alles", money("8000")), "total"),
    )
    assert formulas(Table("t", "T", column, rows)) == {
        "3.1": "SUM(1.1:2.1)",
        "6.1": "SUM(5.1)",
        "7.1": "SUM(1.1:2.1,5.1)",
    }


def test_nothing_is_divided_by_zero() -> None:
    columns = (Column("a", "A", True), Column("b", "B", True), Column("c", "C", True, formula="{a} / {b}"))
    zero = Figure("0", Decimal(0))
    assert formulas(Table("t", "T", columns, (Row((zero, zero, zero)),))) == {}


def test_a_formula_that_does_more_than_arithmetic_is_refused() -> None:
    columns = (Column("a", "A", True), Column("b", "B", True, formula="__import__('os')"))
    one = Figure("1", Decimal(1))
    with pytest.raises(ValueError, match="holds only numbers, columns"):
        formulas(Table("t", "T", columns, (Row((one, one)),)))


def test_a_formula_over_a_column_that_is_not_there_is_refused() -> None:
    columns = (Column("a", "A", True), Column("b", "B", True, formula="{c} * 2"))
    one = Figure("1", Decimal(1))
    with pytest.raises(ValueError, match="reads the column `c`, which it does not have"):
        formulas(Table("t", "T", columns, (Row((one, one)),)))


def test_text_from_a_file_never_becomes_a_formula(dutch: Workbook) -> None:
    hostile = [
        cell
        for sheet in dutch.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in (by_hand.HOSTILE, "-2+3")
    ]
    assert len(hostile) >= 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in hostile)


def test_every_figure_can_be_looked_up_with_its_id_and_where_it_stands(dutch: Workbook) -> None:
    document = by_hand.report()
    rows = list(dutch["Herkomst"].iter_rows(min_row=2, values_only=True))
    wanted = [figure.figure_id for table in document.tables() for figure in table.figures() if figure.figure_id]
    assert [row[5] for row in rows] == wanted
    sheet, cell, row, column, printed = rows[1][:5]
    assert (row, column, printed) == ("Werkvormen", "2020", "3,9 ± 0,1")
    assert dutch[cast(str, sheet)][cast(str, cell)].value == 3.899979


def test_a_sheet_is_made_to_be_read_and_printed(dutch: Workbook) -> None:
    sheet: Any = dutch["Tabel 3 Besteding per eenheid"]
    assert sheet.freeze_panes == "B4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage  # one page wide, unless told otherwise
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.print_title_rows == "$3:$3"


def test_the_workbook_does_not_say_when_it_was_written() -> None:
    with zipfile.ZipFile(BytesIO(workbook(by_hand.report()))) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in package.read("docProps/core.xml")


def test_names_of_sheets_are_short_safe_and_unlike_each_other() -> None:
    long = "Tabel 12: Uitkomsten van de programma-evaluaties per eenheid"
    found = names([long, long.upper(), "a[b]:c/d\\e?f*'g'", "", "History"], iter(["History"]))
    assert found == [
        "Tabel 12 Uitkomsten",
        "TABEL 12 UITKOMSTEN 2",
        "a b c d e f g",
        "Tabel",
        "History 2",
    ]


def test_a_report_without_tables_is_a_workbook_with_its_first_sheet() -> None:
    assert read(replace(by_hand.report(), sections=())).sheetnames == ["Inhoud"]
    assert read(one_table(Table("t", "", (Column("a", "A"),), ()))).sheetnames == ["Inhoud", "Tabel"]


def test_a_look_is_made_once_and_text_can_be_kept_from_becoming_a_formula() -> None:
    looks = Looks(xlsxwriter.Workbook(BytesIO()))
    assert looks.look("body") is looks.look("body")
    assert looks.look("body", quoted=True).quote_prefix
    assert looks.look("words_after").indent == 1
