"""Mirroring after a release has come out: what fails is reported and noted, and undoes nothing.

`KWALITEITSMONITOR_MIRROR` says where to. Object storage is opened by `KWALITEITSMONITOR_MIRROR_USER`,
`KWALITEITSMONITOR_MIRROR_PASSWORD`, `KWALITEITSMONITOR_MIRROR_TOKEN`, `KWALITEITSMONITOR_MIRROR_TENANT` and
`KWALITEITSMONITOR_MIRROR_ENDPOINT`.
"""

from __future__ import annotations

from kwaliteitsmonitor.connectors.destinations import PATIENCE, Destination, Folder, destination
from kwaliteitsmonitor.foundation import maintenance_log as upkeep
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.mirror.copy import Mirrored, behind, mirror
from schemas.errors import KwaliteitsmonitorError

VARIABLE = "KWALITEITSMONITOR_MIRROR"


def mirror_place(url: str, settings: Settings, patience: Patience = PATIENCE) -> Destination:
    """Where releases are copied to; raises as `destination` does. A folder is for everyone who may read it."""
    place = destination(url, f"{VARIABLE}_", "mirror", settings.by_name(), patience)
    return Folder(place.root, open_to_all=True) if isinstance(place, Folder) else place


def mirrored(workspace: Workspace, place: Destination) -> Mirrored:
    """Mirror, and record the result. Raises as `mirror` does, once that is noted."""
    try:
        outcome = mirror(workspace, place)
    except KwaliteitsmonitorError as error:
        if not workspace.root.is_dir():
            raise
        before = upkeep.last(workspace, upkeep.MIRROR).get("counts", {})
        left = _behind(workspace, place)
        upkeep.note(workspace, upkeep.MIRROR, **upkeep.why(error), to=place.url, counts=before, behind=left)
        raise
    upkeep.note(
        workspace,
        upkeep.MIRROR,
        error="; ".join(outcome.refused),
        to=place.url,
        counts=dict(outcome.counts),
        behind=[one.split(":")[0] for one in outcome.refused],
    )
    return outcome


def mirrored_after(workspace: Workspace, settings: Settings, patience: Patience = PATIENCE) -> str | None:
    """Mirror if the settings name a place; gives why it did not go well, nothing if it did.

    `None` if they name none. It raises nothing that a user can act on: the release is out already.
    """
    if not settings.mirror:
        return None
    try:
        return "; ".join(mirrored(workspace, mirror_place(settings.mirror, settings, patience)).refused)
    except KwaliteitsmonitorError as error:
        if upkeep.last(workspace, upkeep.MIRROR).get("error") != error.sentence():
            upkeep.note(workspace, upkeep.MIRROR, **upkeep.why(error), to="")  # it was not even reached
        return error.sentence()


def _behind(workspace: Workspace, place: Destination) -> list[str]:
    """What is not in the mirror, as far as it can be asked."""
    try:
        return behind(workspace, place)
    except KwaliteitsmonitorError:
        return []
