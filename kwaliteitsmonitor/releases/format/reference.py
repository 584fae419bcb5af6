"""References from one release to another, by cycle, version and hash of the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import sha256_of
from schemas.errors import KwaliteitsmonitorError


def reference(release: Path) -> dict[str, str]:
    """A release as another one refers to it: its cycle and version, and the SHA-256 of its manifest."""
    sha256 = sha256_of(release / manifest.NAME)
    return {"cycle": release.parent.name, "version": release.name, "manifest": sha256}


def referred(workspace: Workspace, to: Mapping[str, str] | None) -> Path | None:
    """The release that a reference names; none for none.

    Raises `KwaliteitsmonitorError` where it is no longer there, or is another one now.
    """
    if to is None:
        return None
    found = workspace.releases / to["cycle"] / to["version"]
    if sha256_of(found / manifest.NAME) != to["manifest"]:
        raise KwaliteitsmonitorError(
            f"release {to['cycle']}/{to['version']}, from which this one tells what changed, is not what it was",
            where=str(found),
            remedy="Put it back from a backup.",
        )
    return found
