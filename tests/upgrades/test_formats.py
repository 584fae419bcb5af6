"""Releases, memories and workspaces of another time: older ones are read, newer ones are refused in one sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.ownership import FORMAT_NAME, claim, demand
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import FORMAT, recall
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.basis import basis_of
from kwaliteitsmonitor.releases.format.catalog import current_tables, write_catalog
from kwaliteitsmonitor.releases.format.integrity import demand_whole, faults
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.release import is_final
from kwaliteitsmonitor.releases.sector.sources import sources
from schemas.errors import KwaliteitsmonitorError, NewerFormatError
from schemas.formats import demand_known
from tests.command_line import CommandLine
from tests.publication.publishing import CYCLE, publish_made_up, sign_off, tag_of, versions
from tests.releases.sealing import sealed_anew

NEWER = manifest.FORMAT + 1


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    release = publish_made_up(tmp_path / "out", "a").path
    return sealed_anew(release, format=NEWER, code={"version": "7.3.0", "sha256": "0" * 64})


READERS: tuple[Callable[[Path], object], ...] = (
    *(manifest.read, faults, demand_whole, basis_of, ReleaseReader, is_final),
    lambda release: Released(ReleaseReader(release)),
    lambda release: changes(ReleaseReader(release), ReleaseReader(release)),
    lambda release: sources([release, release]),
    lambda release: current_tables(Workspace(release.parents[2])),
    lambda release: write_catalog(Workspace(release.parents[2])),
    lambda release: publish_made_up(release.parents[2], "b"),
    lambda release: sign_off(release.parents[2]),
)


def test_every_reader_refuses_a_release_of_a_newer_form_and_nothing_is_published_over_it(newer: Path) -> None:
    sentence = (
        f"the release is in format {NEWER}, and this program knows formats up to {manifest.FORMAT}. "
        "Install kwaliteitsmonitor 7.3.0, or a newer one; nothing was changed."
    )
    for reader in READERS:
        with pytest.raises(NewerFormatError) as refused:
            reader(newer)
        assert (refused.value.exit_code, str(refused.value).endswith(sentence)) == (2, True), reader
    out = newer.parents[2]
    assert versions(out) == ["a"]
    assert tag_of((out / "current" / CYCLE).resolve()) == "a"


def test_a_release_of_an_older_form_is_read_and_says_that_it_cannot_be_computed_again(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path / "out", "a").path
    sealed_anew(release, "landing", "since", "about", "reports", format=1)
    assert faults(release) == []
    older = ReleaseReader(release)
    assert older.rows("definitions")[0]["label_nl"] == "a"
    assert list(current_tables(Workspace(tmp_path / "out"))) != []
    assert changes(older, ReleaseReader(publish_made_up(tmp_path / "other", "b").path)) is not None
    with pytest.raises(KwaliteitsmonitorError, match="does not say all that it rests on"):
        basis_of(release)


def test_a_memory_of_a_newer_form_is_refused_and_not_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "disclosure"
    folder.mkdir()
    text = json.dumps({"format": FORMAT + 1, "answers": []})
    memory = folder / f"000001-{hashlib.sha256(text.encode()).hexdigest()}.json"
    memory.write_text(text, encoding="utf-8")
    with pytest.raises(NewerFormatError, match="memory of what an earlier release showed is in format"):
        recall(Workspace(tmp_path))
    assert memory.exists()


def test_a_workspace_of_a_newer_layout_is_refused_by_every_command(tmp_path: Path, command: CommandLine) -> None:
    claim(Workspace(tmp_path), "leiden")
    demand(Workspace(tmp_path), "leiden")
    (tmp_path / FORMAT_NAME).write_text("2\n", encoding="utf-8")
    for words in (("status", "--cycle", CYCLE), ("verify", CYCLE), ("query", "select 1")):
        refusal = command.refusal(*words, "--institution", "leiden", "--out", tmp_path)
        assert "the workspace is in format 2, and this program knows formats up to 1" in refusal


def test_what_says_nothing_of_its_form_is_of_a_time_before_forms_had_one() -> None:
    for nothing in (None, "", "two", {}, 1, 2):
        demand_known(nothing, 2, "the release", where="here")
    with pytest.raises(NewerFormatError, match="Install the kwaliteitsmonitor that wrote it, or a newer one"):
        demand_known(3, 2, "the release", where="here", made_by=7)
