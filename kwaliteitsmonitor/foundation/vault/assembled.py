"""Deliveries that came in parts: the bytes of each part are kept as they came, and a list of them is what is delivered.

The list names the parts in a fixed order, each with its hash and size, so that the hash of the list is one over all of
them: replacing a part gives another delivery, and delivering the same parts again gives the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from schemas.words import Words

_FIRST_LINE = b'{"kwaliteitsmonitor": "parts", "format": 1}\n'
NOT_OURS = Words(
    "dit bestand doet zich voor als een lijst van onderdelen: niet gelezen; lever de onderdelen zelf",
    "this file poses as a list of parts: not read; deliver the parts themselves",
)
"""What is said of a delivered file that is written as our own lists are: it might point to what others delivered."""
NOTHING_IN_HIVE = "__HIVE_DEFAULT_PARTITION__"
"""What Spark, Hive and DuckDB call the folder of rows that have no value."""


@dataclass(frozen=True)
class Part:
    """A part of a delivery as it was received: its name in the delivery, the hash and the size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class KeptPart:
    """The bytes of a part where they are kept; `path_fields` are the fields in its folders, such as `unit=FGW`.

    A delivery that came as one file is one part without a name.
    """

    name: str
    path: Path
    path_fields: Mapping[str, str | None] = field(default_factory=dict)


def listing(parts: Iterable[Part]) -> bytes:
    """The list of parts as it is kept."""
    lines = (json.dumps([part.name, part.sha256, part.size], ensure_ascii=False) for part in parts)
    return _FIRST_LINE + "".join(f"{line}\n" for line in lines).encode()


def parts_of(path: Path) -> Sequence[Part]:
    """The parts of what is kept at a path; none if it is a file by itself."""
    with path.open("rb") as stream:
        if stream.read(len(_FIRST_LINE)) != _FIRST_LINE:
            return ()
        return [Part(*json.loads(line)) for line in stream]


def is_listing(path: Path) -> bool:
    """Whether what is kept at a path is written as a list of parts."""
    with path.open("rb") as stream:
        return stream.read(len(_FIRST_LINE)) == _FIRST_LINE


def place_of(path: Path, part: Part) -> Path:
    """Where the bytes of a part are kept, beside the list that names it."""
    return path.parents[1] / part.sha256[:2] / part.sha256


def kept_parts(path: Path) -> list[KeptPart]:
    """The files of a kept delivery, in order: itself, or its parts."""
    parts = parts_of(path)
    return [KeptPart(p.name, place_of(path, p), _path_fields(p.name)) for p in parts] or [KeptPart("", path)]


def with_parts(store: Path, hashes: Iterable[str]) -> set[str]:
    """These hashes, and those of the parts of what is kept under them."""
    kept = set(hashes)
    for sha256 in tuple(kept):
        path = store / sha256[:2] / sha256
        if path.is_file():
            kept.update(part.sha256 for part in parts_of(path))
    return kept


def _path_fields(name: str) -> dict[str, str | None]:
    """What the folders of a part tell of all its rows."""
    pairs = (folder.partition("=") for folder in name.split("/")[:-1])
    return {key: None if value == NOTHING_IN_HIVE else unquote(value) for key, sign, value in pairs if sign}
