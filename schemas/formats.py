"""Forms in which things are kept over the years, each with a number: a release, a memory, the layout of a workspace.

A program reads every form up to its own, and refuses one that is newer than itself in one sentence: what it does not
know it might leave out.
"""

from __future__ import annotations

from schemas.errors import NewerFormatError

PROGRAM = "kwaliteitsmonitor"


def demand_known(version: object, known: int, what: str, *, where: str, made_by: object = None) -> None:
    """Raise `NewerFormatError` if something is in a newer form than `known`, the newest that is read here.

    `what` names it, such as `the release`; `made_by` is the version of the program that wrote it, where that is known.
    A missing or non-numeric format number predates numbering and is accepted.
    """
    if not isinstance(version, int) or version <= known:
        return
    program = f"{PROGRAM} {made_by}" if isinstance(made_by, str) and made_by else f"the {PROGRAM} that wrote it"
    raise NewerFormatError(
        f"{what} is in format {version}, and this program knows formats up to {known}",
        where=where,
        remedy=f"Install {program}, or a newer one; nothing was changed.",
    )
