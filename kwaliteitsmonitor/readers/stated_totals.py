"""Totals, differences and progress that a file states beside its amounts, held against those amounts.

Amounts may be rounded where they are written: half a unit of the last digit of each is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from kwaliteitsmonitor.readers.cells.grid import Stated
from kwaliteitsmonitor.readers.cells.numbers import OF_ONE, Percentage, written
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.forms.stated import PLANNED, SPENT
from schemas.profile.forms import Locale

Number = Callable[[Any], Decimal | None]


@dataclass(frozen=True)
class Contradiction:
    """A cell that states another number than its file gives: its column, its row, and both numbers."""

    column: str
    row: int
    stated: Decimal
    computed: Decimal


def contradictions(found: Stated, reader: CellReader) -> list[Contradiction]:
    """What a file states that its own amounts contradict; `reader` is that of one of the amounts."""

    def number(cell: Any) -> Decimal | None:
        try:
            value = replace(reader, scale=None, as_shown=reader.scale is not None, values={}, empty=frozenset())(cell)
        except Refused:
            return None
        return value if isinstance(value, Decimal) else None

    amounts = {name: [number(cell) for cell in cells] for name, cells in found.amounts.items()}
    return [
        *_differences(found, amounts, number),
        *_progress(found, amounts, reader.locale),
        *_totals(found, amounts, number),
    ]


def _differences(
    found: Stated, amounts: Mapping[str, Sequence[Decimal | None]], number: Number
) -> Iterator[Contradiction]:
    """Differences that are neither spent less planned nor the other way round, whichever the column mostly is."""
    for column, cells in found.differences.items():
        ways: list[list[Contradiction]] = []
        for sign in (1, -1):
            wrong = []
            for row, cell, planned, spent in _with_both(found, amounts, cells):
                told = number(cell)
                computed = sign * (spent - planned)
                if told is not None and abs(told - computed) > _halves(told, planned, spent):
                    wrong.append(Contradiction(column, row, told, computed))
            ways.append(wrong)
        yield from min(ways, key=len)


def _progress(
    found: Stated, amounts: Mapping[str, Sequence[Decimal | None]], locale: Locale
) -> Iterator[Contradiction]:
    for column, cells in found.progress.items():
        for row, cell, planned, spent in _with_both(found, amounts, cells):
            told = _share(cell, locale)
            if told is None or not planned:
                continue
            near = (abs(spent) * _half(planned) / planned**2) + _half(spent) / abs(planned)
            computed = spent / planned
            readings = [told] if isinstance(cell, Percentage) else [told, told / 100]  # 90.5 may be per cent
            if all(abs(one - computed) > _half(one) + near for one in readings):
                yield Contradiction(column, row, told, computed)


def _totals(found: Stated, amounts: Mapping[str, Sequence[Decimal | None]], number: Number) -> Iterator[Contradiction]:
    """Totals that are neither the sum of all rows above nor of those since the row before that is no data."""
    for name, values in amounts.items():
        column, before = found.columns[name], 0
        for row, cells in found.left:
            told = number(cells.get(column))
            if told is not None:
                above = [(at, v) for at, v in zip(found.rows, values, strict=True) if at < row and v is not None]
                parts = [[v for _, v in above], [v for at, v in above if at > before]]
                if any(parts) and not any(abs(sum(p) - told) <= _halves(told, *p) for p in parts if p):
                    yield Contradiction(column, row, told, sum(parts[0], Decimal(0)))
            before = row


def _with_both(
    found: Stated, amounts: Mapping[str, Sequence[Decimal | None]], cells: Sequence[Any]
) -> Iterator[tuple[int, Any, Decimal, Decimal]]:
    if not {PLANNED, SPENT} <= amounts.keys():
        return
    for row, cell, planned, spent in zip(found.rows, cells, amounts[PLANNED], amounts[SPENT], strict=True):
        if planned is not None and spent is not None:
            yield row, cell, planned, spent


def _share(cell: Any, locale: Locale) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | Decimal):
        value = Decimal(f"{cell:.15g}")
        return value if value.is_finite() else None
    read = written(cell, locale) if isinstance(cell, str) else None
    return None if read is None else read.value * OF_ONE.get(read.measure, Decimal(1))


def _halves(*numbers: Decimal) -> Decimal:
    return sum(map(_half, numbers), Decimal(0))


def _half(number: Decimal) -> Decimal:
    """Half a unit of the last digit that a number has."""
    exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0) / 2
