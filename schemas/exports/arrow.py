"""The pyarrow schema of a declared table: the types in which its rows travel and are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from schemas.contract import Field, Kind, Table
from schemas.tables import CATALOGUE
from schemas.values import AnyRow
from schemas.words import Words, both, each, items

PRECISION = 18
"""Digits of an exact decimal: the most that fits eight bytes, and more than any university's budget needs."""

WIDE = 38
"""Digits of an exact decimal with so many after the point that eight bytes would leave too few before it."""

_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.BOOLEAN: pa.bool_(),
}


def precision(field: Field) -> int:
    """Return the number of digits of an exact decimal of this field."""
    return PRECISION if field.scale <= PRECISION // 2 else WIDE


def arrow_type(field: Field) -> pa.DataType:
    """Return the pyarrow type of a field; money and other decimals are exact, at the scale of the field."""
    if field.kind in (Kind.DECIMAL, Kind.MONEY):
        return pa.decimal128(precision(field), field.scale)
    return _TYPES[field.kind]


def arrow_field(field: Field) -> pa.Field:
    """Return the pyarrow field: name, type, nullability, and the descriptions and unit as metadata."""
    metadata = {
        "description_nl": field.nl,
        "description_en": field.en,
        "unit_of_measure": field.unit_of_measure,
    }
    return pa.field(field.name, arrow_type(field), nullable=field.nullable, metadata=metadata)


def arrow_schema(table: Table) -> pa.Schema:
    """Return the pyarrow schema of a table: its fields in order, with the table's name and description as metadata."""
    metadata = {"table": table.name, "description_nl": table.nl, "description_en": table.en}
    return pa.schema([arrow_field(f) for f in table.fields], metadata=metadata)


def to_arrow(name: str, rows: Iterable[AnyRow]) -> pa.Table:
    """Rows as a table in the types of its contract; a field that a row lacks is empty.

    A deprecated field that joins two others is made of these, whatever the row has of it.
    """
    schema = arrow_schema(CATALOGUE[name])
    columns = CATALOGUE[name].fields
    complete = [{field.name: _value(field, row) for field in columns} for row in rows]
    return pa.Table.from_pylist(complete, schema=schema)


def _value(field: Field, row: AnyRow) -> object:
    """What a row has of a field; of one that joins two others, each thing in both languages, or all in one."""
    if field.joins is None:
        return row.get(field.name)
    nl, en = (str(row.get(name) or "") for name in field.joins)
    if not nl and not en:
        return None
    things = items(nl), items(en)
    if field.lists and len(things[0]) == len(things[1]):
        return each(both(Words(*pair)) for pair in zip(*things, strict=True))
    return both(Words(nl, en))
