"""What stands in the tables of a report, as a test looks at it."""

from __future__ import annotations

from collections.abc import Callable

from kwaliteitsmonitor.releases.report.document.model import Document, Figure, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading

Read = Callable[..., Reading]
"""What the fixture `read` gives."""


def tables_of(made: Document | Section | None) -> dict[str, Table]:
    """The tables of a report or of a section by their ids."""
    if made is None:
        return {}
    blocks = made.tables() if isinstance(made, Document) else made.blocks
    return {block.id: block for block in blocks if isinstance(block, Table)}


def texts(table: Table, kinds: tuple[str, ...] = ("body", "total")) -> list[list[str]]:
    """What is read in the rows of these kinds."""
    rows = [row.cells for row in table.rows if row.kind in kinds]
    return [[cell.text if isinstance(cell, Figure) else cell for cell in cells] for cells in rows]


def cell(table: Table, row: int, column: str) -> Figure:
    """The figure in a row, under the column of a name."""
    figure = table.rows[row].cells[[one.name for one in table.columns].index(column)]
    assert isinstance(figure, Figure)
    return figure
