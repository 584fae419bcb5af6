"""Several institutions in one deployment: each is a code location of Dagster, of the same code, with its own settings.

`KWALITEITSMONITOR_LOCATIONS` names a folder with a file per location, `<name>.env`: lines `NAME=value`, as systemd and
Docker read them. A file holds what a location needs and no other may know: which institution, its landing zone, its
output, its key for pseudonyms, its databases. Every location is `pipelines.locations` with its name as attribute:

    load_from:
      - python_module: {module_name: pipelines.locations, attribute: north, location_name: north}

`python -m pipelines.locations workspace.yaml` holds the files against each other and writes that. Dagster gives each
location a process of its own; that process takes up the settings of its location, drops those of any other, and never
opens another's file. Nothing here is needed where there is one institution (`pipelines.definitions`).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kwaliteitsmonitor.foundation.settings import Settings
from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError, UsageError

if TYPE_CHECKING:
    import dagster as dg

FOLDER = f"{PREFIX}LOCATIONS"
LOCATION = f"{PREFIX}LOCATION"
INSTITUTION, LANDING, OUT, KEY = (f"{PREFIX}{name}" for name in ("INSTITUTION", "LANDING", "OUT", "PSEUDONYM_KEY"))
OF_ALL = (FOLDER, f"{PREFIX}DAGSTER_URL")
"""What belongs to the deployment and not to a location."""
MODULE = "pipelines.locations"
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LINE = re.compile(r"([A-Z_][A-Z0-9_]*)=(.*)")
_SECRET = re.compile(r".*(_KEY|_PASSWORD|_TOKEN|_SECRET|_WEBHOOK|_HEARTBEAT_URL)")
_SHARED_URLS = (f"{PREFIX}SMTP_URL", f"{PREFIX}URL")
"""Servers that give nothing back: two institutions may send their mail by the same one, and have one Dagster UI."""


@dataclass(frozen=True)
class Location:
    """A code location: its name, its file, and its settings, which are shown nowhere."""

    name: str
    path: Path
    settings: Mapping[str, str]

    @property
    def out(self) -> str:
        """Where everything of it is kept."""
        return self.settings[OUT]

    @property
    def landing(self) -> str:
        """Its landing zone."""
        return self.settings.get(LANDING) or f"{self.out.rstrip('/')}/landing"


def read(path: Path) -> Location:
    """The location of which a file holds the settings.

    Raises `UsageError` if it is not there or does not hold: a line that is none, a setting that is lacking or that
    belongs to the deployment, a place that depends on where a process stands, or secrets that anyone can read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        open_to_all = bool(path.stat().st_mode & 0o007)
    except (OSError, UnicodeDecodeError):
        raise _wrong(path, "the settings of this location cannot be read", "a file that this user may read") from None
    settings: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None or parts[1] in settings:
            raise _wrong(path, f"line {number} is no setting", "NAME=value, each name once")
        settings[parts[1]] = _bare(parts[2])
    for name in (INSTITUTION, OUT):
        if not settings.get(name):
            raise _wrong(path, f"{name} is lacking", "the institution and the place of its output")
    for name in (name for name in settings if name.startswith("DAGSTER_") or name in (*OF_ALL, LOCATION)):
        raise _wrong(path, f"{name} is no setting of a location", "it in the environment of the whole deployment")
    for name in (OUT, LANDING):
        if settings.get(name) and not _settled(settings[name]):
            raise _wrong(path, f"{name} is not a whole address", "a path from the root, or an address with its scheme")
    if open_to_all and any(_SECRET.fullmatch(name) for name in settings):
        raise _wrong(path, "it holds a secret and anyone can read it", "a file for its own user alone (chmod 600)")
    return Location(path.stem, path, settings)


def locations(folder: Path) -> list[Location]:
    """Every location of a folder, by name, checked against each other.

    Raises `UsageError` if there is none, or if two of them would read or write in the same place.
    """
    known = [read(path) for path in sorted(folder.glob("*.env")) if _NAME.fullmatch(path.stem)]
    if not known:
        raise UsageError(
            "there is no location here",
            where=str(folder),
            expected="a file <name>.env per institution, its name in lower case",
            remedy="docs/sector.md shows one.",
        )
    for one, other in combinations(known, 2):
        for what in _shared(one, other):
            raise UsageError(
                f"{one.name} and {other.name} share {what}",
                where=str(folder),
                expected="for each institution its own",
                remedy="Whoever runs the one would read what is the other's.",
            )
    return known


def workspace(known: Sequence[Location]) -> str:
    """The text of the `workspace.yaml` by which Dagster loads these locations. No setting stands in it."""
    lines = [f"# Written by `python -m {MODULE}`: a code location per institution.", "load_from:"]
    for one in known:
        lines.append("  - python_module:")
        lines.append(f"      module_name: {MODULE}")
        lines.extend(f"      {key}: {one.name}" for key in ("attribute", "location_name"))
    return "\n".join(lines) + "\n"


def enter(name: str, folder: Path) -> None:
    """Make this process that of one location: its settings in the environment, and none of another.

    Raises `UsageError` if it is another's already, or where the settings do not hold.
    """
    entered = Settings().location
    if entered and entered != name:
        raise UsageError(
            f"this process is of location '{entered}' and cannot become that of '{name}'",
            expected="a process for each location",
            remedy="Let Dagster start them, or start a code server for each.",
        )
    location = read(folder / f"{name}.env")
    for variable in [v for v in os.environ if v.startswith(PREFIX) and v not in OF_ALL]:
        del os.environ[variable]
    os.environ.update(location.settings)
    os.environ[LOCATION] = name


@cache
def definitions_of(name: str) -> dg.Definitions:
    """What Dagster loads of a location. Raises `UsageError` or `ProfileError` if it cannot be."""
    folder = Settings().locations
    if not folder:
        raise UsageError(
            "it is not known where the settings of locations are",
            where=FOLDER,
            expected="a folder with a file <name>.env per institution",
        )
    enter(name, Path(folder))
    from pipelines.definitions import build_definitions

    return build_definitions()


def __getattr__(name: str) -> dg.Definitions:
    """A location, where Dagster asks this module for an attribute of its name."""
    if not _NAME.fullmatch(name):
        raise AttributeError(name)
    return definitions_of(name)


def _shared(one: Location, other: Location) -> Iterator[str]:
    """What two locations have in common that each must have alone."""
    places = {"out": (one.out, other.out), "landing zone": (one.landing, other.landing)}
    for what, (mine, theirs) in places.items():
        if _within(mine, theirs) or _within(theirs, mine):
            yield f"a place for their {what}"
    if _within(one.landing, other.out) or _within(other.landing, one.out):
        yield "a place: what the one delivers lies in what is the other's"
    for name, value in one.settings.items():
        if name.endswith("_URL") and name not in _SHARED_URLS and value and value in _urls(other):
            yield f"the address in {name}"
    key = one.settings.get(KEY)
    if key and key == other.settings.get(KEY) and one.settings[INSTITUTION] != other.settings[INSTITUTION]:
        yield "their key for pseudonyms, by which a person could be followed from one to the other"


def _urls(location: Location) -> set[str]:
    return {value for name, value in location.settings.items() if name.endswith("_URL")}


def _within(place: str, other: str) -> bool:
    """Whether a place is the other, or lies in it. Folders are compared without links, addresses by their letters."""
    parts, others = _parts(place), _parts(other)
    return parts[: len(others)] == others


def _parts(place: str) -> tuple[str, ...]:
    address = urlsplit(place)
    if len(address.scheme) > 1 and address.scheme != "file":
        server = address.netloc.rpartition("@")[2].casefold()
        return (address.scheme, server, *(part for part in address.path.split("/") if part))
    return Path(address.path if address.scheme == "file" else place).resolve().parts


def _settled(place: str) -> bool:
    return len(urlsplit(place).scheme) > 1 or Path(place).is_absolute()


def _bare(value: str) -> str:
    """A value without the quotes around it."""
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _wrong(path: Path, what: str, expected: str) -> UsageError:
    return UsageError(what, where=str(path), expected=expected)


def main(target: Path) -> None:
    """Write the `workspace.yaml` of the folder that the environment names."""
    from kwaliteitsmonitor.foundation.workspace import replacing

    known = locations(Path(Settings().locations or "."))
    with replacing(target) as partial:
        partial.write_text(workspace(known), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "workspace.yaml"))
    except KwaliteitsmonitorError as error:
        sys.exit(f"Error: {error}")
