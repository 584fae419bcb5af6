"""Columns of our own template that show an earlier period's values: they are not delivered again, and not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.forms.headers import Headers
from schemas.workbooks import is_comparison


def without_comparison(grid: Grid, headers: Headers) -> tuple[Grid, Headers]:
    """The grid and its headers without columns for comparison, which are emptied: they are ours, and no finding.

    They are known by their header alone. A row in which nothing else is filled in is then an empty row.
    """
    ours = {index for index, text in enumerate(headers.written) if is_comparison(text)}
    if not ours or headers.last < 0:
        return grid, headers

    def emptied(row: Sequence[Cell]) -> list[Cell]:
        return [None if index in ours else cell for index, cell in enumerate(row)]

    start = headers.first
    cells = [list(row) if at < start else emptied(row) for at, row in enumerate(grid.cells)]
    flaws = {place: flaw for place, flaw in grid.flaws.items() if place[1] not in ours}
    kept = replace(grid, cells=cells, flaws=flaws)
    texts = tuple("" if index in ours else text for index, text in enumerate(headers.texts))
    written = tuple("" if index in ours else text for index, text in enumerate(headers.written))
    return kept, replace(headers, texts=texts, written=written)
