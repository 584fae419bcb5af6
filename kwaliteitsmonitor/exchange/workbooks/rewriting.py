"""A new workbook with the rows that were delivered, for a delivery that is not itself a workbook of Excel.

Worksheets of an older or other form keep the place of every cell. Of a text or Parquet file, which has no cells with an
address, and of what is too large to give back whole, the rows stand under their number in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles
from kwaliteitsmonitor.exchange.workbooks.styles import cell_at
from kwaliteitsmonitor.foundation.spreadsheet_text import put
from kwaliteitsmonitor.readers.cells.grid import Grid
from schemas.values import Value
from schemas.words import Words

MOST_CELLS = 300_000
MOST_ROWS = 5_000
_LONGEST_NAME = 31
_ROW_NUMBER = Words("Rij in bestand", "Row in file")


@dataclass(frozen=True)
class Rewritten:
    """A worksheet of the new workbook: its name, and where each row and column of the file went.

    `rows` gives the row by its number in the file, `columns` the letter by header; `whole` says whether every row is
    there. Cells of a file with addresses keep them if `columns` is empty.
    """

    sheet: str
    rows: Mapping[int, int]
    columns: Mapping[str, str]
    whole: bool

    def cell(self, place: str, row: int) -> str:
        """The cell of a column (letter or header) in a row of the file; empty if it is not there."""
        at = self.rows.get(row)
        letter = self.columns.get(place)
        return f"{letter}{at}" if at and letter else ""


def rewrite(book: Workbook, grid: Grid, name: str, concerned: Collection[int], language: str) -> Rewritten:
    """Write a grid as a worksheet. `concerned` are the numbers of the rows that have something to mend.

    Those are there in any case, up to a limit; the others if the grid is not too large.
    """
    sheet = book.create_sheet(_name(book, name))
    width = max((len(row) for row in grid.cells), default=0)
    whole = len(grid.cells) <= MOST_ROWS and width * len(grid.cells) <= MOST_CELLS
    if grid.addressed and whole:
        return _as_it_stood(sheet, grid, width)
    return _numbered(sheet, grid, width, concerned, whole, language)


def _as_it_stood(sheet: Worksheet, grid: Grid, width: int) -> Rewritten:
    for number, row in zip(grid.numbers, grid.cells, strict=True):
        _write(sheet, number, 1, row)
    letters = [get_column_letter(column) for column in range(1, width + 1)]
    _widen(sheet, letters)
    return Rewritten(sheet.title, {n: n for n in grid.numbers}, {letter: letter for letter in letters}, True)


def _numbered(
    sheet: Worksheet, grid: Grid, width: int, concerned: Collection[int], whole: bool, language: str
) -> Rewritten:
    put(cell_at(sheet, 1, 1), _ROW_NUMBER.in_language(language))
    header = list(grid.cells[0]) if grid.cells else []
    _write(sheet, 1, 2, header)
    for column in range(1, width + 2):
        styles.header(cell_at(sheet, 1, column))
    rows: dict[int, int] = {}
    for number, row in zip(grid.numbers[1:], grid.cells[1:], strict=True):
        if not whole and (number not in concerned or len(rows) == MOST_ROWS):
            continue
        at = len(rows) + 2
        rows[number] = at
        cell_at(sheet, at, 1).value = number
        _write(sheet, at, 2, row)
    sheet.freeze_panes = "B2"
    columns: dict[str, str] = {}
    for index in range(width):
        letter = get_column_letter(index + 2)
        if grid.addressed:
            columns.setdefault(get_column_letter(index + 1), letter)
        text = " ".join(str(header[index]).split()) if index < len(header) and header[index] is not None else ""
        columns.setdefault(text, letter)
        columns.setdefault(f"{text} ({get_column_letter(index + 1)})", letter)
    _widen(sheet, [get_column_letter(column) for column in range(1, width + 2)])
    return Rewritten(sheet.title, rows, columns, whole)


def _write(sheet: Worksheet, at: int, first: int, row: Sequence[object]) -> None:
    for column, value in enumerate(row, start=first):
        if value is not None and value != "":
            put(cell_at(sheet, at, column), _storable(value))


def _storable(value: object) -> Value | time:
    """A value as a workbook can hold it: what is no number, date or truth is text."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value if isinstance(value, str | bool | int | float | Decimal | date | time) else str(value)


def _widen(sheet: Worksheet, letters: Sequence[str]) -> None:
    for letter in letters:
        sheet.column_dimensions[letter].width = 18


def _name(book: Workbook, wanted: str) -> str:
    """A name that a worksheet can have and that no other in the workbook has."""
    plain = "".join("_" if c in r"[]:*?/\'" else c for c in wanted).strip()[:_LONGEST_NAME] or "Data"
    taken = {sheet.title.casefold() for sheet in book.worksheets}
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain[: _LONGEST_NAME - 4]} ({number})", number + 1
    return name
