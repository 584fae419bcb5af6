"""Copying releases to object storage, or to a folder that a web server shows, so that a reader never sees half of one.

    kwaliteitsmonitor-mirror.json       whose releases they are
    releases/<cycle>/v<N>/…             the files of each release, the manifest last
    current/<cycle>.json                which release counts, put in one step once all of it is there
    index.html                          a page that leads to the reports

Object storage knows no link and no rename of a folder. A reader therefore begins at `current/<cycle>.json`: what that
names is there, whole, and never changes. It holds the hash of the manifest, and the manifest those of all other files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.connectors.destinations import Destination, Folder
from kwaliteitsmonitor.foundation.locks import locked
from kwaliteitsmonitor.foundation.maintenance_log import FOLDER
from kwaliteitsmonitor.foundation.ownership import owner
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.mirror.page import page
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.places import current, versions
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import KwaliteitsmonitorError, UsageError

MARK = "kwaliteitsmonitor-mirror.json"
RELEASES, CURRENT, INDEX = "releases", "current", "index.html"


@dataclass(frozen=True)
class Mirrored:
    """What stands in the mirror now: which release counts per cycle, what was copied, and what was not and why."""

    counts: Mapping[str, str]
    copied: tuple[str, ...]
    there: int
    refused: tuple[str, ...]


def mirror(workspace: Workspace, place: Destination, report: Callable[[str], None] = lambda _: None) -> Mirrored:
    """Copy what is not in the mirror yet; `report` hears of each release that was copied.

    A release that is not what was published is not copied, and the pointer of its cycle stays where it was. Raises
    `UsageError` if the mirror is another institution's, and `SourceError` if it cannot be reached; what was
    copied until then stays, and doing it again goes on.
    """
    if not owner(workspace):
        raise UsageError(
            "there is nothing to mirror: no run has made a workspace here",
            where=str(workspace.root),
            remedy="Name the folder with --out or KWALITEITSMONITOR_OUT.",
        )
    with _held(workspace):
        _claim(place, owner(workspace))
        if isinstance(place, Folder):
            place.clear()
        pointers: dict[str, dict[str, Any]] = {}
        copied, refused, there = [], [], 0
        for cycle in _cycles(workspace):
            for release in versions(workspace, cycle):
                name = f"{cycle}/{release.name}"
                try:
                    new = _copy(release, place)
                except KwaliteitsmonitorError as error:
                    if error.exit_code != KwaliteitsmonitorError.exit_code:
                        raise
                    refused.append(f"{name}: {error.what}")
                    continue
                there += 1
                if new:
                    copied.append(name)
                    report(name)
            pointer = _point(workspace, place, cycle, {one.split(":")[0] for one in refused})
            if pointer is not None:
                pointers[cycle] = pointer
        _put(place, INDEX, page(owner(workspace), [pointers[cycle] for cycle in sorted(pointers, reverse=True)]))
        counts = {cycle: str(pointer["version"]) for cycle, pointer in pointers.items()}
        return Mirrored(counts, tuple(copied), there, tuple(refused))


def behind(workspace: Workspace, place: Destination) -> list[str]:
    """The releases that are not in the mirror yet, by cycle and version."""
    return [
        f"{cycle}/{release.name}"
        for cycle in _cycles(workspace)
        for release in versions(workspace, cycle)
        if not _is_there(release, place)
    ]


def _cycles(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.releases.glob("[0-9]*") if path.is_dir())


def _copy(release: Path, place: Destination) -> bool:
    """Copy a release, its manifest last; gives whether it was not there. Raises if it is not what was published."""
    if _is_there(release, place):
        return False
    wrong = faults(release)
    if wrong:
        raise KwaliteitsmonitorError(f"it is not what was published: {'; '.join(map(str, wrong[:3]))}")
    if _name(release, manifest.NAME) in place.sizes(_name(release)):
        raise KwaliteitsmonitorError("the mirror has another release under this name, which readers may have used")
    own = ReleaseReader(release).manifest
    for name, sha256 in own.files.items():
        place.put(_name(release, name), release / name, sha256)
    place.put(_name(release, manifest.NAME), release / manifest.NAME, own.sha256)
    return True


def _is_there(release: Path, place: Destination) -> bool:
    """Whether the mirror has a release whole: its manifest, which comes last, and each file at its size."""
    try:
        listed = ReleaseReader(release).manifest.files
        own = (release / manifest.NAME).read_bytes()
        sizes = {_name(release, name): (release / name).stat().st_size for name in listed}
    except (KwaliteitsmonitorError, OSError):
        return False
    there = place.sizes(_name(release))
    if there.get(_name(release, manifest.NAME)) != len(own) or any(there.get(n) != size for n, size in sizes.items()):
        return False
    with place.open(_name(release, manifest.NAME)) as stream:
        return stream.read() == own


def _name(release: Path, file: str = "") -> str:
    """The name of a release in the mirror, or of a file in it."""
    name = f"{RELEASES}/{release.parent.name}/{release.name}"
    return f"{name}/{file}" if file else name


def _point(workspace: Workspace, place: Destination, cycle: str, refused: set[str]) -> dict[str, Any] | None:
    """Have the mirror say which release of a cycle counts, and give what it says; `None` if it has none."""
    counting = current(workspace, cycle)
    name = f"{CURRENT}/{cycle}.json"
    if counting is None or f"{cycle}/{counting.name}" in refused:
        return _pointer(place, name)
    own = ReleaseReader(counting).manifest
    pointer = {
        "cycle": cycle,
        "version": counting.name,
        "path": _name(counting),
        "manifest": own.sha256,
        "institution": own.institution,
        "about": dict(own.about),
        "reporting_year": own.reporting_year,
        "status": own.status,
        "reports": sorted(file for file in own.files if file.startswith("report/")),
    }
    _put(place, name, (json.dumps(pointer, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    return pointer


def _pointer(place: Destination, name: str) -> dict[str, Any] | None:
    if name not in place.sizes(CURRENT):
        return None
    with place.open(name) as stream:
        data: dict[str, Any] = json.loads(stream.read())
    return data


def _put(place: Destination, name: str, content: bytes) -> None:
    """Put a small object in one step, unless it is there with this content."""
    inside = name.rpartition("/")[0]
    if place.sizes(inside).get(name) == len(content):
        with place.open(name) as stream:
            if stream.read() == content:
                return
    place.put(name, content, hashlib.sha256(content).hexdigest())


def _claim(place: Destination, institution: str) -> None:
    """Make an empty place the mirror of an institution. Raises `UsageError` if it is another's, or not empty."""
    there = place.sizes("")
    if MARK in there:
        with place.open(MARK) as stream:
            owner = json.loads(stream.read()).get("institution")
        if owner != institution:
            raise UsageError(f"this is the mirror of '{owner}'", where=place.url, expected=f"one of '{institution}'")
        return
    if there:
        raise UsageError(
            "this place is not empty, and holds no mirror",
            where=place.url,
            expected="an empty place, or a mirror made before",
        )
    content = (json.dumps({"format": 1, "institution": institution}) + "\n").encode()
    place.put(MARK, content, hashlib.sha256(content).hexdigest())


def _held(workspace: Workspace) -> AbstractContextManager[None]:
    """Keep another from mirroring this workspace meanwhile, or its pointer might take the place of a newer one."""
    return locked(workspace.root / FOLDER / ".mirror.lock")
