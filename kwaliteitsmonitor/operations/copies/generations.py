"""A generation of a backup: which files a workspace held at a moment, and under which hash their bytes are kept.

    kwaliteitsmonitor-backup.json    whose backup it is
    objects/ab/ab12…                 bytes by their SHA-256, each once, whichever generations have them
    generations/000007.json          a generation: every file with its hash, written last and in one step

A generation carries a seal, the SHA-256 of itself without the seal, so that one that was altered shows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath

from kwaliteitsmonitor.connectors.destinations import Destination
from kwaliteitsmonitor.operations.copies import copier
from schemas.errors import KwaliteitsmonitorError
from schemas.formats import demand_known

FORMAT = 1
GENERATIONS, OBJECTS = "generations", "objects"
_NAME = re.compile(rf"{GENERATIONS}/(\d{{6,}})\.json")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """A file in a generation: its path in the workspace, hash and size of its bytes, and its rights."""

    path: str
    sha256: str
    size: int
    mode: int


@dataclass(frozen=True)
class Generation:
    """What a workspace held. `made` is when, in UTC; `key` says where the key for pseudonyms is.

    `links` are the links by path, relative; `folders` the rights of folders by path.
    """

    number: int
    institution: str
    made: str
    code: str
    key: str
    files: tuple[Kept, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, int] = field(default_factory=dict)

    @property
    def content(self) -> Generation:
        """It without number, moment and version of the code: generations that agree in this hold the same."""
        return replace(self, number=0, made="", code="")

    @property
    def size(self) -> int:
        """The bytes in it."""
        return sum(one.size for one in self.files)


def object_name(sha256: str) -> str:
    """The name under which bytes are kept."""
    return f"{OBJECTS}/{sha256[:2]}/{sha256}"


def numbers(place: Destination) -> list[int]:
    """The numbers of the generations of a backup, the oldest first."""
    return sorted(int(match[1]) for name in place.sizes(GENERATIONS) if (match := _NAME.fullmatch(name)))


def name_of(number: int) -> str:
    """The name of a generation."""
    return f"{GENERATIONS}/{number:06d}.json"


def write(place: Destination, generation: Generation) -> None:
    """Write a generation, in one step."""
    copier.write(place, name_of(generation.number), _written(generation))


def read(place: Destination, number: int) -> Generation:
    """A generation.

    Raises `KwaliteitsmonitorError` if it is not what was written, leads out of a workspace, or is of a newer form.
    """
    content = copier.read(place, name_of(number))
    try:
        data = json.loads(content)
        demand_known(data["format"], FORMAT, "the backup", where=place.url, made_by=data.get("code"))
        files = tuple(Kept(**one) for one in data["files"])
        names = ("number", "institution", "made", "code", "key", "links", "folders")
        generation = Generation(files=files, **{name: data[name] for name in names})
        whole = data["format"] == FORMAT and _written(generation) == content
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise KwaliteitsmonitorError(
            f"generation {number} of the backup is not what was written",
            where=place.url,
            remedy="Name another with --generation, or put this file back from a copy of the backup.",
        )
    _demand_inside(generation, place.url)
    return generation


def _written(generation: Generation) -> bytes:
    bare = {"format": FORMAT, **asdict(generation)}
    seal = hashlib.sha256(_json(bare)).hexdigest()
    return _json({**bare, "seal": seal})


def _json(data: Mapping[str, object]) -> bytes:
    return (json.dumps(data, indent=0, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "surrogateescape")


def _demand_inside(generation: Generation, where: str) -> None:
    """Raise `KwaliteitsmonitorError` if a path would be written outside of a workspace, or a hash is none."""
    links = (str(PurePosixPath(path).parent / to) for path, to in generation.links.items())
    wrong = [one.path for one in generation.files if not _HASH.fullmatch(one.sha256)]
    wrong += [
        path
        for path in (*(f.path for f in generation.files), *generation.folders, *generation.links)
        if not _inside(path)
    ]
    wrong += [path for path in links if PurePosixPath(path).is_absolute() or _depth(path) < 1]
    if wrong:
        raise KwaliteitsmonitorError(f"the backup names a file that is none of a workspace: {wrong[0]!r}", where=where)


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\0" not in path


def _depth(path: str) -> int:
    """How deep in the workspace a path ends; below nothing if it leaves it on the way."""
    depth = 0
    for part in PurePosixPath(path).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return -1
    return depth
