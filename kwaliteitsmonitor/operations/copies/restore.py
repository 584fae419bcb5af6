"""Restore a backup into an empty folder: every byte is checked by its hash, and every release by its manifest.

The folder says that it is being restored until it is whole (`kwaliteitsmonitor.foundation.ownership.RESTORING`), and no
run starts in it. A restore that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kwaliteitsmonitor.connectors.destinations import AlteredError, Destination, Folder
from kwaliteitsmonitor.foundation.ownership import RESTORING
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.operations.copies.contents import KEY
from kwaliteitsmonitor.operations.copies.copier import hash_of
from kwaliteitsmonitor.operations.copies.generations import Generation, Kept, object_name
from kwaliteitsmonitor.releases.format.catalog import write_catalog
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.manifest import FORMAT
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.signoff.signing import faults_in_sign_off
from kwaliteitsmonitor.releases.verify.sandbox import faults_in_inputs
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.words import Words


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
    folder = Folder(workspace.root)
    for one in generation.files:
        _put_back(place, folder, one)
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
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if mark.is_file() and mark.read_text(encoding="utf-8") == text:
        return
    # A disk of its own has a folder for lost files at its top.
    if any(path.name != "lost+found" for path in root.iterdir()):
        raise UsageError(
            Words("de map is niet leeg", "the folder is not empty"),
            where=str(root),
            expected=Words(
                "een lege map, of een map waarin het terugzetten van deze generatie is begonnen",
                "an empty folder, or one in which restoring this generation began",
            ),
            remedy=Words(
                "Zet de back-up terug naast wat er is, en verplaats hem als u ernaar hebt gekeken.",
                "Restore beside what is there, and move it once you have looked at it.",
            ),
        )
    with replacing(mark) as partial:
        partial.write_text(text, encoding="utf-8")


def _put_back(place: Destination, folder: Folder, one: Kept) -> None:
    """A file in its place, unless it is there already. Raises `KwaliteitsmonitorError` if its bytes are others."""
    path = folder.root / one.path
    if not (path.is_file() and path.stat().st_size == one.size and hash_of(path) == one.sha256):
        try:
            with place.open(object_name(one.sha256)) as stream:
                folder.take(one.path, stream, one.sha256)
        except AlteredError:
            raise KwaliteitsmonitorError(
                Words(
                    f"de bytes van {one.path} in de back-up zijn niet die er zijn neergezet",
                    f"the bytes of {one.path} in the backup are not those that were put there",
                ),
                where=place.url,
                remedy=Words(
                    "Zet met --generation een eerdere generatie terug, of een andere kopie van de back-up.",
                    "Restore an earlier generation with --generation, or from another copy of the backup.",
                ),
            ) from None
    path.chmod(one.mode)


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
