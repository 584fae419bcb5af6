"""Frictionless descriptors: a release described so that others can read and check it without this project.

The result is plain dictionaries, ready for `json.dumps`. See https://specs.frictionlessdata.io/.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import NotRequired, TypedDict

from schemas.contract import Aspect, Constraint, Field, Kind, Layer, Reference, Table

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "number",
    Kind.MONEY: "number",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.BOOLEAN: "boolean",
}
_MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MISSING = ["", "nan", "NaN", "NaT", "None", "<NA>"]
"""What clients make of an empty cell of Parquet on their way through pandas, if a column is no text.

Of the public client: an empty whole number arrives as a fraction that is not a number.
"""
UNITS, UNIT = "units", "unit"
"""The table of units and its key, and the list of codes of every field that holds one."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class Constraints(TypedDict, total=False):
    """What holds of a field by itself."""

    required: bool
    enum: list[str]
    minimum: int | float
    maximum: int | float


class FieldDescriptor(TypedDict):
    """A field of a table."""

    name: str
    type: str
    title: str
    description: str
    description_nl: str
    missingValues: NotRequired[list[str]]
    unit: NotRequired[str]
    constraints: NotRequired[Constraints]


class Referred(TypedDict):
    """Where a reference leads; `resource` is empty for the table itself."""

    resource: str
    fields: list[str]


class ForeignKey(TypedDict):
    """What fields of a table refer to."""

    fields: list[str]
    reference: Referred


class TableSchema(TypedDict):
    """The fields of a table and its keys."""

    fields: list[FieldDescriptor]
    primaryKey: NotRequired[list[str]]
    uniqueKeys: NotRequired[list[list[str]]]
    foreignKeys: NotRequired[list[ForeignKey]]


class Resource(TypedDict):
    """A file with rows of a table."""

    name: str
    profile: str
    path: str
    title: str
    description: str
    description_nl: str
    format: str
    mediatype: NotRequired[str]
    encoding: NotRequired[str]
    bytes: NotRequired[int]
    hash: NotRequired[str]
    schema: TableSchema


class Package(TypedDict):
    """Files that belong together."""

    profile: str
    name: str
    title: str
    version: NotRequired[str]
    resources: list[Resource]


def field_type(field: Field) -> str:
    """Return the Frictionless type of a field."""
    return _TYPES[field.kind]


def table_schema(table: Table) -> TableSchema:
    """Return the Table Schema: fields in order, and the key.

    The key is the `primaryKey` if all of its fields are required; a primary key may not be empty, so any other key
    is one of the `uniqueKeys`, as are unique rules that hold of every row.
    """
    schema: TableSchema = {"fields": [_field(f) for f in table.fields]}
    unique = [list(c.fields) for c in table.constraints() if _holds_of_every_row(c)]
    if table.key and not any(table[name].nullable for name in table.key):
        schema["primaryKey"] = list(table.key)
        unique.remove(list(table.key))
    if unique:
        schema["uniqueKeys"] = unique
    foreign = [_foreign(table, one) for one in references(table)]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def references(table: Table) -> tuple[Reference, ...]:
    """What a published table refers to: what it declares, and the unit in every field that holds one."""
    if table.layer is not Layer.PUBLISHED:
        return ()
    units = (Reference((f.name,), UNITS, (UNIT,)) for f in table.fields if f.code_list == UNITS)
    return (*table.references, *(one for one in units if (table.name, *one.fields) != (UNITS, UNIT)))


def _foreign(table: Table, one: Reference) -> ForeignKey:
    # The specification calls a table itself by no name.
    there = "" if one.table == table.name else one.table
    return {"fields": list(one.fields), "reference": {"resource": there, "fields": list(one.to)}}


def resource(table: Table, path: str, *, size: int | None = None, sha256: str | None = None) -> Resource:
    """Return the descriptor of the file at `path`, relative to the package, that holds rows of `table`.

    `size` is the number of bytes and `sha256` the hexadecimal digest of the file. Of Parquet the size is left out: the
    public client counts none there, and calls each table with a size invalid. The digest says more.
    """
    suffix = PurePosixPath(path).suffix.removeprefix(".")
    descriptor: Resource = {
        "name": table.name,
        "profile": "tabular-data-resource",
        "path": path,
        "title": table.en,
        "description": table.en,
        "description_nl": table.nl,
        "format": suffix,
        "schema": table_schema(table),
    }
    if suffix in _MEDIA_TYPES:
        descriptor["mediatype"] = _MEDIA_TYPES[suffix]
    if suffix == "csv":
        descriptor["encoding"] = "utf-8"
    if size is not None and suffix != "parquet":
        descriptor["bytes"] = size
    if sha256 is not None:
        descriptor["hash"] = f"sha256:{sha256}"
    return descriptor


def package(name: str, title: str, resources: Sequence[Resource], version: str = "") -> Package:
    """Return the descriptor of a data package, with its version if it has one.

    A reference to a table that is not in the package is left out.

    Raises `ValueError` for a name that the specification does not allow, or a name that two resources share.
    """
    names = [one["name"] for one in resources]
    for each in (name, *names):
        if not _NAME.fullmatch(each):
            raise ValueError(f"'{each}' is no name for a package or resource: lower case, digits, '.', '_' and '-'")
    if len(set(names)) < len(names):
        raise ValueError(f"package '{name}' has resources with the same name")
    made: Package = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "resources": [_within(one, names) for one in resources],
    }
    return made | {"version": version} if version else made


def _within(described: Resource, names: Collection[str]) -> Resource:
    """The descriptor of a resource without references to tables that are not among these."""
    schema = described["schema"].copy()
    foreign = [one for one in schema.pop("foreignKeys", []) if one["reference"]["resource"] in ("", *names)]
    if foreign:
        schema["foreignKeys"] = foreign
    return described | {"schema": schema}


def _field(field: Field) -> FieldDescriptor:
    descriptor: FieldDescriptor = {
        "name": field.name,
        "type": field_type(field),
        "title": field.label_en or field.en,
        "description": field.en,
        "description_nl": field.nl,
    }
    if field.kind is not Kind.TEXT:
        descriptor["missingValues"] = MISSING
    if field.unit_of_measure:
        descriptor["unit"] = field.unit_of_measure
    constraints = _constraints(field)
    if constraints:
        descriptor["constraints"] = constraints
    return descriptor


def _constraints(field: Field) -> Constraints:
    constraints: Constraints = {}
    if not field.nullable:
        constraints["required"] = True
    if field.codes:
        constraints["enum"] = [str(code) for code in field.codes]
    if field.minimum is not None:
        constraints["minimum"] = _number(field.minimum)
    if field.maximum is not None:
        constraints["maximum"] = _number(field.maximum)
    return constraints


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _holds_of_every_row(constraint: Constraint) -> bool:
    # A rule that only warns, and sets nothing aside, may be broken by rows that are published.
    return constraint.aspect is Aspect.UNIQUE and not (constraint.where or constraint.unless) and constraint.quarantines
