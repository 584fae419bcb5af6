"""Finding a release by what a person calls it: a folder, `2021-03`, or `2021-03/v2`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import demand_whole
from kwaliteitsmonitor.releases.format.places import current, versions
from schemas.errors import UsageError

_NAME = re.compile(r"(\d{4}-\d{2})(?:/v(\d+))?")


@dataclass(frozen=True)
class Place:
    """A release, and the workspace with the bytes from which it is derived."""

    release: Path
    workspace: Workspace

    @property
    def name(self) -> str:
        """The release as people call it, such as `2021-03/v2`; its folder if it is in no workspace."""
        own = self.workspace.releases in self.release.parents
        return f"{self.release.parent.name}/{self.release.name}" if own else str(self.release)


def find(name: str, workspace: Workspace) -> Place:
    """The release that is meant.

    A cycle alone means the release of it that counts. A folder in a workspace belongs to that one, a copy elsewhere to
    `workspace`. Raises `UsageError` if there is no such release, naming those that exist.
    """
    folder = Path(name)
    if (folder / manifest.NAME).exists() or (folder / manifest.TABLES).is_dir():
        real = _counting(folder.resolve())
        root = real.parents[2] if len(real.parents) > 2 else real
        return Place(real, Workspace(root) if real.parents[1] == root / "releases" else workspace)
    named = _NAME.fullmatch(name)
    if named is None:
        raise UsageError(
            f"'{name}' is no release",
            expected="the folder of a release, a cycle such as 2021-03, or one of its versions such as 2021-03/v2",
            remedy=_known(workspace),
        )
    cycle, number = named[1], named[2]
    if number is None and (workspace.current / cycle).is_dir():
        _counting((workspace.current / cycle).absolute())
    place = current(workspace, cycle) if number is None else workspace.releases / cycle / f"v{number}"
    if place is None or not place.is_dir():
        raise UsageError(f"there is no release {name}", where=str(workspace.root), remedy=_known(workspace))
    return Place(place.resolve(), Workspace(workspace.root.resolve()))


def _counting(folder: Path) -> Path:
    """The release of which a folder in `current` is a copy, where a workspace was copied without its links.

    It is what readers read there, so that it must be whole as well. Raises `KwaliteitsmonitorError` if it is not.
    """
    workspace = Workspace(folder.parent.parent)
    there = folder.parent == workspace.current and workspace.releases.is_dir()
    if folder.is_symlink() or not folder.is_dir() or not there:
        return folder
    release = current(workspace, folder.name)
    demand_whole(folder)
    return release or folder


def _known(workspace: Workspace) -> str:
    cycles = sorted(path.name for path in workspace.releases.glob("*")) if workspace.releases.is_dir() else []
    there = [f"{cycle}/{place.name}" for cycle in cycles for place in versions(workspace, cycle)]
    return f"There is {', '.join(there)}." if there else "Run a cycle first, or name another place with --out."
