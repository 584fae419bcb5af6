"""A landing zone in which anyone can put anything: links, pipes, names, files that are still being written."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors import landing as landing_module
from kwaliteitsmonitor.connectors.files import DEEPEST, Found, StillArriving
from kwaliteitsmonitor.connectors.landing import Landing, Settling, matches
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Standing
from schemas.errors import SourceError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period
from schemas.visible import visible

AMSTERDAM = "Europe/Amsterdam"
SECRET = b"root:geheim-1f"
BRIEFLY = Settling(recent=10.0, quiet=0.1, at_most=0.4)
PATTERN = "verslag/{academic_year}/{unit}{suffix}.xlsx"
REPORT = Feed(
    id="faculty_report",
    nl="verslag",
    en="report",
    period=Period.ACADEMIC_YEAR,
    sources=[FileSource(kind="files", path=PATTERN, format=Format.WORKBOOK, tables=["faculty_measures"])],
)
YEAR = "verslag/2019-2020"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "FGW.xlsx").write_bytes(SECRET)
    return folder


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    folder = tmp_path / "zone"
    (folder / YEAR).mkdir(parents=True)
    return folder


def opened(zone: Path, settling: Settling = BRIEFLY) -> Landing:
    return Landing(str(zone), AMSTERDAM, settling=settling)


def refusals(zone: Path) -> dict[str, str]:
    return {f.path: f.refused.en for f in opened(zone).files() if f.refused is not None}


def put(zone: Path, path: str, content: bytes, *, age: float = 60) -> Path:
    file = zone / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    moment = time.time() - age
    os.utime(file, (moment, moment))
    return file


def test_a_symlink_out_of_the_landing_zone_is_shown_and_not_read(
    zone: Path, outside: Path, workspace: Workspace, profile: Profile
) -> None:
    (zone / YEAR / "FGW.xlsx").symlink_to(outside / "FGW.xlsx")
    assert refusals(zone) == {
        f"{YEAR}/FGW.xlsx": "a link that leads out of the landing zone: not read; deliver the file itself"
    }
    with pytest.raises(SourceError, match="cannot be read"):
        opened(zone).open(f"{YEAR}/FGW.xlsx")
    found = collect(workspace, profile, profile.cycle("2021-03"), REPORT, opened(zone), {})
    assert [(d.path, d.standing) for d in found] == [(f"{YEAR}/FGW.xlsx", Standing.UNPLACED)]
    assert "leads out of the landing zone" in found[0].reason
    kept = [path for path in workspace.root.rglob("*") if path.is_file()] if workspace.root.exists() else []
    assert not any(SECRET in path.read_bytes() for path in kept)


def test_a_linked_folder_is_shown_and_not_followed_wherever_it_leads(zone: Path, outside: Path) -> None:
    (zone / "verslag/2018-2019").symlink_to(outside, target_is_directory=True)
    (zone / "again").symlink_to(zone / "verslag", target_is_directory=True)
    put(zone, f"{YEAR}/FGW.xlsx", b"report")
    assert refusals(zone) == {
        "again": "a link to a folder: not followed; deliver the files themselves",
        "verslag/2018-2019": "a link that leads out of the landing zone: not read; deliver the file itself",
    }
    assert [f.path for f in opened(zone).files() if f.refused is None] == [f"{YEAR}/FGW.xlsx"]


def test_links_in_a_circle_and_to_nothing_are_shown(zone: Path) -> None:
    (zone / "a").symlink_to(zone / "b")
    (zone / "b").symlink_to(zone / "a")
    (zone / "self").symlink_to(zone, target_is_directory=True)
    (zone / "c").symlink_to("absent.xlsx")
    nowhere = "a link that leads nowhere: not read; deliver the file itself"
    assert refusals(zone) == {
        "a": nowhere,
        "b": nowhere,
        "c": nowhere,
        "self": "a link to a folder: not followed; deliver the files themselves",
    }


def test_a_link_to_a_file_in_the_landing_zone_is_that_file(zone: Path) -> None:
    put(zone, f"{YEAR}/FGW_v2.xlsx", b"report")
    (zone / YEAR / "FGW.xlsx").symlink_to("FGW_v2.xlsx")
    assert [(f.path, f.size, f.refused) for f in opened(zone).files()] == [
        (f"{YEAR}/FGW.xlsx", 6, None),
        (f"{YEAR}/FGW_v2.xlsx", 6, None),
    ]
    with opened(zone).open(f"{YEAR}/FGW.xlsx") as stream:
        assert stream.read() == b"report"


def test_a_link_put_in_place_of_a_folder_after_the_look_is_not_followed(zone: Path, outside: Path) -> None:
    put(zone, f"{YEAR}/FGW.xlsx", b"report")
    landing = opened(zone)
    assert [f.refused for f in landing.files()] == [None]
    (zone / YEAR).rename(zone / "away")
    (zone / YEAR).symlink_to(outside, target_is_directory=True)
    with pytest.raises(SourceError, match="cannot be read"):
        landing.open(f"{YEAR}/FGW.xlsx")


def test_a_landing_zone_may_itself_be_reached_by_a_link(zone: Path, tmp_path: Path) -> None:
    put(zone, f"{YEAR}/FGW.xlsx", b"report")
    (tmp_path / "link").symlink_to(zone)
    assert [(f.path, f.refused) for f in opened(tmp_path / "link").files()] == [(f"{YEAR}/FGW.xlsx", None)]


def test_a_pipe_and_a_socket_are_shown_and_do_not_make_anyone_wait(zone: Path) -> None:
    import socket

    os.mkfifo(zone / "pipe.xlsx")
    here = Path.cwd()
    os.chdir(zone)  # the path of a socket may have 107 characters
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.xlsx")
    finally:
        os.chdir(here)
    why = "not a regular file but a device, a pipe or something else: not read"
    assert refusals(zone) == {"pipe.xlsx": why, "socket.xlsx": why}
    with pytest.raises(SourceError, match="cannot be read"):
        opened(zone).open("pipe.xlsx")


@pytest.mark.parametrize("path", ["../outside/FGW.xlsx", "verslag/../../outside/FGW.xlsx"])
def test_a_path_that_climbs_out_is_not_opened(zone: Path, outside: Path, path: str) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        opened(zone).open(path)


NAMES = {
    "a new line": "FGW_\nINFO alles goed.xlsx",
    "control signs": "FGW_\x1b[2J\x07.xlsx",
    "SQL": "FGW_'; DROP TABLE deliveries;--.xlsx",
    "the other reading direction": "FGW_\u202excod.xlsx",
    "a formula": "FGW -cmd|'calc'!A0.xlsx",
    "as long as may be": f"FGW_{'x' * 246}.xlsx",
    "markup": "FGW_[red]<script>alert(1).xlsx",
    "an accent": "FGW_e\u0301e\u0301n.xlsx",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_with_a_strange_name_is_a_delivery_like_any_other(
    zone: Path, workspace: Workspace, profile: Profile, name: str
) -> None:
    put(zone, f"{YEAR}/{name}", b"report")
    (found,) = collect(workspace, profile, profile.cycle("2021-03"), REPORT, opened(zone), {})
    assert (found.path, found.unit, found.standing) == (f"{YEAR}/{name}", "FGW", Standing.CURRENT)
    assert (workspace.store / found.sha256[:2] / found.sha256).read_bytes() == b"report"


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b", "\x00", "\u202e", "\u2066", "\u2028", "\ud800"])
def test_a_name_is_shown_on_one_line_in_the_usual_direction(sign: str) -> None:
    assert sign not in visible(f"FGW{sign}.xlsx")
    assert visible("FGW één (2).xlsx") == "FGW één (2).xlsx"


def test_a_name_that_is_no_text_is_shown_and_not_read(zone: Path) -> None:
    (zone / os.fsdecode(b"FGW_\xff.xlsx")).write_bytes(b"report")
    (found,) = opened(zone).files()
    assert found.path == "FGW_\\udcff.xlsx"
    assert found.refused is not None
    assert found.refused.nl.startswith("de naam bevat tekens die geen tekst zijn")


def test_the_two_ways_to_write_an_accent_are_the_same_name() -> None:
    said = matches("begroting/één {unit}.csv", "begroting/e\u0301e\u0301n FGW.csv")
    assert said == {"unit": "FGW"}


def test_folders_in_folders_without_end_are_looked_into_so_far_and_no_further(zone: Path) -> None:
    deep = zone.joinpath(*["d"] * (DEEPEST + 5))
    deep.mkdir(parents=True)
    (deep / "FGW.xlsx").write_bytes(b"x")
    assert refusals(zone) == {
        "/".join(["d"] * (DEEPEST + 1)): "a folder that lies deeper than 32 folders: not looked into"
    }


def test_a_file_that_is_still_being_written_is_left_for_the_next_run(
    zone: Path, workspace: Workspace, profile: Profile
) -> None:
    put(zone, f"{YEAR}/FdA.xlsx", b"whole")
    with writing(zone / YEAR / "FGW.xlsx") as file:
        found = collect(workspace, profile, profile.cycle("2021-03"), REPORT, opened(zone), {})
        assert {d.unit or d.path: d.standing for d in found if d.standing is Standing.CURRENT} == {
            "FdA": Standing.CURRENT
        }
        assert [d.standing for d in found if d.path.endswith("FGW.xlsx")] == [Standing.ARRIVING]
        kept = [path for path in workspace.store.rglob("*") if path.is_file()]
        assert [path.read_bytes() for path in kept] == [b"whole"]
    whole = file.read_bytes()
    found = collect(workspace, profile, profile.cycle("2021-03"), REPORT, opened(zone), {})
    (taken,) = (d for d in found if d.unit == "FGW")
    assert taken.standing is Standing.CURRENT
    assert (workspace.store / taken.sha256[:2] / taken.sha256).read_bytes() == whole


@contextmanager
def writing(file: Path) -> Iterator[Path]:
    """A file to which something is being added for as long as the block lasts."""
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        with file.open("ab", buffering=0) as stream:
            while not stop.wait(0.005):
                stream.write(b"more and more ")
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield file
    finally:
        stop.set()
        writer.join()


def test_a_file_that_has_just_arrived_whole_is_taken_up(zone: Path) -> None:
    put(zone, "new.xlsx", b"whole", age=0)
    landing = opened(zone)
    assert landing.settling(landing.files()) == set()


def test_a_file_that_is_renamed_while_it_is_looked_at_is_left_for_the_next_run(zone: Path) -> None:
    file = put(zone, "new.xlsx.part", b"whole", age=0)
    landing = opened(zone)
    files = landing.files()
    file.rename(zone / "new.xlsx")
    assert landing.settling(files) == {"new.xlsx.part"}


def test_an_empty_file_that_has_just_arrived_is_waited_for_and_an_old_one_is_not(zone: Path) -> None:
    put(zone, "new.xlsx", b"", age=0)
    put(zone, "old.xlsx", b"", age=60)
    landing = opened(zone)
    assert landing.settling(landing.files()) == {"new.xlsx"}


def test_files_that_arrived_long_ago_are_not_looked_at_again(zone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(zone, "old.xlsx", b"whole", age=60)
    monkeypatch.setattr(landing_module.time, "sleep", lambda _: pytest.fail("it waited"))
    landing = opened(zone)
    assert landing.settling(landing.files()) == set()


def test_what_one_feed_saw_the_next_need_not_wait_for(zone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(zone, "new.xlsx", b"whole", age=0)
    first = opened(zone)
    assert first.settling(first.files()) == set()
    monkeypatch.setattr(landing_module.time, "sleep", lambda _: pytest.fail("it waited"))
    second = opened(zone)
    assert second.settling(second.files()) == set()


def test_all_files_that_change_together_are_waited_for_no_longer_than_one(
    zone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    sleep = time.sleep
    monkeypatch.setattr(landing_module.time, "sleep", lambda seconds: (waited.append(seconds), sleep(seconds)))
    with writing(zone / "a"), writing(zone / "b"), writing(zone / "c"):
        landing = opened(zone)
        assert landing.settling(landing.files()) == {"a", "b", "c"}
    assert sum(waited) <= BRIEFLY.at_most + BRIEFLY.quiet


def test_a_file_that_changes_while_it_is_read_is_not_kept(zone: Path, workspace: Workspace) -> None:
    file = put(zone, "a.xlsx", b"x" * 3_000_000)
    stream = opened(zone).open("a.xlsx")
    with stream:
        assert len(stream.read(1_000_000)) == 1_000_000
        with file.open("ab") as more:
            more.write(b"y")
        with pytest.raises(StillArriving, match="changed while it was read"):
            keep(workspace, stream)
    assert [path for path in workspace.root.rglob("*") if path.is_file()] == []


def test_a_refused_file_is_never_waited_for(zone: Path) -> None:
    landing = opened(zone)
    day = datetime.now(ZoneInfo(AMSTERDAM)).date()
    (zone / "a").symlink_to("absent")
    (refused,) = landing.files()
    assert refused.refused is not None
    assert landing.settling([refused, Found("b", 1, day, datetime(2020, 1, 1, tzinfo=UTC))]) == set()
