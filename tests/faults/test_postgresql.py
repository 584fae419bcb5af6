"""A PostgreSQL that is really stopped while rows come from it, one that stays away, and one that is slow."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
from schemas.profile import Feed
from schemas.profile.feeds import Period, SqlSource
from tests.faults.cluster import Cluster
from tests.faults.outcome import whole
from tests.made_up import profile

LINES = 20_000
SOURCE = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])
FEED = Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[SOURCE])
PROFILE = profile()
CYCLE = PROFILE.cycle("2021-03")
MADE = f"""
    CREATE TABLE lines AS
    SELECT 2020 AS reporting_year, 3 AS round, 'FGW' AS unit, 'guidance' AS theme, 'M' || n AS measure,
        (n % 977 + 0.25)::numeric(18,2) AS budget, (n % 13)::numeric(18,2) AS realised,
        NULL::numeric(18,2) AS forecast, DATE '2021-02-15' AS submitted_on, repeat('x', n % 40) AS explanation
    FROM generate_series(1, {LINES}) AS n ORDER BY md5(n::text)
"""
MIDDLE = 500_000
"""Bytes of the answer, of more than a million, after which the server is stopped."""


@dataclass(frozen=True)
class Finance:
    """A server with a table of many lines, in no order, and a folder for workspaces."""

    cluster: Cluster
    folder: Path

    def kept(self, name: str, url: str = "") -> dict[str, str]:
        """What a workspace holds after the feed was taken up, by the hash of its bytes."""
        (self.folder / "landing").mkdir(exist_ok=True)
        zone = Landing(str(self.folder / "landing"), "Europe/Amsterdam")
        collect(Workspace(self.folder / name), PROFILE, CYCLE, FEED, zone, {"finance": url or self.cluster.url})
        return {file: of for file, of in whole(self.folder / name).items() if "fingerprints" not in file}

    def through(self, name: str, watch: Callable[[int], None]) -> tuple[dict[str, str], int]:
        """The same over a proxy that is watched, and how many connections it took beside one for each period."""
        with self.cluster.through(watch) as proxy:
            url = sa.make_url(self.cluster.url).set(host="127.0.0.1", port=proxy.port, query={})
            held = self.kept(name, url.render_as_string(hide_password=False))
            return held, proxy.connections - len(expected_periods(FEED, CYCLE, PROFILE))


@pytest.fixture
def finance(cluster: Cluster, tmp_path: Path) -> Iterator[Finance]:
    engine = sa.create_engine(cluster.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(MADE))
    yield Finance(cluster, tmp_path)
    cluster.start()
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE lines"))


def test_a_server_that_stops_while_rows_come_and_starts_again_gives_the_same_bytes(finance: Finance) -> None:
    """By the patience that a run has, which docs/faults.md says."""
    assert (PATIENCE.attempts, PATIENCE.total) == (5, 90.0)
    undisturbed = finance.kept("undisturbed")
    stopped_at: list[int] = []
    starting = threading.Timer(1.5, finance.cluster.start)

    def stop(passed: int) -> None:
        if passed > MIDDLE and not stopped_at:
            stopped_at.append(passed)
            finance.cluster.stop()
            starting.start()

    held, more = finance.through("out", stop)
    starting.join()
    assert more > 1, "it was asked in vain while it was away"
    (delivery,) = (path for path in (finance.folder / "out/delivered/sha256").rglob("*") if path.is_file())
    assert delivery.read_bytes().count(b"\n") == LINES + 1
    assert len(stopped_at) == 1
    assert stopped_at[0] < delivery.stat().st_size * 2 // 3
    assert held == undisturbed


def test_a_server_that_stops_while_rows_come_and_stays_away_is_told_in_one_sentence_and_nothing_is_kept(
    finance: Finance, monkeypatch: pytest.MonkeyPatch
) -> None:
    gives_up = Patience(attempts=3, first=0.05, longest=0.1, chance=0.01)
    monkeypatch.setattr(collecting, "pull", lambda *about: pull(*about, gives_up))
    stopped = threading.Event()

    def stop(passed: int) -> None:
        if passed > MIDDLE and not stopped.is_set():
            stopped.set()
            finance.cluster.stop()

    with pytest.raises(SourceError) as caught:
        finance.through("out", stop)
    assert stopped.is_set()
    assert caught.value.exit_code == 4
    sentence = r"finance database, table lines: the database cannot be read: .*, tried 3 times\b.* Check .*\."
    assert re.fullmatch(sentence, str(caught.value))
    assert not (finance.folder / "out").exists()


def test_a_slow_server_is_waited_for_as_long_as_rows_come(finance: Finance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time in which attempts may begin has passed long before the rows are there; what comes is not cut short."""
    undisturbed = finance.kept("undisturbed")
    short = Patience(attempts=2, total=0.05)
    monkeypatch.setattr(collecting, "pull", lambda *about: pull(*about, short))
    assert finance.through("out", lambda passed: time.sleep(0.01)) == (undisturbed, 0)
