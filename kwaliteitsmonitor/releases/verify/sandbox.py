"""A temporary workspace that replaces the one of a release, in the state before the release was made.

It holds nothing but what the release names: the bytes received are read where they are kept, the memories of earlier
releases are those that were known then. Nothing of the real workspace is written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kwaliteitsmonitor.foundation.vault.assembled import parts_of, place_of
from kwaliteitsmonitor.foundation.vault.removed import Removal, by_hash, removals
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import memories
from kwaliteitsmonitor.releases.format.basis import basis_of
from kwaliteitsmonitor.releases.format.integrity import sha256_of
from kwaliteitsmonitor.releases.format.manifest import Reference
from kwaliteitsmonitor.releases.format.reference import is_there, release_of
from schemas.errors import BlockedError, KwaliteitsmonitorError, UsageError
from schemas.profile.loading import digest


def faults_in_inputs(release: Path, workspace: Workspace) -> list[str]:
    """What is wrong with the bytes and the profile on which a release rests, a clause each.

    Bytes that were removed by the rule are not wrong: see `removed_inputs`.
    """
    basis = basis_of(release)
    wrong = []
    gone = by_hash(removals(workspace))
    for row in basis.arrived:
        place = kept(workspace, row.sha256)
        there = sha256_of(place)
        if there != row.sha256 and (there or row.sha256 not in gone):
            state = "were altered" if there else "are missing"
            wrong.append(f"the bytes received as {row.file} ({row.feed}, {row.sha256[:12]}…) {state}")
        for part in parts_of(place) if there == row.sha256 else ():
            of_part = sha256_of(place_of(place, part))
            if of_part != part.sha256:
                state = "were altered" if of_part else "are missing"
                wrong.append(f"the bytes received as {row.file} {part.name} ({row.feed}) {state}")
    since = basis.since
    if since is not None and not is_there(workspace, since):
        wrong.append(f"release {since.cycle}/{since.version}, from which it tells what changed, is not what it was")
    profile = workspace.profiles / basis.profile
    if not profile.is_dir():
        wrong.append(f"the profile {profile.name[:12]}… is missing")
    elif digest(profile) != profile.name:
        wrong.append(f"the profile {profile.name[:12]}… was altered")
    numbers = {int(path.stem.split("-")[0]) for path in memories(workspace).values()}
    wrong.extend(
        f"the memory of earlier release number {number} is missing" for number in basis.earlier if number not in numbers
    )
    return wrong


def removed_inputs(release: Path, workspace: Workspace) -> list[Removal]:
    """The removals of bytes from which a release is derived, in order."""
    hashes = {row.sha256 for row in basis_of(release).arrived}
    missing = {sha256 for sha256 in hashes if not kept(workspace, sha256).is_file()}
    return [one for one in removals(workspace) if missing & {file.sha256 for file in one.files}]


def removed_on(removed: Sequence[Removal]) -> str:
    """What was removed, when and by which rule, as a clause."""
    return "; ".join(
        f"{one.feed} {one.period}".rstrip() + f" on {one.on.isoformat()}, {one.rule.en}" for one in removed
    )


def stand_in(release: Path, workspace: Workspace, root: Path) -> Path:
    """Fill a new folder such that a run in it reads the inputs of the release; returns the folder of its profile.

    Raises `KwaliteitsmonitorError` if something of it is missing or altered, and `UsageError` without the key of the
    pseudonyms.
    """
    wrong = faults_in_inputs(release, workspace)
    if wrong:
        raise KwaliteitsmonitorError(
            f"the release cannot be computed again: {'; '.join(wrong[:5])}",
            where=str(workspace.root),
            remedy="Put back what is missing from a backup.",
        )
    if gone := removed_inputs(release, workspace):
        raise BlockedError(
            f"the release cannot be computed again, for deliveries that it rests on were removed: {removed_on(gone)}",
            where=str(workspace.root),
            remedy="Its hashes can be checked with --hashes.",
        )
    basis = basis_of(release)
    made = Workspace(root)
    made.store.parent.mkdir(parents=True)
    made.store.symlink_to(workspace.store.resolve())
    _remember(workspace, made, basis.earlier)
    if basis.since is not None:
        _show(workspace, made, basis.since)
    key = workspace.root / "pseudonym.key"
    if key.is_file():
        (root / key.name).symlink_to(key.resolve())
    return workspace.profiles / basis.profile


def demand_key(workspace: Workspace, in_environment: bool) -> None:
    """Raise `UsageError` if the key of the pseudonyms is neither `in_environment` nor in the workspace."""
    if not in_environment and not (workspace.root / "pseudonym.key").is_file():
        raise UsageError(
            "the key for pseudonyms is missing, without which people in the deliveries cannot be told apart",
            where=str(workspace.root / "pseudonym.key"),
            expected="the key by which the release was made, there or in KWALITEITSMONITOR_PSEUDONYM_KEY",
            remedy="Put it back; --hashes checks the hashes alone and needs no key.",
        )


def _show(workspace: Workspace, made: Workspace, since: Reference) -> None:
    """Have an earlier release count, as it did then."""
    place = release_of(made, since)
    place.parent.mkdir(parents=True)
    place.symlink_to(release_of(workspace, since).resolve())
    made.current.mkdir()
    (made.current / since.cycle).symlink_to(place)


def _remember(workspace: Workspace, made: Workspace, numbers: Sequence[int]) -> None:
    folder = made.root / "disclosure"
    folder.mkdir(mode=0o700)
    for path in memories(workspace).values():
        if int(path.stem.split("-")[0]) in numbers:
            (folder / path.name).symlink_to(path.resolve())
