"""Columns of the same thing becoming rows: a row for each cell under them that holds something."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import TypeVar

from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.forms.headers import text_in
from schemas.spelling import fold

T = TypeVar("T")


@dataclass(frozen=True)
class Lengthened:
    """Rows by field, a row for each cell of the columns that became rows.

    `numbers` gives the row in the file, `column` which of the columns (by its position in the file), and `dropped` the
    number of cells that gave no row.
    """

    fields: Mapping[str, Sequence[Cell]]
    numbers: Sequence[int]
    column: Sequence[int]
    dropped: int


def lengthened(
    fields: Mapping[str, Sequence[Cell]],
    numbers: Sequence[int],
    pivots: Sequence[tuple[int, str, Sequence[Cell]]],
    name: str,
    value: str,
    empty: Collection[str],
    flawed: Collection[tuple[int, int]],
) -> Lengthened:
    """The rows, row by row and within a row from left to right.

    `pivots` gives per column its position, the value of the field `name` and its cells, which become the field `value`.
    Cells that are blank, or `empty` by the form, give no row; `flawed` cells, by row number and position, always do,
    since what should stand there is not known.
    """
    times = len(pivots)
    cells = list(chain.from_iterable(zip(*(column for _, _, column in pivots), strict=True)))
    wanted = _filled(cells, set(map(fold, empty)))
    if flawed:
        order = {index: at for at, (index, _, _) in enumerate(pivots)}
        rows = {number: at for at, number in enumerate(numbers)}
        for number, index in flawed:
            if number in rows and index in order:
                wanted[rows[number] * times + order[index]] = True

    def repeated(column: Sequence[T]) -> list[T]:
        return list(compress([cell for cell in column for _ in range(times)], wanted))

    return Lengthened(
        {
            **{field: repeated(column) for field, column in fields.items()},
            name: list(compress([code for _, code, _ in pivots] * len(numbers), wanted)),
            value: list(compress(cells, wanted)),
        },
        repeated(numbers),
        list(compress([index for index, _, _ in pivots] * len(numbers), wanted)),
        len(wanted) - sum(wanted),
    )


def _filled(cells: Sequence[Cell], empty: Collection[str]) -> list[bool]:
    """Which cells hold something. A column repeats its texts, so that each is looked at once."""
    known: dict[str, bool] = {}
    filled = []
    for cell in cells:
        if not isinstance(cell, str):
            filled.append(cell is not None and not (empty and fold(text_in(cell)) in empty))
            continue
        if cell not in known:
            known[cell] = not is_blank(cell) and fold(cell) not in empty
        filled.append(known[cell])
    return filled
