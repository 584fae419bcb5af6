"""Rows that are set aside: their place, the rule, and what was expected, for whoever mends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import pyarrow as pa

from kwaliteitsmonitor.readers.cells.grid import PathFields, RawTable
from kwaliteitsmonitor.readers.contradictions import is_key
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.period import UNCLOCKED, Clocked
from schemas.calendar import PERIOD_FIELDS
from schemas.consequences import Costs
from schemas.contract import Aspect, Constraint, Field, Table
from schemas.exports.arrow import arrow_schema
from schemas.rows import QuarantineRow, StagedRow
from schemas.tables import CATALOGUE
from schemas.values import Row, Value
from schemas.words import Words, within
from schemas.written import bounds, unit_of_measure

MASK = "***"
PERIODS = frozenset(PERIOD_FIELDS)
CODES_SHOWN = 12
LONGEST_SHOWN = 200
"""Characters of what stood in a cell that are shown."""


@dataclass(frozen=True)
class Quarantined:
    """A row that was set aside, by one rule; a row that breaks two rules is there twice.

    `column` is filled if each column of a row is a row of its own; it is part of the identity of a row.
    """

    feed: str
    table: str
    delivery: str
    file: str
    sheet: str
    row: int
    cell: str
    rule: str
    costs: Costs
    found: str | None
    expected: Words
    column: str = ""

    @classmethod
    def of_row(cls, row: QuarantineRow) -> Quarantined:
        """What a row of the `quarantine` contract says."""
        return cls(
            row["feed"],
            row["table"],
            row["delivery"],
            row["file"],
            row["sheet"] or "",
            row["row"],
            row["cell"],
            row["rule"],
            Costs(row["costs"]),
            row["found"],
            Words(row["expected_nl"], row["expected_en"]),
            row["column"] or "",
        )

    @property
    def place(self) -> str:
        """Its place, as a person writes it: `file sheet!D14`, or `file row 14`."""
        return f"{self.file} {self.sheet}!{self.cell}" if self.sheet else f"{self.file} {self.cell}"


@dataclass(frozen=True)
class Read:
    """A raw table and the delivery it was read from.

    `path_fields` are fields in the path of the delivery, `clocked` what its facts of time are compared with.
    """

    delivery: Delivery
    raw: RawTable
    path_fields: PathFields
    clocked: Clocked = UNCLOCKED

    def column(self, position: int) -> str:
        """The column of the file that gave the row at this position, if each column of a row is a row of its own."""
        return self.raw.pivoted[position] if self.raw.pivoted else ""

    def place(self, row: int, column: str, names: Iterable[str]) -> str:
        """The place of the cell of a field, with its file and sheet."""
        cell = cell_of(self, row, column, names)
        return f"{self.delivery.path} {self.raw.sheet}!{cell}" if self.raw.sheet else f"{self.delivery.path} {cell}"


def cell_of(read: Read, row: int, column: str, names: Iterable[str]) -> str:
    """The cell of a field in a row (`D14`), or the row and the field if the file has no cells (`row 14, theme`).

    `column` is that of a row that one column of the file gave.
    """
    fields = tuple(names)
    lettered = bool(read.raw.sheet) and read.raw.addressed
    if len(fields) != 1:
        return f"{column}{row}" if column and lettered else f"row {row}{f', {column}' if column else ''}"
    pivots = bool(column) and fields[0] == read.raw.pivot
    place = column if pivots else read.raw.places.get(fields[0], "")
    if place and lettered:
        return f"{place}{row}"
    return f"row {row}, {column if pivots else fields[0]}"


def expected_of(table: Table, constraint: Constraint) -> Words:
    """What a constraint asks for, in words for the one who has to mend it."""
    match constraint.aspect:
        case Aspect.CODES:
            shown = ", ".join(constraint.codes[:CODES_SHOWN])
            more = len(constraint.codes) - CODES_SHOWN
            if more > 0:
                return Words(f"een van {shown} en nog {more}", f"one of {shown} and {more} more")
            return Words(f"een van {shown}", f"one of {shown}")
        case Aspect.RANGE:
            of = table[constraint.fields[0]]
            measure = unit_of_measure(of.unit_of_measure)
            return bounds(constraint.minimum, constraint.maximum, measure, grouped=not of.is_year)
        case Aspect.REQUIRED:
            return Words("een waarde", "a value")
        case Aspect.UNIQUE if is_key(table, constraint):
            return one_row_for(table)
        case _:
            return Words(constraint.nl, constraint.en)


def one_row_for(table: Table) -> Words:
    """What a key asks for: one row for what the file is about, or for each of what its columns name."""
    names = [name for name in table.key if name not in PERIODS]
    if names == ["unit"]:
        return Words("één rij per faculteit: tel de afdelingen op", "one row for the faculty: add the departments up")
    nl, en = (", ".join(labels) for labels in zip(*(_labels(table[name]) for name in names), strict=True))
    return Words(
        f"één rij per {nl}: tel op wat erbij hoort, of haal weg wat er dubbel staat",
        f"one row for each {en}: add up what belongs to it, or take away what is there twice",
    )


def _labels(field: Field) -> tuple[str, str]:
    return within(field.label.nl), within(field.label.en)


def whole_row(
    table: Table, read: Read, row: int, expected: Words, column: str = "", costs: Costs | None = None
) -> Quarantined:
    """A row that cannot be read for what it is, whatever stands in its cells; it costs what any row of the table does.

    `costs` says otherwise, if the whole delivery is lost with it.
    """
    return Quarantined(
        read.delivery.feed,
        table.name,
        read.delivery.id,
        read.delivery.path,
        read.raw.sheet,
        row,
        cell_of(read, row, column, ()),
        f"{table.name}.columns",
        costs or table.costs,
        None,
        expected,
        column,
    )


def beside_another(table: Table, read: Read, position: int) -> Quarantined:
    """The row at this position, because another with the same key could not be read."""
    row, column = read.raw.rows[position], read.column(position)
    return replace(whole_row(table, read, row, one_row_for(table), column), rule=f"{table.name}.key")


def refused_cell(
    table: Table,
    read: Read,
    named: Field,
    position: int,
    aspect: str,
    expected: Words,
    costs: Costs | None = None,
) -> Quarantined:
    """The row at this position, because of the cell of one field. Its value is masked if it is personal.

    It costs what a row of the table does, if nothing else is said.
    """
    row, column = read.raw.rows[position], read.column(position)
    cells = read.raw.columns.get(named.name)
    text = None if cells is None else MASK if named.personal else str(cells[position])[:LONGEST_SHOWN]
    return Quarantined(
        read.delivery.feed,
        table.name,
        read.delivery.id,
        read.delivery.path,
        read.raw.sheet,
        row,
        cell_of(read, row, column, [named.name]),
        f"{table.name}.{named.name}.{aspect}",
        costs or table.costs,
        text,
        expected,
        column,
    )


def broken_rule(own: Table, constraint: Constraint, values: Row, place: StagedRow, read: Read) -> Quarantined:
    """A typed row that breaks a rule of its contract; `place` says where it came from."""
    fields = [own[name] for name in constraint.fields]
    text = " / ".join(MASK if f.personal else _plain(values[f.name]) for f in fields)
    row, column = place["_row"], place["_column"] or ""
    return Quarantined(
        read.delivery.feed,
        own.name,
        read.delivery.id,
        read.delivery.path,
        read.raw.sheet,
        row,
        cell_of(read, row, column, constraint.fields),
        constraint.id,
        constraint.costs,
        None if constraint.aspect is Aspect.REQUIRED else text[:LONGEST_SHOWN],
        expected_of(own, constraint),
        column,
    )


def _plain(value: Value) -> str:
    """What a cell held, without the zeros that its type adds: `-6`, not `-6.0000`."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def quarantine_table(items: Iterable[Quarantined]) -> pa.Table:
    """The rows set aside as rows of the `quarantine` contract, in the order of file, sheet, row and rule."""
    return as_listed(sorted(items, key=lambda q: (q.file, q.sheet, q.row, q.column, q.rule, q.cell)))


def as_listed(items: Iterable[Quarantined]) -> pa.Table:
    """The rows set aside as rows of the `quarantine` contract, in the order in which they are listed."""
    rows = [
        {
            **vars(q),
            "costs": str(q.costs),
            "severity": str(q.costs.severity),
            "sheet": q.sheet or None,
            "column": q.column or None,
            "expected_nl": q.expected.nl,
            "expected_en": q.expected.en,
        }
        for q in items
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(CATALOGUE["quarantine"]))
