"""The contents of the source cells of figures, so that a figure can be traced to its cell.

They are stored for tables whose rows are amounts and counts of units, never for tables whose rows are people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pyarrow as pa

from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.quarantine import Read, cell_of
from schemas.contract import Table
from schemas.tables.facts import FACTS

_PANELS = "faculty_panels"
TABLES = (*dict.fromkeys(fact.reads[0] for fact in FACTS.values() if fact.keeps_rows), _PANELS)
"""The tables whose cells are followed: those whose facts keep the place of a row. Of panels it is owed that their cell
of open text is filled."""

SCHEMA = pa.schema([
    ("_delivery", pa.string()), ("_sheet", pa.string()), ("_row", pa.int64()), ("_column", pa.string()),
    ("field", pa.string()), ("cell", pa.string()), ("column", pa.string()), ("written", pa.string()),
])  # fmt: skip


def written(table: Table, reads: Iterable[Read]) -> pa.Table | None:
    """Per cell of the deliveries that were read: its row, field, address, column and value.

    `None` for a table whose cells are not followed. Corrections have been made: what stood there before them is in
    `corrections`. What identifies people is left out, and of open text is kept that there is some, not what it says.
    """
    if table.name not in TABLES or table.personal:
        return None
    names = [f.name for f in table.fields if not f.open_text]
    open_texts = [f.name for f in table.fields if f.open_text]
    rows = [
        (
            read.delivery.id,
            read.raw.sheet or None,
            row,
            read.column(position) or None,
            name,
            cell_of(read, row, read.column(position), [name]) if read.raw.sheet and read.raw.addressed else None,
            read.raw.place(name, position) or None,
            as_text(read.raw.columns[name][position]),
        )
        for read in reads
        for name in names
        if name in read.raw.columns
        for position, row in enumerate(read.raw.rows)
    ]
    rows += [
        (read.delivery.id, read.raw.sheet or None, row, read.column(position) or None, name, None, None, None)
        for read in reads
        for name in open_texts
        if name in read.raw.columns
        for position, row in enumerate(read.raw.rows)
        if (as_text(read.raw.columns[name][position]) or "").strip()
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.table([pa.array(values, f.type) for values, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def as_text(cell: Cell) -> str | None:
    """A cell as people write it down: numbers with a point and without digits that a spreadsheet does not show."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
