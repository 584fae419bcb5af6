"""Spark as an engine of counting, on this machine or on a cluster.

Spark reads the file by itself, so the place where deliveries are kept must be one that its workers see too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.answers.engines.expressions import ROW
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage
from schemas.errors import SourceError, UsageError

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

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

    name = "spark"

    def __init__(self, session: Any, connection: duckdb.DuckDBPyConnection) -> None:
        self.session, self.connection = session, connection

    def answers(self, path: Path, name: str) -> ir.Table:
        """The rows of a file as a view of this name."""
        from pyspark.sql.functions import col

        with _counting():
            rows = self.session.read.parquet(path.resolve().as_uri())
            return self._view(rows.select("*", col("_metadata.row_index").alias(ROW)), name)

    def keep(self, rows: ir.Table, name: str) -> None:
        """Keep what is found: counts, or the rows that are wrong."""
        with _counting():
            kept = self._client.to_pyarrow(rows)  # noqa: F841 - the engine reads it by name
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM kept")

    def take(self, name: str) -> ir.Table:
        """A table of the embedded engine, handed to Spark, which has no unsigned numbers of 64 bits."""
        held = self.connection.sql(f"SELECT * FROM {name}").to_arrow_table()
        fields = [one.with_type(pa.decimal128(20)) if pa.types.is_uint64(one.type) else one for one in held.schema]
        held = held.cast(pa.schema(fields))
        with _counting():
            return self._view(self.session.createDataFrame(held), name)

    def name_in(self, text: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
        """The name in a text, and what is wrong with it, in what Spark has."""
        return name_and_damage(text)

    def _view(self, rows: Any, name: str) -> ir.Table:
        rows.createOrReplaceTempView(name)
        return self._client.table(name)

    @property
    def _client(self) -> Any:
        return _client(self.session)


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
def _client(session: Any) -> Any:
    import ibis

    return ibis.pyspark.connect(session)


def session(where: str) -> Any:
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
def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("kwaliteitsmonitor").master(master)
    local = LOCAL if master.startswith("local") else {}
    for key, value in {**SETTINGS, **local}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
