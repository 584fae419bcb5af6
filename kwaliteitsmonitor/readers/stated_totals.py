"""Compare totals, differences and progress that a file states beside its amounts with those amounts.

Amounts may be rounded where they are written: half a unit of the last digit of each is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.grid import Stated
from kwaliteitsmonitor.readers.cells.numbers import OF_ONE, Percentage, written
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused
from kwaliteitsmonitor.readers.forms.stated import PLANNED, SPENT
from schemas.profile.forms import Locale

Number = Callable[[Cell], Decimal | None]


@dataclass(frozen=True)
class Contradiction:
    """A cell that states another number than its file gives: its column, its row, and both numbers."""

    column: str
    row: int
    stated: Decimal
    computed: Decimal


def contradictions(stated: Stated, reader: CellReader) -> list[Contradiction]:
    """What a file states that its own amounts contradict; `reader` is that of one of the amounts."""

    def number(cell: Cell) -> Decimal | None:
        try:
            value = replace(reader, scale=None, as_shown=reader.scale is not None, values={}, empty=frozenset())(cell)
        except Refused:
            return None
        return value if isinstance(value, Decimal) else None

    amounts = {name: [number(cell) for cell in cells] for name, cells in stated.amounts.items()}
    return [
        *_differences(stated, amounts, number),
        *_progress(stated, amounts, reader.locale),
        *_totals(stated, amounts, number),
    ]


def _differences(
    stated: Stated, amounts: Mapping[str, Sequence[Decimal | None]], number: Number
) -> Iterator[Contradiction]:
    """Differences that are neither spent less planned nor the other way round, whichever the column mostly is."""
    for column, cells in stated.differences.items():
        ways: list[list[Contradiction]] = []
        for sign in (1, -1):
            wrong = []
            for row, cell, planned, spent in _with_both(stated, amounts, cells):
                difference = number(cell)
                computed = sign * (spent - planned)
                if difference is not None and abs(difference - computed) > _halves(difference, planned, spent):
                    wrong.append(Contradiction(column, row, difference, computed))
            ways.append(wrong)
        yield from min(ways, key=len)


def _progress(
    stated: Stated, amounts: Mapping[str, Sequence[Decimal | None]], locale: Locale
) -> Iterator[Contradiction]:
    for column, cells in stated.progress.items():
        for row, cell, planned, spent in _with_both(stated, amounts, cells):
            share = _share(cell, locale)
            if share is None or not planned:
                continue
            near = (abs(spent) * _half(planned) / planned**2) + _half(spent) / abs(planned)
            computed = spent / planned
            readings = [share] if isinstance(cell, Percentage) else [share, share / 100]  # 90.5 may be per cent
            if all(abs(one - computed) > _half(one) + near for one in readings):
                yield Contradiction(column, row, share, computed)


def _totals(stated: Stated, amounts: Mapping[str, Sequence[Decimal | None]], number: Number) -> Iterator[Contradiction]:
    """Totals that are neither the sum of all rows above nor of those since the row before that is no data."""
    for name, values in amounts.items():
        column, before = stated.columns[name], 0
        for row, cells in stated.left:
            total = number(cells.get(column))
            if total is not None:
                above = [(at, v) for at, v in zip(stated.rows, values, strict=True) if at < row and v is not None]
                parts = [[v for _, v in above], [v for at, v in above if at > before]]
                if any(parts) and not any(abs(sum(p) - total) <= _halves(total, *p) for p in parts if p):
                    yield Contradiction(column, row, total, sum(parts[0], Decimal(0)))
            before = row


def _with_both(
    stated: Stated, amounts: Mapping[str, Sequence[Decimal | None]], cells: Sequence[Cell]
) -> Iterator[tuple[int, Cell, Decimal, Decimal]]:
    if not {PLANNED, SPENT} <= amounts.keys():
        return
    for row, cell, planned, spent in zip(stated.rows, cells, amounts[PLANNED], amounts[SPENT], strict=True):
        if planned is not None and spent is not None:
            yield row, cell, planned, spent


def _share(cell: Cell, locale: Locale) -> Decimal | None:
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
