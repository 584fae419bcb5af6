"""Making a generation of a backup: bytes first, each once, and what names them last and in one step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kwaliteitsmonitor.connectors.destinations import Destination, Folder, hashed
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.contents import KEY, NEVER_CHANGED, Present, present
from kwaliteitsmonitor.operations.copies.copier import BACKUP, copying, hash_of
from kwaliteitsmonitor.operations.copies.generations import (
    OBJECTS,
    Generation,
    Kept,
    name_of,
    numbers,
    object_name,
    read,
    write,
)
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.words import Words

SMALL = 8 << 20
"""Up to so many bytes a file is read once and copied from memory: one that grows meanwhile is copied as it was."""
INCLUDED, LEFT_OUT, ELSEWHERE = "included", "left out", "not in the workspace"


@dataclass(frozen=True)
class Made:
    """What a backup did. `new` is false if nothing had changed since the last generation, which then stands.

    `copied` is how many objects were copied and `copied_bytes` their bytes; `altered` names what is no longer what an
    earlier generation holds and should never have changed: that generation's bytes were kept for it.
    """

    generation: Generation
    new: bool
    copied: int
    copied_bytes: int
    altered: tuple[str, ...]
    removed: int = 0


def back_up(
    workspace: Workspace, place: Destination, code: str, *, with_key: bool, with_counts: bool, keep: int = 0
) -> Made:
    """Back a workspace up as a new generation, unless nothing changed since the last; `code` is the version of ours.

    `keep` is how many generations stay, all if it is 0. Killed at any moment this leaves the earlier generations as
    they were. Two backups of one workspace wait for each other; a run may go on meanwhile. Raises `UsageError` if
    there is no workspace or the place is not its, and `SourceError` if the place cannot be reached.
    """
    _demand_apart(workspace, place)
    with copying(workspace, place, BACKUP) as institution:
        before = _newest(place)
        bytes_of = _Bytes(place, before)
        files, links = bytes_of.copied(workspace, with_key=with_key, with_counts=with_counts)
        generation = Generation(
            number=1 + (before.number if before else 0),
            institution=institution,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            code=code,
            key=_where_key_is(workspace, with_key),
            files=files,
            links=links,
            folders=_rights(workspace, files),
        )
        same = before is not None and before.content == generation.content
        made = before if same and before is not None else generation
        if not same:
            write(place, made)
        removed = _thin(place, keep) if keep else 0
        return Made(made, not same, bytes_of.count, bytes_of.size, tuple(bytes_of.altered), removed)


def check(place: Destination, number: int = 0) -> tuple[Generation, list[str]]:
    """A generation, the newest unless it is named, and every object of it that is missing or altered, by its path.

    Every byte is read. Raises `UsageError` if there is none.
    """
    generation = chosen(place, number)
    wrong = []
    seen: dict[str, bool] = {}
    for one in generation.files:
        if one.sha256 not in seen:
            seen[one.sha256] = _holds(place, one.sha256)
        if not seen[one.sha256]:
            wrong.append(one.path)
    return generation, wrong


def chosen(place: Destination, number: int = 0) -> Generation:
    """The generation of this number, the newest if it is 0. Raises `UsageError` if there is none."""
    known = numbers(place)
    if not known or (number and number not in known):
        raise UsageError(
            Words(f"de back-up heeft geen generatie {number}", f"the backup has no generation {number}")
            if number
            else Words("de back-up heeft nog geen generatie", "the backup has no generation yet"),
            where=place.url,
            expected=Words(f"een van {known[0]} tot en met {known[-1]}", f"one from {known[0]} to {known[-1]}")
            if known
            else Words("een back-up die ooit is voltooid", "a backup that was finished once"),
        )
    return read(place, number or known[-1])


class _Bytes:
    """The bytes of a backup: those that are there, and those that are copied now, of which `count` and `size` tell.

    `altered` names what is no longer what the generation before has of it, and should never have changed.
    """

    def __init__(self, place: Destination, before: Generation | None) -> None:
        self.count = 0
        self.size = 0
        self.altered: list[str] = []
        self._place = place
        self._there = place.sizes(OBJECTS)
        self._before = {one.path: one for one in before.files} if before else {}

    def copied(
        self, workspace: Workspace, *, with_key: bool, with_counts: bool
    ) -> tuple[tuple[Kept, ...], dict[str, str]]:
        """The files that a workspace holds, once their bytes are in the backup, and its links; both by path."""
        files: list[Kept] = []
        links: dict[str, str] = {}
        for one in present(workspace, with_key=with_key, with_counts=with_counts):
            if one.link:
                links[one.path] = one.link
            elif (kept := self._kept(one)) is not None:
                files.append(kept)
        return tuple(sorted(files, key=lambda one: one.path)), dict(sorted(links.items()))

    def _kept(self, one: Present) -> Kept | None:
        """A file, once its bytes are in the backup; `None` if it went away meanwhile, as what is past retention."""
        try:
            state = one.place.stat()
            source: Path | bytes = one.place.read_bytes() if state.st_size <= SMALL else one.place
            sha256 = hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else hash_of(source)
            size = len(source) if isinstance(source, bytes) else state.st_size
            was = self._before.get(one.path)
            if one.path.startswith(NEVER_CHANGED) and (was.sha256 if was else _named(one)) not in ("", sha256):
                self.altered.append(one.path)
                if was is not None:
                    return was
            self._put(source, sha256, size)
        except FileNotFoundError:
            return None
        return Kept(one.path, sha256, size, state.st_mode & 0o777)

    def _put(self, source: Path | bytes, sha256: str, size: int) -> None:
        name = object_name(sha256)
        if self._there.get(name) != size:
            self._place.put(name, source, sha256)
            self._there[name] = size
            self.count += 1
            self.size += size


def _named(one: Present) -> str:
    """The hash that bytes received have for a name; nothing for any other file."""
    return one.place.name if one.path.startswith("delivered/sha256/") else ""


def _holds(place: Destination, sha256: str) -> bool:
    try:
        with place.open(object_name(sha256)) as stream:
            return hashed(stream) == sha256
    except KwaliteitsmonitorError as error:
        if error.exit_code == KwaliteitsmonitorError.exit_code:
            return False
        raise


def _rights(workspace: Workspace, files: tuple[Kept, ...]) -> dict[str, int]:
    """The rights of every folder that has a file."""
    folders = {parent.as_posix() for one in files for parent in Path(one.path).parents if parent.name}
    return {name: (workspace.root / name).stat().st_mode & 0o777 for name in sorted(folders)}


def _where_key_is(workspace: Workspace, with_key: bool) -> str:
    if not (workspace.root / KEY).is_file():
        return ELSEWHERE
    return INCLUDED if with_key else LEFT_OUT


def _newest(place: Destination) -> Generation | None:
    known = numbers(place)
    return read(place, known[-1]) if known else None


def _thin(place: Destination, keep: int) -> int:
    """Remove all generations but the newest `keep`, and then what none of those has; gives how many went.

    A generation goes before its bytes do: killed in between, what is left over goes the next time. If one that stays
    cannot be read, nothing goes.
    """
    known = numbers(place)
    stay = [read(place, number) for number in known[-keep:]]
    needed = {object_name(one.sha256) for generation in stay for one in generation.files}
    for number in known[:-keep]:
        place.remove(name_of(number))
    for name in place.sizes(OBJECTS):
        if name not in needed:
            place.remove(name)
    return len(known[:-keep])


def _demand_apart(workspace: Workspace, place: Destination) -> None:
    if not isinstance(place, Folder):
        return
    root, there = workspace.root.resolve(), place.root.resolve()
    if root == there or root in there.parents or there in root.parents:
        raise UsageError(
            Words(
                "de back-up en waar die van wordt gemaakt liggen in elkaar",
                "the backup and what is backed up lie in each other",
            ),
            where=place.url,
            expected=Words(
                "een map elders, zo mogelijk op een andere schijf",
                "a folder elsewhere, on another disk if there is one",
            ),
        )
