"""A release is what was published, or the file that is not is named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.fault import Fault
from kwaliteitsmonitor.releases.format.integrity import demand_whole, faults
from kwaliteitsmonitor.releases.format.release import publish
from schemas.errors import KwaliteitsmonitorError
from tests.publication.publishing import CYCLE, WHO, inputs, publish_made_up, sign_off, tables


@pytest.fixture
def release(tmp_path: Path) -> Path:
    publish_made_up(tmp_path, "a")
    return sign_off(tmp_path).path


def files(release: Path) -> list[str]:
    return sorted(p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file())


def test_a_release_that_was_not_touched_has_no_fault(release: Path) -> None:
    assert faults(release) == []
    demand_whole(release)


def test_a_flipped_bit_anywhere_is_found_and_the_file_is_named(release: Path) -> None:
    chance = random.Random(1)
    for name in files(release):
        whole = (release / name).read_bytes()
        (release / name).chmod(0o644)
        places = {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(20))}
        for place in places:
            altered = bytearray(whole)
            altered[place] ^= 1 << chance.randrange(8)
            (release / name).write_bytes(altered)
            assert Fault(name, "altered") in faults(release), (name, place)
        (release / name).write_bytes(whole)
    assert faults(release) == []


def test_every_byte_of_the_manifest_counts(release: Path) -> None:
    path = release / manifest.NAME
    whole = path.read_bytes()
    path.chmod(0o644)
    for place in range(0, len(whole), 3):
        altered = bytearray(whole)
        altered[place] ^= 1
        path.write_bytes(altered)
        assert not manifest.is_sealed(release), place


@pytest.mark.parametrize("added", ["\n", " "])
def test_a_manifest_with_more_in_it_that_says_the_same_is_not_what_was_published(release: Path, added: str) -> None:
    path = release / manifest.NAME
    path.chmod(0o644)
    path.write_text(path.read_text() + added)
    assert faults(release) == [Fault("manifest.json", "altered")]


def test_what_is_missing_and_what_is_too_much_is_named(release: Path) -> None:
    (release / "tables").chmod(0o755)
    release.chmod(0o755)
    (release / "tables" / "corrections.parquet").unlink()
    (release / "tables" / "more.parquet").write_bytes(b"x")
    (release / "notes").mkdir()
    (release / "notes" / "a.txt").symlink_to("/etc/hostname")
    assert list(map(str, faults(release))) == [
        "notes/a.txt is no part of the release",
        "tables/corrections.parquet is missing",
        "tables/more.parquet is no part of the release",
    ]
    with pytest.raises(KwaliteitsmonitorError, match=r"corrections\.parquet is missing"):
        demand_whole(release)


def test_a_link_in_the_place_of_a_file_is_not_that_file(release: Path, tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes((release / "datapackage.json").read_bytes())
    release.chmod(0o755)
    (release / "datapackage.json").unlink()
    (release / "datapackage.json").symlink_to(tmp_path / "same")
    assert faults(release) == [Fault("datapackage.json", "altered")]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"files": 3}'])
def test_a_manifest_that_is_none_is_named(release: Path, content: bytes) -> None:
    (release / manifest.NAME).chmod(0o644)
    (release / manifest.NAME).write_bytes(content)
    assert faults(release) == [Fault("manifest.json", "altered")]


def test_files_that_come_with_a_release_are_made_from_it_and_hashed(tmp_path: Path) -> None:
    def report(folder: Path) -> list[tuple[str, bytes]]:
        own = manifest.read(folder)
        assert "tables/definitions.parquet" in own.files
        return [("report/a.nl.html", f"{own.cycle}, {len(own.files)} files".encode())]

    made = publish(Workspace(tmp_path), WHO, WHO.cycle(CYCLE), tables("a"), inputs("a"), (), extra=report)
    assert (made.path / "report" / "a.nl.html").read_text().startswith("2021-03, ")
    assert "report/a.nl.html" in manifest.read(made.path).files
    assert faults(made.path) == []
    by_name = publish(
        Workspace(tmp_path), WHO, WHO.cycle(CYCLE), tables("a"), inputs("a"), (), extra={"report/b.txt": b"b"}
    )
    assert (by_name.version, (by_name.path / "report" / "b.txt").read_bytes()) == (2, b"b")


@pytest.mark.parametrize("name", ["../x", "/x", "tables/x.parquet", "manifest.json", ""])
def test_a_file_that_comes_with_a_release_stays_in_its_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        publish(Workspace(tmp_path), WHO, WHO.cycle(CYCLE), tables("a"), inputs("a"), (), extra={name: b"x"})
    assert not (tmp_path / "current" / CYCLE).exists()
