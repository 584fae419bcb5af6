"""A release: built beside its place, complete, and shown in one step.

`releases/<cycle>/v<N>/` never changes once it is there. `current/<cycle>` is a link that is replaced in one step, so
that a reader sees the old release whole or the new one whole. The same inputs give the same bytes: nothing in a release
says when or where it was made.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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
BUILDING = ".building-"


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
    workspace: Workspace,
    profile: Profile,
    cycle: Cycle,
    tables: Mapping[str, pa.Table],
    inputs: Sequence[Mapping[str, Any]],
    lacking: Sequence[str],
) -> Release:
    """Publish the tables of a cycle as a release, and let `current` point to it.

    Where the newest release of the cycle is the same to the byte, no new one is made. Killed at any moment, this leaves
    the old release current or the new one; what a killed run left half built is cleared away by the next. Runs at the
    same time build side by side and take their places one after the other.
    """
    home = workspace.releases / cycle.key
    home.mkdir(parents=True, exist_ok=True)
    workspace.current.mkdir(parents=True, exist_ok=True)
    with _building(workspace, cycle.key) as building:
        _build(building, profile, cycle, tables, inputs, lacking)
        with _locked(home):
            newest = _newest(home)
            same = newest is not None and _bytes(newest / "manifest.json") == _bytes(building / "manifest.json")
            place = newest if same and newest is not None else _settle(building, home)
            was_current = current(workspace, cycle.key)
            new = was_current is None or was_current != place.resolve()
            if new:
                _point(workspace.current / cycle.key, place)
    return Release(cycle.key, int(place.name[1:]), place, "draft", tuple(lacking), new)


def current(workspace: Workspace, cycle: str) -> Path | None:
    """The release of a cycle that counts, or none."""
    link = workspace.current / cycle
    return link.resolve() if link.is_symlink() and link.exists() else None


@contextmanager
def _building(workspace: Workspace, cycle: str) -> Iterator[Path]:
    """A folder to build a release in, locked as long as the run that builds in it lives; gone at the end."""
    home = workspace.releases / cycle
    folder = home / f"{BUILDING}{uuid4().hex}"
    with _locked(home):
        _clear(workspace, cycle)
        folder.mkdir()
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. The system lets go of it when the process ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _clear(workspace: Workspace, cycle: str) -> None:
    """Remove what killed runs left of a cycle. The lock of the cycle is held; a run that lives holds its own folder."""
    for folder in (workspace.releases / cycle).glob(f"{BUILDING}*"):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
    for link in workspace.current.glob(f".{cycle}.*"):
        link.unlink(missing_ok=True)


def _build(
    folder: Path,
    profile: Profile,
    cycle: Cycle,
    tables: Mapping[str, pa.Table],
    inputs: Sequence[Mapping[str, Any]],
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
            path.chmod(0o444)
        _flush(path)
    _flush(folder)


def _manifest(
    profile: Profile,
    cycle: Cycle,
    inputs: Sequence[Mapping[str, Any]],
    lacking: Sequence[str],
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
    """Move what was built to the next version, in one step. The lock of the cycle is held."""
    newest = _newest(home)
    place = home / f"v{1 if newest is None else int(newest.name[1:]) + 1}"
    building.rename(place)
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
