"""A landing zone that shows half of what is in it, changes while it is read, or loses a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.errors import SourceError
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period
from tests.faults.outcome import whole
from tests.made_up import UNITS, profile

PROFILE = profile()
CYCLE = PROFILE.cycle("2021-03")
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
    return collect(Workspace(out), PROFILE, CYCLE, FEED, landing, None)


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
