"""Whose a workspace is: the deliveries and releases in it are of one institution, and of no other.

A workspace says so in a file, `institution`, which the first run over it writes and nobody changes. One that was made
before there was such a file is that of its releases.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from assets.workspace import Workspace
from schemas.errors import UsageError

NAME = "institution"


def owner(workspace: Workspace) -> str:
    """The id of the institution whose workspace it is; nothing where it is nobody's yet."""
    try:
        return (workspace.root / NAME).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return _of_releases(workspace)
    except (OSError, ValueError):
        raise UsageError(
            "it cannot be read whose workspace this is",
            where=str(workspace.root / NAME),
            expected="the id of one institution",
            remedy="Put the file back from a backup, or name another folder with --out.",
        ) from None


def demand(workspace: Workspace, institution: str) -> None:
    """Raise `UsageError` where a workspace is another institution's."""
    found = owner(workspace)
    if found and found != institution:
        raise UsageError(
            f"this workspace is of '{found}'",
            where=str(workspace.root),
            expected=f"one of '{institution}', or an empty folder",
            remedy="Each institution has a folder of its own: look at --out and --institution.",
        )


def claim(workspace: Workspace, institution: str) -> None:
    """Make a workspace an institution's, in one step: of two that do so at the same time one is first.

    Raises `UsageError` where it is another's.
    """
    demand(workspace, institution)
    path = workspace.root / NAME
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    partial.write_text(f"{institution}\n", encoding="utf-8")
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        demand(workspace, institution)
    finally:
        partial.unlink()


def _of_releases(workspace: Workspace) -> str:
    """The institution of the releases of a workspace, of which the first that can be read tells."""
    for path in sorted(Path(workspace.releases).glob("*/v*/manifest.json")):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))["institution"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(found, str):
            return found
    return ""
