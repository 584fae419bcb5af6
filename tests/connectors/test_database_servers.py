"""A database that is a system of its own: it breaks off, starts up, refuses, and holds more than fits in memory."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import sqlalchemy as sa

from assets.delivered import collect as collecting
from kwaliteitsmonitor.connectors import database as pulling
from kwaliteitsmonitor.connectors.database import WAITING_FOR_LOCKS, pull
from kwaliteitsmonitor.connectors.external_sort import SortedRows
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError, UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, SqlSource
from tests.connectors.proxy import Proxy, of_postgresql
from tests.connectors.pulling import BFR, COLUMNS, ROUND_3, query, refusal, table, taken
from tests.connectors.writing import QUICK

LINES = 6_000
SOURCE = table("many_lines")
MANY = f"""
    CREATE TABLE many_lines AS
    SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme, 'M' || n AS measure,
        (n % 977 + 0.25)::numeric(18,2) AS budget, (n % 13)::numeric(18,2) AS realised,
        NULL::numeric(18,2) AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', n % 40) AS explanation
    FROM generate_series(1, {LINES}) AS n ORDER BY md5(n::text)
"""


def execute(url: str, *statements: str) -> None:
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.fixture(scope="module")
def many(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL with a table of many lines, in no order."""
    execute(postgres_url, "DROP TABLE IF EXISTS many_lines", MANY)
    yield postgres_url
    execute(postgres_url, "DROP TABLE many_lines")


def over(url: str, proxy: Proxy) -> str:
    address = sa.make_url(url).set(host="127.0.0.1", port=proxy.port, query={})
    return address.render_as_string(hide_password=False)


def test_a_connection_cut_in_mid_pull_is_begun_anew_and_gives_the_same_bytes(many: str) -> None:
    undisturbed = taken(many, SOURCE)
    assert undisturbed.count(b"\n") == LINES + 1
    with of_postgresql(many, 100_000, 200_000, None) as proxy:
        assert taken(over(many, proxy), SOURCE) == undisturbed
        assert (proxy.connections, proxy.cut) == (3, 2)


def test_a_connection_that_is_cut_every_time_is_given_up_and_nothing_is_kept(
    many: str, workspace: Workspace, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "pull", lambda *of: pull(*of, QUICK))
    feed = Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[SOURCE])
    landing, cycle = Landing(str(tmp_path), "Europe/Amsterdam"), profile.cycle("2021-03")
    with of_postgresql(many, 100_000) as proxy, pytest.raises(SourceError, match="tried 3 times") as caught:
        collecting.collect(workspace, profile, cycle, feed, landing, {"finance": over(many, proxy)})
    assert caught.value.exit_code == 4
    assert not workspace.root.exists()


def test_a_server_that_is_starting_is_waited_for_and_given_up_where_it_keeps_starting(many: str) -> None:
    with of_postgresql(many, "starting", "recovering", None) as proxy:
        assert taken(over(many, proxy), SOURCE) == taken(many, SOURCE)
        assert proxy.connections == 3
    for answer in ("starting", "recovering"):
        with of_postgresql(many, answer) as proxy:
            assert "it is starting up (OperationalError), tried 3 times" in refusal(over(many, proxy), SOURCE).what


def test_a_server_that_does_not_listen_is_tried_again_and_a_host_that_does_not_exist_is_not(closed: int) -> None:
    error = refusal(f"postgresql+psycopg://reader@127.0.0.1:{closed}/finance", SOURCE)
    assert re.search(r"the connection was refused or lost .*, tried 3 times", error.what)
    error = refusal("postgresql+psycopg://reader@no-such-host.invalid/finance", SOURCE, Patience(first=60))
    assert "there is no such host" in error.what


def test_what_stays_wrong_is_said_at_once(many: str) -> None:
    period = "WHERE reporting_year = :reporting_year AND round = :round"
    for text, why in (
        (f"SELECT {COLUMNS} FROM no_such_table {period}", "there is no such table (42P01)"),
        (f"SELECT absent FROM many_lines {period}", "there is no such column (42703)"),
        ("SELECT FROM WHERE :reporting_year :round", "it does not understand the query"),
        ("SELECT 1 / (:reporting_year - 2020) AS x, :round AS y", "the query does not fit the types"),
        (f"SELECT reporting_year, round FROM many_lines {period}", "the query gives no column unit, theme, measure"),
    ):
        with of_postgresql(many, None) as proxy:
            error = refusal(over(many, proxy), query(text))
            assert proxy.connections == 1
        assert why in error.what
        assert "tried" not in error.what


@pytest.fixture
def strict(many: str) -> Iterator[str]:
    """The server with a user `reader` who needs a password and may read one table alone."""
    engine = sa.create_engine(many, poolclass=sa.NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        hba = Path(connection.execute(sa.text("SHOW hba_file")).scalar_one())
        before = hba.read_text()
        execute(
            many,
            "CREATE ROLE reader LOGIN PASSWORD 'juist-8d1'",
            "CREATE TABLE hidden AS SELECT * FROM many_lines LIMIT 1",
            "GRANT SELECT ON many_lines TO reader",
        )
        hba.write_text(f"local all reader scram-sha-256\n{before}")
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        try:
            yield many
        finally:
            hba.write_text(before)
            execute(many, "SELECT pg_reload_conf()", "DROP TABLE hidden", "DROP OWNED BY reader", "DROP ROLE reader")


def reader(url: str, password: str) -> str:
    return sa.make_url(url).set(username="reader", password=password).render_as_string(hide_password=False)


def test_a_wrong_password_is_tried_once_and_what_may_not_be_read_said_to_be_so(strict: str) -> None:
    with of_postgresql(strict, None) as proxy:
        error = refusal(reader(over(strict, proxy), "fout-3c7"), SOURCE)
        assert proxy.connections == 1
    assert "it refuses the user or the password" in error.what
    assert "fout-3c7" not in f"{error!r} {error.__cause__!r}"
    assert taken(reader(strict, "juist-8d1"), SOURCE) == taken(strict, SOURCE)
    hidden = refusal(reader(strict, "juist-8d1"), table("hidden"))
    assert "its user may not read that (42501)" in hidden.what


def test_a_query_that_writes_by_a_function_is_refused_by_the_database(many: str) -> None:
    body = "INSERT INTO touched VALUES (1); SELECT 1"
    execute(many, "CREATE TABLE touched (n int)", f"CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS '{body}'")
    try:
        where = "touch() = 1 AND reporting_year = :reporting_year + 0 * :round"
        error = refusal(many, query(f"SELECT {COLUMNS} FROM many_lines WHERE {where}"))
        with sa.create_engine(many, poolclass=sa.NullPool).connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM touched")).scalar_one() == 0
    finally:
        execute(many, "DROP FUNCTION touch()", "DROP TABLE touched")
    assert "the query would change something, and this connection only reads (25006)" in error.what


def test_a_query_takes_the_period_as_parameters_and_its_columns_by_name_and_may_not_leave_it_out(many: str) -> None:
    source = query(
        """
        WITH newest AS (SELECT *, explanation::text AS remark FROM many_lines)  -- INSERT is a word in a comment
        SELECT remark AS "Toelichting", 'a:b' AS other, reporting_year, round, unit, theme, MEASURE,
            budget AS "Begroot", realised, forecast, submitted_on
        FROM newest WHERE reporting_year = :reporting_year AND round = :round;
        """,
        columns={"Begroot": "budget", "toelichting": "explanation"},
    )
    assert taken(many, source) == taken(many, SOURCE)
    assert taken(many, source, reporting_year=2020, round=2).count(b"\n") == 1
    for where, lacks in (
        ("WHERE reporting_year = :reporting_year", "round is not in it"),
        ("", "reporting_year and round is not in it"),
        ("WHERE '2019-2020' = :academic_year", "takes :academic_year"),
    ):
        with pytest.raises(UsageError, match=re.escape(lacks)) as caught:
            taken(many, query(f"SELECT {COLUMNS} FROM many_lines {where}"))
        assert caught.value.exit_code == 2


def test_a_query_that_does_more_than_read_is_refused_when_the_profile_is_loaded() -> None:
    for text, problem in (
        ("WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "without DELETE"),
        ("SELECT * FROM t FOR UPDATE", "without UPDATE"),
        ("/* SELECT */ EXEC sp_who", "begins with SELECT or WITH"),
    ):
        with pytest.raises(ValueError, match=problem):
            query(text)


MEASURING = """
    import re, sys
    from pathlib import Path
    from tests.connectors.pulling import BFR, ROUND_3, query
    from kwaliteitsmonitor.connectors.database import pull

    for rows in map(int, sys.argv[2:]):
        source = query(f'''
            SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme,
                'M' || (n::bigint * 7919 % 999983) AS measure, n::numeric(18,2) AS budget, 1.00 AS realised,
                2.00 AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', 60) AS explanation
            FROM generate_series(1, {rows}) AS n WHERE 0 < :reporting_year + :round
        ''')
        with pull(sys.argv[1], source, BFR, ROUND_3) as pulled:
            size = pulled.stream.seek(0, 2)
        # Not by `getrusage`, which begins at what the process that started this one had.
        highest = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
        print(pulled.rows, size, int(highest[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux alone")
def test_the_memory_of_a_pull_does_not_grow_with_its_rows(postgres_url: str) -> None:
    """The rows and bytes of two pulls, and the highest memory in MB of a process that does nothing but pull."""
    command = [sys.executable, "-c", dedent(MEASURING), postgres_url, "30000", "100000"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    (few_rows, _, few), (many_rows, size, much) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert (few_rows, many_rows) == (30_000, 100_000)
    assert size > 10_000_000
    assert much - few < 12  # the rows themselves, held by the driver alone, would take 20 MB more


def test_the_day_of_a_pull_is_found_among_rows_that_were_put_away(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "SortedRows", partial(SortedRows, rows=1_000))
    execute(many, "UPDATE many_lines SET submitted_on = '2021-02-20' WHERE measure = 'M777'")
    with pull(many, SOURCE, BFR, ROUND_3, QUICK) as pulled:
        assert (pulled.rows, pulled.submitted_on) == (LINES, date(2021, 2, 20))


@pytest.mark.parametrize(
    ("waiting", "silence", "words"),
    [
        ("SET LOCAL lock_timeout = '50ms'", {}, "a lock did not come free (55P03), tried 3 times"),
        ("SET LOCAL lock_timeout = 0", {"silence": 1}, "the database gave nothing for 1 seconds"),
    ],
    ids=["it says so", "it gives neither a row, nor an end, nor an error"],
)
def test_a_table_that_is_locked_is_given_up_and_told(
    many: str, monkeypatch: pytest.MonkeyPatch, waiting: str, silence: dict[str, Any], words: str
) -> None:
    monkeypatch.setitem(WAITING_FOR_LOCKS, "postgresql", waiting)
    source: SqlSource = SOURCE.model_copy(update=silence)
    with sa.create_engine(many, poolclass=sa.NullPool).begin() as other:
        other.execute(sa.text("LOCK TABLE many_lines IN ACCESS EXCLUSIVE MODE"))
        assert words in str(refusal(many, source))
