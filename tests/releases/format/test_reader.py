"""A release is found by what people call it, and one reader says what is in it and in one sentence what is wrong."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.fault import Fault, Kind, not_what_was_published
from kwaliteitsmonitor.releases.format.finding import find
from kwaliteitsmonitor.releases.format.integrity import demand_whole, faults
from kwaliteitsmonitor.releases.format.manifest import Manifest
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.records import ManifestRecord
from kwaliteitsmonitor.releases.format.release import Beside, Release, publish
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.publication.publishing import CYCLE, WHO, inputs, publish_made_up, sign_off, tables
from tests.releases.sealing import sealed_anew

NOTHING_CAME = Words("niets kwam", "nothing came")

DEFINITIONS = "tables/definitions.parquet"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A draft that can be written in."""
    made = publish_made_up(tmp_path, "a").path
    for path in (made, *made.rglob("*")):
        path.chmod(0o755)
    return made


def altered(release: Path, name: str, content: bytes = b"") -> None:
    (release / name).write_bytes(content or (release / name).read_bytes() + b" ")


def test_a_release_is_found_by_cycle_version_folder_and_copy(release: Path, tmp_path: Path) -> None:
    final, workspace = sign_off(tmp_path).path, Workspace(tmp_path)
    assert find(CYCLE, workspace).release == final
    assert (find(f"{CYCLE}/v1", workspace).release, find(f"{CYCLE}/v1", workspace).name) == (release, "2021-03/v1")
    by_folder = find(str(tmp_path / "current" / CYCLE), Workspace(tmp_path / "elsewhere"))
    assert (by_folder.release, by_folder.workspace.root) == (final, tmp_path.resolve())
    copy = Path(shutil.copytree(final, tmp_path / "copies" / "of" / "it"))
    by_copy = find(str(copy), workspace)
    assert (by_copy.release, by_copy.workspace.root) == (copy.resolve(), tmp_path), "it rests on the one that is named"
    assert faults(copy) == []
    for name in ("2021-03/v7", "2020-09", "nonsense", "/nowhere/at/all", ""):
        with pytest.raises(UsageError, match="2021-03/v1, 2021-03/v2"):
            find(name, workspace)


def test_a_table_is_read_whole_or_by_columns_and_one_that_is_not_there_is_that_of_its_contract(release: Path) -> None:
    reader = ReleaseReader(release)
    assert reader.names == {"definitions", "spending_overview", "corrections", "quality_results"}
    assert reader.table("definitions", ["version", "of_no_release"]).column_names == ["version"]
    lineage = reader.table("lineage")
    assert (lineage.num_rows, lineage.column_names) == (0, [field.name for field in CATALOGUE["lineage"].fields])
    assert reader.table("lineage", ["part", "of_no_release"]).column_names == ["part"]
    assert reader.rows("of_no_release") == []


def test_a_table_is_read_once_of_the_release_that_counted_when_it_was_opened(release: Path, tmp_path: Path) -> None:
    reader = ReleaseReader(tmp_path / "current" / CYCLE)
    publish_made_up(tmp_path, "b")
    rows = reader.rows("definitions")
    assert (reader.name, [row["label_nl"] for row in rows]) == ("2021-03/v1", ["a"])
    assert current(Workspace(tmp_path), CYCLE) != reader.folder
    (release / DEFINITIONS).unlink()
    assert reader.rows("definitions") is rows


@pytest.mark.parametrize(
    ("whole", "read"),
    [
        (False, lambda reader: reader.table("definitions")),
        (False, lambda reader: reader.path("definitions")),
        (True, id),
    ],
    ids=["read", "read by an engine", "opened whole"],
)
@pytest.mark.parametrize(
    ("fault", "dutch"),
    [
        ("was altered: it is not what was published", "is gewijzigd: het is niet wat is gepubliceerd"),
        ("is missing", "ontbreekt"),
    ],
)
def test_whatever_reads_a_table_says_the_same_of_its_fault(
    release: Path, whole: bool, read: Any, fault: str, dutch: str
) -> None:
    (release / DEFINITIONS).unlink() if fault == "is missing" else altered(release, DEFINITIONS)
    with pytest.raises(KwaliteitsmonitorError) as error:
        read(ReleaseReader(release, whole=whole))
    assert str(error.value) == (
        f"2021-03/v1: the release is not what was published: {DEFINITIONS} {fault}. Put it back from a backup; "
        "`kwaliteitsmonitor verify` says what is wrong with it."
    )
    assert error.value.in_words.nl == (
        f"2021-03/v1: de uitgave is niet wat is gepubliceerd: {DEFINITIONS} {dutch}. Zet haar terug uit een back-up; "
        "`kwaliteitsmonitor verify` zegt wat er mis mee is."
    )


@pytest.mark.parametrize(
    ("kind", "dutch", "english"),
    [
        ("altered", "is gewijzigd: het is niet wat is gepubliceerd", "was altered: it is not what was published"),
        ("missing", "ontbreekt", "is missing"),
        ("surplus", "hoort niet bij de uitgave", "is no part of the release"),
        ("unreadable", "is niet te lezen", "cannot be read"),
    ],
)
def test_a_fault_is_told_in_both_languages(kind: Kind, dutch: str, english: str) -> None:
    fault = Fault("manifest.json", kind)
    assert fault.words == Words(f"manifest.json {dutch}", f"manifest.json {english}")
    assert str(fault) == fault.words.en


def test_of_many_faults_five_are_named_in_both_languages() -> None:
    error = not_what_was_published(Path("2021-03/v1"), [Fault(f"f{number}", "missing") for number in range(7)])
    dutch, english = error.in_words.nl, error.in_words.en
    assert "f4 ontbreekt. " in dutch
    assert "f5" not in dutch
    assert "f4 is missing. " in english
    assert "f5" not in english


def test_what_nobody_reads_is_checked_where_a_release_is_opened_whole(release: Path) -> None:
    altered(release, "datapackage.json")
    assert ReleaseReader(release).rows("definitions") != []
    with pytest.raises(KwaliteitsmonitorError, match=r"datapackage\.json was altered"):
        ReleaseReader(release, whole=True)
    altered(release, DEFINITIONS, b"no table")
    sealed_anew(release)
    with pytest.raises(KwaliteitsmonitorError, match=f"{DEFINITIONS} cannot be read"):
        ReleaseReader(release).table("definitions")


def test_a_folder_is_a_release_by_its_manifest_which_says_what_is_needed(release: Path, tmp_path: Path) -> None:
    own = ReleaseReader(sealed_anew(release, "reporting_year", lacking_nl="nothing")).manifest
    for name, said in (("reporting_year", "reporting_year"), ("lacking", "lacking_nl")):
        with pytest.raises(KwaliteitsmonitorError, match=rf"'{said}' in manifest\.json cannot be read"):
            getattr(own, name)
    altered(release, manifest.NAME, b"{}")
    with pytest.raises(KwaliteitsmonitorError, match=r"manifest\.json was altered") as error:
        ReleaseReader(release)
    assert error.value.exit_code == 1
    (release / manifest.NAME).unlink()
    with pytest.raises(KwaliteitsmonitorError, match=r"manifest\.json is missing"):
        ReleaseReader(release)
    with pytest.raises(UsageError, match="there is no release here"):
        ReleaseReader(tmp_path)


def test_a_manifest_says_what_the_release_was_made_of_and_who_signed_off_which_draft(tmp_path: Path) -> None:
    draft = ReleaseReader(publish_made_up(tmp_path / "lacking", "a", (NOTHING_CAME,)).path).manifest
    assert (draft.is_final, draft.sign_off, draft.since, draft.lacking) == (False, None, None, (NOTHING_CAME,))
    before = {name: said for name, said in draft.content.items() if name not in ("lacking_nl", "lacking_en")}
    assert Manifest(cast(ManifestRecord, before)).lacking == (NOTHING_CAME,), "of before there was one per language"
    assert [(one.feed, one.file) for one in draft.inputs] == [("bfr", "a.csv")]
    draft = ReleaseReader(publish_made_up(tmp_path, "a").path).manifest
    signed = ReleaseReader(sign_off(tmp_path).path).manifest.sign_off
    assert signed is not None
    assert (signed.role, signed.on, signed.reason) == ("board", date(2021, 4, 20), "adopted")
    assert (signed.finalises, signed.follows) == (manifest.Reference(CYCLE, "v1", draft.sha256), None)


def flipped(path: Path, places: range | set[int], chance: random.Random) -> Iterator[int]:
    """Have another bit of a file be another at each place, and put the file back."""
    whole = path.read_bytes()
    for place in sorted(places):
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        yield place
    path.write_bytes(whole)


def test_a_flipped_bit_anywhere_is_found_and_the_file_is_named(release: Path) -> None:
    chance = random.Random(1)
    for path in (path for path in release.rglob("*") if path.is_file()):
        name, size = path.relative_to(release).as_posix(), path.stat().st_size
        for place in flipped(path, {0, size - 1, *(chance.randrange(size) for _ in range(20))}, chance):
            assert Fault(name, "altered") in faults(release), (name, place)
    own = release / manifest.NAME
    for place in flipped(own, range(0, own.stat().st_size, 3), chance):
        assert not manifest.is_sealed(release), place
    assert faults(release) == []
    demand_whole(release)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b"\xff\xfe", b'{"files": 3}'])
def test_a_manifest_that_is_none_or_says_the_same_in_more_is_altered(release: Path, content: bytes | None) -> None:
    path = release / manifest.NAME
    path.write_bytes(path.read_bytes() + b"\n" if content is None else content)
    assert faults(release) == [Fault("manifest.json", "altered")]


def test_what_is_missing_too_much_or_a_link_is_named(release: Path, tmp_path: Path) -> None:
    (release / "tables" / "corrections.parquet").unlink()
    (release / "tables" / "more.parquet").write_bytes(b"x")
    (release / "notes").mkdir()
    (release / "notes" / "a.txt").symlink_to("/etc/hostname")
    same = (release / "datapackage.json").rename(tmp_path / "same")
    (release / "datapackage.json").symlink_to(same)
    assert list(map(str, faults(release))) == [
        "datapackage.json was altered: it is not what was published",
        "notes/a.txt is no part of the release",
        "tables/corrections.parquet is missing",
        "tables/more.parquet is no part of the release",
    ]
    with pytest.raises(KwaliteitsmonitorError, match=r"corrections\.parquet is missing"):
        demand_whole(release)


def with_files(out: Path, extra: Any) -> Release:
    return publish(Workspace(out), WHO, WHO.cycle(CYCLE), tables("a"), inputs("a"), (), Beside(extra=extra))


def test_files_that_come_with_a_release_are_made_from_it_and_hashed(tmp_path: Path) -> None:
    def report(folder: Path) -> list[tuple[str, bytes]]:
        own = manifest.read(folder)
        assert "tables/definitions.parquet" in own.files
        return [("report/a.nl.html", f"{own.cycle}, {len(own.files)} files".encode())]

    made = with_files(tmp_path, report).path
    assert (made / "report" / "a.nl.html").read_text().startswith("2021-03, ")
    assert "report/a.nl.html" in manifest.read(made).files
    assert faults(made) == []
    by_name = with_files(tmp_path, {"report/b.txt": b"b"})
    assert (by_name.version, (by_name.path / "report" / "b.txt").read_bytes()) == (2, b"b")


@pytest.mark.parametrize("name", ["../x", "/x", "tables/x.parquet", "manifest.json", ""])
def test_a_file_that_comes_with_a_release_stays_in_its_place(tmp_path: Path, name: str) -> None:
    extra: Mapping[str, bytes] = {name: b"x"}
    with pytest.raises(ValueError, match="no name for a file"):
        with_files(tmp_path, extra)
    assert not (tmp_path / "current" / CYCLE).exists()
