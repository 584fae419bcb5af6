"""An engine that is not there, or that a source cannot have, gives one clear error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kwaliteitsmonitor.readers.answers.engines import spark
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded, engine_of
from kwaliteitsmonitor.readers.answers.in_database import pull_counts
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.tables import CATALOGUE
from tests.readers.answers.engines.counting import SOURCE, YEAR

FILES = FileSource(kind="files", path="answers/{academic_year}.parquet", format="parquet", tables=["evaluations"])


def refusal(source: FileSource = FILES) -> KwaliteitsmonitorError:
    with duckdb.connect() as connection, pytest.raises(KwaliteitsmonitorError) as caught:
        engine_of(source, connection)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(("engine", "of_environment"), [("", ""), ("duckdb", "spark")])
def test_duckdb_counts_if_nothing_else_is_said_and_a_source_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, engine: str, of_environment: str
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", of_environment)
    with duckdb.connect() as connection:
        source = FILES.model_copy(update={"engine": engine} if engine else {})
        assert isinstance(engine_of(source, connection), Embedded)


def test_a_name_of_no_engine_and_spark_without_pyspark_or_java_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", "postgres")
    error = refusal()
    assert "there is no engine 'postgres' for files; expected one of duckdb, spark" in str(error)
    assert (error.exit_code, "counted: true" in error.remedy) == (2, True)
    monkeypatch.delenv("KWALITEITSMONITOR_ENGINE")
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    error = refusal(FILES.model_copy(update={"engine": "spark"}))
    assert (error.exit_code, error.what) == (2, "PySpark is not installed")
    assert "answers/{academic_year}.parquet (engine: spark)" in error.where
    assert "kwaliteitsmonitor[spark]" in error.remedy
    monkeypatch.setattr(spark, "find_spec", lambda _: object())
    for name, value in (("KWALITEITSMONITOR_ENGINE", "spark"), ("JAVA_HOME", str(tmp_path)), ("PATH", str(tmp_path))):
        monkeypatch.setenv(name, value)
    error = refusal()
    assert (error.exit_code, error.what, "JAVA_HOME" in error.remedy) == (2, "there is no Java", True)


def test_a_spark_that_does_not_start_is_a_source_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(master: str) -> None:
        raise RuntimeError(f"quotes what is in it: {master}")

    for name, value in (("find_spec", lambda _: object()), ("_java", lambda: "java"), ("_session", fails)):
        monkeypatch.setattr(spark, name, value)
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", "spark")
    monkeypatch.setenv("KWALITEITSMONITOR_SPARK_MASTER", "spark://no-such-host:7077")
    error = refusal()
    assert isinstance(error, SourceError)
    assert "KWALITEITSMONITOR_SPARK_MASTER=spark://no-such-host:7077" in error.where
    assert "quotes" not in str(error)


def test_an_engine_on_a_source_that_it_cannot_count_is_refused(tmp_path: Path, profile: Profile) -> None:
    with pytest.raises(ValueError, match="expected `engine` only where `format` is parquet"):
        FileSource(kind="files", path="x", format="csv", tables=["evaluations"], engine="spark")
    with pytest.raises(ValueError, match="expected `counted: true` only where `tables` is"):
        SqlSource(kind="sql", connection="finance", database_table="t", tables=["bfr"], counted=True)
    of_sqlite = pull_counts(f"sqlite:///{tmp_path}/a.db", SOURCE, CATALOGUE["evaluations"], YEAR, profile.aliases)
    with pytest.raises(UsageError, match="sqlite databases do not count answers") as caught, of_sqlite:
        pass
    assert "counted: true" in caught.value.remedy
