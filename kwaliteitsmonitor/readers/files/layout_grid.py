"""From the block of cells of a worksheet to its grid: rows with their numbers, merged cells filled, blank rows left."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits
from kwaliteitsmonitor.readers.files.parts import unusual
from kwaliteitsmonitor.readers.files.sheets import SheetScan
from kwaliteitsmonitor.readers.files.texts import too_many_cells
from schemas.words import Words

_COVERED = Words(
    "een zichtbare waarde: deze staat onder een samengevoegde cel",
    "a value that is seen: this one is under a merged cell",
)
_HIDDEN = Words("verborgen rijen zijn meegelezen", "hidden rows were read along")


def laid_out(
    scan: SheetScan,
    start: tuple[int, int],
    cells: list[list[Cell]],
    notes: Sequence[Note] = (),
    limits: Limits = LIMITS,
    numbers: Sequence[int] = (),
) -> Grid:
    """The grid of a worksheet whose block of `cells` begins at `start` (row and column, from 0).

    Columns before the block are filled up, so that a position is that of the column in the worksheet. `numbers` gives
    the number of each row if blank ones were left out already.
    """
    above, before = start
    counted = numbers or range(above + 1, above + 1 + len(cells))
    flawed = {row for row, _ in scan.flaws}
    kept = list(zip(counted, cells, strict=True))
    if not all(map(any, cells)):
        kept = [(n, row) for n, row in kept if any(row) or not is_blank(row) or n in flawed]
    # Cells that are flawed are empty for calamine, and may lie outside the block: they are no less delivered.
    alone = flawed.difference(n for n, _ in kept) if flawed else ()
    if alone:
        kept = sorted([*kept, *((n, []) for n in alone)], key=itemgetter(0))
    numbers = [n for n, _ in kept]
    least = max((column + 1 for _, column in scan.flaws), default=0)
    rows = [row for _, row in kept]
    width = max(max(map(len, rows), default=0) + before, least)
    if width * len(rows) > limits.box:
        raise too_many_cells(limits)
    rows = _squared(rows, before, width)
    merged = _filled(scan, numbers, rows, limits)
    hidden = tuple(sorted(set(scan.hidden_rows) & set(numbers)))
    every_note = [*notes, *scan.notes, *([Note("hidden_rows", _HIDDEN, hidden)] if hidden else [])]
    return Grid(
        scan.name,
        rows,
        numbers,
        addressed=True,
        flaws=scan.flaws,
        notes=tuple(dict.fromkeys(every_note)),
        percentages=scan.percentages,
        amounts=scan.amounts,
        padded=scan.padded,
        merged=merged,
    )


def is_blank(row: Iterable[Cell]) -> bool:
    """Whether no cell of a row holds anything."""
    return not any(row) and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _squared(rows: list[list[Cell]], before: int, width: int) -> list[list[Cell]]:
    """The rows with `before` blank cells in front, and `width` cells each."""
    if before:
        blank: list[Cell] = [""] * before
        rows = [blank + row for row in rows]
    if set(map(len, rows)) - {width}:
        rows = [row + [""] * (width - len(row)) for row in rows]
    return rows


def _filled(
    scan: SheetScan, numbers: Sequence[int], cells: list[list[Cell]], limits: Limits
) -> tuple[tuple[int, int, int, int], ...]:
    """Fill each merged range with its first cell, in place, and give the ranges that hold something.

    A range reaches no further than the table does. What stands in a cell that is covered by the first is a flaw: people
    do not see it, and sums count it.
    """
    ranges = []
    area = 0
    for top, left, bottom, right in scan.merged:
        first = bisect_left(numbers, top)
        if first == len(numbers) or numbers[first] != top or left >= len(cells[first]):
            continue
        bottom, right = min(bottom, numbers[-1]), min(right, len(cells[first]) - 1)
        value = cells[first][left]
        if value is None or value == "" or (bottom, right) == (top, left):
            continue
        area += (bottom - top + 1) * (right - left + 1)
        if area > limits.box:
            raise unusual(scan.name)
        for position in range(first, bisect_right(numbers, bottom)):
            line = cells[position]
            for column in range(left, right + 1):
                if line[column] is None or line[column] == "":
                    line[column] = value
                elif (position, column) != (first, left):
                    scan.flaws[(numbers[position], column)] = _COVERED
        ranges.append((top, left, bottom, right))
    return tuple(ranges)
