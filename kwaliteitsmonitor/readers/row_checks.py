"""Checks within a row of a delivery: what its numbers measure, and whether they agree with each other."""

from __future__ import annotations

from collections.abc import Mapping

from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.measured import Said, impossible_ratios
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.columns import Column, listed
from kwaliteitsmonitor.readers.quarantine import Quarantined, Read, refused_cell
from schemas.contract import Table


def measures_of(
    raw: RawTable, reader: CellReader, readers: Mapping[str, CellReader], typed: Mapping[str, Column]
) -> Said | None:
    """What the rows and the headers say of what a field measures; `None` if it measures the same in every row."""
    if reader.measured is None or reader.field.measured_by is None:
        return None
    code, year = reader.field.measured_by
    percent = dict(raw.percent.get(reader.field.name, {}))
    for at, word in enumerate(raw.columns.get(code, ())):
        if (factor := readers[code].percent_of(word)) is not None:
            percent[at] = factor
    codes = [one if isinstance(one, str) else None for one in listed(typed[code])]
    years = [one if isinstance(one, int) else None for one in listed(typed[year])]
    return Said(codes, years, percent)


def refused_ratios(
    table: Table, read: Read, readers: Mapping[str, CellReader], typed: Mapping[str, Column]
) -> list[tuple[int, Quarantined]]:
    """The positions of rows of which numerator and denominator make a share that cannot be, and what is said of it."""
    of_rows = next((reader for reader in readers.values() if reader.field.measured_by), None)
    measures = measures_of(read.raw, of_rows, readers, typed) if of_rows else None
    if of_rows is None or measures is None or not {"numerator", "denominator"} <= read.raw.columns.keys():
        return []
    parts = {name: listed(typed[name]) for name in ("numerator", "denominator")}
    return [
        (at, refused_cell(table, read, table["numerator"], at, "type", expected))
        for at, expected in impossible_ratios(parts, of_rows, measures)
    ]
