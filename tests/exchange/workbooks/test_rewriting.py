"""A workbook made of what was delivered: every cell is text, and still is once it was edited in Excel."""

from __future__ import annotations

import io

import openpyxl

from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from kwaliteitsmonitor.exchange.workbooks.rewriting import rewrite
from kwaliteitsmonitor.readers.cells.grid import Grid
from tests.foundation.test_spreadsheet_text import RUN


def test_no_cell_that_was_delivered_becomes_a_formula() -> None:
    book = openpyxl.Workbook()
    grid = Grid("Blad", [["kop", *RUN], ["=1", *RUN]], [1, 2], addressed=True)
    name = rewrite(book, grid, grid.name, (), "nl").sheet
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of(book)))[name]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 2 * (1 + len(RUN))
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value != "kop")
