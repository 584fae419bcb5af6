"""Whose a workspace is: the deliveries and releases in it are of one institution, and of no other.

A workspace says so in a file, `institution`, which the first run over it writes and nobody changes. One that was made
before there was such a file is that of its releases.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from schemas.errors import UsageError
from schemas.formats import demand_known
from schemas.words import Words

NAME = "institution"
PRIVATE = ("delivered", "work", "findings", "evaluations", "disclosure", "notices")
"""The folders in which rows about people may be, or what could tell of them: for the eyes of their owner."""
RESTORING = ".restoring"
"""The file that says that a backup is being put back here, and what is here is not whole."""

FORMAT_NAME = "format"
LAYOUT = 1
"""How a workspace is laid out, as `kwaliteitsmonitor.foundation.workspace` says. The first layout has no file that
says so: whoever changes it raises this number, and writes it into `format` once the change is made."""


def owner(workspace: Workspace) -> str:
    """The id of the institution whose workspace it is; nothing if it is nobody's yet."""
    try:
        # A name that broke off in a power cut is empty; it says nothing, and its releases do.
        return (workspace.root / NAME).read_text(encoding="utf-8").strip() or _of_releases(workspace)
    except FileNotFoundError:
        return _of_releases(workspace)
    except (OSError, ValueError):
        raise UsageError(
            Words(
                "van welke instelling deze werkruimte is, kan niet worden gelezen",
                "it cannot be read whose workspace this is",
            ),
            where=str(workspace.root / NAME),
            expected=Words("de id van één instelling", "the id of one institution"),
            remedy=Words(
                "Zet het bestand terug uit een back-up, of noem een andere map met --out.",
                "Put the file back from a backup, or name another folder with --out.",
            ),
        ) from None


def demand(workspace: Workspace, institution: str) -> None:
    """Raise `UsageError` if a workspace is another institution's, or is not whole yet.

    Raises `NewerFormatError` if a newer version of this program laid it out.
    """
    if (workspace.root / RESTORING).exists():
        raise UsageError(
            Words(
                "hier wordt een back-up teruggezet, en die is nog niet volledig",
                "a backup is being put back here, and it is not whole yet",
            ),
            where=str(workspace.root),
            remedy=Words(
                "Wacht op `kwaliteitsmonitor restore`, of start het opnieuw als het is gestopt: het gaat dan verder.",
                "Wait for `kwaliteitsmonitor restore`, or do it again where it was stopped: it goes on.",
            ),
        )
    demand_known(_layout(workspace), LAYOUT, "the workspace", where=str(workspace.root))
    holder = owner(workspace)
    if holder and holder != institution:
        raise UsageError(
            Words(f"deze werkruimte is van '{holder}'", f"this workspace is of '{holder}'"),
            where=str(workspace.root),
            expected=Words(
                f"een werkruimte van '{institution}', of een lege map", f"one of '{institution}', or an empty folder"
            ),
            remedy=Words(
                "Elke instelling heeft een eigen map: kijk naar --out en --institution.",
                "Each institution has a folder of its own: look at --out and --institution.",
            ),
        )


def claim(workspace: Workspace, institution: str) -> None:
    """Make a workspace an institution's, in one step: of two that do so at the same time one is first.

    What may hold persons is made readable by its owner alone; a folder that is there keeps the rights that it was
    given. Raises `UsageError` if it is another's.
    """
    demand(workspace, institution)
    for name in PRIVATE:
        (workspace.root / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    path = workspace.root / NAME
    if path.exists() and path.stat().st_size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    partial.write_text(f"{institution}\n", encoding="utf-8")
    flush(partial)
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        demand(workspace, institution)
        if not path.stat().st_size:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    flush(path.parent)


def _layout(workspace: Workspace) -> int:
    """The layout that a workspace says it has; the first if it does not say so in a number."""
    try:
        return int((workspace.root / FORMAT_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 1


def _of_releases(workspace: Workspace) -> str:
    """The institution of the releases of a workspace, from the first that can be read."""
    for path in sorted(Path(workspace.releases).glob("*/v*/manifest.json")):
        try:
            institution = json.loads(path.read_text(encoding="utf-8"))["institution"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(institution, str):
            return institution
    return ""
