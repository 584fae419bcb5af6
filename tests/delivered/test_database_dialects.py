"""Databases of other makes, as far as can be told without a server: the SQL they get, and what their errors mean."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.oracle.oracledb import OracleDialect_oracledb
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError

from kwaliteitsmonitor.connectors.database import READ_ONLY, pull, statement
from kwaliteitsmonitor.connectors.database_errors import said, worth_another_try
from kwaliteitsmonitor.foundation.retrying import Patience
from schemas.errors import SourceError, UsageError
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE

BFR = CATALOGUE["bfr"]
QUICK = Patience(attempts=2, first=0.01, longest=0.01, chance=0.01)
ROUND_3 = {"reporting_year": 2020, "round": 3}
TABLE = SqlSource(
    kind="sql",
    connection="finance",
    database_table="fin.bfr_lines",
    tables=["bfr"],
    columns={"Begroot (EUR)": "budget"},
)
QUERY = SqlSource(
    kind="sql",
    connection="finance",
    query="SELECT * FROM fin.lines WHERE jaar = :reporting_year AND ronde = :round",
    tables=["bfr"],
)


@pytest.mark.parametrize(
    ("dialect", "column", "where"),
    [
        (MSDialect_pyodbc(paramstyle="qmark"), "fin.bfr_lines.[Begroot (EUR)]", "reporting_year = ? AND"),
        (OracleDialect_oracledb(), 'fin.bfr_lines."Begroot (EUR)"', "reporting_year = :reporting_year_1 AND"),
        (MySQLDialect_pymysql(), "fin.bfr_lines.`Begroot (EUR)`", "reporting_year = %s AND"),
        (PGDialect_psycopg(), 'fin.bfr_lines."Begroot (EUR)"', "reporting_year = %(reporting_year_1)s"),
    ],
)
def test_a_table_is_asked_for_in_the_sql_of_each_make(dialect: Any, column: str, where: str) -> None:
    compiled = statement(TABLE, BFR, ROUND_3).compile(dialect=dialect)
    assert column in str(compiled)
    assert where in str(compiled)
    assert sorted(compiled.params.values()) == [3, 2020]


@pytest.mark.parametrize(
    ("dialect", "where"),
    [
        (MSDialect_pyodbc(paramstyle="qmark"), "jaar = ? AND ronde = ?"),
        (OracleDialect_oracledb(), "jaar = :reporting_year AND ronde = :round"),
    ],
)
def test_a_query_gets_the_period_as_parameters_and_not_as_text(dialect: Any, where: str) -> None:
    compiled = statement(QUERY, BFR, ROUND_3).compile(dialect=dialect)
    assert where in str(compiled)
    assert "2020" not in str(compiled)
    assert compiled.params == ROUND_3


def test_a_transaction_only_reads_where_the_make_has_such_a_thing() -> None:
    assert READ_ONLY["oracle"] == READ_ONLY["mysql"] == "SET TRANSACTION READ ONLY"
    assert "mssql" not in READ_ONLY


class OdbcError(Exception):
    """An error as ODBC gives it: first the SQLSTATE."""


class NumberedError(Exception):
    """An error as MySQL's drivers give it: first the number."""


class OracleCode:
    def __init__(self, code: str) -> None:
        self.full_code = code

    def __repr__(self) -> str:
        return self.full_code


class OracleError(Exception):
    """An error as Oracle's driver gives it: an object that has the code."""


class PostgresError(Exception):
    """An error as psycopg gives it."""

    def __init__(self, text: str, state: str | None = None) -> None:
        super().__init__(text)
        self.sqlstate = state


def wrapped(origin: BaseException) -> OperationalError:
    return OperationalError("SELECT 1", {}, origin)


@pytest.mark.parametrize(
    "origin",
    [
        OdbcError("08S01", "[08S01] Communication link failure"),
        OdbcError("40001", "[40001] was deadlocked on lock resources (1205)"),
        OdbcError("HYT00", "[HYT00] Login timeout expired"),
        OracleError(OracleCode("ORA-12541")),
        OracleError(OracleCode("ORA-01033")),
        OracleError(OracleCode("ORA-08177")),
        OracleError(OracleCode("DPY-4011")),
        NumberedError(1213, "Deadlock found"),
        NumberedError(2013, "Lost connection"),
        PostgresError("deadlock detected", "40P01"),
        PostgresError("too many clients already", "53300"),
        PostgresError("terminating connection", "57P01"),
        PostgresError("connection failed: FATAL:  sorry, too many clients already"),
        PostgresError("failed: Connection refused"),
    ],
    ids=str,
)
def test_what_passes_is_worth_another_try(origin: BaseException) -> None:
    assert worth_another_try(wrapped(origin))


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (OdbcError("28000", "[28000] Login failed for user 'sa' (18456)"), "refuses the user or the password (28000)"),
        (OdbcError("42S02", "[42S02] Invalid object name"), "there is no such table (42S02)"),
        (OdbcError("42S22", "[42S22] Invalid column name"), "there is no such column (42S22)"),
        (OdbcError("22018", "[22018] Conversion failed: 'Jansen'"), "does not fit the types of the columns (22018)"),
        (OracleError(OracleCode("ORA-01017")), "refuses the user or the password (ORA-01017)"),
        (OracleError(OracleCode("ORA-00942")), "there is no such table (ORA-00942)"),
        (OracleError(OracleCode("ORA-01456")), "only reads (ORA-01456)"),
        (
            NumberedError(1045, "Access denied for user 'x'@'y' (using password: YES)"),
            "refuses the user or the password",
        ),
        (PostgresError("permission denied", "42501"), "its user may not read that (42501)"),
        (PostgresError('FATAL:  password authentication failed for user "jansen"'), "refuses the user or the password"),
        (PostgresError('FATAL:  database "fin" does not exist'), "there is no such database"),
        (PostgresError("Could not decode 'Jansen'"), "OperationalError"),
    ],
    ids=str,
)
def test_what_stays_wrong_is_not_tried_again_and_said_without_what_it_quotes(origin: BaseException, words: str) -> None:
    error = wrapped(origin)
    assert not worth_another_try(error)
    assert words in said(error).en
    assert "jansen" not in said(error).en.lower()


def taken(url: str, patience: Patience = QUICK) -> bytes:
    with pull(url, TABLE, BFR, ROUND_3, patience) as found:
        return found.stream.read()


def test_oracles_own_driver_says_of_a_closed_port_that_it_may_pass() -> None:
    pytest.importorskip("oracledb", reason="Oracle's driver is not tested: install the 'oracle' extra")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        taken(f"oracle+oracledb://reader:geheim-5@127.0.0.1:{port}/?service_name=FIN")
    assert "the connection was refused or lost (DPY-6005), tried 2 times" in caught.value.what
    assert "geheim-5" not in str(caught.value)


def test_oracles_own_driver_says_of_an_unknown_host_that_it_stays() -> None:
    pytest.importorskip("oracledb", reason="Oracle's driver is not tested: install the 'oracle' extra")
    with pytest.raises(SourceError, match="there is no such host"):
        taken("oracle+oracledb://reader:x@no-such-host.invalid/?service_name=FIN", Patience(first=60))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE IF NOT EXISTS bfr_lines (x int)")
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.close()


def test_a_sqlite_file_that_is_locked_is_tried_again(tmp_path: Path) -> None:
    with locked(tmp_path / "finance.db"), pytest.raises(SourceError) as caught:
        taken(f"sqlite:///{tmp_path / 'finance.db'}?timeout=0.01")
    assert "a lock did not come free" in caught.value.what
    assert "tried 2 times" in caught.value.what


def test_a_driver_that_is_not_installed_is_wrong_usage_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyodbc", None)
    with pytest.raises(UsageError) as caught:
        taken("mssql+pyodbc://reader:geheim-5@sql.example.org/fin?driver=ODBC+Driver+18+for+SQL+Server")
    assert caught.value.exit_code == 2
    assert "kwaliteitsmonitor[sqlserver]" in caught.value.remedy
    assert "geheim-5" not in str(caught.value)


def test_what_the_address_says_of_waiting_goes_before_what_is_told_by_default() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(SourceError, match="the connection was refused or lost"):
            taken(f"postgresql+psycopg://reader@127.0.0.1:{port}/x?connect_timeout=2", Patience(attempts=1))
