"""Excel workbooks of before 2007 (xls), read by xlrd.

They are read in Python alone, at some cost in time: the form is old and full of lengths and positions that a broken
file gets wrong, and a mistake there must end in an exception rather than in the end of the process.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.sheet import Sheet

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.percents import fraction_shown
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.cells.units import shown_by
from kwaliteitsmonitor.readers.files.excel import visible
from kwaliteitsmonitor.readers.files.layout_grid import laid_out
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits
from kwaliteitsmonitor.readers.files.outline import MACROS, Worksheet, shown_as_code
from kwaliteitsmonitor.readers.files.packages import damaged
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT, SheetScan, error_words
from kwaliteitsmonitor.readers.files.texts import too_many_cells
from schemas.words import Words

_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")


def legacy(path: Path, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The worksheets of an old Excel workbook that are asked for. Raises `UnreadableError`."""
    content = path.read_bytes()
    try:
        book = _opened(content)
        sheets = [Worksheet(s.name, str(n), s.visibility != 0) for n, s in enumerate(book.sheets())]
        chosen, skipped = visible(sheets, wanted)
        notes = (*([MACROS] if _MACROS in content else []), *skipped)
        grids = []
        for worksheet in chosen:
            sheet = book.sheet_by_index(int(worksheet.part))
            if sheet.nrows * sheet.ncols > limits.box:
                raise too_many_cells(limits)
            scan = SheetScan(worksheet.name, limits=limits)
            cells = _cells(book, sheet, scan)
            grids.append(laid_out(scan, (0, 0), cells, notes, limits))
        return grids
    except (RefusedFileError, KeyboardInterrupt, SystemExit):
        raise
    except Exception:  # xlrd raises whatever Python does at lengths and positions that are wrong
        raise damaged() from None


def names(path: Path) -> list[str]:
    """The names of all worksheets. Raises `UnreadableError`."""
    try:
        return [str(sheet.name) for sheet in _opened(path.read_bytes()).sheets()]
    except (RefusedFileError, KeyboardInterrupt, SystemExit):
        raise
    except Exception:  # as above
        raise damaged() from None


def _opened(content: bytes) -> Book:
    try:
        return xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=False
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise RefusedFileError(
                Words("deze werkmap heeft een wachtwoord", "this workbook has a password"),
                remedy=Words(
                    "Haal het wachtwoord eraf, sla het op als .xlsx en lever het nog eens.",
                    "Remove the password, save it as .xlsx and deliver it again.",
                ),
            ) from None
        raise


def _cells(book: Book, sheet: Sheet, scan: SheetScan) -> list[list[Cell]]:
    percentages = {
        index: times
        for index, xf in enumerate(book.xf_list)
        if (times := fraction_shown(book.format_map[xf.format_key].format_str))
    }
    formats = ((index, shown_by(book.format_map[xf.format_key].format_str)) for index, xf in enumerate(book.xf_list))
    amounts = {index: how for index, how in formats if how and index not in percentages}
    codes = {
        index: code
        for index, xf in enumerate(book.xf_list)
        if (code := shown_as_code(book.format_map[xf.format_key].format_str))
    }
    rows = []
    for number in range(sheet.nrows):
        row: list[Cell] = [""] * sheet.ncols
        for column, cell in enumerate(sheet.row(number)):
            row[column] = _value(book, cell.ctype, cell.value)
            place = (number + 1, column)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                scan.flaws[place] = error_words(_error(cell.value))
            elif cell.ctype == xlrd.XL_CELL_TEXT and not cell.value:
                # A text without characters is what a formula gives: nothing, or nothing yet. Which, is not told.
                scan.flaws[place] = NO_RESULT
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percentages:
                scan.percentages[place] = percentages[cell.xf_index]
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in amounts:
                scan.amounts[place] = amounts[cell.xf_index]
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in codes:
                scan.padded[place] = codes[cell.xf_index]
        rows.append(row)
    for top, bottom, left, right in sheet.merged_cells:
        scan.merged.append((top + 1, left, bottom, right - 1))
    scan.hidden_rows.extend(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    return rows


def _value(book: Book, kind: int, value: str | float) -> Cell:
    """The value of a cell by its type; what is of no type that holds a value is empty."""
    match kind:
        case xlrd.XL_CELL_DATE:
            try:
                parts = xlrd.xldate_as_tuple(float(value), book.datemode)
            except xlrd.XLDateError:
                return value
            if parts[:3] == (0, 0, 0):
                return time(*parts[3:])
            moment = datetime(*parts)  # noqa: DTZ001 - a workbook knows no time zones
            return moment.date() if moment.time() == time(0) else moment
        case xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        case xlrd.XL_CELL_ERROR:
            return _error(value)
        case xlrd.XL_CELL_TEXT | xlrd.XL_CELL_NUMBER:
            return value
        case _:
            return ""


def _error(code: str | float) -> str:
    """The name of an error by its code; empty if there is none with that code."""
    return xlrd.error_text_from_code.get(int(code), "")
