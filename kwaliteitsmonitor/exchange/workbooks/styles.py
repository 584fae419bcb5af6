"""How our workbooks look: with a contrast of at least 7 to 1, and no meaning by colour alone.

What is required has an asterisk, what is wrong a border and a note, what is not to be filled in a header that says so.
"""

from __future__ import annotations

from copy import copy
from typing import cast

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

INK = "FF1F2933"
BLUE = "FF1F3864"
GREY = "FFEDEDED"
WHITE = "FFFFFFFF"
LINK = "FF0B4F9E"
FONT = "Calibri"
RED = "FF9C0006"
PINK = "FFFFE1DC"
AMBER = "FFFFF2CC"

_THIN = Side(style="thin", color="FFB8C2CC")
_EDGE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAP = Alignment(wrap_text=True, vertical="top")
OPEN = Protection(locked=False)


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell of a sheet that has no merged cells there."""
    return cast("Cell", sheet.cell(row, column))


def title(cell: Cell) -> None:
    """The first line of a sheet that is read."""
    cell.font = Font(name=FONT, bold=True, size=16, color=BLUE)
    cell.alignment = Alignment(vertical="center")


def heading(cell: Cell) -> None:
    """The heading of a part of a sheet."""
    cell.font = Font(name=FONT, bold=True, size=12, color=BLUE)


def header(cell: Cell, *, required: bool = False) -> None:
    """The header of a column. The asterisk of a required one is shown and is no part of the text."""
    cell.font = Font(name=FONT, bold=True, color=WHITE)
    cell.fill = PatternFill("solid", fgColor=BLUE)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = _EDGE
    if required:
        cell.number_format = '@" *"'


def comparison_header(cell: Cell) -> None:
    """The header of a column that is shown for comparison."""
    cell.font = Font(name=FONT, italic=True, color=INK)
    cell.fill = PatternFill("solid", fgColor=GREY)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = _EDGE


def comparison(cell: Cell) -> None:
    """A cell that is shown for comparison and cannot be filled in."""
    cell.font = Font(name=FONT, italic=True, color=INK)
    cell.fill = PatternFill("solid", fgColor=GREY)
    cell.border = _EDGE
    cell.alignment = _WRAP


def to_fill(cell: Cell) -> None:
    """A cell that is to be filled in."""
    cell.protection = OPEN
    cell.border = _EDGE
    cell.alignment = _WRAP


def body(cell: Cell, *, bold: bool = False) -> None:
    """A cell of running text or of a table that is read."""
    cell.font = Font(name=FONT, bold=bold, color=INK)
    cell.alignment = _WRAP


def line(cell: Cell, *, bold: bool = False) -> None:
    """A line of running text, which goes on over the empty cells to its right."""
    cell.font = Font(name=FONT, bold=bold, color=INK)


def row_of_table(cell: Cell) -> None:
    """A cell of a table that is read."""
    body(cell)
    cell.border = _EDGE


def like(cell: Cell, other: Cell) -> None:
    """Give a cell the style of another: a tenth of the work of making it anew, which counts in thousands of rows."""
    cell._style = copy(other._style)  # type: ignore[attr-defined]


def link(cell: Cell) -> None:
    """A cell that leads elsewhere."""
    row_of_table(cell)
    cell.font = Font(name=FONT, color=LINK, underline="single")


def protect(sheet: Worksheet) -> None:
    """Keep headers and structure as they are, without a password; filling in, sorting and widths stay possible."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.formatCells = False


def printable(sheet: Worksheet) -> None:
    """On paper: landscape, as wide as the page, with the headers on each page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
