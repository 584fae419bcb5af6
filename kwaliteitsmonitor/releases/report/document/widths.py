"""How wide the columns of a table are on paper, and whether the table needs a page across."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Figure, Table
from kwaliteitsmonitor.releases.report.document.wording import title_of

UPRIGHT, ACROSS = 98, 154
"""How many characters of the size that tables are set in fit beside each other on A4."""
_BESIDE = 2
"""The room between two columns, in characters."""
_SMALLER = 0.88
"""The size of the letters of a table that fits in no other way, against their usual size."""
_TRIES = ((1.0, 24, 14), (_SMALLER, 24, 14), (_SMALLER, 16, 11))
"""The size of the letters, and how long a word of the rows and one of a header may be unbroken: the first that fits."""
_HEADER = 16
"""A header, which is in bold, likes this much room, in which it takes few lines."""
_TALL, _LONG = 2.5, 8
"""Rows of more lines than this on average, or one of so many, read better on a wider page; a few rows matter less."""
_FEW = 5


@dataclass(frozen=True)
class Layout:
    """The share of each column of the width of the page, together 1; the size of the letters; which way the page lies.

    `size` is against the usual size of the letters of a table.
    """

    shares: tuple[float, ...]
    across: bool
    size: float


def layout_of(table: Table) -> Layout:
    """The widths of the columns: figures as wide as they are, words share what is left by how much they have to say."""
    tried = _fitted(table, UPRIGHT)
    across = tried is None or _tall(table, tried[0])
    if across:
        tried = _fitted(table, ACROSS)
    widths, size = tried or ([1.0] * len(table.columns), _SMALLER)
    total = sum(widths)
    return Layout(tuple(width / total for width in widths), across, size)


def _fitted(table: Table, room: int) -> tuple[list[float], float] | None:
    """Widths that fill the room and the size of the letters; `None` if even broken words do not fit."""
    for size, word, header in _TRIES:
        wanted = _measures(table, word, header)
        left = room / size - sum(one.least for one in wanted)
        if left >= 0:
            return _spread(table, wanted, left), size
    return None


def _spread(table: Table, wanted: list[_Wanted], left: float) -> list[float]:
    """The least widths with what is left shared: first among the rows, then the headers, then the words."""
    widths = [one.least for one in wanted]
    for wishes in ([one.rows for one in wanted], [one.header for one in wanted]):
        shares = _shared(left, [max(0.0, wish - width) for wish, width in zip(wishes, widths, strict=True)])
        widths = [width + more for width, more in zip(widths, shares, strict=True)]
        left -= sum(shares)
    # What nobody needs goes to the words, so that the figures stand together at the right.
    words = [index for index, column in enumerate(table.columns) if not column.figures] or [0]
    return [width + (left / len(words) if index in words else 0) for index, width in enumerate(widths)]


def _shared(room: float, wishes: list[float]) -> list[float]:
    """Room shared so that small wishes are met first: no date is broken for the sake of a sentence."""
    shares = [0.0] * len(wishes)
    waiting = sorted(range(len(wishes)), key=lambda index: wishes[index])
    while waiting:
        index = waiting[0]
        shares[index] = min(wishes[index], room / len(waiting))
        room -= shares[index]
        waiting.pop(0)
    return shares


@dataclass(frozen=True)
class _Wanted:
    """The least width of a column, and those in which nothing wraps in the rows and little in the header."""

    least: float
    rows: float
    header: float


def _measures(table: Table, word: float, header: float) -> list[_Wanted]:
    wanted = []
    for index, column in enumerate(table.columns):
        cells = [_text(cells[index], column) for cells in _rows(table) if index < len(cells)]
        title = title_of(table, index)
        heading = 1.1 * _longest(title)
        whole = float(max([len(text) for text in cells], default=0))
        words = float(max([_longest(text) for text in cells], default=0))
        need = max(whole if column.figures else min(words, word), min(heading, header), 3.0)
        wide = max(heading, float(min(len(title), _HEADER)))
        wanted.append(_Wanted(need + _BESIDE, whole + _BESIDE, wide + _BESIDE))
    return wanted


def _tall(table: Table, widths: list[float]) -> bool:
    """Whether many rows take several lines, or one takes very many."""
    lines = [
        max(ceil(len(_text(cell, column)) / max(width - _BESIDE, 1)) for cell, column, width in cells)
        for row in _rows(table)
        if (cells := list(zip(row, table.columns, widths, strict=False)))
    ]
    return max(lines, default=0) > _LONG or (len(lines) > _FEW and sum(lines) > _TALL * len(lines))


def _rows(table: Table) -> list[tuple[Cell, ...]]:
    return [row.cells for row in table.rows if row.kind != "heading"]


def _text(cell: Cell, column: Column) -> str:
    text = cell.text if isinstance(cell, Figure) else cell
    # A call of a note stands beside a figure.
    return text + "·" if column.figures and isinstance(cell, Figure) and cell.notes else text


def _longest(text: str) -> int:
    """How long the longest word is; a hyphen and a slash end one."""
    return max((len(word) for word in text.replace("-", "- ").replace("/", "/ ").split()), default=0)
