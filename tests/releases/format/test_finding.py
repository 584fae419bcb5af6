"""A release is found by what people call it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.finding import find
from kwaliteitsmonitor.releases.format.integrity import faults
from schemas.errors import UsageError
from tests.publication.publishing import CYCLE, publish_made_up, sign_off


@pytest.fixture
def release(tmp_path: Path) -> Path:
    publish_made_up(tmp_path, "a")
    return sign_off(tmp_path).path


def test_a_release_is_found_by_cycle_version_and_folder(release: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert find(CYCLE, workspace).release == release
    assert find(f"{CYCLE}/v1", workspace).release == release.parent / "v1"
    assert find(f"{CYCLE}/v1", workspace).name == "2021-03/v1"
    by_folder = find(str(tmp_path / "current" / CYCLE), Workspace(tmp_path / "elsewhere"))
    assert (by_folder.release, by_folder.workspace.root) == (release, tmp_path.resolve())


def test_a_copy_elsewhere_rests_on_the_workspace_that_is_named(release: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(release, tmp_path / "copies" / "of" / "it"))
    found = find(str(copy), Workspace(tmp_path))
    assert (found.release, found.workspace.root) == (copy.resolve(), tmp_path)
    assert faults(copy) == []


@pytest.mark.parametrize("asked", ["2021-03/v7", "2020-09", "nonsense", "/nowhere/at/all", ""])
def test_a_release_that_is_not_there_is_wrong_usage_and_those_there_are_are_named(
    release: Path, tmp_path: Path, asked: str
) -> None:
    with pytest.raises(UsageError, match="2021-03/v1, 2021-03/v2") as refused:
        find(asked, Workspace(tmp_path))
    assert refused.value.exit_code == 2
