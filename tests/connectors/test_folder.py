"""A landing zone in which anyone can put anything: links, pipes, names, files that are still being written."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kwaliteitsmonitor.connectors import landing as landing_module
from kwaliteitsmonitor.connectors.files import DEEPEST, Found, StillArriving
from kwaliteitsmonitor.connectors.folder import Folder
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError
from schemas.visible import visible
from tests.connectors.writing import AMSTERDAM, BRIEFLY, opened, put, read, writing

REPORT, YEAR = "verslag/2019-2020/FGW.xlsx", "verslag/2019-2020"
OUT = "a link that leads out of the landing zone: not read; deliver the file itself"
NOWHERE = "a link that leads nowhere: not read; deliver the file itself"
TO_FOLDER = "a link to a folder: not followed; deliver the files themselves"
NO_FILE = "not a regular file but a device, a pipe or something else: not read"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return put(tmp_path, "outside/FGW.xlsx", b"root:geheim-1f").parent


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    (tmp_path / "zone" / YEAR).mkdir(parents=True)
    return tmp_path / "zone"


def seen(zone: Path) -> dict[str, str | int]:
    """What a folder shows: of each file why it is not to be read, or its size."""
    files = Folder(zone, ZoneInfo(AMSTERDAM)).files()
    return {file.path: file.size if file.refused is None else file.refused.en for file in files}


def test_a_symlink_out_of_the_landing_zone_is_shown_and_not_read(zone: Path, outside: Path) -> None:
    (zone / REPORT).symlink_to(outside / "FGW.xlsx")
    (zone / "verslag/2018-2019").symlink_to(outside, target_is_directory=True)
    assert seen(zone) == {REPORT: OUT, "verslag/2018-2019": OUT}
    with pytest.raises(SourceError, match="cannot be read"):
        opened(zone).open(REPORT)


def test_links_to_folders_in_a_circle_and_to_nothing_are_shown_and_not_followed(zone: Path) -> None:
    put(zone, REPORT, b"report")
    for name, target in (("a", zone / "b"), ("b", zone / "a"), ("c", Path("absent.xlsx"))):
        (zone / name).symlink_to(target)
    (zone / "self").symlink_to(zone, target_is_directory=True)
    (zone / "again").symlink_to(zone / "verslag", target_is_directory=True)
    shown = {"a": NOWHERE, "b": NOWHERE, "c": NOWHERE, "self": TO_FOLDER, "again": TO_FOLDER}
    assert seen(zone) == {**shown, REPORT: 6}


def test_a_link_to_a_file_in_the_landing_zone_is_that_file_and_the_zone_may_be_a_link(zone: Path) -> None:
    put(zone, f"{YEAR}/FGW_v2.xlsx", b"report")
    (zone / REPORT).symlink_to("FGW_v2.xlsx")
    (zone.parent / "link").symlink_to(zone)
    for place in (zone, zone.parent / "link"):
        assert seen(place) == {REPORT: 6, f"{YEAR}/FGW_v2.xlsx": 6}
        assert read(opened(place), REPORT) == b"report"


def test_a_link_put_in_place_of_a_folder_after_the_look_is_not_followed(zone: Path, outside: Path) -> None:
    put(zone, REPORT, b"report")
    landing = opened(zone)
    assert [f.refused for f in landing.files()] == [None]
    (zone / YEAR).rename(zone / "away")
    (zone / YEAR).symlink_to(outside, target_is_directory=True)
    with pytest.raises(SourceError, match="cannot be read"):
        landing.open(REPORT)


def test_a_path_that_climbs_out_is_not_opened(zone: Path, outside: Path) -> None:
    for path in ("../outside/FGW.xlsx", "verslag/../../outside/FGW.xlsx"):
        with pytest.raises(PermissionError):
            Folder(zone, ZoneInfo(AMSTERDAM)).open(path)


def test_what_is_no_file_is_shown_and_makes_nobody_wait(zone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(zone / "pipe.xlsx")
    monkeypatch.chdir(zone)  # the path of a socket may have 107 characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.xlsx")
    (zone / os.fsdecode(b"FGW_\xff.xlsx")).write_bytes(b"report")
    put(zone, "/".join(["d"] * (DEEPEST + 5)) + "/FGW.xlsx", b"x")
    assert seen(zone) == {
        "pipe.xlsx": NO_FILE,
        "socket.xlsx": NO_FILE,
        "FGW_\\udcff.xlsx": "the name holds signs that are not text: not read; give the file another name",
        "/".join(["d"] * (DEEPEST + 1)): "a folder that lies deeper than 32 folders: not looked into",
    }
    with pytest.raises(SourceError, match="cannot be read"):
        opened(zone).open("pipe.xlsx")


def test_a_name_is_shown_on_one_line_in_the_usual_direction() -> None:
    for sign in "\n\r\x1b\x00\u202e\u2066\u2028\ud800":
        assert sign not in visible(f"FGW{sign}.xlsx")
    assert visible("FGW één (2).xlsx") == "FGW één (2).xlsx"


def test_a_fingerprint_stays_with_the_bytes_and_changes_with_them(zone: Path) -> None:
    folder, file = Folder(zone, ZoneInfo(AMSTERDAM)), put(zone, "a.csv", b"one")

    def sign() -> str:
        (one,) = folder.look(["a.csv", "gone.csv"]).values()
        return one.fingerprint

    first, stamp = sign(), file.stat().st_mtime_ns
    assert (bool(first), sign()) == (True, first)
    file.write_bytes(b"two")
    os.utime(file, ns=(stamp, stamp))
    assert sign() != first


def test_a_file_counts_as_whole_once_it_is_no_longer_written_to(zone: Path) -> None:
    put(zone, "empty.xlsx", b"", age=0)
    put(zone, "old and empty.xlsx", b"")
    moved = put(zone, "new.xlsx.part", b"whole", age=0)
    names = ("a.xlsx", "b.xlsx", "c.xlsx")
    with writing(*(zone / name for name in names)):
        landing, began = opened(zone), time.monotonic()
        files = landing.files()
        moved.rename(zone / "new.xlsx")
        assert landing.settling(files) == {*names, "empty.xlsx", "new.xlsx.part"}
    assert time.monotonic() - began < 3 * BRIEFLY.at_most, "all together are waited for no longer than one"
    assert landing.settling(landing.files()) == {"empty.xlsx"}


def test_files_of_long_ago_or_seen_before_are_not_waited_for(zone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(zone, "new.xlsx", b"whole", age=0)
    first = opened(zone)
    assert first.settling(first.files()) == set()
    put(zone, "old.xlsx", b"whole")
    (zone / "refused").symlink_to("absent")
    monkeypatch.setattr(landing_module.time, "sleep", lambda _: pytest.fail("it waited"))
    second = opened(zone)
    files = [*second.files(), Found("b", 1, date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC))]
    assert second.settling(files) == set()


@pytest.mark.parametrize("size", [1_000_000, 0])
def test_a_file_that_changes_while_it_is_read_is_not_kept(zone: Path, tmp_path: Path, size: int) -> None:
    file, workspace = put(zone, "a.xlsx", b"x" * 3_000_000), Workspace(tmp_path / "workspace")
    with opened(zone).open("a.xlsx") as stream:
        stream.read(size)
        with file.open("ab") as more:
            more.write(b"y")
        with pytest.raises(StillArriving, match="changed while it was read"):
            keep(workspace, stream)
    assert [path for path in workspace.root.rglob("*") if path.is_file()] == []
