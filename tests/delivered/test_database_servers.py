"""A database that is a system of its own: it breaks off, starts up, refuses, and holds more than fits in memory."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import sqlalchemy as sa

from assets.delivered import collect as collecting
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.database import WAITING_FOR_LOCKS, pull
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError, UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, SqlSource
from schemas.tables import CATALOGUE
from tests.connectors.proxy import Proxy

BFR = CATALOGUE["bfr"]
LINES = 20_000
QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)
ROUND_3 = {"reporting_year": 2020, "round": 3}
SOURCE = SqlSource(kind="sql", connection="finance", database_table="many_lines", tables=["bfr"])
FEED = Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[SOURCE])
COLUMNS = "reporting_year, round, unit, theme, measure, budget, realised, forecast, submitted_on, explanation"
MANY = f"""
    CREATE TABLE many_lines AS
    SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme, 'M' || n AS measure,
        (n % 977 + 0.25)::numeric(18,2) AS budget, (n % 13)::numeric(18,2) AS realised,
        NULL::numeric(18,2) AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', n % 40) AS explanation
    FROM generate_series(1, {LINES}) AS n ORDER BY md5(n::text)
"""


@pytest.fixture(scope="module")
def many(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL with a table of many lines, in no order."""
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS many_lines"))
        connection.execute(sa.text(MANY))
    yield postgres_url
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE many_lines"))


def through(url: str, *plan: int | str | None) -> Proxy:
    """A proxy on TCP to the server, which itself listens to a socket in a folder."""
    folder = sa.make_url(url).query["host"]

    def target() -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.5432")
        return server

    return Proxy(target, plan)


def over(url: str, proxy: Proxy) -> str:
    address = sa.make_url(url).set(host="127.0.0.1", port=proxy.port, query={})
    return address.render_as_string(hide_password=False)


def taken(url: str, source: SqlSource = SOURCE, patience: Patience = QUICK, **where: Any) -> bytes:
    with pull(url, source, BFR, where or ROUND_3, patience) as found:
        return found.stream.read()


def refusal(url: str, source: SqlSource = SOURCE, patience: Patience = QUICK) -> SourceError:
    with pytest.raises(SourceError) as caught:
        taken(url, source, patience)
    assert caught.value.exit_code == 4
    return caught.value


def test_a_connection_cut_in_mid_pull_is_begun_anew_and_gives_the_same_bytes(many: str) -> None:
    undisturbed = taken(many)
    assert undisturbed.count(b"\n") == LINES + 1
    with through(many, 300_000, 700_000, None) as proxy:
        assert taken(over(many, proxy)) == undisturbed
        assert (proxy.connections, proxy.cut) == (3, 2)


def test_a_connection_that_is_cut_every_time_is_given_up_and_nothing_is_kept(
    many: str, workspace: Workspace, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulling(url: str, source: SqlSource, table: Any, where: Any) -> Any:
        return pull(url, source, table, where, QUICK)

    monkeypatch.setattr(collecting, "pull", pulling)
    landing = tmp_path / "landing"
    landing.mkdir()
    with through(many, 300_000) as proxy, pytest.raises(SourceError) as caught:
        collect(
            workspace,
            profile,
            profile.cycle("2021-03"),
            FEED,
            Landing(str(landing), "Europe/Amsterdam"),
            {"finance": over(many, proxy)},
        )
    assert caught.value.exit_code == 4
    assert "tried 3 times" in str(caught.value)
    assert not workspace.root.exists()


def test_a_server_that_is_starting_is_waited_for(many: str) -> None:
    with through(many, "starting", "recovering", None) as proxy:
        assert taken(over(many, proxy)) == taken(many)
        assert proxy.connections == 3


@pytest.mark.parametrize("answer", ["starting", "recovering"])
def test_a_server_that_keeps_starting_is_given_up_and_said_to_be_starting(many: str, answer: str) -> None:
    with through(many, answer) as proxy:
        error = refusal(over(many, proxy))
    assert "it is starting up" in error.what
    assert "tried 3 times" in error.what


def test_a_server_that_does_not_listen_yet_is_tried_again(many: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken_port:
        port = taken_port.getsockname()[1]
    error = refusal(f"postgresql+psycopg://reader@127.0.0.1:{port}/finance")
    assert "the connection was refused or lost" in error.what
    assert "tried 3 times" in error.what


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (f"SELECT {COLUMNS} FROM no_such_table WHERE 0 < :reporting_year + :round", "there is no such table (42P01)"),
        ("SELECT absent FROM many_lines WHERE 0 < :reporting_year + :round", "there is no such column (42703)"),
        ("SELECT FROM WHERE :reporting_year :round", "it does not understand the query"),
        ("SELECT 1 / (:reporting_year - 2020) AS x, :round AS y", "the query does not fit the types"),
    ],
)
def test_what_stays_wrong_is_said_at_once(many: str, query: str, why: str) -> None:
    source = SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"])
    with through(many, None) as proxy:
        error = refusal(over(many, proxy), source)
        assert proxy.connections == 1
    assert why in error.what
    assert "tried" not in error.what


def test_a_host_that_does_not_exist_is_not_waited_for() -> None:
    error = refusal("postgresql+psycopg://reader@no-such-host.invalid/finance", patience=Patience(first=60))
    assert "there is no such host" in error.what


@pytest.fixture
def strict(many: str) -> Iterator[str]:
    """The server with a user `reader` who needs a password and may read one table alone; gives the password's half."""
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        hba = Path(connection.execute(sa.text("SHOW hba_file")).scalar_one())
        before = hba.read_text()
        connection.execute(sa.text("CREATE ROLE reader LOGIN PASSWORD 'juist-8d1'"))
        connection.execute(sa.text("CREATE TABLE hidden AS SELECT * FROM many_lines LIMIT 1"))
        connection.execute(sa.text("GRANT SELECT ON many_lines TO reader"))
        hba.write_text(f"local all reader scram-sha-256\n{before}")
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        try:
            yield many
        finally:
            hba.write_text(before)
            connection.execute(sa.text("SELECT pg_reload_conf()"))
            connection.execute(sa.text("DROP TABLE hidden"))
            connection.execute(sa.text("DROP OWNED BY reader"))
            connection.execute(sa.text("DROP ROLE reader"))


def reader(url: str, password: str) -> str:
    return sa.make_url(url).set(username="reader", password=password).render_as_string(hide_password=False)


def test_a_wrong_password_is_tried_once_and_never_shown(strict: str) -> None:
    with through(strict, None) as proxy:
        error = refusal(reader(over(strict, proxy), "fout-3c7"))
        assert proxy.connections == 1
    assert "it refuses the user or the password" in error.what
    assert "fout-3c7" not in f"{error!r} {error.__cause__!r}"
    assert taken(reader(strict, "juist-8d1")) == taken(strict)


def test_a_table_that_the_user_may_not_read_is_said_to_be_so(strict: str) -> None:
    hidden = SOURCE.model_copy(update={"database_table": "hidden"})
    assert "its user may not read that (42501)" in refusal(reader(strict, "juist-8d1"), hidden).what


def test_a_query_that_writes_by_a_function_is_refused_by_the_database(many: str) -> None:
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE touched (n int)"))
        connection.execute(
            sa.text("CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS 'INSERT INTO touched VALUES (1); SELECT 1'")
        )
    try:
        query = f"SELECT {COLUMNS} FROM many_lines WHERE touch() = 1 AND reporting_year = :reporting_year + 0 * :round"
        error = refusal(many, SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"]))
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM touched")).scalar_one() == 0
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP FUNCTION touch(); DROP TABLE touched"))
    assert "the query would change something, and this connection only reads (25006)" in error.what


def test_a_sqlite_file_is_opened_to_read_alone_and_is_never_made(tmp_path: Path) -> None:
    error = refusal(f"sqlite:///{tmp_path / 'absent.db'}")
    assert "there is no such file" in error.what
    assert list(tmp_path.iterdir()) == []


def test_a_query_takes_the_period_as_parameters_and_its_columns_by_name(many: str) -> None:
    query = """
        WITH newest AS (SELECT *, explanation::text AS remark FROM many_lines)  -- INSERT is a word in a comment
        SELECT remark AS "Toelichting", 'a:b' AS other, reporting_year, round, unit, theme, MEASURE,
            budget AS "Begroot", realised, forecast, submitted_on
        FROM newest WHERE reporting_year = :reporting_year AND round = :round;
    """
    source = SqlSource(
        kind="sql",
        connection="finance",
        query=query,
        tables=["bfr"],
        columns={"Begroot": "budget", "toelichting": "explanation"},
    )
    assert taken(many, source) == taken(many)
    assert taken(many, source, reporting_year=2020, round=2).count(b"\n") == 1


def test_a_query_that_gives_no_such_column_is_said_to_lack_it(many: str) -> None:
    query = "SELECT reporting_year, round FROM many_lines WHERE reporting_year = :reporting_year AND round = :round"
    error = refusal(many, SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"]))
    assert error.what.startswith("the database cannot be read: the query gives no column unit, theme, measure")


@pytest.mark.parametrize(
    ("query", "lacks"),
    [
        (f"SELECT {COLUMNS} FROM many_lines WHERE reporting_year = :reporting_year", "round is not in it"),
        (f"SELECT {COLUMNS} FROM many_lines", "reporting_year and round is not in it"),
        (f"SELECT {COLUMNS} FROM many_lines WHERE '2019-2020' = :academic_year", "takes :academic_year"),
    ],
)
def test_a_query_that_gives_the_same_rows_in_every_period_is_refused(many: str, query: str, lacks: str) -> None:
    with pytest.raises(UsageError, match=re.escape(lacks)) as caught:
        taken(many, SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"]))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("DELETE FROM t", "begins with SELECT or WITH"),
        ("SELECT 1; DROP TABLE t", "one statement"),
        ("WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "without DELETE"),
        ("SELECT * INTO copy FROM t", "without INTO"),
        ("SELECT * FROM t FOR UPDATE", "without UPDATE"),
        ("/* SELECT */ EXEC sp_who", "begins with SELECT or WITH"),
        ("SELECT * FROM t WHERE year = :jaar", "unknown parameter :jaar"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused_when_the_profile_is_loaded(query: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'delete; it', \"update\", [insert] FROM t -- drop\n",
        "select a::date from t where b = $$;drop$$ and c = :round;",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT updated_at, created FROM t",
    ],
)
def test_words_in_texts_names_and_comments_do_not_make_a_query_one_that_writes(query: str) -> None:
    assert SqlSource(kind="sql", connection="finance", query=query, tables=["bfr"]).query == query


MEASURING = """
    import re, sys
    from pathlib import Path
    from kwaliteitsmonitor.connectors.database import WAITING_FOR_LOCKS, pull
    from schemas.profile.feeds import SqlSource
    from schemas.tables import CATALOGUE

    url, rows = sys.argv[1], int(sys.argv[2])
    line = f'''
        SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme,
            'M' || (n::bigint * 7919 % 999983) AS measure, n::numeric(18,2) AS budget, 1.00 AS realised,
            2.00 AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', 60) AS explanation
        FROM generate_series(1, {rows}) AS n WHERE 0 < :reporting_year + :round
    '''
    source = SqlSource(kind="sql", connection="finance", query=line, tables=["bfr"])
    with pull(url, source, CATALOGUE["bfr"], {"reporting_year": 2020, "round": 3}) as found:
        size = found.stream.seek(0, 2)
    # Not by `getrusage`, which begins at what the process that started this one had.
    highest = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    print(found.rows, size, int(highest[1]) // 1024)
"""


def measured(url: str, rows: int) -> tuple[int, int, int]:
    """Rows, bytes and the highest memory in MB of a process that does nothing but pull."""
    run = subprocess.run(
        [sys.executable, "-c", dedent(MEASURING), url, str(rows)], capture_output=True, text=True, check=True
    )
    found = [int(part) for part in run.stdout.split()]
    return found[0], found[1], found[2]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux alone")
def test_the_memory_of_a_pull_does_not_grow_with_its_rows(postgres_url: str) -> None:
    few_rows, _, few = measured(postgres_url, 30_000)
    many_rows, size, much = measured(postgres_url, 240_000)
    assert (few_rows, many_rows) == (30_000, 240_000)
    assert size > 25_000_000
    assert much - few < 15  # the rows themselves, held by the driver alone, would take 60 MB more


def test_the_day_of_a_pull_is_found_among_rows_that_were_put_away(many: str) -> None:
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE many_lines SET submitted_on = '2021-02-20' WHERE measure = 'M777'"))
    with pull(many, SOURCE, BFR, ROUND_3, QUICK) as found:
        assert (found.rows, found.submitted_on) == (LINES, date(2021, 2, 20))


def test_a_table_that_is_locked_is_given_up_and_told(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WAITING_FOR_LOCKS, "postgresql", "SET LOCAL lock_timeout = '50ms'")
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.begin() as other:
        other.execute(sa.text("LOCK TABLE many_lines IN ACCESS EXCLUSIVE MODE"))
        told = str(refusal(many))
    assert "a lock did not come free (55P03), tried 3 times" in told


def test_a_database_that_gives_nothing_is_given_up_and_told(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its server takes the query and says nothing more: neither a row, nor an end, nor an error."""
    monkeypatch.setitem(WAITING_FOR_LOCKS, "postgresql", "SET LOCAL lock_timeout = 0")
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.begin() as other:
        other.execute(sa.text("LOCK TABLE many_lines IN ACCESS EXCLUSIVE MODE"))
        told = str(refusal(many, SOURCE.model_copy(update={"silence": 1})))
    assert "the database gave nothing for 1 seconds" in told
    assert "`silence`" in told
