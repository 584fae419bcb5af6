"""Files without all their bytes after a power cut, and a landing zone that shows half of what is in it."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pytest

from assets.delivered.collect import collect
from assets.delivered.fingerprints import Seen
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.ownership import NAME, claim, owner
from kwaliteitsmonitor.foundation.vault.store import demand_whole, is_kept, keep, kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.verdicts import STEP as JUDGED
from kwaliteitsmonitor.methods.disclosure.release_history import memories, recall, remember
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import FeedRecord, TakenUp, taken_up
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period
from tests.faults.outcome import whole
from tests.made_up import UNITS, profile

CYCLE = "2021-03"
DELIVERED = b"unit;amount\nFGW;12\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "out")


def cut(path: Path, left: int = 0) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:left])


@pytest.mark.parametrize("left", [0, 7])
def test_a_record_or_a_table_between_the_steps_that_broke_off_is_told_with_what_to_do(
    workspace: Workspace, left: int
) -> None:
    workspace.write_json(CYCLE, JUDGED, "staff", {"digest": {"rule": [1, 2]}})
    assert workspace.read_json_or_none(CYCLE, JUDGED, "staff") == {"digest": {"rule": [1, 2]}}
    cut(workspace.step(CYCLE, JUDGED) / "staff.json", left)
    assert workspace.read_json_or_none(CYCLE, JUDGED, "staff") is None
    with pytest.raises(UsageError, match=r"has not been made for cycle 2021-03, or broke off.*run the whole cycle"):
        workspace.read_json(CYCLE, JUDGED, "staff")
    cut(workspace.write(CYCLE, "facts", "fact_staff", pa.table({"fte": [1.0]})), 14 * left)
    with pytest.raises(UsageError, match=r"facts/fact_staff of cycle 2021-03 broke off.*run the whole cycle"):
        workspace.read(CYCLE, "facts", "fact_staff")


def test_a_note_of_what_was_taken_up_that_broke_off_says_nothing(workspace: Workspace) -> None:
    FeedRecord(taken_up=TakenUp("c", "h", "m")).write(workspace, CYCLE, "bfr")
    assert taken_up(workspace, CYCLE, "bfr") == TakenUp("c", "h", "m")
    cut(workspace.step(CYCLE, "staged") / "bfr.json")
    assert taken_up(workspace, CYCLE, "bfr") == TakenUp()


def test_a_name_that_broke_off_is_written_again_and_another_institution_does_not_get_in(workspace: Workspace) -> None:
    claim(workspace, "leiden")
    cut(workspace.root / NAME)
    assert owner(workspace) == ""
    claim(workspace, "leiden")
    assert owner(workspace) == "leiden"
    with pytest.raises(UsageError, match="of 'leiden'"):
        claim(workspace, "other")


def test_kept_bytes_that_broke_off_are_kept_again_from_what_was_delivered(workspace: Workspace) -> None:
    sha256, size = keep(workspace, io.BytesIO(DELIVERED))
    assert is_kept(workspace, sha256, size)
    seen = Seen(workspace, "zone", {"a.csv": ["sign", sha256, size]})
    file = Found("a.csv", size, date(2021, 1, 5), fingerprint="sign")
    assert seen.bytes_of(file) == (sha256, size)
    cut(kept(workspace, sha256), 4)
    assert seen.bytes_of(file) is None, "it is read again"
    assert keep(workspace, io.BytesIO(DELIVERED)) == (sha256, size)
    assert kept(workspace, sha256).read_bytes() == DELIVERED
    assert kept(workspace, sha256).stat().st_mode & 0o777 == 0o444


def test_kept_bytes_and_memories_that_are_others_are_told_and_never_passed_over(workspace: Workspace) -> None:
    sha256, _ = keep(workspace, io.BytesIO(DELIVERED))
    path = kept(workspace, sha256)
    demand_whole(path, sha256, "bfr/2020.csv")
    path.chmod(0o644)
    path.write_bytes(DELIVERED.replace(b"12", b"21"))
    with pytest.raises(KwaliteitsmonitorError, match="not those that were received") as others:
        demand_whole(path, sha256, "bfr/2020.csv")
    nothing: dict[str, Any] = {key: [] for key in ("answers", "cells", "shares", "spreads", "unprotected")}
    name = remember(workspace, {"format": 1, **nothing})
    assert len(recall(workspace)) == 1
    cut(memories(workspace)[name])
    with pytest.raises(KwaliteitsmonitorError, match="what an earlier release showed is not what was") as broke_off:
        recall(workspace)
    assert all("backup" in caught.value.remedy for caught in (others, broke_off))


# A landing zone that shows half of what is in it, or loses a file while it is read.

PROFILE = profile()
SOURCE = FileSource(
    kind="files", path="answers/{academic_year}/{unit}{suffix}.csv", format=Format.CSV, tables=["staff"]
)
FEED = Feed(id="answers", nl="a", en="a", period=Period.ACADEMIC_YEAR, sources=[SOURCE], units=list(UNITS))
PLACES = tuple(f"answers/2019-2020/{unit}.csv" for unit in UNITS)


class Half(Landing):
    """A landing zone that lists some of its files, as one does over a network while it is being filled."""

    shows: frozenset[str] = frozenset(PLACES)

    def files(self) -> list[Found]:
        return [file for file in super().files() if file.path in self.shows]


def zone(folder: Path) -> Path:
    for number, name in enumerate(PLACES):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"bytes of {name}", encoding="utf-8")
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
    return folder


def taken(out: Path, landing: Landing) -> list[Delivery]:
    return collect(Workspace(out), PROFILE, PROFILE.cycle(CYCLE), FEED, landing, None)


def listed(folder: Path, *shown: str) -> Half:
    zone = Half(str(folder), "Europe/Amsterdam")
    zone.shows = frozenset(shown)
    return zone


@pytest.mark.parametrize("first", [PLACES[:2], PLACES[2:], PLACES[1:2], ()])
def test_what_is_listed_later_is_taken_up_later_and_all_is_as_if_it_came_at_once(
    tmp_path: Path, first: tuple[str, ...]
) -> None:
    landing = zone(tmp_path / "landing")
    assert {d.path for d in taken(tmp_path / "halves", listed(landing, *first))} == set(first)
    then = taken(tmp_path / "halves", listed(landing, *PLACES))
    once = taken(tmp_path / "once", listed(landing, *PLACES))
    in_halves = [(d.path, d.sha256, d.standing, d.version, d.arrived) for d in then]
    assert in_halves == [(d.path, d.sha256, d.standing, d.version, d.arrived) for d in once]
    stores = [{n: h for n, h in whole(tmp_path / o).items() if "sha256/" in n} for o in ("halves", "once")]
    assert stores[0] == stores[1]
    assert len(stores[0]) == len(PLACES)


def test_what_was_taken_up_and_is_no_longer_listed_still_counts(tmp_path: Path) -> None:
    landing = zone(tmp_path / "landing")
    taken(tmp_path / "out", listed(landing, *PLACES))
    later = taken(tmp_path / "out", listed(landing, *PLACES[:1]))
    assert {d.path for d in later if d.standing is Standing.CURRENT} == set(PLACES)
    assert {d.path: d.in_landing_zone for d in later} == {place: place == PLACES[0] for place in PLACES}


def test_a_file_that_goes_between_the_look_and_the_reading_ends_the_run_with_a_sentence_and_the_next_goes_on(
    tmp_path: Path,
) -> None:
    landing = zone(tmp_path / "landing")

    class Losing(Half):
        def open(self, path: str) -> IO[bytes]:
            if path == PLACES[1]:
                (landing / path).unlink(missing_ok=True)
            return super().open(path)

    with pytest.raises(SourceError, match=f"{PLACES[1]}: the delivery cannot be read") as caught:
        taken(tmp_path / "out", Losing(str(landing), "Europe/Amsterdam"))
    assert caught.value.exit_code == 4
    again = taken(tmp_path / "out", listed(landing, *PLACES))
    assert {d.path for d in again if d.sha256} == {*PLACES} - {PLACES[1]}
