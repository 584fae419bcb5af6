"""Find, compare and show the headers of a table in a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, is_blank, text_of
from schemas.contract import Table
from schemas.profile.forms import Form
from schemas.spelling import composed, fold, one_line

SEARCHED = 50
"""A header that stands below this row is not looked for: a form gives its number."""


@dataclass(frozen=True)
class Headers:
    """The headers of a table, cleaned (`texts`) and as they are written (`written`).

    `first` and `last` are the positions in the grid of their first and last row, both -1 without headers.
    """

    texts: tuple[str, ...]
    written: tuple[str, ...]
    first: int = -1
    last: int = -1


def headers_of(table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    """The field of each header, by the field's own name, its Dutch or English label, or the profile's word."""
    known = {}
    for field in table.fields:
        for name in (field.name, field.label_nl, field.label_en):
            if name:
                known[fold(name)] = field.name
    return known | {fold(header): field for header, field in columns.items()}


def wildcard(pattern: str) -> re.Pattern[str]:
    """What fits a header or a name, in any case and spacing, with `*` for any text, which is a group."""
    return re.compile("(.*)".join(map(re.escape, one_line(pattern).split("*"))), re.IGNORECASE | re.DOTALL)


def fits(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a header or a name fits one of these, in any case and spacing, with `*` for any text."""
    plain = {fold(pattern) for pattern in patterns if "*" not in pattern}
    wild = [wildcard(pattern) for pattern in patterns if "*" in pattern]
    return lambda text: fold(text) in plain or any(one.fullmatch(one_line(text)) for one in wild)


def letter(index: int) -> str:
    """The letter of the column at this position: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_in(cell: Cell) -> str:
    """The text of a header cell, on one line; empty for what has none."""
    try:
        return "" if is_blank(cell) else " ".join(text_of(cell).split())
    except Refused:
        return ""


def find(grid: Grid, form: Form, lacking: Callable[[Sequence[str]], int]) -> Headers:
    """The headers of the table in a grid, at the place that its form gives.

    `lacking` counts the fields that must be there and have no header among these. Where the form leaves it to be found,
    the first row counts that lacks none; where each lacks some, the first of those that lack least, so that it can be
    said what is missing.
    """
    if form.header == "none":
        width = max(map(len, grid.cells), default=0)
        numbered = tuple(str(number) for number in range(1, width + 1))
        return Headers(numbered, numbered)
    if isinstance(form.header, int):
        at = next((at for at, number in enumerate(grid.numbers) if number >= form.header), None)
        return Headers((), ()) if at is None else _at(grid, form, at)
    best: tuple[int, Headers] | None = None
    for at in range(min(SEARCHED, len(grid.cells))):
        if all(map(is_blank, grid.cells[at])):
            continue
        headers = _at(grid, form, at)
        count = lacking(headers.texts)
        if count == 0:
            return headers
        if best is None or count < best[0]:
            best = (count, headers)
    return best[1] if best else Headers((), ())


def _at(grid: Grid, form: Form, at: int) -> Headers:
    """The headers that begin in the row at this position."""
    last = min(at + form.header_rows, len(grid.cells)) - 1
    rows = [list(map(text_in, grid.cells[position])) for position in range(at, last + 1)]
    if len(rows) > 1:
        _fill_merged(grid, rows, at)
    width = max(map(len, rows), default=0)
    joined = tuple(
        " ".join(dict.fromkeys(row[index] for row in rows if index < len(row) and row[index])) for index in range(width)
    )
    return Headers(tuple(map(cleaner(form), joined)), joined, at, last)


def cleaner(form: Form) -> Callable[[str], str]:
    """What takes out of a header what its form says is no part of it."""
    if not form.header_ignore:
        return lambda header: header
    pattern = re.compile(composed(form.header_ignore), re.IGNORECASE)
    return lambda header: " ".join(pattern.sub("", header).split())


def _fill_merged(grid: Grid, rows: list[list[str]], at: int) -> None:
    """Repeat the value of a merged cell in every cell of its range, within these rows of headers.

    A file that does not say which cells are merged has them as one filled cell with empty ones to its right; there, an
    empty cell above the last row of headers repeats the one to its left.
    """
    if grid.merged:
        positions = {grid.numbers[at + offset]: row for offset, row in enumerate(rows)}
        for first, left, last, right in grid.merged:
            if first not in positions or left >= len(positions[first]):
                continue
            text = positions[first][left]
            for number in range(first, last + 1):
                row = positions.get(number, [])
                row[left : right + 1] = [text] * len(row[left : right + 1])
        return
    for row in rows[:-1]:
        for index in range(1, len(row)):
            row[index] = row[index] or row[index - 1]
