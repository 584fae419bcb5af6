"""A release: built beside its place, complete, and shown in one step.

`releases/<cycle>/v<N>/` never changes once it is there. `current/<cycle>` is a link that is replaced in one step, so that
a reader sees the old release whole or the new one whole. The same inputs give the same bytes: nothing in a release says
when or where it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from assets.workspace import Workspace, replacing, write_parquet
from schemas.calendar import Cycle
from schemas.exports.dictionary import markdown
from schemas.exports.frictionless import package, resource
from schemas.profile import Profile
from schemas.tables import CATALOGUE

FORMAT = 1
LIBRARIES = ("babel", "dagster", "duckdb", "great-expectations", "pandas", "pyarrow", "python-calamine", "sqlalchemy")
PACKAGES = ("schemas", "assets", "pipelines")


@dataclass(frozen=True)
class Release:
    """A release in its place; `new` is false where the current one already was the same to the byte."""

    cycle: str
    version: int
    path: Path
    status: str
    lacking: tuple[str, ...]
    new: bool


def publish(
    workspace: Workspace, profile: Profile, cycle: Cycle, tables: Mapping[str, pa.Table],
    inputs: Sequence[Mapping[str, Any]], lacking: Sequence[str],
) -> Release:
    """Publish the tables of a cycle as a release, and let `current` point to it.

    Where the newest release of the cycle is the same to the byte, no new one is made. Killed at any moment, this leaves
    the old release current or the new one.
    """
    home = workspace.releases / cycle.key
    home.mkdir(parents=True, exist_ok=True)
    building = home / f".building-{uuid4().hex}"
    try:
        _build(building, profile, cycle, tables, inputs, lacking)
        newest = _newest(home)
        same = newest is not None and _bytes(newest / "manifest.json") == _bytes(building / "manifest.json")
        place = newest if same and newest is not None else _settle(building, home)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    was_current = current(workspace, cycle.key)
    if was_current != place:
        _point(workspace.current / cycle.key, place)
    return Release(cycle.key, int(place.name[1:]), place, "draft", tuple(lacking), was_current != place)


def current(workspace: Workspace, cycle: str) -> Path | None:
    """The release of a cycle that counts, or none."""
    link = workspace.current / cycle
    return link.resolve() if link.is_symlink() and link.exists() else None


def _build(
    folder: Path, profile: Profile, cycle: Cycle, tables: Mapping[str, pa.Table], inputs: Sequence[Mapping[str, Any]],
    lacking: Sequence[str],
) -> None:
    (folder / "tables").mkdir(parents=True)
    resources = []
    hashes: dict[str, str] = {}
    bound = profile.code_lists()
    for name in sorted(tables):
        path = folder / "tables" / f"{name}.parquet"
        write_parquet(tables[name], path)
        hashes[f"tables/{name}.parquet"] = _sha256(path)
        described = resource(
            CATALOGUE[name].bind(bound), f"tables/{name}.parquet", size=path.stat().st_size, sha256=_sha256(path)
        )
        resources.append(described)
    title = f"Kwaliteitsafspraken {profile.institution.nl}, cyclus {cycle.key}"
    _json(folder / "datapackage.json", package(f"{profile.id}-{cycle.key}", title, resources))
    contracts = [CATALOGUE[name].bind(bound) for name in sorted(tables)]
    for language in ("nl", "en"):
        (folder / f"dictionary.{language}.md").write_text(markdown(contracts, language), encoding="utf-8")
    for name in ("datapackage.json", "dictionary.nl.md", "dictionary.en.md"):
        hashes[name] = _sha256(folder / name)
    _json(folder / "manifest.json", _manifest(profile, cycle, inputs, lacking, hashes))
    for path in folder.rglob("*"):
        if path.is_file():
            _flush(path)
            path.chmod(0o444)


def _manifest(
    profile: Profile, cycle: Cycle, inputs: Sequence[Mapping[str, Any]], lacking: Sequence[str],
    hashes: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "institution": profile.id,
        "cycle": cycle.key,
        "reporting_year": cycle.reporting_year,
        "status": "draft",
        "lacking": list(lacking),
        "profile": {"version": profile.institution.profile_version, "sha256": profile.digest},
        "code": {"version": _version("kwaliteitsmonitor"), "sha256": code_digest()},
        "libraries": {name: _version(name) for name in LIBRARIES},
        "inputs": sorted((dict(i) for i in inputs), key=lambda i: (i["feed"], i["file"], i["sha256"])),
        "files": dict(sorted(hashes.items())),
    }


def code_digest() -> str:
    """SHA-256 over the source of the packages: which code computed a release, to the letter."""
    root = Path(__file__).resolve().parents[2]
    total = hashlib.sha256()
    for path in sorted(path for name in PACKAGES for path in (root / name).rglob("*.py")):
        total.update(f"{path.relative_to(root).as_posix()}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _settle(building: Path, home: Path) -> Path:
    """Move what was built to the next free version, in one step."""
    number = max((int(p.name[1:]) for p in home.glob("v*") if p.name[1:].isdigit()), default=0) + 1
    while True:
        place = home / f"v{number}"
        try:
            building.rename(place)
        except OSError:
            # Another run took this number between the look and the move.
            if not place.exists():
                raise
            number += 1
            continue
        _flush(home)
        return place


def _newest(home: Path) -> Path | None:
    versions = [path for path in home.glob("v*") if path.name[1:].isdigit()]
    return max(versions, key=lambda path: int(path.name[1:]), default=None)


def _point(link: Path, place: Path) -> None:
    with replacing(link) as partial:
        partial.symlink_to(os.path.relpath(place, link.parent))
    _flush(link.parent)


def _flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk and not just on their way."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
