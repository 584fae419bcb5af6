"""Read a whole column at once, with the same result as reading each cell by itself.

Texts are searched together for what no text may hold; if there is none, they only have to be looked up.

A spreadsheet holds binary fractions. If a fraction is the one nearest to a decimal of as many digits as the field
has, that decimal is what was typed; of a column of amounts this is true of nearly every cell, and settled for all of
them together. The others are read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeGuard

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.readers.cells.identifiers import is_error
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import INVISIBLE, LONGEST_TEXT, Cell, Refused
from schemas.contract import Kind
from schemas.exports.arrow import arrow_type
from schemas.words import Words

_DIGITS = 1e15
"""Whole numbers below this are exact as binary fractions, and have the 15 digits that a spreadsheet keeps."""

_LARGEST = 1e13
"""No number of a contract is as large."""

_MOST_DECIMALS = 5
_SIMPLE = {float, int, str, type(None)}


def numbers(cells: Sequence[Cell], reader: CellReader) -> tuple[pa.Array, list[tuple[int, Words]]] | None:
    """The typed column and the positions of refused cells with what was expected; `None` if it is no such column.

    The column has the type of the field; what is empty or refused is null.
    """
    kind, scale = reader.field.kind, 0 if reader.field.kind is Kind.INTEGER else reader.field.scale
    if kind not in (Kind.MONEY, Kind.DECIMAL, Kind.INTEGER) or scale > _MOST_DECIMALS or reader.translates:
        return None
    met = set(map(type, cells))
    if float not in met or not met <= _SIMPLE:
        return None
    plain = cells if met == {float} else [cell if type(cell) is float else np.nan for cell in cells]
    floats = np.array(plain, dtype=np.float64)
    factor = 10**scale
    with np.errstate(all="ignore"):
        whole = np.rint(floats * factor)
        exact = (np.abs(whole) < min(_DIGITS, _LARGEST * factor)) & (whole / factor == floats)
    values = np.where(exact, whole, 0).astype(np.int64)
    problems: list[tuple[int, Words]] = []
    known: dict[tuple[type, Cell], int | Refused | None] = {}
    for position in np.flatnonzero(~exact).tolist():
        cell = cells[position]
        key = (type(cell), cell)
        if key not in known:
            known[key] = _one(cell, reader, scale)
        value = known[key]
        if isinstance(value, Refused):
            problems.append((position, value.expected))
        elif value is not None:
            values[position], exact[position] = value, True
    return _column(values, exact, reader), problems


def texts(cells: Sequence[Cell], reader: CellReader) -> list[str | None] | None:
    """The typed column of texts; `None` if it holds something else, or something that is refused."""
    if reader.field.kind is not Kind.TEXT or reader.translates:
        return None
    if not _are_texts(cells):
        return None
    distinct = {cell for cell in set(cells) if cell is not None}
    if any(map(is_error, distinct)):
        return None
    if reader.field.identifier and not all(reader.takes(text.strip()) for text in distinct if text.strip()):
        return None
    if max(map(len, distinct), default=0) > LONGEST_TEXT or INVISIBLE.search("\n".join(distinct)):
        return None
    known: dict[str | None, str | None] = {text: reader.of_text(text) for text in distinct}
    known[None] = None
    return [known[cell] for cell in cells]


def _are_texts(cells: Sequence[Cell]) -> TypeGuard[Sequence[str | None]]:
    return set(map(type, cells)) <= {str, type(None)}


def _one(cell: Cell, reader: CellReader, scale: int) -> int | Refused | None:
    try:
        value = reader(cell)
    except Refused as refusal:
        return refusal
    if isinstance(value, Decimal):
        return int(value.scaleb(scale))
    return value if isinstance(value, int) else None


def _column(values: npt.NDArray[np.int64], filled: npt.NDArray[np.bool_], reader: CellReader) -> pa.Array:
    """The column of numbers that are held as whole ones, of the type of the field."""
    if reader.field.kind is Kind.INTEGER:
        return pa.array(values, mask=~filled, type=pa.int64())
    wide = np.empty((len(values), 2), dtype="<i8")  # a decimal is held in 128 bits, the lower half first
    wide[:, 0] = values
    wide[:, 1] = values >> 63
    bits = np.packbits(filled, bitorder="little")
    return pa.Array.from_buffers(arrow_type(reader.field), len(values), [pa.py_buffer(bits), pa.py_buffer(wide)])
