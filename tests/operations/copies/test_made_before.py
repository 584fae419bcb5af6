"""Copies that an earlier version made: a backup comes back, and both go on.

`made_before.tar.xz` was written by the version before backup and mirror had one copier: a workspace with one release,
backed up twice with another `notes.txt`, and mirrored.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from kwaliteitsmonitor.connectors.destinations import Folder
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.backup import check, chosen
from kwaliteitsmonitor.operations.copies.generations import OBJECTS, numbers
from kwaliteitsmonitor.operations.copies.mirror import mirror
from kwaliteitsmonitor.operations.copies.restore import restore
from schemas.profile import Profile
from tests.operations.copies.conftest import CYCLE, MadeUp, backed_up, lines, tree
from tests.operations.copies.test_object_storage import whole


@pytest.fixture
def before(tmp_path: Path) -> Path:
    with tarfile.open(Path(__file__).with_name("made_before.tar.xz")) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def restored(before: Path, number: int) -> Workspace:
    place = Folder(before / "backup")
    target = before / f"generation {number}"
    assert restore(place, chosen(place, number), target).wrong == ()
    return Workspace(target)


def test_each_generation_of_a_backup_made_before_comes_back(before: Path) -> None:
    assert check(Folder(before / "backup"))[1] == []
    texts = [(restored(before, number).root / "notes.txt").read_text() for number in (1, 2)]
    assert texts == ["the first\n", "the second\n"]
    first, second = (tree(before / f"generation {number}") for number in (1, 2))
    assert {name for name in first | second if first.get(name) != second.get(name)} == {"notes.txt"}
    assert first["pseudonym.key"].startswith("600 ")
    assert first[f"current/{CYCLE}"].endswith(f"releases/{CYCLE}/v1")


def test_a_backup_and_a_mirror_made_before_go_on_without_copying_what_they_have(before: Path, leiden: Profile) -> None:
    workspace = restored(before, 2)
    backup, published = Folder(before / "backup"), Folder(before / "mirror", open_to_all=True)
    assert whole(published) == "v1"
    assert mirror(workspace, published).copied == ()
    objects = set(backup.sizes(OBJECTS))
    goes_on = MadeUp(workspace.root, leiden)
    (workspace.root / "disclosure").chmod(0o700)
    same = backed_up(goes_on, backup)
    assert (same.new, same.copied) == (False, 0)

    goes_on.release(lines(11))
    assert mirror(workspace, published).copied == (f"{CYCLE}/v2",)
    assert whole(published) == "v2"
    made = backed_up(goes_on, backup)
    assert (made.new, numbers(backup), made.altered) == (True, [1, 2, 3], ())
    assert len(set(backup.sizes(OBJECTS)) - objects) == made.copied > 0
