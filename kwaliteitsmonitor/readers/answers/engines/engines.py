"""Which engine counts the answers of a file, and what every engine can do.

DuckDB is embedded and counts by default. Spark counts a Parquet file that one machine should not: its master may be a
cluster. Either is asked the same queries, in the SQL that both speak, over a relation `answers_<at>` of the answers of
a file. What a query finds (counts, answers that are wrong) is always kept in the embedded engine, where the rest of
staging goes on; so whichever engine counts, what comes after is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.answers.engines.columns import Columns, quoted
from kwaliteitsmonitor.readers.answers.engines.expressions import PLACE, ROW
from schemas.errors import UsageError
from schemas.profile.feeds import ENGINES, FileSource
from schemas.tables.counted import RESPONDENT

if TYPE_CHECKING:
    import duckdb

VARIABLE = "KWALITEITSMONITOR_ENGINE"
_, SPARK = ENGINES

SORTED_AT_ONCE = 20_000_000
"""Answers among which second ones are looked for at once, 8 bytes each."""


@dataclass(frozen=True)
class Scan:
    """A file as it is counted, known by the number `at`: the file itself, and which of its columns is which field.

    `rows` is what the embedded engine reads, and `numbered` the same with the number of each row, from 0, as `_row`.
    """

    at: int
    rows: str
    numbered: str
    path: Path
    columns: Columns


class Engine(Protocol):
    """What can count the answers of a file."""

    same: str
    """A condition by which a row that was read again, with `_hash`, is the one that was counted as `h`."""

    def read(self, scan: Scan) -> None:
        """Make the relation `answers_<at>`: a row for each answer of a file.

        `o` is its place in the file: the number of its row from 0, times the answers in a row, and its place in the
        row. `h` is a hash of 64 bits of what it is counted by; an answer in a row of empty cells has none. `r` is who
        gave it, `None` if that is nobody: the row, if each row is a respondent, and 0 if the file does not say it.
        """
        ...

    def first_rows(self, scan: Scan) -> str:
        """The rows of the file with the places in `counts_<at>`, as a relation of the embedded engine.

        It has the columns that are counted by, and the number of each row as `_row`.
        """
        ...

    def keep(self, query: str, name: str) -> None:
        """Keep what a query finds as a table of this name in the embedded engine."""
        ...

    def share(self, *names: str) -> None:
        """Make tables of the embedded engine known, for use in a query."""
        ...

    def suspects(self, at: int, answers: str) -> str | None:
        """A condition for answers of which another may be by the same respondent; `None` if there are none.

        `answers` says which answers are looked at: those of `answers_<at>` joined with `groups_<at>`.
        """
        ...


class Embedded:
    """DuckDB, in this process, on the connection in which staging goes on.

    Of each answer it keeps two hashes, in the order of the file. From these every answer that turns out to be wrong is
    found back, and every second answer of a respondent, without reading the file again. That two of a hundred thousand
    combinations have the same hash by chance happens once in four billion files.
    """

    same = "_hash = h"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def read(self, scan: Scan) -> None:
        """Read the file once, to `hashes_<at>`; `answers_<at>` is a view of it."""
        at, columns = scan.at, scan.columns
        stored = "CASE WHEN _filled THEN _hash END AS h"
        who = "0"
        if columns.by_row:
            who = f"rowid // {columns.answers_in_a_row}"
        elif columns.respondent:
            stored += f", CASE WHEN {RESPONDENT} IS NOT NULL THEN hash({RESPONDENT}) END AS r"
            who = "r"
        self.connection.execute(
            f"CREATE OR REPLACE TABLE hashes_{at} AS SELECT {stored} FROM ({columns.rows(scan.rows)})"
        )
        self.connection.execute(
            f"CREATE OR REPLACE VIEW answers_{at} AS SELECT rowid AS o, h, {who} AS r FROM hashes_{at}"
        )

    def first_rows(self, scan: Scan) -> str:
        """Read the file again, for these rows."""
        wanted = f"SELECT {PLACE} // {scan.columns.answers_in_a_row} FROM counts_{scan.at}"
        return f"(SELECT * FROM {scan.numbered} WHERE {ROW} IN ({wanted}))"

    def keep(self, query: str, name: str) -> None:
        """Keep what is found, without it passing through Python."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def share(self, *names: str) -> None:
        """Every table is known here."""

    def suspects(self, at: int, answers: str) -> str | None:
        """Sort a hash of what each answer answers and by whom: that is cheap, and mostly no two are alike."""
        [(size,)] = self.connection.execute(f"SELECT count(*) FROM hashes_{at}").fetchall()
        alike = np.concatenate(list(self._alike(answers, 1 + size // SORTED_AT_ONCE)))
        if not len(alike):
            return None
        suspected = pa.table({"u": pa.array(alike, pa.uint64())})  # noqa: F841 - the engine reads it by name
        self.connection.execute(f"CREATE OR REPLACE TABLE suspected_{at} AS SELECT u FROM suspected")
        return f"hash(g, r) IN (SELECT u FROM suspected_{at})"

    def _alike(self, answers: str, parts: int) -> Iterator[npt.NDArray[np.uint64]]:
        """The hashes that are there more than once, those of one part of the respondents after those of another."""
        for part in range(parts):
            some = f"AND r % {parts} = {part}" if parts > 1 else ""
            found = self.connection.execute(f"SELECT hash(g, r) AS u {answers} {some}").fetchnumpy()["u"]
            hashes = np.sort(np.asarray(found, np.uint64))
            yield np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def parquet(path: Path) -> str:
    """The rows of a Parquet file, as DuckDB reads them."""
    return f"read_parquet({quoted(path)})"


def parquet_numbered(path: Path) -> str:
    """The same with the number of each row, which the file knows."""
    return (
        f"(SELECT * EXCLUDE (file_row_number), file_row_number AS {ROW} "
        f"FROM read_parquet({quoted(path)}, file_row_number = true))"
    )


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
