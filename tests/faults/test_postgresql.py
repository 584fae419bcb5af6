"""A PostgreSQL that is really stopped while rows come from it, one that stays away, and one that is slow."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assets.delivered import collect as collecting
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.retrying import PATIENCE, Patience
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import expected_periods
from schemas.errors import SourceError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, SqlSource
from tests.connectors.proxy import Proxy
from tests.faults.cluster import Cluster
from tests.faults.outcome import whole
from tests.made_up import profile

LINES = 20_000
AWAY = 1.5
"""Seconds for which the server stays away, at the least."""
SOURCE = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])
FEED = Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[SOURCE])
MADE = f"""
    CREATE TABLE lines AS
    SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme, 'M' || n AS measure,
        (n % 977 + 0.25)::numeric(18,2) AS budget, (n % 13)::numeric(18,2) AS realised,
        NULL::numeric(18,2) AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', n % 40) AS explanation
    FROM generate_series(1, {LINES}) AS n ORDER BY md5(n::text)
"""
MIDDLE = 500_000
"""Bytes of the answer, of more than a million, after which the server is stopped."""
GIVES_UP = Patience(attempts=3, first=0.05, longest=0.1, chance=0.01)


@pytest.fixture(scope="module")
def finance(cluster: Cluster) -> Iterator[Cluster]:
    """The server with a table of many lines, in no order, that a stop does not lose."""
    engine = sa.create_engine(cluster.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(MADE))
    yield cluster
    cluster.start()
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE lines"))


@pytest.fixture
def institution() -> Profile:
    return profile()


def kept(out: Path, institution: Profile, url: str, landing: Path) -> dict[str, str]:
    """What a workspace holds after the feed was taken up, by the hash of its bytes."""
    landing.mkdir(exist_ok=True)
    zone = Landing(str(landing), "Europe/Amsterdam")
    collect(Workspace(out), institution, institution.cycle("2021-03"), FEED, zone, {"finance": url})
    return {name: digest for name, digest in whole(out).items() if "fingerprints" not in name}


def pulls(institution: Profile) -> int:
    """How many periods a take-up asks for, each by a connection of its own."""
    return len(expected_periods(FEED, institution.cycle("2021-03"), institution))


def over(proxy: Proxy, url: str) -> str:
    return sa.make_url(url).set(host="127.0.0.1", port=proxy.port, query={}).render_as_string(hide_password=False)


def test_a_server_that_stops_while_rows_come_and_starts_again_gives_the_same_bytes(
    finance: Cluster, institution: Profile, tmp_path: Path
) -> None:
    """By the patience that a run has."""
    undisturbed = kept(tmp_path / "undisturbed", institution, finance.url, tmp_path / "landing")
    stopped_at: list[int] = []
    starting = threading.Timer(AWAY, finance.start)

    def stop(passed: int) -> None:
        if passed > MIDDLE and not stopped_at:
            stopped_at.append(passed)
            finance.stop()
            starting.start()

    with finance.through(stop) as proxy:
        received = kept(tmp_path / "out", institution, over(proxy, finance.url), tmp_path / "landing")
        starting.join()
        assert proxy.connections > pulls(institution) + 1  # it was asked in vain while it was away
    assert len(stopped_at) == 1
    assert stopped_at[0] < size_of(tmp_path / "out") * 2 // 3
    assert received == undisturbed


def size_of(out: Path) -> int:
    """The bytes of the one delivery that a workspace holds."""
    (kept,) = (path for path in (out / "delivered" / "sha256").rglob("*") if path.is_file())
    assert kept.read_bytes().count(b"\n") == LINES + 1
    return kept.stat().st_size


def test_a_server_that_stops_while_rows_come_and_stays_away_is_told_in_one_sentence_and_nothing_is_kept(
    finance: Cluster, institution: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatiently(*about: Any) -> Any:
        return pull(*about, GIVES_UP)

    monkeypatch.setattr(collecting, "pull", impatiently)
    stopped = threading.Event()

    def stop(passed: int) -> None:
        if passed > MIDDLE and not stopped.is_set():
            stopped.set()
            finance.stop()

    try:
        with finance.through(stop) as proxy, pytest.raises(SourceError) as caught:
            kept(tmp_path / "out", institution, over(proxy, finance.url), tmp_path / "landing")
        assert stopped.is_set()
        assert caught.value.exit_code == 4
        assert re.fullmatch(
            r"finance database, table lines: the database cannot be read: .*, tried 3 times\b.* Check .*\.",
            str(caught.value),
        )
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "out").exists()
    finally:
        finance.start()


def test_a_slow_server_is_waited_for_as_long_as_rows_come(
    finance: Cluster, institution: Profile, tmp_path: Path
) -> None:
    """The time in which attempts may begin has passed long before the rows are there; what comes is not cut short."""
    short = Patience(attempts=2, total=0.05)
    undisturbed = kept(tmp_path / "undisturbed", institution, finance.url, tmp_path / "landing")
    with finance.through(lambda passed: time.sleep(0.02)) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "pull", lambda *about: pull(*about, short))
        received = kept(tmp_path / "out", institution, over(proxy, finance.url), tmp_path / "landing")
        assert proxy.connections == pulls(institution)
    assert received == undisturbed
    assert (PATIENCE.attempts, PATIENCE.total) == (5, 90.0)  # which docs/faults.md says
