"""Text from data that a spreadsheet would run as a formula, written so that it stays text.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is run by Excel, LibreOffice and Google Sheets
when a CSV file is opened, and in a workbook once it is written as a formula. A plain number is left alone: it does
nothing but be itself.
"""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING

from schemas.values import Value

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d., ]*\s?%?", re.ASCII)


def would_run(text: str) -> bool:
    """Whether a spreadsheet that opens this text in a cell would take it for a formula.

    Spaces before it do not help: some programs trim them.
    """
    return text.lstrip(" \u00a0").startswith(_STARTERS) and not _PLAIN_NUMBER.fullmatch(text.strip())


def for_csv(value: object) -> object:
    """A value as it may stand in CSV: text that would be run gets an apostrophe before it, all else is left alone."""
    return f"'{value}" if isinstance(value, str) and would_run(value) else value


def put(cell: Cell, value: Value | time) -> None:
    """Put a value from data in a cell of a workbook; text is always text there, whatever it begins with.

    Characters that a workbook cannot hold are left out.
    """
    if not isinstance(value, str):
        cell.value = value
        return
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    if cell.value:
        cell.data_type = "s"
    if would_run(value):
        cell.quotePrefix = True  # Excel keeps it text when someone edits the cell
