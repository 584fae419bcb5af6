"""Pulling a table from a database through SQLAlchemy, as bytes to keep like any delivery.

What is pulled is written as CSV, every value as text, in the order of the contract's key: the same rows give the same
bytes whatever database they come from and in whatever order it holds them. Nothing is judged here: a value that is not
what its field asks for is written as it stands, and staging sets its row aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.contract import Field, Kind, Table
from schemas.errors import SourceError
from schemas.profile.models import SqlSource

BATCH = 5_000


def pull(url: str, source: SqlSource, table: Table, where: Mapping[str, int]) -> tuple[bytes, date | None]:
    """The rows of a contract's table where the columns in `where` have these values, as CSV.

    Returns the bytes and the latest `submitted_on` among them (none where the contract has no such field, or no rows).
    Raises `SourceError` where the database refuses, lacks the table or lacks a column.
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    theirs = {field: column for column, field in source.columns.items()}
    # Each column is named with its table: SQLite takes a quoted name that it does not know for a text.
    remote = sa.table(
        source.database_table.rpartition(".")[2],
        *(sa.column(theirs.get(name, name)) for name in table.names),
        schema=source.database_table.rpartition(".")[0] or None,
    )
    by_name = {name: remote.c[theirs.get(name, name)] for name in table.names}
    query = sa.select(*by_name.values()).where(*(by_name[name] == value for name, value in where.items()))
    rows: list[tuple[str, ...]] = []
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
        with engine.connect().execution_options(stream_results=True) as connection:
            for batch in connection.execute(query).partitions(BATCH):
                rows.extend(tuple(map(_text, row, table.fields)) for row in batch)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise SourceError(
            f"the database cannot be read ({type(error).__name__})",
            where=f"{source.connection} database, table {source.database_table}",
            expected=f"a table with the columns {', '.join(column.name for column in by_name.values())}",
            remedy=f"Check KWALITEITSMONITOR_{source.connection.upper()}_URL and the rights of its user.",
        ) from (error if isinstance(error, SQLAlchemyError) else None)  # others may quote the address
    return _csv(table, rows), _latest(table, rows)


def _csv(table: Table, rows: list[tuple[str, ...]]) -> bytes:
    order = [table.names.index(name) for name in (*table.key, *(n for n in table.names if n not in table.key))]
    rows = sorted(rows, key=lambda row: tuple(row[position] for position in order))
    return "".join(f"{';'.join(map(_quoted, row))}\n" for row in (table.names, *rows)).encode()


def _quoted(text: str) -> str:
    """A cell of CSV. Not by the `csv` module: which cells it puts in quotes differs between versions of Python."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def _latest(table: Table, rows: list[tuple[str, ...]]) -> date | None:
    if "submitted_on" not in table.names:
        return None
    position = table.names.index("submitted_on")
    latest: date | None = None
    for text in {row[position] for row in rows}:
        try:
            found = date.fromisoformat(text)
        except ValueError:
            continue
        latest = found if latest is None else max(latest, found)
    return latest


def _text(value: Any, field: Field) -> str:
    """A database value as text, without losing a digit.

    Databases differ in how they hold a number, a date or a yes; what is the same value becomes the same text.
    """
    if value is None:
        return ""
    if field.kind is Kind.DATE and isinstance(value, str):
        value = _moment(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if field.kind is Kind.BOOLEAN and value in (0, 1):
        return "true" if value else "false"
    if field.kind in (Kind.DECIMAL, Kind.MONEY, Kind.INTEGER):
        return _number(value, 0 if field.kind is Kind.INTEGER else field.scale)
    return str(value)


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _number(value: Any, scale: int) -> str:
    """A number at the scale of its field where it fits, else as it stands."""
    try:
        number = Decimal(str(value))
        exact = number.quantize(Decimal(1).scaleb(-scale))
    except InvalidOperation:
        return str(value)
    return format(exact if exact == number else number, "f")
