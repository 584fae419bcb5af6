"""Deliveries over time: changed, sent again, late, out of order, removed; what came in once stays a delivery."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from assets.delivered.collect import collect, collect_periods
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.profile import Profile
from tests.delivered.test_collect import BFR, DECEMBER, REPORT, collected, finance, put, standings

FOLDER = "verslag/2019-2020"
JANUARY = date(2021, 1, 4)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def test_a_file_changed_in_place_is_a_new_version_and_the_old_one_stays(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"first")
    (first,) = collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW.xlsx", b"second", JANUARY)
    expected = [("FGW.xlsx", 1, "superseded", False), ("FGW.xlsx", 2, "current", True)]
    for _ in range(2):  # it is still there after the next run
        found = collected(workspace, profile, landing)
        assert standings(found) == expected
    assert found[0].received_on == DECEMBER
    assert found[1].received_on == JANUARY
    assert kept(workspace, first.sha256).read_bytes() == b"first"


def test_what_is_changed_in_place_is_newer_though_its_stamp_is_older(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"first", JANUARY)
    collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW.xlsx", b"second, copied with its old date", DECEMBER)
    found = collected(workspace, profile, landing)
    assert [(d.version, d.standing) for d in found] == [(1, Standing.SUPERSEDED), (2, Standing.CURRENT)]
    assert found[1].received_on == JANUARY, "time does not run back under one name"


def test_what_is_put_back_in_place_counts_again(workspace: Workspace, profile: Profile, landing: Path) -> None:
    for content, day in ((b"one", DECEMBER), (b"two", JANUARY), (b"one", DECEMBER)):
        put(landing, f"{FOLDER}/FGW.xlsx", content, day)
        found = collected(workspace, profile, landing)
    (current,) = (d for d in found if d.standing is Standing.CURRENT)
    assert kept(workspace, current.sha256).read_bytes() == b"one"
    assert [str(d.standing) for d in found] == ["superseded", "current"]


def test_a_new_name_is_a_new_version(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"first")
    collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW_v2.xlsx", b"second", JANUARY)
    assert standings(collected(workspace, profile, landing)) == [
        ("FGW.xlsx", 1, "superseded", True),
        ("FGW_v2.xlsx", 2, "current", True),
    ]


def test_identical_bytes_again_are_a_duplicate(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"same")
    put(landing, f"{FOLDER}/FGW_nogmaals.xlsx", b"same", JANUARY)
    assert standings(collected(workspace, profile, landing)) == [
        ("FGW.xlsx", 1, "current", True),
        ("FGW_nogmaals.xlsx", 1, "duplicate", True),
    ]


def test_the_newer_stamp_counts_though_it_was_taken_up_first(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW_v2.xlsx", b"second", JANUARY)
    collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW.xlsx", b"first", DECEMBER)
    assert standings(collected(workspace, profile, landing)) == [
        ("FGW.xlsx", 1, "superseded", True),
        ("FGW_v2.xlsx", 2, "current", True),
    ]


SET = (
    ("FGW.xlsx", b"a", DECEMBER),
    ("FGW_v2.xlsx", b"b", JANUARY),
    ("FGW (3).xlsx", b"c", JANUARY),
    ("fa.xlsx", b"a", DECEMBER),
)


def test_any_order_of_uptake_of_the_same_files_gives_the_same_deliveries(profile: Profile, tmp_path: Path) -> None:
    outcomes = set()
    for number, order in enumerate(permutations(SET)):
        workspace, landing = Workspace(tmp_path / str(number)), tmp_path / f"landing-{number}"
        for name, content, day in order:
            put(landing, f"{FOLDER}/{name}", content, day)
            found = collected(workspace, profile, landing)
        outcomes.add(json.dumps([d.to_json() for d in found]))
    assert len(outcomes) == 1
    assert standings([Delivery.from_json(d) for d in json.loads(outcomes.pop())]) == [
        ("FGW.xlsx", 1, "superseded", True),
        ("FGW (3).xlsx", 2, "superseded", True),
        ("FGW_v2.xlsx", 3, "current", True),
        ("fa.xlsx", 1, "current", True),
    ]


def test_a_file_that_is_gone_was_delivered_all_the_same(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"report")
    (before,) = collected(workspace, profile, landing)
    (landing / FOLDER / "FGW.xlsx").unlink()
    assert collected(workspace, profile, landing) == [replace(before, in_landing_zone=False)]
    put(landing, f"{FOLDER}/FGW.xlsx", b"report", JANUARY)
    assert collected(workspace, profile, landing) == [before]


def test_of_a_name_that_means_nothing_what_is_gone_is_history_too(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/XYZ.xlsx", b"whose?")
    collected(workspace, profile, landing)
    (landing / FOLDER / "XYZ.xlsx").rename(landing / FOLDER / "FGW.xlsx")
    assert standings(collected(workspace, profile, landing)) == [
        ("FGW.xlsx", 1, "current", True),
        ("XYZ.xlsx", 1, "unplaced", False),
    ]


def test_an_earlier_pull_is_an_earlier_version(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    first = finance(f"sqlite:///{tmp_path / 'first.db'}", (2020, 3, date(2021, 2, 14)))
    second = finance(f"sqlite:///{tmp_path / 'second.db'}", (2020, 3, date(2021, 2, 14)), (2020, 1, date(2020, 5, 14)))
    (one,) = collected(workspace, profile, landing, BFR, database=first)
    assert [d.period for d in collected(workspace, profile, landing, BFR, database=second)] == ["2020-1", "2020-3"]
    import sqlalchemy as sa

    engine = sa.create_engine(second, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE bfr_lines SET realised = 2 WHERE round = 3"))
    found = [d for d in collected(workspace, profile, landing, BFR, database=second) if d.period == "2020-3"]
    assert [(d.version, str(d.standing), d.in_landing_zone) for d in found] == [
        (1, "superseded", False),
        (2, "current", None),
    ]
    assert found[0].sha256 == one.sha256


def test_rows_that_vanish_from_a_database_were_delivered_all_the_same(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    full = finance(f"sqlite:///{tmp_path / 'full.db'}", (2020, 3, date(2021, 2, 14)))
    empty = finance(f"sqlite:///{tmp_path / 'empty.db'}")
    collected(workspace, profile, landing, BFR, database=full)
    (found,) = collected(workspace, profile, landing, BFR, database=empty)
    assert (found.standing, found.in_landing_zone) == (Standing.CURRENT, False)


def test_a_database_that_is_left_alone_keeps_what_was_pulled(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    full = finance(f"sqlite:///{tmp_path / 'full.db'}", (2020, 3, date(2021, 2, 14)))
    before = collected(workspace, profile, landing, BFR, database=full)
    assert collected(workspace, profile, landing, BFR, database=None) == before


def test_a_file_that_may_not_be_read_is_refused_with_the_reason(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.xlsx").write_bytes(b"of someone else")
    (landing / FOLDER).mkdir(parents=True)
    (landing / FOLDER / "FGW.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (found,) = collected(workspace, profile, landing)
    assert (found.standing, found.sha256, found.unit, found.period) == (Standing.UNPLACED, "", "FGW", "2019-2020")
    assert " / " in found.reason
    assert not workspace.store.exists(), "not a byte of it is kept"


class Writing(Landing):
    """A landing zone in which a file is being written, as it looks to whoever lists it."""

    def settling(self, files: object) -> set[str]:
        del files
        return {f"{FOLDER}/FGW.xlsx"}


def test_a_file_that_is_being_written_is_arriving_and_what_came_before_counts(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"whole")
    collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW.xlsx", b"ha", JANUARY)
    zone = Writing(str(landing), "Europe/Amsterdam")
    found = collect(workspace, profile, profile.cycle("2021-03"), REPORT, zone, None)
    assert [(str(d.standing), d.unit, bool(d.sha256)) for d in found] == [
        ("current", "FGW", True),
        ("arriving", "FGW", False),
    ]
    put(landing, f"{FOLDER}/FGW.xlsx", b"halfway no more", JANUARY)
    after = collected(workspace, profile, landing)
    assert [(d.version, str(d.standing)) for d in after] == [(1, "superseded"), (2, "current")]


class Counting(Landing):
    """A landing zone that counts which files are read."""

    read: list[str]

    def open(self, path: str):  # type: ignore[no-untyped-def]
        self.read.append(path)
        return super().open(path)


def opened(workspace: Workspace, profile: Profile, landing: Path) -> list[str]:
    zone = Counting(str(landing), "Europe/Amsterdam")
    zone.read = []
    collect(workspace, profile, profile.cycle("2021-03"), REPORT, zone, None)
    return zone.read


def test_bytes_that_did_not_change_are_not_read_again(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    put(landing, f"{FOLDER}/FdA.xlsx", b"two")
    assert len(opened(workspace, profile, landing)) == 2
    assert opened(workspace, profile, landing) == []
    put(landing, f"{FOLDER}/FGW.xlsx", b"six", JANUARY)
    assert opened(workspace, profile, landing) == [f"{FOLDER}/FGW.xlsx"]
    assert opened(workspace, profile, landing) == []


def test_the_same_bytes_under_a_new_stamp_are_read_once_more_and_are_no_change(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    before = collected(workspace, profile, landing)
    put(landing, f"{FOLDER}/FGW.xlsx", b"one", JANUARY)
    assert opened(workspace, profile, landing) == [f"{FOLDER}/FGW.xlsx"]
    assert opened(workspace, profile, landing) == []
    assert collected(workspace, profile, landing) == before


def test_a_file_written_a_moment_ago_is_not_trusted_by_its_stamp(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    (landing / FOLDER / "FGW.xlsx").touch()
    assert opened(workspace, profile, landing) == [f"{FOLDER}/FGW.xlsx"]
    assert opened(workspace, profile, landing) == [f"{FOLDER}/FGW.xlsx"]


def test_what_is_remembered_of_one_landing_zone_says_nothing_of_another(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    put(tmp_path / "other", f"{FOLDER}/FGW.xlsx", b"two")
    collected(workspace, profile, landing)
    found = collected(workspace, profile, tmp_path / "other")
    assert kept(workspace, found[-1].sha256).read_bytes() == b"two"


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"x": 1}'])
def test_a_broken_memory_of_what_was_read_costs_a_reading_and_nothing_else(
    workspace: Workspace, profile: Profile, landing: Path, content: str
) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    before = collected(workspace, profile, landing)
    workspace.fingerprints.write_text(content)
    assert collected(workspace, profile, landing) == before


def test_what_is_remembered_of_files_is_the_same_in_whatever_order_they_came(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    """A run in which one feed failed takes that one up last."""
    again, period = Workspace(tmp_path / "again"), [Expected("2019-2020", 2020)]
    for unit in ("FGW", "FdR"):
        put(landing, f"{FOLDER}/{unit}.xlsx", unit.encode())
    for where, units in ((workspace, ("FGW", "FdR")), (again, ("FdR", "FGW"))):
        for unit in units:
            zone = Landing(str(landing), "Europe/Amsterdam")
            collect_periods(where, profile, period, REPORT, zone, None, unit)
    assert again.fingerprints.read_bytes() == workspace.fingerprints.read_bytes()


def test_bytes_that_are_no_longer_kept_are_kept_again(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, f"{FOLDER}/FGW.xlsx", b"one")
    (found,) = collected(workspace, profile, landing)
    kept(workspace, found.sha256).unlink()
    collected(workspace, profile, landing)
    assert kept(workspace, found.sha256).read_bytes() == b"one"


def test_a_landing_zone_that_tells_no_moments_is_ordered_by_day_and_name(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    class Dateless(Landing):
        def files(self) -> list[Found]:
            return [replace(file, arrived=None, fingerprint="") for file in super().files()]

    put(landing, f"{FOLDER}/FGW (10).xlsx", b"b")
    put(landing, f"{FOLDER}/FGW (2).xlsx", b"a")
    zone = Dateless(str(landing), "Europe/Amsterdam")
    found = collect(workspace, profile, profile.cycle("2021-03"), REPORT, zone, None)
    assert standings(found) == [("FGW (2).xlsx", 1, "superseded", True), ("FGW (10).xlsx", 2, "current", True)]
    assert found[0].arrived == datetime(2020, 12, 18, tzinfo=UTC) - timedelta(hours=1)
