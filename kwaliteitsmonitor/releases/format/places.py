"""The places of releases: built beside their place, moved there in one step, and shown by one link.

`releases/<cycle>/v<N>/` never changes once it is there. `current/<cycle>` is a link that is replaced in one step, so
that a reader sees the old release whole or the new one whole, at whatever moment a run is killed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from kwaliteitsmonitor.foundation.locks import locked, unless_locked
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.releases.format.manifest import NAME
from schemas.errors import KwaliteitsmonitorError

BUILDING = ".building-"


def current(workspace: Workspace, cycle: str) -> Path | None:
    """The release of a cycle that counts, or `None`.

    In a workspace that was copied without its links a copy of the release stands in the place of the link; then it is
    the version of which that is a copy. Raises `KwaliteitsmonitorError` if it is a copy of none.
    """
    place = workspace.current / cycle
    if place.is_symlink():
        return place.resolve() if place.exists() else None
    return _copied(workspace, cycle, place) if place.is_dir() else None


def counting(workspace: Workspace) -> Iterator[Path]:
    """The release that counts of each cycle that has one, by cycle."""
    for place in sorted(workspace.current.glob("[0-9]*")):
        release = current(workspace, place.name)
        if release is not None:
            yield release


def _copied(workspace: Workspace, cycle: str, copy: Path) -> Path:
    """The version of which a folder in `current` is a copy, by its manifest, which names every byte of it."""
    own = _manifest_of(copy)
    candidates = (one.resolve() for one in reversed(versions(workspace, cycle)) if own and _manifest_of(one) == own)
    release = next(candidates, None)
    if release is None:
        raise KwaliteitsmonitorError(
            "the folder is a copy of none of the releases of its cycle",
            where=str(copy),
            expected=f"a link to one of the folders in {workspace.releases / cycle}, or a copy of one",
            remedy=f"Remove the folder, and make a link: ln -s ../releases/{cycle}/vN {copy}",
        )
    return release


def _manifest_of(release: Path) -> bytes:
    try:
        return (release / NAME).read_bytes()
    except OSError:
        return b""


def versions(workspace: Workspace, cycle: str) -> list[Path]:
    """Every release of a cycle, the oldest first."""
    folders = [path for path in (workspace.releases / cycle).glob("v*") if path.name[1:].isdigit()]
    return sorted(folders, key=lambda path: int(path.name[1:]))


def newest(workspace: Workspace, cycle: str) -> Path | None:
    """The release of a cycle that came last, or `None`."""
    return next(iter(reversed(versions(workspace, cycle))), None)


@contextmanager
def building(workspace: Workspace, cycle: str) -> Iterator[Path]:
    """A folder to build a release in, locked as long as the run that builds in it lives; gone at the end."""
    home = workspace.releases / cycle
    home.mkdir(parents=True, exist_ok=True)
    workspace.current.mkdir(parents=True, exist_ok=True)
    folder = home / f"{BUILDING}{uuid4().hex}"
    with ExitStack() as own:
        with cycle_locked(workspace, cycle):
            _clear(workspace, cycle)
            folder.mkdir()
            own.enter_context(locked(folder))
        own.callback(_remove, folder)
        yield folder


def cycle_locked(workspace: Workspace, cycle: str) -> AbstractContextManager[None]:
    """Hold the releases of a cycle."""
    return locked(workspace.releases / cycle)


def settle(workspace: Workspace, cycle: str, built: Path) -> Path:
    """Move what was built to the next version, in one step. The lock of the cycle is held."""
    last = newest(workspace, cycle)
    place = workspace.releases / cycle / f"v{1 if last is None else int(last.name[1:]) + 1}"
    built.rename(place)
    flush(place.parent)
    return place


def point(workspace: Workspace, cycle: str, place: Path) -> None:
    """Have a release of a cycle count, in one step."""
    link = workspace.current / cycle
    aside = link.with_name(f".{cycle}.{uuid4().hex}")
    if link.is_dir() and not link.is_symlink():
        link.rename(aside)  # a copy of a release, in a workspace that was copied without its links
    with replacing(link) as partial:
        partial.symlink_to(os.path.relpath(place, link.parent))
    flush(link.parent)
    _remove(aside)


def protect(folder: Path, *, folders: bool = False) -> None:
    """Make every file under a folder read-only and see to it that it is on the disk; with `folders`, those too.

    As far as the storage can: one without rights keeps none, and an administrator is held back by none.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        flush(path)
        if folders and path.is_dir():
            path.chmod(0o555)
    flush(folder)
    if folders:
        folder.chmod(0o555)


def _clear(workspace: Workspace, cycle: str) -> None:
    """Remove what killed runs left of a cycle. The lock of the cycle is held; a run that lives holds its own folder."""
    for folder in (workspace.releases / cycle).glob(f"{BUILDING}*"):
        with unless_locked(folder) as free:
            if free:
                _remove(folder)
    for link in workspace.current.glob(f".{cycle}.*"):
        if link.is_dir() and not link.is_symlink():
            _remove(link)
        else:
            link.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    """Remove a folder that was built in, also if it was protected already."""
    if not folder.exists():
        return
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir() and not p.is_symlink())):
        path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
