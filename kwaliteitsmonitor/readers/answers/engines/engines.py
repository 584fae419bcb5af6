"""Which engine counts the answers of a file, and what every engine can do.

DuckDB is embedded and counts by default. Spark counts a Parquet file that one machine should not: its master may be a
cluster. What an engine finds (combinations and their counts, rows that are wrong) is always kept in the embedded one,
where the rest of staging goes on; so whichever engine counts, what comes after is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.answers.engines.expressions import ROW
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage_by_macros
from schemas.errors import UsageError
from schemas.profile.feeds import ENGINES, FileSource

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

VARIABLE = "KWALITEITSMONITOR_ENGINE"
DUCKDB, SPARK = ENGINES


class Engine(Protocol):
    """What can count the answers in a Parquet file."""

    name: str

    def answers(self, path: Path, name: str) -> ir.Table:
        """The rows of a file with all its columns, and the number of each row from 0 as `_row`."""
        ...

    def keep(self, rows: ir.Table, name: str) -> None:
        """Keep what is found as a table of this name in the embedded engine."""
        ...

    def take(self, name: str) -> ir.Table:
        """A table of the embedded engine, for use in an expression."""
        ...

    def name_in(self, text: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
        """The name in a text, and what is wrong with it (`kwaliteitsmonitor.readers.answers.engines.names`)."""
        ...


class Embedded:
    """DuckDB, in this process, on the connection in which staging goes on."""

    name = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._views: dict[tuple[Path, str], ir.Table] = {}

    def answers(self, path: Path, name: str) -> ir.Table:
        """The rows of a file as a view of this name; made once, for looking into a file takes time."""
        if (path, name) in self._views:
            return self._views[path, name]
        place = str(path).replace("'", "''")
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * EXCLUDE (file_row_number), file_row_number AS {ROW} "
            f"FROM read_parquet('{place}', file_row_number = true)"
        )
        self._views[path, name] = self.take(name)
        return self._views[path, name]

    def keep(self, rows: ir.Table, name: str) -> None:
        """Keep what is found, without it passing through Python."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {duckdb_sql(rows)}")

    def take(self, name: str) -> ir.Table:
        """A table of this connection, as an expression of its name and columns."""
        import ibis
        from ibis.backends.sql.datatypes import DuckDBType

        described = self.connection.execute(f"DESCRIBE {name}").fetchall()
        return ibis.table({column: DuckDBType.from_string(kind) for column, kind, *_ in described}, name=name)

    def name_in(self, text: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
        """The name in a text, and what is wrong with it, in the words that the connection knows."""
        return name_and_damage_by_macros(text)


def duckdb_sql(expression: ir.Table) -> str:
    """An expression as DuckDB has it."""
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def engine_of(source: FileSource, connection: duckdb.DuckDBPyConnection) -> Engine:
    """The engine that counts the answers in the Parquet files of a source.

    It is the one that the source names, else `KWALITEITSMONITOR_ENGINE`, else the embedded one. Raises `UsageError`
    if there is none of that name, or if it is not installed; `SourceError` if it cannot be reached.
    """
    named = Settings().engine
    if named and named not in ENGINES:
        raise UsageError(
            f"there is no engine '{named[:40]}' for files",
            where=VARIABLE,
            expected=f"one of {', '.join(ENGINES)}",
            remedy="Name one of these, or none for DuckDB. PostgreSQL counts what lies in it: `counted: true` on a "
            "source of kind sql in feeds.yaml.",
        )
    if (source.engine or named) != SPARK:
        return Embedded(connection)
    from kwaliteitsmonitor.readers.answers.engines.spark import Spark, session

    where = f"{source.path} (engine: {SPARK})" if source.engine else f"{VARIABLE}={SPARK}"
    return Spark(session(where), connection)
