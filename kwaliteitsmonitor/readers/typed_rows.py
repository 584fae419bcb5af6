"""Read the rows of a delivery cell by cell; refused cells and rows of another period are reported.

A cell is judged here by itself and by the fields in the path; rows are compared with each other in
`kwaliteitsmonitor.readers.staging`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells import names
from kwaliteitsmonitor.readers.cells import vectorised as at_once
from kwaliteitsmonitor.readers.cells.measured import read_measured
from kwaliteitsmonitor.readers.cells.notation import mixed
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused
from kwaliteitsmonitor.readers.columns import Column, listed
from kwaliteitsmonitor.readers.contradictions import beside_unread
from kwaliteitsmonitor.readers.findings import PATH, names_results, notation_results, window_result
from kwaliteitsmonitor.readers.period import Agreed, costs_of, delivered_for, unlikely
from kwaliteitsmonitor.readers.quarantine import Quarantined, Read, beside_another, refused_cell
from kwaliteitsmonitor.readers.row_checks import measures_of, refused_ratios
from schemas.contract import Field, Table
from schemas.values import Value
from schemas.words import Words

HASHED = frozenset({float, int, bool, Decimal, date, datetime})
"""What is known by its value, as long as a column holds one of these kinds."""


@dataclass
class Typed:
    """The rows of a delivery by field, typed, with the positions of those in which a cell was refused.

    `also_in_path` are fields that both the file and its name hold; `elsewhere` are the positions of rows that can be
    read, of another period than the delivery.
    """

    columns: dict[str, Column]
    bad: set[int] = field(default_factory=set)
    refused: list[Quarantined] = field(default_factory=list)
    findings: list[RuleResult] = field(default_factory=list)
    also_in_path: list[str] = field(default_factory=list)
    elsewhere: set[int] = field(default_factory=set)

    def column(self, name: str) -> Sequence[Value]:
        """The values of a field that was read."""
        return listed(self.columns[name])

    def rows(self, schema: pa.Schema) -> pa.Table:
        """The rows in which every cell could be read."""
        arrays = {name: _array(self.columns[name], schema.field(name).type) for name in schema.names}
        data = pa.table(arrays, schema=schema)
        if not self.bad:
            return data
        return data.take(pa.array([i for i in range(data.num_rows) if i not in self.bad], type=pa.int64()))


def apart_beside(table: Table, read: Read, typed: Typed) -> int:
    """Set aside the rows that have the key of one that could not be read; returns how many."""
    positions = beside_unread(table, typed.columns, typed.bad)
    typed.bad.update(positions)
    typed.refused.extend(beside_another(table, read, position) for position in positions)
    return len(positions)


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str)


def _array(column: Column, kind: pa.DataType) -> pa.Array:
    return column if isinstance(column, pa.Array) else pa.array(column, type=kind)


def typed_rows(table: Table, own: Table, read: Read, readers: Mapping[str, CellReader]) -> Typed:
    """The rows of a delivery in a bound contract, typed; `own` is the contract as it is staged."""
    raw = read.raw
    count = len(raw.rows)
    typed = Typed({})
    flaws: dict[str, dict[int, Words]] = {}
    ours: set[int] = set()
    for (name, position), reason in raw.flaws.items():
        flaws.setdefault(name, {})[position] = reason
    for f in own.fields:
        if f.name.startswith("_"):
            continue
        reader = readers[f.name]
        value, refusal = _typed_path_field(read, reader)
        cells = raw.columns.get(f.name)
        if cells is None:
            typed.columns[f.name] = [value] * count
            problems = dict.fromkeys(range(count), refusal.expected) if refusal else {}
        else:
            problems = {**_read_cells(table, read, readers, f, typed), **flaws.get(f.name, {})}
            typed.findings.extend(notation_results(table, read, f, mixed(cells, problems, reader)))
            if (one := agreed_on(table, f, value, read.clocked.agreed)) is not None:
                ours |= _against_the_path(table, read, f, one, typed)
        ours.update(problems)
        typed.refused.extend(
            refused_cell(table, read, f, position, "type", expected) for position, expected in problems.items()
        )
    typed.elsewhere -= ours
    typed.bad |= ours | typed.elsewhere
    typed.findings.extend(_unlikely_dates(table, read, typed))
    ratios = dict(refused_ratios(table, read, readers, typed.columns))
    typed.bad.update(ratios)
    typed.refused.extend(ratios.values())
    typed.columns["_delivery"] = [read.delivery.id] * count
    typed.columns["_sheet"] = [raw.sheet or None] * count
    typed.columns["_row"] = list(raw.rows)
    typed.columns["_column"] = list(raw.pivoted) or [None] * count
    return typed


def _read_cells(
    table: Table, read: Read, readers: Mapping[str, CellReader], named: Field, typed: Typed
) -> dict[int, Words]:
    """Read the cells of a field into `typed`, and tell which names were read otherwise than they are written.

    Returns the positions of those that cannot be read, with what was expected.
    """
    reader, cells = readers[named.name], read.raw.columns[named.name]
    if (measures := measures_of(read.raw, reader, readers, typed.columns)) is not None:
        typed.columns[named.name], measured = read_measured(cells, reader, measures, read_column)
        return dict(measured)
    spelled = names.spellings(lambda: set(filter(_is_text, cells)), reader)
    as_one = names.in_one_spelling(cells, spelled)
    typed.columns[named.name], listed = at_once.numbers(as_one, reader) or read_column(as_one, reader)
    refused = dict(listed)
    empty = names.rightly_empty(named, refused, typed.column)
    problems = {at: expected for at, expected in refused.items() if at not in set(empty)}
    otherwise = names.respelled(cells, spelled, reader, problems)
    zeros = [at for at in names.with_other_zeros(cells, named) if at not in problems]
    read_otherwise = {names.RESPELLED: otherwise, names.EMPTIED: empty, names.ZEROS: zeros}
    typed.findings.extend(names_results(table, read, named, read_otherwise))
    return problems


def _typed_path_field(read: Read, reader: CellReader) -> tuple[Value, Refused | None]:
    """The value of a field in the path of the delivery, typed; or why the field cannot hold it."""
    if reader.field.name not in read.path_fields:
        return None, None
    try:
        plain = replace(reader, split=None, scale=None)
        return plain(read.path_fields[reader.field.name]), None
    except Refused as refusal:
        return None, refusal


def agreed_on(table: Table, named: Field, declared: Value, agreed: Mapping[str, Agreed]) -> Agreed | None:
    """The values of a field in the file that agree with the path of its delivery, or with its period.

    `None` if it may have any value. `declared` is the value in the path, typed; `agreed` is what follows from its
    period.
    """
    if named.clock is not None and table.other_periods:
        return None
    return agreed.get(named.name) or (None if declared is None else delivered_for(declared))


def _against_the_path(table: Table, read: Read, named: Field, agreed: Agreed, typed: Typed) -> set[int]:
    """Set aside the rows whose own column says otherwise than the delivery does: one of both is wrong.

    Returns the positions of those that are of the delivery's period nevertheless; the others are noted as elsewhere.
    """
    typed.also_in_path.append(named.name)
    values = typed.column(named.name)
    wrong = {value for value in set(values) if value is not None and value not in agreed.values}
    if not wrong:
        return set()
    none = {value for value in wrong if agreed.is_none(named, value)}
    others = {value for value in wrong - none if agreed.of_another(named, value)}
    ours: set[int] = set()
    for position, value in enumerate(values):
        if value in wrong:
            (typed.elsewhere if value in others else ours).add(position)
            expected, costs = agreed.expected(value), costs_of(table, named)
            aspect = "type" if value in none else PATH
            typed.refused.append(refused_cell(table, read, named, position, aspect, expected, costs))
    return ours


def _unlikely_dates(table: Table, read: Read, typed: Typed) -> Iterator[RuleResult]:
    """Dates that lie far from the period of their row or after the day of receipt, in rows that are not set aside."""
    calendar = read.clocked.calendar
    if calendar is None:
        return

    def days_of(name: str) -> list[date | None]:
        return [day if isinstance(day, date) else None for day in typed.column(name)]

    for f in table.fields:
        if f.window is None or f.name not in read.raw.columns:
            continue
        days = [None if at in typed.bad else day for at, day in enumerate(days_of(f.name))]
        around, not_after = f.window.around, f.window.not_after
        periods = typed.column(around) if around in typed.columns else None
        others = days_of(not_after) if not_after in typed.columns else None
        for bounds, positions in unlikely(f.window, calendar, read.delivery.received_on, days, periods, others):
            yield window_result(table, read, f, bounds.wording, positions)


def read_column(cells: Sequence[Cell], reader: CellReader) -> tuple[Sequence[Value], list[tuple[int, Words]]]:
    """The cells of a column read, and the positions of those that were refused, with what was expected.

    A column repeats its values, so that each is read once.
    """
    texts = at_once.texts(cells, reader)
    if texts is not None:
        return texts, []
    keys: Sequence[Hashable] = cells
    kinds = set(map(type, cells)) - {str, type(None)}
    if len(kinds) > 1 or not kinds <= HASHED:
        # True, 1 and 1.0 are equal and yet not the same cell; what has no hash is known by how it is written.
        keys = [(type(raw), raw if isinstance(raw, Hashable) else repr(raw)) for raw in cells]
    known = {key: _read_or_refused(raw, reader) for key, raw in dict(zip(keys, cells, strict=True)).items()}
    refused = {key: value.expected for key, value in known.items() if isinstance(value, Refused)}
    values = {key: None if isinstance(value, Refused) else value for key, value in known.items()}
    problems = [(position, refused[key]) for position, key in enumerate(keys) if key in refused] if refused else []
    return [values[key] for key in keys], problems


def _read_or_refused(raw: Cell, reader: CellReader) -> Value | Refused:
    try:
        return reader(raw)
    except Refused as refusal:
        return refusal
