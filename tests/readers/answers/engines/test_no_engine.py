"""An engine that is not there, or that a source cannot have, gives one clear error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kwaliteitsmonitor.readers.answers.engines import spark
from kwaliteitsmonitor.readers.answers.engines.engines import engine_of
from kwaliteitsmonitor.readers.answers.in_database import pull_counts
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.tables import CATALOGUE
from tests.readers.answers.engines.counting import SOURCE, YEAR

FILES = FileSource(kind="files", path="answers/{academic_year}.parquet", format="parquet", tables=["evaluations"])


def refusal(source: FileSource) -> KwaliteitsmonitorError:
    with duckdb.connect() as connection, pytest.raises(KwaliteitsmonitorError) as caught:
        engine_of(source, connection)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def test_duckdb_counts_where_nothing_else_is_said() -> None:
    with duckdb.connect() as connection:
        assert engine_of(FILES, connection).name == "duckdb"


def test_a_source_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    own = FILES.model_copy(update={"engine": "duckdb"})
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", "spark")
    with duckdb.connect() as connection:
        assert engine_of(own, connection).name == "duckdb"


def test_a_name_of_no_engine_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", "postgres")
    error = refusal(FILES)
    assert error.exit_code == 2
    assert "there is no engine 'postgres' for files; expected one of duckdb, spark" in str(error)
    assert "counted: true" in error.remedy


def test_spark_without_pyspark_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    error = refusal(FILES.model_copy(update={"engine": "spark"}))
    assert (error.exit_code, error.what) == (2, "PySpark is not installed")
    assert "answers/{academic_year}.parquet (engine: spark)" in error.where
    assert "kwaliteitsmonitor[spark]" in error.remedy


def test_spark_without_java_is_told_where_java_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: object())
    for name, value in (("KWALITEITSMONITOR_ENGINE", "spark"), ("JAVA_HOME", str(tmp_path)), ("PATH", str(tmp_path))):
        monkeypatch.setenv(name, value)
    error = refusal(FILES)
    assert (error.exit_code, error.what) == (2, "there is no Java")
    assert "JAVA_HOME" in error.remedy


def test_a_spark_that_does_not_start_is_a_source_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(master: str) -> None:
        raise RuntimeError(f"quotes what is in it: {master}")

    monkeypatch.setattr(spark, "find_spec", lambda _: object())
    monkeypatch.setattr(spark, "_java", lambda: "java")
    monkeypatch.setattr(spark, "_session", fails)
    monkeypatch.setenv("KWALITEITSMONITOR_ENGINE", "spark")
    monkeypatch.setenv("KWALITEITSMONITOR_SPARK_MASTER", "spark://no-such-host:7077")
    error = refusal(FILES)
    assert isinstance(error, SourceError)
    assert "KWALITEITSMONITOR_SPARK_MASTER=spark://no-such-host:7077" in error.where
    assert "quotes" not in str(error)


def test_an_engine_on_a_source_that_it_cannot_count_is_refused_when_the_profile_is_loaded() -> None:
    with pytest.raises(ValueError, match="expected `engine` only where `format` is parquet"):
        FileSource(kind="files", path="x", format="csv", tables=["evaluations"], engine="spark")
    with pytest.raises(ValueError, match="expected `counted: true` only where `tables` is"):
        SqlSource(kind="sql", connection="finance", database_table="t", tables=["bfr"], counted=True)


def test_a_database_that_does_not_count_is_told_so(tmp_path: Path, profile: Profile) -> None:
    asked = pull_counts(f"sqlite:///{tmp_path}/a.db", SOURCE, CATALOGUE["evaluations"], YEAR, profile.aliases())
    with pytest.raises(UsageError, match="sqlite databases do not count answers") as caught, asked:
        pass
    assert "counted: true" in caught.value.remedy
