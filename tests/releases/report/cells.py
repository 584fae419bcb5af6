"""What stands in the tables of a report, as a test looks at it."""

from __future__ import annotations

from collections.abc import Iterable

from kwaliteitsmonitor.releases.report.document.model import Block, Document, Figure, Section, Table


def tables_of(made: Document | Section | None) -> dict[str, Table]:
    """The tables of a report or of a section by their ids."""
    if made is None:
        return {}
    tables: Iterable[Table] = made.tables() if isinstance(made, Document) else _tables(made.blocks)
    return {table.id: table for table in tables}


def _tables(blocks: Iterable[Block]) -> Iterable[Table]:
    return (block for block in blocks if isinstance(block, Table))


def texts(table: Table, kinds: tuple[str, ...] = ("body", "total")) -> list[list[str]]:
    """What is read in the rows of these kinds."""
    return [
        [cell.text if isinstance(cell, Figure) else cell for cell in row.cells]
        for row in table.rows
        if row.kind in kinds
    ]


def cell(table: Table, row: int, column: str) -> Figure:
    """The figure in a row, under the column of a name."""
    figure = table.rows[row].cells[[one.name for one in table.columns].index(column)]
    assert isinstance(figure, Figure)
    return figure
