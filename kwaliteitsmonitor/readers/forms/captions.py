"""Captions above a table and texts in its headers that change the meaning of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.grid import Grid, Note, PathFields
from kwaliteitsmonitor.readers.cells.percents import percent_in, percent_in_caption
from kwaliteitsmonitor.readers.cells.texts import is_blank
from kwaliteitsmonitor.readers.forms.headers import Headers, text_in
from schemas.contract import Kind, Table
from schemas.spelling import fold
from schemas.words import Words

SHORTEST_NAME = 3
"""A shorter code of a unit may stand for anything in a sentence."""

ONE_NUMBER = Words(
    "een eigen getal in elke rij en kolom, geen samengevoegde cel", "a number for each row and column, no merged cell"
)
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER})


def captions(grid: Grid, headers: Headers) -> list[tuple[int, str]]:
    """The texts above the headers, each with the number of its row."""
    return [
        (number, text_in(cell))
        for number, row in zip(grid.numbers[: max(headers.first, 0)], grid.cells, strict=False)
        for cell in row
        if isinstance(cell, str) and not is_blank(cell)
    ]


def notes(grid: Grid, headers: Headers, table: Table, declared: PathFields, units: Mapping[str, str]) -> Iterator[Note]:
    """What people should know of where the table stands: below the first row, or under the name of another unit.

    `units` gives other spellings of units. What the caption says changes nothing: the file is of the unit that it was
    delivered for, which its sender may want to look at again.
    """
    if headers.first > 0:
        number = grid.numbers[headers.first]
        yield Note("header", Words(f"de kop staat op rij {number}", f"the header is in row {number}"), (number,))
    own = declared.get("unit")
    if not isinstance(own, str) or "unit" not in table.names:
        return
    names = {**{code: code for code in table["unit"].codes}, **units}
    rows = [number for number, text in captions(grid, headers) if _other_unit(text, own, names)]
    if rows:
        yield Note(
            "caption",
            Words(
                f"boven de tabel staat een andere eenheid dan {own}, waarvoor het bestand is geleverd",
                f"above the table stands another unit than {own}, for which the file was delivered",
            ),
            tuple(rows),
        )


def _other_unit(text: str, own: str, names: Mapping[str, str]) -> bool:
    met = {
        code
        for name, code in names.items()
        if len(name) >= SHORTEST_NAME and re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", fold(text))
    }
    return bool(met) and own not in met


def percents(grid: Grid, headers: Headers) -> dict[int, Decimal]:
    """The columns, by their position, of which a header or a caption says per cent, with what makes that a fraction."""
    above = next(filter(None, (percent_in_caption(text) for _, text in captions(grid, headers))), None)
    factors = {index: percent_in(text) or above for index, text in enumerate(headers.written)}
    return {index: factor for index, factor in factors.items() if factor is not None}


def shared_numbers(grid: Grid, table: Table, columns: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The cells of numbers that are one with others, by row number and column: of which row it is cannot be known.

    `columns` are the columns of each field. A name that is one for several rows is the name of each of them.
    """
    numeric = {index for name, at in columns.items() if table[name].kind in _NUMBERS for index in at}
    for top, left, bottom, right in grid.merged:
        for index in numeric & set(range(left, right + 1)):
            yield from ((number, index) for number in range(top, bottom + 1))
