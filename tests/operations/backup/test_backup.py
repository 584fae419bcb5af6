"""A workspace is copied elsewhere in generations and comes back byte for byte, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from kwaliteitsmonitor.connectors.destinations import Folder
from kwaliteitsmonitor.foundation.ownership import demand
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.backup.backup import back_up, check, chosen
from kwaliteitsmonitor.operations.backup.restore import restore
from kwaliteitsmonitor.operations.backup.snapshots import (
    GENERATIONS,
    OBJECTS,
    Kept,
    numbers,
    object_name,
    read,
    write,
)
from kwaliteitsmonitor.operations.mirror.after import mirrored_after
from kwaliteitsmonitor.releases.format.places import current
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from tests.operations.backup.conftest import CYCLE, Dying, MadeUp, backed_up, is_killed, lines, tree


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "backup")


def stored(place: Folder) -> set[str]:
    return set(place.sizes(OBJECTS))


def test_what_is_restored_is_what_was_there_to_the_byte_with_its_rights(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    first = backed_up(made_up, place)
    restored = restore(place, chosen(place), tmp_path / "new")
    assert tree(tmp_path / "new") == tree(made_up.workspace.root)
    assert (restored.releases, restored.cycles, restored.deliveries, restored.receipts) == (1, 1, 1, 1)
    assert (restored.wrong, restored.has_key) == ((), True)
    assert current(Workspace(tmp_path / "new"), CYCLE) is not None
    kept = {one.path.split("/")[0] for one in first.generation.files}
    assert kept == {"delivered", "disclosure", "institution", "profiles", "pseudonym.key", "releases"}
    assert (tmp_path / "new" / "disclosure").stat().st_mode & 0o777 == 0o700


class Watched(Folder):
    """A folder that notes, at each file that is read of it, who may look into the folders that are being restored."""

    def __init__(self, root: Path, target: Path) -> None:
        super().__init__(root)
        self.target = target
        self.rights: set[int] = set()

    def open(self, name: str) -> IO[bytes]:
        if self.target.is_dir():
            folders = [self.target, *(path for path in self.target.rglob("*") if path.is_dir())]
            self.rights |= {path.stat().st_mode & 0o777 for path in folders}
        return super().open(name)


def test_until_everything_is_back_nobody_else_can_look_in(made_up: MadeUp, place: Folder, tmp_path: Path) -> None:
    backed_up(made_up, place)
    watched = Watched(place.root, tmp_path / "new" / "workspace")
    restore(watched, chosen(watched), watched.target)
    assert watched.rights == {0o700}
    here, there = (root / "releases" / CYCLE for root in (watched.target, made_up.workspace.root))
    assert here.stat().st_mode == there.stat().st_mode


def test_bytes_that_are_there_are_not_copied_and_without_changes_there_is_no_new_generation(
    made_up: MadeUp, place: Folder
) -> None:
    first = backed_up(made_up, place)
    assert (first.new, first.generation.number) == (True, 1)
    again = backed_up(made_up, place)
    assert (again.new, again.copied, again.generation.number) == (False, 0, 1)
    before = stored(place)
    made_up.release(lines(11))
    second = backed_up(made_up, place)
    assert (second.new, second.generation.number) == (True, 2)
    assert second.copied == len(stored(place) - before)
    assert before < stored(place)


def test_an_earlier_generation_comes_back_as_it_was(made_up: MadeUp, place: Folder, tmp_path: Path) -> None:
    was = tree(made_up.workspace.root)
    backed_up(made_up, place)
    made_up.release(lines(11))
    backed_up(made_up, place)
    restore(place, chosen(place, 1), tmp_path / "old")
    assert tree(tmp_path / "old") == was
    assert restore(place, chosen(place), tmp_path / "new").releases == 2
    assert tree(tmp_path / "new") == tree(made_up.workspace.root)


def test_a_backup_that_is_killed_at_any_file_leaves_the_earlier_generation_and_the_next_goes_on(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    backed_up(made_up, place)
    made_up.release(lines(11))
    deaths = 0
    for puts in range(100):
        dying = Dying(place.root)
        dying.left = puts % 3
        if not is_killed(lambda: backed_up(made_up, dying)):  # noqa: B023 - it is called at once
            break
        deaths += 1
        newest, wrong = check(place)
        assert (newest.number, wrong) == (1, [])
    assert deaths > 3
    assert numbers(place) == [1, 2]
    assert not list(place.root.rglob("*.half"))
    restore(place, chosen(place), tmp_path / "new")
    assert tree(tmp_path / "new") == tree(made_up.workspace.root)


class Meanwhile(Folder):
    """A folder to which is copied while the workspace grows: before each put another release comes out."""

    def __init__(self, root: Path, made_up: MadeUp) -> None:
        super().__init__(root)
        self._made_up = made_up
        self._count = 0

    def put(self, name: str, source: Path | bytes, sha256: str) -> None:
        self._count += 1
        if self._count < 9:
            self._made_up.release(lines(self._count * 100))
        super().put(name, source, sha256)


def test_a_backup_made_while_releases_come_out_holds_all_that_they_rest_on(made_up: MadeUp, tmp_path: Path) -> None:
    place = Meanwhile(tmp_path / "backup", made_up)
    backed_up(made_up, place)
    restored = restore(place, chosen(place), tmp_path / "new")
    assert restored.wrong == ()
    assert restored.deliveries > restored.releases >= 1
    assert current(Workspace(tmp_path / "new"), CYCLE) is not None


@pytest.mark.parametrize("which", ["delivered/sha256", "releases"])
def test_what_was_altered_on_disk_does_not_replace_what_the_backup_has_of_it(
    made_up: MadeUp, place: Folder, tmp_path: Path, which: str
) -> None:
    was = tree(made_up.workspace.root)
    backed_up(made_up, place)
    path = next(p for p in sorted((made_up.workspace.root / which).rglob("*")) if p.is_file())
    path.chmod(0o644)
    path.write_bytes(b"rotten")
    path.chmod(0o444)
    assert backed_up(made_up, place).altered == (path.relative_to(made_up.workspace.root).as_posix(),)
    restore(place, chosen(place), tmp_path / "new")
    assert tree(tmp_path / "new") == was


def damaged(place: Folder, path: str) -> None:
    one = next(kept for kept in chosen(place).files if kept.path.startswith(path))
    broken = place.root / object_name(one.sha256)
    broken.write_bytes(broken.read_bytes()[:-1] + b"?")


def test_a_byte_that_rots_in_the_backup_is_found_by_check_and_stops_a_restore(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    backed_up(made_up, place)
    damaged(place, "delivered/sha256")
    _, (wrong,) = check(place)
    assert wrong.startswith("delivered/sha256/")
    with pytest.raises(KwaliteitsmonitorError, match="are not those that were put there"):
        restore(place, chosen(place), tmp_path / "new")
    with pytest.raises(UsageError, match="it is not whole yet"):
        demand(Workspace(tmp_path / "new"), "leiden")


def test_a_restore_that_was_stopped_goes_on(made_up: MadeUp, place: Folder, tmp_path: Path) -> None:
    backed_up(made_up, place)
    one = next(kept for kept in chosen(place).files if kept.path.startswith("releases"))
    aside = place.root / object_name(one.sha256)
    content = aside.read_bytes()
    aside.unlink()
    with pytest.raises(KwaliteitsmonitorError, match="there is no such folder or file"):
        restore(place, chosen(place), tmp_path / "new")
    aside.write_bytes(content)
    assert restore(place, chosen(place), tmp_path / "new").wrong == ()
    assert tree(tmp_path / "new") == tree(made_up.workspace.root)
    demand(Workspace(tmp_path / "new"), "leiden")


def test_a_folder_that_holds_something_is_not_restored_into(made_up: MadeUp, place: Folder, tmp_path: Path) -> None:
    backed_up(made_up, place)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine.txt").write_text("kept")
    with pytest.raises(UsageError, match="not empty"):
        restore(place, chosen(place), tmp_path / "new")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["mine.txt"]


def test_a_release_that_was_wrong_when_it_was_backed_up_is_named(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    path = made_up.workspace.releases / CYCLE / "v1" / "dictionary.nl.md"
    path.chmod(0o644)
    path.write_text("altered before the first backup")
    backed_up(made_up, place)
    (wrong,) = restore(place, chosen(place), tmp_path / "new").wrong
    assert wrong.startswith("release 2021-03/v1: dictionary.nl.md was altered")


@pytest.mark.parametrize("path", ["../outside", "/etc/outside", "releases/../../outside"])
def test_a_generation_that_leads_out_of_the_folder_is_refused(made_up: MadeUp, place: Folder, path: str) -> None:
    made = backed_up(made_up, place).generation
    content = hashlib.sha256(b"x").hexdigest()
    write(place, replace(made, number=2, files=(Kept(path, content, 1, 0o644),)))
    with pytest.raises(KwaliteitsmonitorError, match="a file that is none of a workspace"):
        chosen(place)
    write(place, replace(made, number=3, links={f"current/{CYCLE}": "../../outside"}))
    with pytest.raises(KwaliteitsmonitorError, match="a file that is none of a workspace"):
        chosen(place)


def test_a_generation_that_was_edited_is_refused(made_up: MadeUp, place: Folder) -> None:
    backed_up(made_up, place)
    path = place.root / GENERATIONS / "000001.json"
    said = json.loads(path.read_text())
    said["files"][0]["size"] += 1
    path.write_text(json.dumps(said))
    with pytest.raises(KwaliteitsmonitorError, match="generation 1 of the backup is not what was written"):
        chosen(place)


def test_the_key_may_be_left_out_and_the_counts_may_come_along(made_up: MadeUp, place: Folder, tmp_path: Path) -> None:
    made = backed_up(made_up, place, with_key=False, with_counts=True)
    paths = {one.path for one in made.generation.files}
    assert made.generation.key == "left out"
    assert "pseudonym.key" not in paths
    assert "evaluations/a.json" in paths
    assert not restore(place, chosen(place), tmp_path / "new").has_key
    assert not any(b"9f9f9f" in path.read_bytes() for path in place.root.rglob("*") if path.is_file())


def test_of_many_generations_the_newest_stay_with_all_that_they_need(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    for amount in (11, 12, 13):
        backed_up(made_up, place)
        (made_up.workspace.root / "notes.txt").write_text(f"version {amount}")
    before = stored(place)
    made = backed_up(made_up, place, keep=2)
    assert (made.removed, numbers(place)) == (2, [3, 4])
    assert len(before - stored(place)) == 1  # the version of the notes that no generation has any more
    for number in (3, 4):
        assert check(place, number)[1] == []
    assert read(place, 4).content == made.generation.content


def test_a_place_that_does_not_take_what_is_written_is_told_in_one_sentence(made_up: MadeUp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SourceError, match="the folder does not take what is written") as caught:
        backed_up(made_up, Folder(tmp_path / "file" / "backup"))
    assert caught.value.exit_code == 4
    sentence = str(caught.value).replace("file/backup", "file/mirror")
    assert mirrored_after(made_up.workspace, Settings(mirror=str(tmp_path / "file" / "mirror"))) == sentence


def test_a_backup_is_of_one_institution_and_its_place_holds_nothing_else(
    made_up: MadeUp, place: Folder, tmp_path: Path
) -> None:
    backed_up(made_up, place)
    other = tmp_path / "other"
    other.mkdir()
    (other / "institution").write_text("elsewhere\n")
    with pytest.raises(UsageError, match="a backup of 'leiden'"):
        back_up(Workspace(other), place, "1.0", with_key=True, with_counts=False)
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="not empty, and holds no backup"):
        backed_up(made_up, Folder(full))
    for within in (made_up.workspace.root / "backup", tmp_path):
        with pytest.raises(UsageError, match="lie in each other"):
            backed_up(made_up, Folder(within))
