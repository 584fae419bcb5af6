"""The contract of the published tables with those who query them: their columns and types.

Within a major version tables and columns are only added; none is removed or renamed, changes its type or unit, or
becomes nullable. What breaks a query of an analyst raises the major version, and is announced in the changelog one
release before. The promise is written down in `docs/published-tables.json`, and is only rewritten if it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NotRequired, TypedDict

from schemas.contract import Field, Layer
from schemas.errors import KwaliteitsmonitorError
from schemas.exports.arrow import arrow_type
from schemas.tables import CATALOGUE

MAJOR, MINOR = 1, 0
"""The version of the published tables. The minor one is raised when columns come, the major one when any goes."""

VERSION = f"{MAJOR}.{MINOR}"

PROMISED = (Layer.PUBLISHED, Layer.SECTOR)
"""The layers whose tables analysts ask."""


class Column(TypedDict):
    """What is promised of a column: its type, whether it may be empty, and the unit of its numbers."""

    type: str
    nullable: bool
    unit: NotRequired[str]


class PromisedTable(TypedDict):
    """What is promised of a table."""

    key: list[str]
    columns: dict[str, Column]


class Promise(TypedDict):
    """The published tables by their names, as they are in a version."""

    version: str
    tables: dict[str, PromisedTable]


def promised() -> Promise:
    """The published tables as they are declared now: `version`, and per table its key and columns."""
    tables = {name: table for name, table in sorted(CATALOGUE.items()) if table.layer in PROMISED}
    return {
        "version": VERSION,
        "tables": {
            name: {"key": list(table.key), "columns": {field.name: _column(field) for field in table.fields}}
            for name, table in tables.items()
        },
    }


def _column(field: Field) -> Column:
    column: Column = {"type": str(arrow_type(field)), "nullable": field.nullable}
    if field.unit_of_measure:
        column["unit"] = field.unit_of_measure
    return column


def broken(before: Promise, now: Promise) -> list[str]:
    """What of a promise no longer holds, each in one sentence; nothing if tables and columns only came.

    A table or column of which a query may rely on never being empty may not begin to be.
    """
    return list(_broken(before["tables"], now["tables"]))


def renewed(before: Promise | None, now: Promise) -> Promise:
    """The promise to write down.

    Raises `KwaliteitsmonitorError` if it breaks the one before without a new major version.
    """
    changes = [] if before is None else broken(before, now)
    if before is not None and changes and _major(now) <= _major(before):
        raise KwaliteitsmonitorError(
            f"published tables would break what analysts rely on: {'; '.join(changes)}",
            where="docs/published-tables.json",
            expected=f"columns that only come within version {_major(before)}",
            remedy="Keep what was there, or raise MAJOR in schemas/exports/promise.py and say so in the changelog.",
        )
    return now


def _broken(before: Mapping[str, PromisedTable], now: Mapping[str, PromisedTable]) -> Iterator[str]:
    for name, table in before.items():
        if name not in now:
            yield f"table {name} is gone"
            continue
        if table["key"] != now[name]["key"]:
            yield f"{name} has another key"
        for column, promise in table["columns"].items():
            definition = now[name]["columns"].get(column)
            if definition is None:
                yield f"{name}.{column} is gone"
            elif definition["type"] != promise["type"]:
                yield f"{name}.{column} is {definition['type']}, was {promise['type']}"
            elif definition.get("unit") != promise.get("unit"):
                yield f"{name}.{column} is in {definition.get('unit')}, was in {promise.get('unit')}"
            elif definition["nullable"] and not promise["nullable"]:
                yield f"{name}.{column} may be empty"


def _major(promise: Promise) -> int:
    return int(promise["version"].split(".")[0])
