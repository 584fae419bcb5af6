"""References from one release to another, by cycle, version and hash of the manifest."""

from __future__ import annotations

from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import sha256_of
from kwaliteitsmonitor.releases.format.manifest import Reference
from schemas.errors import KwaliteitsmonitorError


def reference(release: Path) -> Reference:
    """A release as another one refers to it."""
    return Reference(release.parent.name, release.name, sha256_of(release / manifest.NAME))


def release_of(workspace: Workspace, to: Reference) -> Path:
    """The place of the release that a reference names."""
    return workspace.releases / to.cycle / to.version


def is_there(workspace: Workspace, to: Reference) -> bool:
    """Whether the release that a reference names is there, and is what it was."""
    return sha256_of(release_of(workspace, to) / manifest.NAME) == to.manifest


def referred(workspace: Workspace, to: Reference | None) -> Path | None:
    """The release that a reference names; `None` for `None`.

    Raises `KwaliteitsmonitorError` if it is no longer there, or is another one now.
    """
    if to is None:
        return None
    release = release_of(workspace, to)
    if not is_there(workspace, to):
        raise KwaliteitsmonitorError(
            f"release {to.cycle}/{to.version}, from which this one tells what changed, is not what it was",
            where=str(release),
            remedy="Put it back from a backup.",
        )
    return release
