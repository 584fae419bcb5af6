"""The one reader of releases: what a release says, its tables, and what is wrong with it in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.tables import CATALOGUE
from tests.publication.publishing import CYCLE, publish_made_up, sign_off
from tests.releases.sealing import sealed_anew

DEFINITIONS = "tables/definitions.parquet"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return publish_made_up(tmp_path, "a").path


def altered(release: Path, name: str) -> None:
    content = bytearray((release / name).read_bytes())
    content[len(content) // 2] ^= 1
    (release / name).chmod(0o644)
    (release / name).write_bytes(content)


def test_a_table_is_read_whole_or_by_columns_and_one_that_is_not_there_is_that_of_its_contract(release: Path) -> None:
    reader = ReleaseReader(release)
    assert reader.names == {"definitions", "spending_overview", "corrections", "quality_results"}
    assert [row["label_nl"] for row in reader.rows("definitions")] == ["a"]
    assert reader.table("definitions", ["version", "of_no_release"]).column_names == ["version"]
    lineage = reader.table("lineage")
    assert (lineage.num_rows, lineage.column_names) == (0, [field.name for field in CATALOGUE["lineage"].fields])
    assert reader.table("lineage", ["part", "of_no_release"]).column_names == ["part"]
    assert reader.rows("of_no_release") == []


def test_a_table_is_read_once(release: Path) -> None:
    reader = ReleaseReader(release)
    rows = reader.rows("definitions")
    (release / DEFINITIONS).unlink()
    assert reader.rows("definitions") is rows


def test_all_is_read_of_the_release_that_counted_when_it_was_opened(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    reader = ReleaseReader(tmp_path / "current" / CYCLE)
    publish_made_up(tmp_path, "b")
    assert (reader.name, reader.rows("definitions")[0]["label_nl"]) == ("2021-03/v1", "a")
    assert current(Workspace(tmp_path), CYCLE) != reader.folder


@pytest.mark.parametrize(
    ("whole", "read"),
    [
        (False, lambda reader: reader.table("definitions")),
        (False, lambda reader: reader.path("definitions")),
        (True, id),
    ],
    ids=["read", "read by an engine", "opened whole"],
)
@pytest.mark.parametrize("fault", ["was altered: it is not what was published", "is missing"])
def test_whatever_reads_a_table_says_the_same_of_its_fault(
    release: Path, whole: bool, read: Callable[[ReleaseReader], object], fault: str
) -> None:
    if fault == "is missing":
        (release / DEFINITIONS).unlink()
    else:
        altered(release, DEFINITIONS)
    with pytest.raises(KwaliteitsmonitorError) as error:
        read(ReleaseReader(release, whole=whole))
    assert str(error.value) == (
        f"2021-03/v1: the release is not what was published: {DEFINITIONS} {fault}. Put it back from a backup; "
        "`kwaliteitsmonitor verify` says what is wrong with it."
    )


def test_a_table_that_is_none_cannot_be_read(release: Path) -> None:
    (release / DEFINITIONS).chmod(0o644)
    (release / DEFINITIONS).write_text("no table", encoding="utf-8")
    sealed_anew(release)
    with pytest.raises(KwaliteitsmonitorError, match=f"{DEFINITIONS} cannot be read"):
        ReleaseReader(release).table("definitions")


def test_a_file_that_nobody_reads_is_held_against_its_hash_where_the_release_is_opened_whole(release: Path) -> None:
    altered(release, "datapackage.json")
    assert ReleaseReader(release).rows("definitions") != []
    with pytest.raises(KwaliteitsmonitorError, match=r"datapackage\.json was altered"):
        ReleaseReader(release, whole=True)


@pytest.mark.parametrize("content", [b"{}", None])
def test_a_release_without_a_manifest_is_not_whole(release: Path, content: bytes | None) -> None:
    (release / manifest.NAME).unlink()
    if content is not None:
        (release / manifest.NAME).write_bytes(content)
    fault = r"manifest\.json is missing" if content is None else r"manifest\.json was altered"
    with pytest.raises(KwaliteitsmonitorError, match=fault) as error:
        ReleaseReader(release)
    assert error.value.exit_code == 1


def test_a_folder_that_is_no_release_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no release here"):
        ReleaseReader(tmp_path)


def test_a_manifest_that_does_not_say_what_is_needed_is_named_with_what_it_lacks(release: Path) -> None:
    own = ReleaseReader(sealed_anew(release, "reporting_year", lacking="nothing")).manifest
    for name in ("reporting_year", "lacking"):
        with pytest.raises(KwaliteitsmonitorError, match=rf"'{name}' in manifest\.json cannot be read"):
            getattr(own, name)


def test_a_manifest_says_what_the_release_was_made_of(tmp_path: Path) -> None:
    draft = ReleaseReader(publish_made_up(tmp_path, "a", ("nothing came",)).path)
    assert (draft.manifest.is_final, draft.manifest.sign_off, draft.manifest.since) == (False, None, None)
    assert [(one.feed, one.file) for one in draft.manifest.inputs] == [("bfr", "a.csv")]
    assert draft.manifest.lacking == ("nothing came",)


def test_a_final_release_names_its_draft_and_who_signed_it_off(tmp_path: Path) -> None:
    draft = ReleaseReader(publish_made_up(tmp_path, "a").path)
    signed = ReleaseReader(sign_off(tmp_path).path).manifest.sign_off
    assert signed is not None
    assert (signed.role, signed.on, signed.reason) == ("board", date(2021, 4, 20), "adopted")
    assert (signed.finalises, signed.follows) == (manifest.Reference(CYCLE, "v1", draft.manifest.sha256), None)
