"""What a file states of its own amounts and a form does not read: totals, differences and progress, beside the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kwaliteitsmonitor.readers.cells.grid import Grid, Stated
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.forms.headers import Headers, letter
from kwaliteitsmonitor.readers.forms.layout import Layout
from kwaliteitsmonitor.readers.forms.rows import Rows
from schemas.contract import Kind, Table

_DIFFERENCE = re.compile(r"\b(?:differences?|verschil(?:len)?|variance|afwijking)\b", re.IGNORECASE)
_PROGRESS = re.compile(r"\b(?:progress|voortgang|uitputting|realisatiegraad|utili[sz]ation)\b", re.IGNORECASE)
PLANNED, SPENT = "budget", "realised"


def stated(grid: Grid, headers: Headers, data: Rows, layout: Layout, table: Table, ignored: set[int]) -> Stated | None:
    """What a file states beside its amounts; `None` if it has none, or its columns become rows.

    `ignored` are the positions of columns that the form knows and does not read.
    """
    money = {name: at[0] for name, at in layout.fields.items() if table[name].kind is Kind.MONEY and len(at) == 1}
    if layout.pivots or not money:
        return None
    unread = {*ignored, *layout.unknown} - set(money.values())
    named = {index: headers.texts[index] for index in unread if index < len(headers.texts)}
    numbers = {number for numbers in data.left.values() for number in numbers}
    width = {*money.values(), *unread}
    rows_left = [
        (number, {letter(index): row[index] for index in width if index < len(row)})
        for number, row in zip(grid.numbers, grid.cells, strict=True)
        if number in numbers
    ]

    def of(pattern: re.Pattern[str]) -> dict[str, Sequence[Cell]]:
        return {letter(index): data.columns[index] for index, text in named.items() if pattern.search(text)}

    return Stated(
        data.numbers,
        {name: data.columns[index] for name, index in money.items()},
        {name: letter(index) for name, index in money.items()},
        of(_DIFFERENCE),
        of(_PROGRESS),
        rows_left,
    )
