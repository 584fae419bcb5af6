"""What a file states of its own amounts and a form does not read: totals, differences and progress, beside the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.staged.forms.headers import Headers, letter
from assets.staged.forms.layout import Layout
from assets.staged.forms.rows import Rows
from assets.staged.grid import Grid
from schemas.contract import Kind, Table

_DIFFERENCE = re.compile(r"\b(?:differences?|verschil(?:len)?|variance|afwijking)\b", re.IGNORECASE)
_PROGRESS = re.compile(r"\b(?:progress|voortgang|uitputting|realisatiegraad|utili[sz]ation)\b", re.IGNORECASE)
PLANNED, SPENT = "budget", "realised"


@dataclass(frozen=True)
class Stated:
    """The amounts of a table as its file has them, and what the file states beside.

    `amounts` holds per field the cells of the rows that are data, whose numbers are `rows`; `columns` the letter of
    each. `differences` and `progress` are columns that nothing reads, by their letter. `left` are the rows that are no
    data: the number of each and its cells by column letter.
    """

    rows: Sequence[int]
    amounts: Mapping[str, Sequence[Any]]
    columns: Mapping[str, str]
    differences: Mapping[str, Sequence[Any]]
    progress: Mapping[str, Sequence[Any]]
    left: Sequence[tuple[int, Mapping[str, Any]]]


def stated(grid: Grid, headers: Headers, data: Rows, layout: Layout, table: Table, ignored: set[int]) -> Stated | None:
    """What a file states beside its amounts; None where it has none, or its columns become rows.

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

    def of(pattern: re.Pattern[str]) -> dict[str, Sequence[Any]]:
        return {letter(index): data.columns[index] for index, text in named.items() if pattern.search(text)}

    return Stated(
        data.numbers,
        {name: data.columns[index] for name, index in money.items()},
        {name: letter(index) for name, index in money.items()},
        of(_DIFFERENCE),
        of(_PROGRESS),
        rows_left,
    )
