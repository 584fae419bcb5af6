"""Spark as an engine of counting, on this machine or on a cluster.

Spark reads the file by itself, so the place where deliveries are kept must be one that its workers see too. Nothing is
kept of an answer: each query reads the columns that it needs again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.answers.engines.columns import Columns, Named
from kwaliteitsmonitor.readers.answers.engines.engines import Scan
from kwaliteitsmonitor.readers.answers.engines.expressions import PLACE, ROW, WHO, WHY, filled, put_together
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage
from schemas.errors import SourceError, UsageError

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    from ibis.backends.pyspark import Backend
    from pyspark.sql import DataFrame, SparkSession

MASTER = "KWALITEITSMONITOR_SPARK_MASTER"
"""Where Spark runs: `local[*]` is this machine, `spark://host:7077` a cluster."""

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.log.level": "OFF",
}
"""Columns are told apart as files tell them, moments are read as they stand, and nothing is shown of what is there."""
LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.sql.shuffle.partitions": "8"}
"""On one machine nothing listens to others, and there is no point in many parts."""


class Spark:
    """A Spark session; what it finds is kept in the embedded engine."""

    same = "TRUE"

    def __init__(self, session: SparkSession, connection: duckdb.DuckDBPyConnection) -> None:
        self.session, self.connection = session, connection

    def read(self, scan: Scan) -> None:
        """Make `answers_<at>` a view of the file: each column that pivots gives its answers apart from the others."""
        with _counting():
            rows = self._prepared(scan)
            rows.createOrReplaceTempView(f"prepared_{scan.at}")
            parts = " UNION ALL ".join(
                self._answers(scan, part, rows.columns) for part in range(scan.columns.answers_in_a_row)
            )
            self.session.sql(f"CREATE OR REPLACE TEMP VIEW answers_{scan.at} AS {parts}")

    def _prepared(self, scan: Scan) -> DataFrame:
        """The rows in which anything stands: the cells that are counted by, the number of the row, and who answered."""
        from pyspark.sql.functions import col

        columns = scan.columns
        file = self.session.read.parquet(scan.path.resolve().as_uri())
        file.select("*", col("_metadata.row_index").alias(ROW)).createOrReplaceTempView(f"file_{scan.at}")
        table = self._client.table(f"file_{scan.at}")
        cells = list(dict.fromkeys((*columns.used, *(pivot.name for pivot in columns.pivots))))
        who = {WHO: who_of(table, columns)} if columns.respondent and not columns.by_row else {}
        something = filled([*(table[name] for name in cells), *who.values()])
        if columns.looks_at_who:
            name, wrong = name_and_damage(who[WHO])
            who = {WHO: name, WHY: wrong}
        return self.session.sql(self._client.compile(table.filter(something).select(*cells, ROW, **who)))

    def _answers(self, scan: Scan, part: int, there: Sequence[str]) -> str:
        """The query for the answers of one of the columns that pivot, or of a file without such columns.

        A hash of Spark passes over what is empty, so that of each cell it is hashed as well whether it is. It has 63
        bits, for Spark has no unsigned numbers.
        """
        columns = scan.columns
        pivot = {columns.pivots[part].name} if columns.pivots else set()
        by = [name for name in there if name in {*columns.used, WHY} | pivot]
        hashed = ", ".join([str(part), *(f"{_name(name)} IS NULL, {_name(name)}" for name in by)])
        who = ROW if columns.by_row else WHO if columns.respondent else "0"
        return (
            f"SELECT {ROW} * {columns.answers_in_a_row} + {part} AS o, xxhash64({hashed}) & {2**63 - 1} AS h, "
            f"{who} AS r FROM prepared_{scan.at}"
        )

    def first_rows(self, scan: Scan) -> str:
        """Ask for these rows of the file, with who gave the answers in them."""
        at, columns = scan.at, scan.columns
        self.keep(f"SELECT {PLACE} // {columns.answers_in_a_row} AS {ROW} FROM counts_{at}", f"rows_{at}", here=True)
        self.share(f"rows_{at}")
        respondent = (piece.name for piece in columns.who if isinstance(piece, Named))
        cells = dict.fromkeys((*columns.used, *(pivot.name for pivot in columns.pivots), *respondent, ROW))
        picked = ", ".join(map(_name, cells))
        self.keep(f"SELECT {picked} FROM file_{at} WHERE {ROW} IN (SELECT {ROW} FROM rows_{at})", f"first_{at}")
        return f"first_{at}"

    def keep(self, query: str, name: str, *, here: bool = False) -> None:
        """Keep what is found: counts, or the answers that are wrong."""
        if not here:
            with _counting():
                kept = self.session.sql(query).toArrow()  # noqa: F841 - the engine reads it by name
            query = "SELECT * FROM kept"
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def share(self, *names: str) -> None:
        """Hand tables of the embedded engine to Spark, which has no unsigned numbers: what it hashed fits all the same.

        A hash of what somebody answers once is the embedded engine's own, and goes as a text.
        """
        for name in names:
            held = self.connection.sql(f"SELECT * FROM {name}").to_arrow_table()
            kinds = {"h": pa.int64(), "g": pa.string()}
            fields = [one.with_type(kinds.get(one.name, one.type)) for one in held.schema]
            with _counting():
                self.session.createDataFrame(held.cast(pa.schema(fields))).createOrReplaceTempView(name)

    def suspects(self, at: int, answers: str) -> str | None:
        """All of them: Spark sorts what does not fit in memory."""
        del at, answers
        return "TRUE"

    @property
    def _client(self) -> Backend:
        return _client(self.session)


def _name(column: str) -> str:
    """The name of a column as Spark has it."""
    return "`" + column.replace("`", "``") + "`"


def who_of(file: ir.Table, columns: Columns) -> ir.StringValue:
    """Who gave an answer; `None` if that is empty, or one of the texts that stand for nobody."""
    import ibis

    who = put_together([file[piece.name] if isinstance(piece, Named) else piece for piece in columns.who])
    return ibis.ifelse(who.lower().isin(columns.nobody), ibis.null("string"), who) if columns.nobody else who


@contextmanager
def _counting() -> Iterator[None]:
    """Raises `SourceError` if Spark fails; its message quotes what it was counting, and is not passed on."""
    try:
        yield
    except Exception as error:  # Spark fails in as many ways as there are ways to run it
        raise SourceError(
            f"Spark could not count the answers ({type(error).__name__})",
            where="engine: spark",
            expected="a cluster that is up, and whose workers can read the folder in which deliveries are kept",
            remedy="Look in the log of Spark, or leave the engine out to count with DuckDB.",
        ) from None


@lru_cache(maxsize=1)
def _client(session: SparkSession) -> Backend:
    import ibis

    return ibis.pyspark.connect(session)


def session(where: str) -> SparkSession:
    """A Spark session, started if there is none yet; `where` says who asks for it.

    Raises `UsageError` if PySpark or Java is not installed, `SourceError` if its master cannot be reached.
    """
    if find_spec("pyspark") is None:
        raise _absent("PySpark is not installed", where, "pip install 'kwaliteitsmonitor[spark]'")
    if _java() is None:
        raise _absent("there is no Java", where, "Install Java 17 or newer, or set JAVA_HOME to where it is")
    master = Settings().spark_master or "local[*]"
    try:
        return _session(master)
    except Exception as error:  # Spark fails in as many ways as there are ways to run it
        raise SourceError(
            f"Spark does not start ({type(error).__name__})",
            where=f"{where}, {MASTER}={master}",
            expected="local[*], or the address of a cluster that can be reached, with the same version of Spark",
            remedy="Check the address and Java, or leave the engine out to count with DuckDB.",
        ) from None


def _absent(what: str, where: str, remedy: str) -> UsageError:
    return UsageError(
        what,
        where=where,
        expected="PySpark 3.5 or 4.0 and Java 17, which the engine spark needs",
        remedy=f"{remedy}; or leave the engine out to count with DuckDB.",
    )


def _java() -> str | None:
    """The program that runs Java, or `None`."""
    home = os.environ.get("JAVA_HOME", "")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None)


@lru_cache(maxsize=1)
def _session(master: str) -> SparkSession:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("kwaliteitsmonitor").master(master)
    local = LOCAL if master.startswith("local") else {}
    for key, value in {**SETTINGS, **local}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
