"""A workspace is copied elsewhere in generations and comes back byte for byte, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import pytest

from assets.publication.inputs import keep_profile
from assets.staged.findings import NOTHING, keep_findings, kept_findings, kept_items
from kwaliteitsmonitor.connectors.destinations import Folder
from kwaliteitsmonitor.foundation.ownership import claim, demand
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import remember
from kwaliteitsmonitor.operations.copies.backup import Made, back_up, check, chosen
from kwaliteitsmonitor.operations.copies.contents import present
from kwaliteitsmonitor.operations.copies.generations import (
    GENERATIONS,
    OBJECTS,
    Kept,
    numbers,
    object_name,
    read,
    write,
)
from kwaliteitsmonitor.operations.copies.mirroring import mirrored_after
from kwaliteitsmonitor.operations.copies.restore import Restored, restore
from kwaliteitsmonitor.readers.set_aside import SetAside
from kwaliteitsmonitor.releases.format.places import current
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.profile import load_profile, profile_folder
from tests.operations.copies.conftest import CYCLE, Dying, MadeUp, backed_up, is_killed, lines, tree
from tests.status.test_findings import delivery, items


@dataclass
class Copied:
    """A workspace, the place of its backup, and the folder into which that is restored."""

    made_up: MadeUp
    place: Folder
    new: Path

    @property
    def root(self) -> Path:
        return self.made_up.workspace.root

    def back_up(self, **options: Any) -> Made:
        return backed_up(self.made_up, self.place, **options)

    def restore(self, number: int | None = None) -> Restored:
        return restore(self.place, chosen(self.place, number), self.new)

    def stored(self) -> set[str]:
        return set(self.place.sizes(OBJECTS))

    def object_of(self, path: str) -> Path:
        """Where the backup keeps the first file of that path."""
        one = next(kept for kept in chosen(self.place).files if kept.path.startswith(path))
        return self.place.root / object_name(one.sha256)


@pytest.fixture
def copied(made_up: MadeUp, tmp_path: Path) -> Copied:
    return Copied(made_up, Folder(tmp_path / "backup"), tmp_path / "new")


def test_what_names_is_read_before_what_is_named_and_what_is_made_again_is_left(made_up: MadeUp) -> None:
    (made_up.workspace.root / ".half").write_text("under way")
    paths = [one.path for one in present(made_up.workspace, with_key=False, with_counts=False)]
    folders = list(dict.fromkeys("/".join(path.split("/")[: 1 + path.startswith("delivered")]) for path in paths))
    first = ["current", "releases", "institution", "delivered/receipts"]
    assert folders == [*first, "disclosure", "profiles", "delivered/sha256"]
    (link,) = (one.link for one in present(made_up.workspace, with_key=True, with_counts=True) if one.link)
    assert link.endswith("releases/2021-03/v1")


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


def test_what_is_restored_is_what_was_there_to_the_byte_with_its_rights(copied: Copied) -> None:
    """Until everything is back nobody else can look in."""
    first = copied.back_up()
    copied.place = watched = Watched(copied.place.root, copied.new)
    restored = copied.restore()
    assert watched.rights == {0o700}
    assert tree(copied.new) == tree(copied.root)
    assert (restored.releases, restored.cycles, restored.deliveries, restored.receipts) == (1, 1, 1, 1)
    assert (restored.wrong, restored.has_key) == ((), True)
    assert current(Workspace(copied.new), CYCLE) is not None
    kept = {one.path.split("/")[0] for one in first.generation.files}
    assert kept == {"delivered", "disclosure", "institution", "profiles", "pseudonym.key", "releases"}
    rights = [
        [(root / name).stat().st_mode for name in ("disclosure", f"releases/{CYCLE}")]
        for root in (copied.new, copied.root)
    ]
    assert rights[0] == rights[1]
    assert rights[0][0] & 0o777 == 0o700


def test_bytes_that_are_there_are_not_copied_and_an_earlier_generation_comes_back_as_it_was(copied: Copied) -> None:
    was = tree(copied.root)
    first, again = copied.back_up(), copied.back_up()
    assert (first.new, first.generation.number) == (True, 1)
    assert (again.new, again.copied, again.generation.number) == (False, 0, 1)
    before = copied.stored()
    copied.made_up.release(lines(11))
    second = copied.back_up()
    assert (second.new, second.generation.number) == (True, 2)
    assert second.copied == len(copied.stored() - before)
    assert before < copied.stored()
    assert copied.restore().releases == 2
    assert tree(copied.new) == tree(copied.root)
    copied.new = copied.new.with_name("old")
    copied.restore(1)
    assert tree(copied.new) == was


def test_a_backup_that_is_killed_at_any_file_leaves_the_earlier_generation_and_the_next_goes_on(copied: Copied) -> None:
    copied.back_up()
    copied.made_up.release(lines(11))
    deaths = 0
    for puts in range(100):
        dying = Dying(copied.place.root)
        dying.left = puts % 3
        if not is_killed(lambda: backed_up(copied.made_up, dying)):  # noqa: B023 - it is called at once
            break
        deaths += 1
        newest, wrong = check(copied.place)
        assert (newest.number, wrong) == (1, [])
    assert deaths > 3
    assert numbers(copied.place) == [1, 2]
    assert not list(copied.place.root.rglob("*.half"))
    copied.restore()
    assert tree(copied.new) == tree(copied.root)


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


def test_a_backup_made_while_releases_come_out_holds_all_that_they_rest_on(copied: Copied) -> None:
    copied.place = Meanwhile(copied.place.root, copied.made_up)
    copied.back_up()
    restored = copied.restore()
    assert restored.wrong == ()
    assert restored.deliveries > restored.releases >= 1
    assert current(Workspace(copied.new), CYCLE) is not None


@pytest.mark.parametrize("which", ["delivered/sha256", "releases"])
def test_what_was_altered_on_disk_does_not_replace_what_the_backup_has_of_it(copied: Copied, which: str) -> None:
    was = tree(copied.root)
    copied.back_up()
    path = next(p for p in sorted((copied.root / which).rglob("*")) if p.is_file())
    path.chmod(0o644)
    path.write_bytes(b"rotten")
    path.chmod(0o444)
    assert copied.back_up().altered == (path.relative_to(copied.root).as_posix(),)
    copied.restore()
    assert tree(copied.new) == was


def test_a_byte_that_rots_or_is_lost_in_the_backup_is_found_and_stops_a_restore_which_goes_on_once_it_is_back(
    copied: Copied,
) -> None:
    copied.back_up()
    aside = copied.object_of("delivered/sha256")
    content = aside.read_bytes()
    aside.write_bytes(content[:-1] + b"?")
    _, (wrong,) = check(copied.place)
    assert wrong.startswith("delivered/sha256/")
    with pytest.raises(KwaliteitsmonitorError, match="are not those that were put there"):
        copied.restore()
    aside.unlink()
    with pytest.raises(KwaliteitsmonitorError, match="there is no such folder or file"):
        copied.restore()
    with pytest.raises(UsageError, match="it is not whole yet"):
        demand(Workspace(copied.new), "leiden")
    aside.write_bytes(content)
    assert copied.restore().wrong == ()
    assert tree(copied.new) == tree(copied.root)
    demand(Workspace(copied.new), "leiden")


def test_a_folder_that_holds_something_is_not_restored_into(copied: Copied) -> None:
    copied.back_up()
    copied.new.mkdir()
    (copied.new / "mine.txt").write_text("kept")
    with pytest.raises(UsageError, match="not empty"):
        copied.restore()
    assert [p.name for p in copied.new.iterdir()] == ["mine.txt"]


def test_a_release_that_was_wrong_when_it_was_backed_up_is_named(copied: Copied) -> None:
    path = copied.root / "releases" / CYCLE / "v1" / "dictionary.nl.md"
    path.chmod(0o644)
    path.write_text("altered before the first backup")
    copied.back_up()
    (wrong,) = copied.restore().wrong
    assert wrong.startswith("release 2021-03/v1: dictionary.nl.md was altered")


def test_a_generation_that_was_edited_or_leads_out_of_the_folder_is_refused(copied: Copied) -> None:
    made, content = copied.back_up().generation, hashlib.sha256(b"x").hexdigest()
    paths = ("../outside", "/etc/outside", "releases/../../outside")
    leading = [replace(made, files=(Kept(path, content, 1, 0o644),)) for path in paths]
    for number, one in enumerate([*leading, replace(made, links={f"current/{CYCLE}": "../../outside"})], start=2):
        write(copied.place, replace(one, number=number))
        with pytest.raises(KwaliteitsmonitorError, match="a file that is none of a workspace"):
            chosen(copied.place)
    path = copied.place.root / GENERATIONS / "000001.json"
    edited = json.loads(path.read_text())
    edited["files"][0]["size"] += 1
    path.write_text(json.dumps(edited))
    with pytest.raises(KwaliteitsmonitorError, match="generation 1 of the backup is not what was written"):
        chosen(copied.place, 1)


def test_the_key_may_be_left_out_and_the_counts_may_come_along(copied: Copied) -> None:
    made = copied.back_up(with_key=False, with_counts=True)
    paths = {one.path for one in made.generation.files}
    assert made.generation.key == "left out"
    assert ("pseudonym.key" in paths, "evaluations/a.json" in paths) == (False, True)
    assert not copied.restore().has_key
    assert not any(b"9f9f9f" in path.read_bytes() for path in copied.place.root.rglob("*") if path.is_file())


def test_of_many_generations_the_newest_stay_with_all_that_they_need(copied: Copied) -> None:
    for amount in (11, 12, 13):
        copied.back_up()
        (copied.root / "notes.txt").write_text(f"version {amount}")
    before = copied.stored()
    made = copied.back_up(keep=2)
    assert (made.removed, numbers(copied.place)) == (2, [3, 4])
    assert len(before - copied.stored()) == 1  # the version of the notes that no generation has any more
    assert [check(copied.place, number)[1] for number in (3, 4)] == [[], []]
    assert read(copied.place, 4).content == made.generation.content


def test_a_place_that_does_not_take_what_is_written_is_told_in_one_sentence(made_up: MadeUp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SourceError, match="the folder does not take what is written") as caught:
        backed_up(made_up, Folder(tmp_path / "file" / "backup"))
    assert caught.value.exit_code == 4
    sentence = str(caught.value).replace("file/backup", "file/mirror")
    assert mirrored_after(made_up.workspace, Settings(mirror=str(tmp_path / "file" / "mirror"))) == sentence


def test_a_backup_is_of_one_institution_and_its_place_holds_nothing_else(copied: Copied, tmp_path: Path) -> None:
    copied.back_up()
    for name, content in (("other/institution", "elsewhere\n"), ("full/thesis.docx", "mine")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match="a backup of 'leiden'"):
        back_up(Workspace(tmp_path / "other"), copied.place, "1.0", with_key=True, with_counts=False)
    with pytest.raises(UsageError, match="not empty, and holds no backup"):
        backed_up(copied.made_up, Folder(tmp_path / "full"))
    for within in (copied.root / "backup", tmp_path):
        with pytest.raises(UsageError, match="lie in each other"):
            backed_up(copied.made_up, Folder(within))


@pytest.mark.parametrize(
    ("make", "folder"),
    [
        (lambda workspace: claim(workspace, "leiden"), "."),
        (lambda workspace: Settings(institution="leiden", out=str(workspace.root)).read_pseudonym_key(), "."),
        (lambda workspace: remember(workspace, {"answers": []}), "disclosure"),
        (lambda workspace: keep_profile(workspace, load_profile(profile_folder("leiden"))), "profiles"),
    ],
    ids=["the name", "the key", "what was shown", "the profile"],
)
def test_bytes_and_then_their_name_are_put_on_the_disk(
    make: Callable[[Workspace], object], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[int, tuple[str, ...]]] = []
    really = os.fsync

    def seen(handle: int) -> None:
        really(handle)
        place = Path(f"/proc/self/fd/{handle}").readlink()
        names = tuple(p.name for p in sorted(place.iterdir())) if place.is_dir() else ()
        flushed.append((place.stat().st_ino, names))

    monkeypatch.setattr(os, "fsync", seen)
    workspace = Workspace(tmp_path / "out")
    make(workspace)
    home = workspace.root / folder
    made = {path.stat().st_ino for path in home.rglob("*") if path.is_file()}
    assert made
    order = [inode for inode, _ in flushed]
    assert made <= set(order)
    last, names = flushed[-1]
    assert last == home.stat().st_ino
    assert [n for n in names if not n.startswith(".")] == sorted(p.name for p in home.iterdir())
    assert max(order.index(inode) for inode in made) < len(order) - 1


def test_findings_that_broke_off_in_a_power_cut_are_kept_anew(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "out")
    listed = items(delivery(1), ("codes", "X9", 14))
    (one,) = {item.delivery for item in listed}
    keep_findings(workspace, "staff", [one], SetAside(tuple(listed), {}))
    path = workspace.findings("staff", one)
    whole = path.read_bytes()
    path.write_bytes(b"")
    assert kept_findings(workspace, "staff", one) is None
    assert kept_items(workspace, "staff", one) is None
    keep_findings(workspace, "staff", [one], SetAside(tuple(listed), {}))
    assert path.read_bytes() == whole


@pytest.mark.parametrize("left", [0, 9])
def test_a_note_that_nothing_was_set_aside_that_broke_off_is_made_again(tmp_path: Path, left: int) -> None:
    workspace = Workspace(tmp_path / "out")
    one, other = "1" * 16, "2" * 16
    keep_findings(workspace, "staff", [one], SetAside((), {}))
    note = workspace.findings("staff", one).with_name(NOTHING)
    note.write_bytes(note.read_bytes()[:left])
    assert kept_items(workspace, "staff", one) is None
    keep_findings(workspace, "staff", [other, one], SetAside((), {}))
    assert [kept_items(workspace, "staff", name) for name in (one, other)] == [Counter(), Counter()]
