"""Restore a backup into an empty folder: every byte is checked by its hash, and every release by its manifest.

The folder says that it is being restored until it is whole (`kwaliteitsmonitor.foundation.ownership.RESTORING`), and no
run starts in it. A restore that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kwaliteitsmonitor.connectors.destinations import Destination
from kwaliteitsmonitor.foundation.ownership import RESTORING
from kwaliteitsmonitor.foundation.vault.store import CHUNK
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.operations.backup.contents import KEY
from kwaliteitsmonitor.operations.backup.snapshots import Generation, Kept, object_name
from kwaliteitsmonitor.releases.format.catalog import write_catalog
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.manifest import FORMAT
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.signoff.signing import faults_in_sign_off
from kwaliteitsmonitor.releases.verify.sandbox import faults_in_inputs
from schemas.errors import KwaliteitsmonitorError, UsageError


@dataclass(frozen=True)
class Restored:
    """What came back: how many of each, in files and bytes, and what does not hold, a clause each."""

    generation: Generation
    releases: int
    cycles: int
    deliveries: int
    receipts: int
    files: int
    size: int
    has_key: bool
    wrong: tuple[str, ...]


def restore(
    place: Destination, generation: Generation, target: Path, report: Callable[[str], None] = lambda _: None
) -> Restored:
    """Put a generation back into a folder that is empty or not there, and look at every release in it.

    `report` hears of each release that was looked at. Raises `UsageError` if the folder holds something, and
    `KwaliteitsmonitorError` if the backup lacks a file or has another than it says: then the folder is unfinished,
    and doing it again goes on.
    """
    workspace = Workspace(target.absolute())
    _begin(workspace, generation)
    for one in generation.files:
        _put_back(place, workspace, one)
    for path, to in generation.links.items():
        with replacing(workspace.root / path) as partial:
            partial.symlink_to(to)
    _give_rights(workspace, generation)
    write_catalog(workspace)
    restored = _look(workspace, generation, report)
    (workspace.root / RESTORING).unlink()
    flush(workspace.root)
    return restored


def _begin(workspace: Workspace, generation: Generation) -> None:
    """Mark a folder as being restored. Raises `UsageError` if it holds anything else."""
    root, mark = workspace.root, workspace.root / RESTORING
    text = f"{generation.institution} {generation.number} {generation.made}\n"
    _make_private(root)
    if mark.is_file() and mark.read_text(encoding="utf-8") == text:
        return
    # A disk of its own has a folder for lost files at its top.
    if any(path.name != "lost+found" for path in root.iterdir()):
        raise UsageError(
            "the folder is not empty",
            where=str(root),
            expected="an empty folder, or one in which restoring this generation began",
            remedy="Restore beside what is there, and move it once you have looked at it.",
        )
    with replacing(mark) as partial:
        partial.write_text(text, encoding="utf-8")


def _put_back(place: Destination, workspace: Workspace, one: Kept) -> None:
    """A file in its place, unless it is there already. Raises `KwaliteitsmonitorError` if its bytes are others."""
    path = workspace.root / one.path
    if path.is_file() and path.stat().st_size == one.size and _hash(path) == one.sha256:
        return
    _make_private(path.parent)
    with replacing(path) as partial:
        total = hashlib.sha256()
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as copy, place.open(object_name(one.sha256)) as stream:
            while chunk := stream.read(CHUNK):
                total.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        if total.hexdigest() != one.sha256:
            raise KwaliteitsmonitorError(
                f"the bytes of {one.path} in the backup are not those that were put there",
                where=place.url,
                remedy="Restore an earlier generation with --generation, or from another copy of the backup.",
            )
        partial.chmod(one.mode)


def _make_private(folder: Path) -> None:
    """Make a folder, and those above it that are not there, for this user alone.

    Others may look in, where they might before, once everything is back.
    """
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _give_rights(workspace: Workspace, generation: Generation) -> None:
    """Give folders the rights that they had, the deepest first, once nothing is written in them any more."""
    for path in sorted(generation.folders, key=lambda p: len(PurePosixPath(p).parts), reverse=True):
        folder = workspace.root / path
        folder.chmod(generation.folders[path])
        flush(folder)


def _look(workspace: Workspace, generation: Generation, report: Callable[[str], None]) -> Restored:
    """Count what came back, and check every release against its manifest and its inputs."""
    places = sorted(workspace.releases.glob("*/v*"), key=lambda p: (p.parent.name, int(p.name[1:])))
    wrong: list[str] = []
    for release in places:
        name = f"{release.parent.name}/{release.name}"
        problems = [*map(str, faults(release))] or _faults_in_what_it_rests_on(release, workspace)
        wrong.extend(f"release {name}: {one}" for one in problems)
        report(f"{name}: {'; '.join(problems) if problems else 'every file is what was published'}")
    return Restored(
        generation,
        len(places),
        len({place.parent.name for place in places}),
        _count(generation.files, "delivered/sha256/"),
        sum(
            (workspace.root / one.path).read_bytes().count(b"\n")
            for one in generation.files
            if one.path.startswith("delivered/receipts/")
        ),
        len(generation.files),
        generation.size,
        (workspace.root / KEY).is_file(),
        tuple(wrong),
    )


def _faults_in_what_it_rests_on(release: Path, workspace: Workspace) -> list[str]:
    """What is wrong with the sign-off and the inputs of a release; one of an earlier form does not name them all."""
    try:
        return [*faults_in_sign_off(release), *faults_in_inputs(release, workspace)]
    except KwaliteitsmonitorError as error:
        return [] if ReleaseReader(release).manifest.format != FORMAT else [error.sentence().rstrip(".")]


def _count(files: Sequence[Kept], under: str) -> int:
    return sum(one.path.startswith(under) for one in files)
