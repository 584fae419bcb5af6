"""Deliveries over time: changed, sent again, late, out of order, removed; what came in once stays a delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa

from assets.delivered.fingerprints import Seen
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.profile import Profile
from tests.connectors.writing import BRIEFLY, writing
from tests.delivered.uptake import AMSTERDAM, BFR, DECEMBER, FOLDER, JANUARY, Uptake, finance, standings

Put = tuple[str, bytes, date]
Kept = tuple[str, bytes, int, str, bool, date]
ONE, TWO = ("FGW.xlsx", b"one"), ("FGW.xlsx", b"two")
OLD, CURRENT = "superseded", "current"
OVER_TIME: dict[str, tuple[Sequence[Put], Sequence[Kept]]] = {
    "changed in place": (
        [(*ONE, DECEMBER), (*TWO, JANUARY)],
        [(*ONE, 1, OLD, False, DECEMBER), (*TWO, 2, CURRENT, True, JANUARY)],
    ),
    "changed in place under an older stamp: time does not run back under one name": (
        [(*ONE, JANUARY), (*TWO, DECEMBER)],
        [(*ONE, 1, OLD, False, JANUARY), (*TWO, 2, CURRENT, True, JANUARY)],
    ),
    "put back in place": (
        [(*ONE, DECEMBER), (*TWO, JANUARY), (*ONE, DECEMBER)],
        [(*TWO, 1, OLD, False, JANUARY), (*ONE, 2, CURRENT, True, JANUARY)],
    ),
}


@pytest.mark.parametrize(("puts", "expected"), OVER_TIME.values(), ids=OVER_TIME)
def test_what_came_in_once_stays_a_delivery_and_the_newest_counts(
    uptake: Uptake, puts: Sequence[Put], expected: Sequence[Kept]
) -> None:
    for put in puts:
        uptake.put(*put)
        uptake.collect()
    assert [
        (name, kept(uptake.workspace, d.sha256).read_bytes(), version, standing, there, d.received_on)
        for d, (name, version, standing, there) in ((d, standings([d])[0]) for d in uptake.collect())
    ] == expected


FILES = (
    ("FGW.xlsx", b"a", DECEMBER),
    ("FGW_v2.xlsx", b"b", JANUARY),
    ("FGW (3).xlsx", b"c", JANUARY),
    ("fa.xlsx", b"a", DECEMBER),
)


def test_any_order_of_uptake_of_the_same_files_gives_the_same_deliveries(profile: Profile, tmp_path: Path) -> None:
    outcomes = set()
    for number, order in enumerate(permutations(FILES)):
        uptake = Uptake(tmp_path / str(number), profile)
        for file in order:
            uptake.put(*file)
            collected = uptake.collect()
        outcomes.add(json.dumps([d.to_json() for d in collected]))
    (outcome,) = outcomes
    assert standings(map(Delivery.from_json, json.loads(outcome))) == [
        ("FGW.xlsx", 1, OLD, True),
        ("FGW (3).xlsx", 2, OLD, True),
        ("FGW_v2.xlsx", 3, CURRENT, True),
        ("fa.xlsx", 1, CURRENT, True),
    ]


def test_a_file_that_is_gone_was_delivered_all_the_same(uptake: Uptake) -> None:
    file = uptake.put("FGW.xlsx", b"report")
    (before,) = uptake.collect()
    file.unlink()
    assert uptake.collect() == [replace(before, in_landing_zone=False)]
    file = uptake.put("XYZ.xlsx", b"report", JANUARY)
    uptake.collect()
    file.rename(file.with_name("FGW.xlsx"))
    unplaced = ("XYZ.xlsx", 1, "unplaced", False)
    assert standings(uptake.collect()) == [("FGW.xlsx", 1, CURRENT, True), unplaced], "a name that means nothing too"


LAST = (2020, 3, date(2021, 2, 14))


def test_an_earlier_pull_is_an_earlier_version_and_rows_that_vanish_were_delivered_all_the_same(
    uptake: Uptake, tmp_path: Path
) -> None:
    before = uptake.collect(BFR, database=finance(tmp_path / "first.db", LAST))
    assert uptake.collect(BFR, database=None) == before, "though they are not asked for"
    second = finance(tmp_path / "second.db", LAST, (2020, 1, date(2020, 5, 14)))
    assert [d.period for d in uptake.collect(BFR, database=second)] == ["2020-1", "2020-3"]
    with sa.create_engine(second, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("UPDATE bfr_lines SET realised = 2 WHERE round = 3"))
    pulls = [d for d in uptake.collect(BFR, database=second) if d.period == "2020-3"]
    assert standings(pulls) == [("2020-3", 1, OLD, False), ("2020-3", 2, CURRENT, None)]
    assert pulls[0].sha256 == before[0].sha256
    gone = [d for d in uptake.collect(BFR, database=finance(tmp_path / "empty.db")) if d.standing == CURRENT]
    assert standings(gone) == [("2020-1", 1, CURRENT, False), ("2020-3", 2, CURRENT, False)]


def test_a_file_that_is_still_being_written_is_left_for_the_next_run(uptake: Uptake) -> None:
    """What came before under its name counts until then."""
    uptake.put("FGW.xlsx", b"first")
    uptake.put("FdA.xlsx", b"whole")
    uptake.collect()
    landing = Landing(str(uptake.zone), AMSTERDAM, settling=BRIEFLY)
    with writing(uptake.zone / FOLDER / "FGW.xlsx"):
        found = uptake.collect(landing=landing)
        assert [(d.unit, str(d.standing), bool(d.sha256)) for d in found] == [
            ("FGW", CURRENT, True),
            ("FdA", CURRENT, True),
            ("FGW", "arriving", False),
        ]
        kept_now = [path for path in uptake.workspace.store.rglob("*") if path.is_file()]
        assert sorted(path.read_bytes() for path in kept_now) == [b"first", b"whole"]
    _, second = (d for d in uptake.collect(landing=landing) if d.unit == "FGW")
    assert (second.version, second.standing) == (2, Standing.CURRENT)
    assert kept(uptake.workspace, second.sha256).read_bytes() == (uptake.zone / FOLDER / "FGW.xlsx").read_bytes()


class Counting(Landing):
    """A landing zone that notes which files are read."""

    def open(self, path: str) -> IO[bytes]:
        self.read.append(Path(path).name)
        return super().open(path)

    read: list[str]


def opened(uptake: Uptake) -> list[str]:
    """The names of the files that are read when the feed is collected."""
    landing = Counting(str(uptake.zone), AMSTERDAM)
    landing.read = []
    uptake.collect(landing=landing)
    return landing.read


def test_bytes_that_did_not_change_are_not_read_again(uptake: Uptake) -> None:
    file = uptake.put("FGW.xlsx", b"one")
    uptake.put("FdA.xlsx", b"two")
    assert len(opened(uptake)) == 2
    assert opened(uptake) == []
    before = uptake.collect()
    uptake.put("FGW.xlsx", b"one", JANUARY)
    assert [opened(uptake), opened(uptake)] == [["FGW.xlsx"], []], "a new stamp is looked at once"
    assert uptake.collect() == before
    file.touch()
    assert [opened(uptake), opened(uptake)] == [["FGW.xlsx"], ["FGW.xlsx"]], "that of a moment ago is not trusted"
    kept(uptake.workspace, before[0].sha256).unlink()
    uptake.collect()
    assert kept(uptake.workspace, before[0].sha256).read_bytes() in (b"one", b"two"), "bytes are kept again"
    uptake.zone = uptake.zone.with_name("other")
    uptake.put("FGW.xlsx", b"six")
    assert opened(uptake) == ["FGW.xlsx"], "what is remembered of one landing zone says nothing of another"


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"x": 1}'])
def test_a_broken_memory_of_what_was_read_costs_a_reading_and_nothing_else(uptake: Uptake, content: str) -> None:
    uptake.put("FGW.xlsx", b"one")
    before = uptake.collect()
    uptake.workspace.fingerprints.write_text(content)
    assert uptake.collect() == before


def test_what_is_remembered_of_files_is_the_same_in_whatever_order_they_came(uptake: Uptake) -> None:
    """A run in which one feed failed takes that one up last."""
    uptake.put("FGW.xlsx", b"one")
    uptake.put("FdR.xlsx", b"two")
    files, written = uptake.landing().files(), []
    for order in (files, files[::-1]):
        uptake.workspace.fingerprints.unlink(missing_ok=True)
        for file in order:
            seen = Seen.of(uptake.workspace, str(uptake.zone))
            seen.note(file, "a" * 64, file.size)
            seen.save()
        written.append(uptake.workspace.fingerprints.read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b'"aaaa') == 2


class Dateless(Landing):
    """A landing zone that tells no moments."""

    def files(self) -> list[Found]:
        return [replace(file, arrived=None, fingerprint="") for file in super().files()]


def test_a_landing_zone_that_tells_no_moments_is_ordered_by_day_and_name(uptake: Uptake) -> None:
    uptake.put("FGW (10).xlsx", b"b")
    uptake.put("FGW (2).xlsx", b"a")
    found = uptake.collect(landing=Dateless(str(uptake.zone), AMSTERDAM))
    assert standings(found) == [("FGW (2).xlsx", 1, OLD, True), ("FGW (10).xlsx", 2, CURRENT, True)]
    assert found[0].arrived == datetime(2020, 12, 18, tzinfo=UTC) - timedelta(hours=1)
