"""Mirroring after a release has come out: what fails is reported and noted, and undoes nothing.

`KWALITEITSMONITOR_MIRROR` says where to. Object storage is opened by `KWALITEITSMONITOR_MIRROR_USER`,
`KWALITEITSMONITOR_MIRROR_PASSWORD`, `KWALITEITSMONITOR_MIRROR_TOKEN`, `KWALITEITSMONITOR_MIRROR_TENANT` and
`KWALITEITSMONITOR_MIRROR_ENDPOINT`.
"""

from __future__ import annotations

from kwaliteitsmonitor.connectors.destinations import PATIENCE, Destination
from kwaliteitsmonitor.foundation import maintenance_log as upkeep
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.copier import MIRROR, place_of
from kwaliteitsmonitor.operations.copies.mirror import Mirrored, behind, mirror
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words


def mirrored(workspace: Workspace, place: Destination) -> Mirrored:
    """Mirror, and record the result. Raises as `mirror` does, once that is noted."""
    try:
        outcome = mirror(workspace, place)
    except KwaliteitsmonitorError as error:
        if not workspace.root.is_dir():
            raise
        before = upkeep.last(workspace, upkeep.MIRROR) or upkeep.Note()
        left = _behind(workspace, place)
        about = upkeep.Note(to=place.url, counts=before.counts, behind=left)
        upkeep.note(workspace, upkeep.MIRROR, about, error.in_words)
        raise
    refused = "; ".join(outcome.refused.values())
    why = Words(refused, refused) if refused else None
    about = upkeep.Note(to=place.url, counts=outcome.counts, behind=tuple(outcome.refused))
    upkeep.note(workspace, upkeep.MIRROR, about, why)
    return outcome


def mirrored_after(workspace: Workspace, settings: Settings, patience: Patience = PATIENCE) -> str | None:
    """Mirror if the settings name a place; gives why it did not go well, nothing if it did.

    `None` if they name none. It raises nothing that a user can act on: the release is out already.
    """
    if not settings.mirror:
        return None
    try:
        outcome = mirrored(workspace, place_of(MIRROR, settings.mirror, settings, patience))
        return "; ".join(outcome.refused.values())
    except KwaliteitsmonitorError as error:
        noted = upkeep.last(workspace, upkeep.MIRROR)
        if noted is None or noted.error != error.sentence():
            upkeep.note(workspace, upkeep.MIRROR, upkeep.Note(), error.in_words)  # it was not even reached
        return error.sentence()


def _behind(workspace: Workspace, place: Destination) -> list[str]:
    """What is not in the mirror, as far as it can be asked."""
    try:
        return behind(workspace, place)
    except KwaliteitsmonitorError:
        return []
