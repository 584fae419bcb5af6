"""The copier of backup and mirror: files go to a place of one institution first, and what names them goes last.

    kwaliteitsmonitor-<kind>.json    whose copies they are

A place holds whole files alone, each checked by its hash on arrival (`kwaliteitsmonitor.connectors.destinations`). So
a process that is killed leaves what was there before, and the next goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.connectors.destinations import PATIENCE, PLACES, Destination, Folder, destination
from kwaliteitsmonitor.foundation.locks import locked
from kwaliteitsmonitor.foundation.maintenance_log import FOLDER as UPKEEP
from kwaliteitsmonitor.foundation.ownership import owner
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.words import Words

FORMAT = 1


@dataclass(frozen=True)
class Kind:
    """A kind of copies: its name, how messages call it, and the file or folder that locks it in the workspace.

    `without_workspace` and `without_place` are the sentences if there is nothing to copy or nowhere to copy it to.
    A folder with copies is for its owner alone unless it is `open_to_all`.
    """

    name: str
    called: Words
    lock: str
    without_workspace: Words
    without_place: Words
    open_to_all: bool = False

    @property
    def bare(self) -> Words:
        """Its name in a sentence, without an article."""
        return PLACES[self.name]

    @property
    def mark(self) -> str:
        """The file that says whose copies they are."""
        return f"kwaliteitsmonitor-{self.name}.json"

    @property
    def variable(self) -> str:
        """The environment variable with the place; what opens it is in those whose names begin with it."""
        return f"{PREFIX}{self.name.upper()}"


BACKUP = Kind(
    "backup",
    Words("een back-up", "a backup"),
    ".",
    Words(
        "er is niets om een back-up van te maken: hier heeft nog geen run een werkruimte gemaakt",
        "there is nothing to back up: no run has made a workspace here",
    ),
    Words("er is niet gezegd waar de back-up is", "it is not said where the backup is"),
)
MIRROR = Kind(
    "mirror",
    Words("de spiegel", "the mirror"),
    f"{UPKEEP}/.mirror.lock",
    Words(
        "er is niets om te spiegelen: hier heeft nog geen run een werkruimte gemaakt",
        "there is nothing to mirror: no run has made a workspace here",
    ),
    Words("er is niet gezegd waarheen", "it is not said where to"),
    open_to_all=True,
)


def place_of(kind: Kind, url: str, settings: Settings, patience: Patience = PATIENCE) -> Destination:
    """The place of copies at an address, opened as the settings say.

    Raises `UsageError` if the address is empty, and otherwise as `destination` does.
    """
    if not url:
        raise UsageError(
            kind.without_place,
            where=kind.variable,
            expected=Words(
                "een map, of een adres zoals s3://bucket/path", "a folder, or an address as s3://bucket/path"
            ),
        )
    place = destination(url, f"{kind.variable}_", kind.name, settings.by_name(), patience)
    return Folder(place.root, open_to_all=kind.open_to_all) if isinstance(place, Folder) else place


@contextmanager
def copying(workspace: Workspace, place: Destination, kind: Kind) -> Iterator[str]:
    """Copy a workspace to a place that is its institution's, whose id it gives; an empty place becomes so.

    Another that copies the workspace in this way waits meanwhile. What killed processes left half-way in a folder is
    removed. Raises `UsageError` if there is no workspace, or the place is another institution's or holds other things,
    and `SourceError` if it cannot be reached.
    """
    institution = owner(workspace)
    if not institution:
        raise UsageError(
            kind.without_workspace,
            where=str(workspace.root),
            remedy=Words(
                "Noem de map met --out of KWALITEITSMONITOR_OUT.",
                "Name the folder with --out or KWALITEITSMONITOR_OUT.",
            ),
        )
    with locked(workspace.root / kind.lock):
        _claim(place, kind, institution)
        if isinstance(place, Folder):
            place.clear()
        yield institution


def owner_of(place: Destination, kind: Kind) -> str:
    """Whose copies a place holds. Raises `UsageError` if it holds none, `KwaliteitsmonitorError` if it does not say."""
    if kind.mark not in place.sizes(""):
        raise UsageError(
            Words(f"hier is geen {kind.bare.nl}", f"there is no {kind.bare.en} here"),
            where=place.url,
            expected=Words(
                f"een plaats waar `kwaliteitsmonitor {kind.name}` naartoe schreef, met {kind.mark} erin",
                f"a place to which `kwaliteitsmonitor {kind.name}` wrote, with {kind.mark} in it",
            ),
        )
    return _holder(place, kind)


def read(place: Destination, name: str) -> bytes:
    """The bytes of a name. Raises `KwaliteitsmonitorError` if it is not there."""
    with place.open(name) as stream:
        return stream.read()


def write(place: Destination, name: str, content: bytes) -> None:
    """Have a small file hold these bytes, in one step, unless it does so already."""
    if place.sizes(name.rpartition("/")[0]).get(name) == len(content) and read(place, name) == content:
        return
    place.put(name, content, hashlib.sha256(content).hexdigest())


def hash_of(path: Path) -> str:
    """The SHA-256 of a file. Raises `OSError` if it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _holder(place: Destination, kind: Kind) -> str:
    try:
        return str(json.loads(read(place, kind.mark))["institution"])
    except (ValueError, KeyError, TypeError):
        raise KwaliteitsmonitorError(
            Words(
                f"van wie {kind.called.nl} hier is, kan niet worden gelezen",
                f"it cannot be read whose {kind.bare.en} this is",
            ),
            where=f"{place.url}/{kind.mark}",
        ) from None


def _claim(place: Destination, kind: Kind, institution: str) -> None:
    """Make an empty place an institution's. Raises `UsageError` if it is another's, or is not empty."""
    there = place.sizes("")
    if kind.mark not in there:
        if there:
            raise _occupied(place, kind)
        content = (json.dumps({"format": FORMAT, "institution": institution}) + "\n").encode()
        write(place, kind.mark, content)
        return
    holder = _holder(place, kind)
    if holder != institution:
        raise UsageError(
            Words(f"dit is {kind.called.nl} van '{holder}'", f"this is {kind.called.en} of '{holder}'"),
            where=place.url,
            expected=Words(
                f"een plaats van '{institution}', of een lege plaats", f"one of '{institution}', or an empty place"
            ),
            remedy=Words("Geef elke instelling een plaats voor zichzelf.", "Give each institution a place of its own."),
        )


def _occupied(place: Destination, kind: Kind) -> UsageError:
    return UsageError(
        Words(
            f"deze plaats is niet leeg, en bevat geen {kind.bare.nl}",
            f"this place is not empty, and holds no {kind.bare.en}",
        ),
        where=place.url,
        expected=Words(
            f"een lege plaats, of een {kind.bare.nl} die eerder is gemaakt",
            f"an empty place, or a {kind.bare.en} made before",
        ),
        remedy=Words(
            f"Noem een map of een deel van een bucket voor {kind.called.nl} alleen.",
            f"Name a folder or a part of a bucket for {kind.called.en} alone.",
        ),
    )
