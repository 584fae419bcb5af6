"""Databases of other makes, as far as can be told without a server: the SQL they get, and what their errors mean."""

from __future__ import annotations

import socket
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.oracle.oracledb import OracleDialect_oracledb
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError

from kwaliteitsmonitor.connectors.database import READ_ONLY, statement
from kwaliteitsmonitor.connectors.database_errors import cause_of, worth_another_try
from kwaliteitsmonitor.foundation.retrying import Patience
from schemas.errors import UsageError
from tests.connectors.pulling import BFR, ONCE, ROUND_3, query, refusal, table, taken
from tests.connectors.writing import QUICK

TABLE = table("fin.bfr_lines", columns={"Begroot (EUR)": "budget"})
READING = "SET TRANSACTION READ ONLY"
QUERY = query("SELECT * FROM fin.lines WHERE jaar = :reporting_year AND ronde = :round")


@pytest.mark.parametrize(
    ("dialect", "column", "where", "in_query", "reading"),
    [
        (MSDialect_pyodbc(paramstyle="qmark"), "fin.bfr_lines.[Begroot (EUR)]", "reporting_year = ? AND",
         "jaar = ? AND ronde = ?", ""),
        (OracleDialect_oracledb(), 'fin.bfr_lines."Begroot (EUR)"', "reporting_year = :reporting_year_1 AND",
         "jaar = :reporting_year AND ronde = :round", READING),
        (MySQLDialect_pymysql(), "fin.bfr_lines.`Begroot (EUR)`", "reporting_year = %s AND",
         "jaar = %s AND ronde = %s", READING),
        (PGDialect_psycopg(), 'fin.bfr_lines."Begroot (EUR)"', "reporting_year = %(reporting_year_1)s",
         "jaar = %(reporting_year)s::INTEGER AND ronde = %(round)s::INTEGER", ""),
    ],
)  # fmt: skip
def test_each_make_gets_its_own_sql_with_the_period_as_parameters_and_only_reads_where_it_has_such_a_thing(
    dialect: Any, column: str, where: str, in_query: str, reading: str
) -> None:
    of_table, of_query = (statement(source, BFR, ROUND_3).compile(dialect=dialect) for source in (TABLE, QUERY))
    assert column in str(of_table)
    assert where in str(of_table)
    assert in_query in str(of_query)
    assert "2020" not in f"{of_table} {of_query}"
    assert sorted(of_table.params.values()) == [3, 2020]
    assert of_query.params == ROUND_3
    assert READ_ONLY.get(dialect.name, "") == reading


class DriverError(Exception):
    """An error as drivers give it: first the SQLSTATE (ODBC), a number (MySQL) or an object with a code (Oracle)."""


class PostgresError(Exception):
    """An error as psycopg gives it."""

    def __init__(self, text: str, state: str | None = None) -> None:
        super().__init__(text)
        self.sqlstate = state


def oracle(code: str) -> DriverError:
    return DriverError(SimpleNamespace(full_code=code))


def wrapped(origin: BaseException) -> OperationalError:
    return OperationalError("SELECT 1", {}, origin)


PASSING = [
    DriverError("08S01", "[08S01] Communication link failure"),
    DriverError("40001", "[40001] was deadlocked on lock resources (1205)"),
    DriverError("HYT00", "[HYT00] Login timeout expired"),
    *map(oracle, ("ORA-12541", "ORA-01033", "ORA-08177", "DPY-4011")),
    DriverError(1213, "Deadlock found"),
    DriverError(2013, "Lost connection"),
    PostgresError("deadlock detected", "40P01"),
    PostgresError("too many clients already", "53300"),
    PostgresError("terminating connection", "57P01"),
    PostgresError("connection failed: FATAL:  sorry, too many clients already"),
    PostgresError("failed: Connection refused"),
]


def test_what_passes_is_worth_another_try() -> None:
    assert [origin for origin in PASSING if not worth_another_try(wrapped(origin))] == []


REFUSES = "refuses the user or the password"


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (DriverError("28000", "[28000] Login failed for user 'sa' (18456)"), f"{REFUSES} (28000)"),
        (DriverError("42S02", "[42S02] Invalid object name"), "there is no such table (42S02)"),
        (DriverError("42S22", "[42S22] Invalid column name"), "there is no such column (42S22)"),
        (DriverError("22018", "[22018] Conversion failed: 'Jansen'"), "does not fit the types of the columns (22018)"),
        (oracle("ORA-01017"), f"{REFUSES} (ORA-01017)"),
        (oracle("ORA-00942"), "there is no such table (ORA-00942)"),
        (oracle("ORA-01456"), "only reads (ORA-01456)"),
        (DriverError(1045, "Access denied for user 'x'@'y' (using password: YES)"), REFUSES),
        (PostgresError("permission denied", "42501"), "its user may not read that (42501)"),
        (PostgresError('FATAL:  password authentication failed for user "jansen"'), REFUSES),
        (PostgresError('FATAL:  database "fin" does not exist'), "there is no such database"),
        (PostgresError("Could not decode 'Jansen'"), "OperationalError"),
    ],
    ids=str,
)
def test_what_stays_wrong_is_not_tried_again_and_said_without_what_it_quotes(origin: BaseException, words: str) -> None:
    error = wrapped(origin)
    assert not worth_another_try(error)
    assert words in cause_of(error).en
    assert "jansen" not in cause_of(error).en.lower()


def test_oracles_own_driver_tells_a_closed_port_that_may_pass_from_an_unknown_host_that_stays(closed: int) -> None:
    pytest.importorskip("oracledb", reason="Oracle's driver is not tested: install the 'oracle' extra")
    error = refusal(f"oracle+oracledb://reader:geheim-5@127.0.0.1:{closed}/?service_name=FIN", TABLE)
    assert "the connection was refused or lost (DPY-6005), tried 3 times" in error.what
    assert "geheim-5" not in str(error)
    address = "oracle+oracledb://reader:x@no-such-host.invalid/?service_name=FIN"
    assert "there is no such host" in refusal(address, TABLE, Patience(first=60)).what


def test_a_sqlite_file_that_is_locked_is_tried_again(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "finance.db", isolation_level=None)
    connection.execute("CREATE TABLE bfr_lines (x int)")
    connection.execute("BEGIN EXCLUSIVE")
    error = refusal(f"sqlite:///{tmp_path / 'finance.db'}?timeout=0.01", TABLE)
    connection.close()
    assert "a lock did not come free" in error.what
    assert "tried 3 times" in error.what


def test_a_driver_that_is_not_installed_is_wrong_usage_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", None)
    with pytest.raises(UsageError) as caught:
        taken("mssql+pyodbc://reader:geheim-5@sql.example.org/fin?driver=ODBC+Driver+18+for+SQL+Server", TABLE, QUICK)
    assert caught.value.exit_code == 2
    assert "kwaliteitsmonitor[sqlserver]" in caught.value.remedy
    assert "geheim-5" not in str(caught.value)


def test_what_the_address_says_of_waiting_goes_before_the_usual() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = refusal(f"postgresql+psycopg://reader@127.0.0.1:{port}/x?connect_timeout=2", TABLE, ONCE)
        assert "the connection was refused or lost" in error.what
