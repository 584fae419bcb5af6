"""Copying releases to object storage, or to a folder that a web server shows, so that a reader never sees half of one.

    kwaliteitsmonitor-mirror.json       whose releases they are
    releases/<cycle>/v<N>/…             the files of each release, the manifest last
    current/<cycle>.json                which release counts, put in one step once all of it is there
    index.html                          a page that leads to the reports

Object storage knows no link and no rename of a folder. A reader therefore begins at `current/<cycle>.json`: what that
names is there, whole, and never changes. It holds the hash of the manifest, and the manifest those of all other files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kwaliteitsmonitor.connectors.destinations import Destination
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.copier import MIRROR, copying, read, write
from kwaliteitsmonitor.operations.copies.page import Pointer, page
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.places import current, versions
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

RELEASES, CURRENT, INDEX = "releases", "current", "index.html"


@dataclass(frozen=True)
class Mirrored:
    """What is in the mirror now: which release counts per cycle, which were copied, and how many there are.

    `refused` has a clause for each release that was not copied, which says why, by cycle and version.
    """

    counts: Mapping[str, str]
    copied: tuple[str, ...]
    there: int
    refused: Mapping[str, str]


def mirror(workspace: Workspace, place: Destination, report: Callable[[str], None] = lambda _: None) -> Mirrored:
    """Copy what is not in the mirror yet; `report` hears of each release that was copied.

    A release that is not what was published is not copied, and the pointer of its cycle stays where it was. Raises
    `UsageError` if the mirror is another institution's, and `SourceError` if it cannot be reached; what was
    copied until then stays, and doing it again goes on.
    """
    with copying(workspace, place, MIRROR) as institution:
        copied: list[str] = []
        refused: dict[str, str] = {}
        pointers: list[Pointer] = []
        there = 0
        for cycle in _cycles(workspace):
            for release in versions(workspace, cycle):
                name = f"{cycle}/{release.name}"
                try:
                    new = _copy(release, place)
                except KwaliteitsmonitorError as error:
                    if error.exit_code != KwaliteitsmonitorError.exit_code:
                        raise
                    refused[name] = f"{name}: {error.what}"
                    continue
                there += 1
                if new:
                    copied.append(name)
                    report(name)
            pointer = _point(workspace, place, cycle, refused)
            if pointer is not None:
                pointers.append(pointer)
        write(place, INDEX, page(institution, pointers[::-1]))
        counts = {one.cycle: one.version for one in pointers}
        return Mirrored(counts, tuple(copied), there, refused)


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
    sizes[_name(release, manifest.NAME)] = len(own)
    there = place.sizes(_name(release))
    whole = all(there.get(name) == size for name, size in sizes.items())
    return whole and read(place, _name(release, manifest.NAME)) == own


def _name(release: Path, file: str = "") -> str:
    """The name of a release in the mirror, or of a file in it."""
    name = f"{RELEASES}/{release.parent.name}/{release.name}"
    return f"{name}/{file}" if file else name


def _point(workspace: Workspace, place: Destination, cycle: str, refused: Mapping[str, str]) -> Pointer | None:
    """Have the mirror say which release of a cycle counts, and give what it says; `None` if it has none."""
    counting = current(workspace, cycle)
    name = f"{CURRENT}/{cycle}.json"
    if counting is None or f"{cycle}/{counting.name}" in refused:
        return _pointer(place, name)
    own = ReleaseReader(counting).manifest
    pointer = Pointer(
        cycle=cycle,
        version=counting.name,
        path=_name(counting),
        manifest=own.sha256,
        institution=own.institution,
        about=dict(own.about),
        reporting_year=own.reporting_year,
        status=own.status,
        reports=tuple(sorted(file for file in own.files if file.startswith("report/"))),
    )
    write(place, name, (json.dumps(asdict(pointer), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    return pointer


def _pointer(place: Destination, name: str) -> Pointer | None:
    """What the mirror says of a cycle. Raises `KwaliteitsmonitorError` if that is not what was written."""
    if name not in place.sizes(CURRENT):
        return None
    try:
        return Pointer(**json.loads(read(place, name)))
    except (ValueError, TypeError):
        raise KwaliteitsmonitorError(
            Words(
                "welke publicatie in de spiegel geldt, kan niet worden gelezen",
                "it cannot be read which release counts in the mirror",
            ),
            where=f"{place.url}/{name}",
            remedy=Words(
                "Zet de geldende publicatie terug uit een back-up, en spiegel opnieuw.",
                "Put the release that counts back from a backup, and mirror again.",
            ),
        ) from None
