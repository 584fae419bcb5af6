"""Pulling a table from a database through SQLAlchemy, as bytes to keep like any delivery.

What is pulled is written as CSV, every value as the text that the database gives it, in the order of the contract's
key: the same rows give the same bytes whatever database they come from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from schemas.contract import Table
from schemas.errors import SourceError
from schemas.exports.sql import sql_table
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
    place = f"{source.connection} database, table {source.database_table}"
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        remote = sql_table(table, sa.MetaData(), source.database_table)
        columns = [sa.column(theirs.get(name, name), remote.c[name].type).label(name) for name in table.names]
        by_name = dict(zip(table.names, columns, strict=True))
        order = [*table.key, *(n for n in table.names if n not in table.key)]
        query = (
            sa.select(*columns)
            .select_from(sa.table(source.database_table))
            .where(*(by_name[name] == value for name, value in where.items()))
            .order_by(*(by_name[name] for name in order))
        )
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(table.names)
        latest: date | None = None
        when = table.names.index("submitted_on") if "submitted_on" in table.names else None
        with engine.connect().execution_options(stream_results=True) as connection:
            for batch in connection.execute(query).partitions(BATCH):
                for row in batch:
                    writer.writerow([_text(value) for value in row])
                    if when is not None and isinstance(row[when], date):
                        latest = row[when] if latest is None else max(latest, row[when])
    except (SQLAlchemyError, ImportError) as error:
        raise SourceError(
            f"the database cannot be read ({type(error).__name__})",
            where=place,
            expected=f"a table with the columns {', '.join(table.names)}",
            remedy=f"Check KWALITEITSMONITOR_{source.connection.upper()}_URL and the rights of its user.",
        ) from error
    return text.getvalue().encode(), latest


def _text(value: Any) -> str:
    """A database value as text, without losing a digit."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
