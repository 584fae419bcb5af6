"""A release: tables, descriptions and reports of a cycle, complete, immutable, and shown in one step.

The same inputs give the same bytes: nothing in a release says when or where it was made. A run makes a draft; signing
it off makes a final release (`kwaliteitsmonitor.releases.signoff.signing`), and from then on drafts come out beside
that one and do not take its place.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace, write_parquet
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import demand_whole, faults, sha256_of
from kwaliteitsmonitor.releases.format.manifest import Manifest
from kwaliteitsmonitor.releases.format.places import (
    building,
    current,
    cycle_locked,
    newest,
    point,
    protect,
    settle,
    versions,
)
from kwaliteitsmonitor.releases.format.records import InputRecord, ManifestRecord
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, NewerFormatError
from schemas.exports.dictionary import markdown
from schemas.exports.frictionless import package, resource
from schemas.exports.promise import VERSION
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.words import Words

Extra = Callable[[Path], Iterable[tuple[str, bytes]]]
"""Gives more files of a release, by name and content, from the folder in which its tables and manifest stand already.

The manifest that it finds there says everything but the files that it is to give.
"""


@dataclass(frozen=True)
class Release:
    """A release in its place.

    `new` is false if the newest one already was the same to the byte. `counts` is false for a draft that came after a
    final release: that one stays current. `altered` says what is wrong with a draft before this one that is no longer
    what was published.
    """

    cycle: str
    version: int
    path: Path
    status: str
    lacking: tuple[Words, ...]
    new: bool
    counts: bool = True
    altered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What comes with a release beside its tables, its deliveries and what is lacking.

    `rests_on` is what else the manifest says of what the release was made of; `extra` are more files, by name, or what
    makes them from the folder that is being built. `written` gives, by the name of a table, the file that a step wrote
    of it as it is published: its bytes are taken.
    """

    rests_on: ManifestRecord = field(default_factory=ManifestRecord)
    extra: Extra | Mapping[str, bytes] | None = None
    written: Mapping[str, Path] = field(default_factory=dict)


def publish(
    workspace: Workspace,
    profile: Profile,
    cycle: Cycle,
    tables: Mapping[str, pa.Table],
    inputs: Sequence[InputRecord],
    lacking: Sequence[Words],
    beside: Beside = Beside(),
) -> Release:
    """Publish the tables of a cycle as a draft, and let `current` point to it unless it points to a final release.

    Where the newest release of the cycle is the same to the byte, or is that draft signed off, no new one is made.
    Killed at any moment, this leaves the old release current or the new one; what a killed run left half built is
    cleared away by the next. Runs at the same time build side by side and take their places one after the other.
    Raises `KwaliteitsmonitorError` if the final release is not what was published.
    """
    draft = manifest.manifest_of(profile, cycle, inputs, lacking, beside.rests_on)
    with building(workspace, cycle.key) as folder:
        write_tables(folder, profile, cycle, tables, beside.written)
        complete(folder, draft, beside.extra)
        protect(folder)
        with cycle_locked(workspace, cycle.key):
            return _take_place(workspace, cycle.key, folder, tuple(lacking))


def _take_place(workspace: Workspace, cycle: str, built: Path, lacking: tuple[Words, ...]) -> Release:
    """Give what was built its place, unless it is there already. The lock of the cycle is held."""
    final, last = newest_final(workspace, cycle), newest(workspace, cycle)
    if final is not None:
        demand_whole(final)
    altered = tuple(map(str, faults(last))) if last is not None else ()
    same = last is not None and not altered and _is(last, built)
    place = last if same and last is not None else settle(workspace, cycle, built)
    counting = final or place
    shown = current(workspace, cycle) != counting.resolve()
    if shown:
        point(workspace, cycle, counting)
    status = manifest.FINAL if place == final else manifest.DRAFT
    new = shown or not same
    return Release(cycle, int(place.name[1:]), place, status, lacking, new, place == counting, altered)


def newest_final(workspace: Workspace, cycle: str) -> Path | None:
    """The final release of a cycle that came last, or none. It counts, whatever drafts came after it.

    It is the release that counts, or the last one where a sign-off was killed before it was shown; all are looked at
    only where nothing counts.
    """
    counting, last = current(workspace, cycle), newest(workspace, cycle)
    if counting is None:
        return next((place for place in reversed(versions(workspace, cycle)) if is_final(place)), None)
    likely = (last, workspace.releases / cycle / counting.name)
    return next((place for place in likely if place is not None and is_final(place)), None)


def is_final(release: Path) -> bool:
    """Whether a release says that it is final. One whose manifest cannot be read says nothing.

    Raises `NewerFormatError` if a newer version of this program made it: nothing may take its place unseen.
    """
    try:
        return manifest.read(release).is_final
    except NewerFormatError:
        raise
    except KwaliteitsmonitorError:
        return False


def _is(last: Path, built: Path) -> bool:
    """Whether what was built is the last release, or the draft that was signed off as that."""
    own, other = manifest.read(built), manifest.read(last)
    if other.sign_off is not None:
        draft = last.parent / other.sign_off.finalises.version
        try:
            other = manifest.read(draft)
        except KwaliteitsmonitorError:
            return False
    return manifest.same(own, other)


def write_tables(
    folder: Path,
    profile: Profile,
    cycle: Cycle,
    tables: Mapping[str, pa.Table],
    written: Mapping[str, Path] = MappingProxyType({}),
) -> None:
    """Write the tables of a release with all that describes them: the data package and the data dictionaries.

    Of a table that is `written` already the bytes are copied: a release shares no file with what a run may replace.
    """
    (folder / manifest.TABLES).mkdir(parents=True)
    resources = []
    bound = profile.code_lists()
    for name in sorted(tables):
        path = folder / manifest.TABLES / f"{name}.parquet"
        if name in written:
            shutil.copyfile(written[name], path)
        else:
            write_parquet(tables[name], path)
        described = resource(
            CATALOGUE[name].bind(bound), f"tables/{name}.parquet", size=path.stat().st_size, sha256=sha256_of(path)
        )
        resources.append(described)
    plan = profile.institution.words.plan.nl
    title = f"{plan[:1].upper()}{plan[1:]} {profile.institution.nl}, cyclus {cycle.key}"
    whole = package(f"{profile.id}-{cycle.key}", title, resources, version=VERSION)
    text = json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    contracts = [CATALOGUE[name].bind(bound) for name in sorted(tables)]
    for language in ("nl", "en"):
        (folder / f"dictionary.{language}.md").write_text(markdown(contracts, language), encoding="utf-8")


def complete(folder: Path, own: Manifest, extra: Extra | Mapping[str, bytes] | None) -> None:
    """Add what makes a release of a folder: the files that come with it, and the manifest over everything."""
    _write_manifest(folder, own)
    more = extra(folder) if callable(extra) else (extra or {}).items()
    for name, content in more:
        path = folder / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _write_manifest(folder, own)


def _inside(name: str) -> PurePosixPath:
    """A name that stays in the release and takes the place of nothing that makes one."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or path.parts[0] in (manifest.TABLES, manifest.NAME):
        raise ValueError(f"'{name}' is no name for a file that comes with a release")
    return path


def _write_manifest(folder: Path, own: Manifest) -> None:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: sha256_of(folder / name) for name in names if name != manifest.NAME}
    (folder / manifest.NAME).write_bytes(manifest.written(own.content, files))
