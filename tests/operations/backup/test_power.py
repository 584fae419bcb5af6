"""What a workspace cannot do without is on the disk before anything is made with it, so that a power cut leaves it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.publication.inputs import keep_profile
from assets.staged.findings import NOTHING, keep_findings, kept_findings, kept_items
from kwaliteitsmonitor.foundation.ownership import claim
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import remember
from kwaliteitsmonitor.readers.set_aside import SetAside
from schemas.profile import load_profile, profile_folder
from tests.status.test_findings import delivery, items


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
