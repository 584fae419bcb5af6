"""The store of bytes received, each under its SHA-256, and the ledger that says when and under which name they came.

Both only grow: bytes once received stay, and so does the receipt of them, whatever becomes of the file they came in.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TypedDict
from uuid import uuid4

from kwaliteitsmonitor.foundation.locks import lock
from kwaliteitsmonitor.foundation.vault.assembled import parts_of, place_of
from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from schemas.errors import KwaliteitsmonitorError, UsageError

CHUNK = 1 << 20


def keep(workspace: Workspace, stream: IO[bytes]) -> tuple[str, int]:
    """Keep the bytes of a stream; returns their SHA-256 and size in bytes.

    They are hashed while they are copied, so that the name is that of the bytes kept, and take their place in one step.
    """
    incoming = workspace.store / f".{uuid4().hex}"
    incoming.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    size = 0
    try:
        with incoming.open("wb") as copy:
            while chunk := stream.read(CHUNK):
                total.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        sha256 = total.hexdigest()
        place = kept(workspace, sha256)
        if not _is_there(place, size):
            place.parent.mkdir(parents=True, exist_ok=True)
            incoming.chmod(0o444)
            incoming.replace(place)
            for folder in (place.parent, workspace.store):
                flush(folder)  # the name too, before a receipt says that the bytes are here
    finally:
        incoming.unlink(missing_ok=True)
    return sha256, size


def kept(workspace: Workspace, sha256: str) -> Path:
    """Where bytes with this hash are kept."""
    return workspace.store / sha256[:2] / sha256


def is_kept(workspace: Workspace, sha256: str, size: int) -> bool:
    """Whether this number of bytes is stored under this hash, with all its parts; false if a disk cut them short."""
    place = kept(workspace, sha256)
    return _is_there(place, size) and all(_is_there(place_of(place, part), part.size) for part in parts_of(place))


def _is_there(place: Path, size: int) -> bool:
    return place.is_file() and place.stat().st_size == size


def demand_whole(path: Path, sha256: str, name: str) -> None:
    """Raise `KwaliteitsmonitorError` if what is kept under a hash has another; `name` is the file's as delivered."""
    with path.open("rb") as stream:
        actual = hashlib.file_digest(stream, "sha256").hexdigest()
    if actual == sha256:
        for part in parts_of(path):
            demand_whole(place_of(path, part), part.sha256, f"{name}{part.name}")
    else:
        raise KwaliteitsmonitorError(
            f"the bytes that are kept of {name} are not those that were received",
            where=str(path),
            expected="the bytes of which its name is the hash",
            remedy="Put the file back from a backup, and see to the disk. Nothing was read of it.",
        )


@dataclass(frozen=True)
class Arrival:
    """The bytes under a name now: their hash, their size, and the time of arrival by their stamp.

    `received_on` is the day where the institution is, `arrived` the moment, with its time zone.
    """

    path: str
    sha256: str
    size: int
    received_on: date
    arrived: datetime


@dataclass(frozen=True)
class Receipt(Arrival):
    """An arrival that was noted; `number` is its place in the order of uptake of its feed, from 1."""

    number: int


def receive(workspace: Workspace, feed: str, arrivals: Iterable[Arrival]) -> list[Receipt]:
    """Note what stands under each name now, and return every receipt of the feed in the order of uptake.

    A receipt is made when the bytes under a name are others than those last received under it. Copying a landing zone,
    which gives its files a new stamp, changes nothing. Receipts are appended under a lock, all or none, and never
    changed. Raises `UsageError` if the ledger does not read as one.
    """
    ledger = workspace.receipts / f"{feed}.jsonl"
    arrivals = list(arrivals)
    known = _read(ledger)
    if not _new(known, arrivals):
        return known
    with _locked(ledger) as handle:
        known = _read(ledger)
        fresh = _new(known, arrivals)
        _append(handle, fresh)
        return [*known, *fresh]


def receipts_of(workspace: Workspace) -> dict[str, list[Receipt]]:
    """Every receipt there is, by feed, in the order of uptake. Raises `UsageError` if a ledger does not read."""
    return {ledger.stem: _read(ledger) for ledger in sorted(workspace.receipts.glob("*.jsonl"))}


def _new(known: Sequence[Receipt], arrivals: Iterable[Arrival]) -> list[Receipt]:
    last = {receipt.path: receipt.sha256 for receipt in known}
    fresh: list[Receipt] = []
    for arrival in arrivals:
        if last.get(arrival.path) != arrival.sha256:
            last[arrival.path] = arrival.sha256
            fresh.append(Receipt(**vars(arrival), number=len(known) + len(fresh) + 1))
    return fresh


def _read(ledger: Path) -> list[Receipt]:
    """Every receipt in a ledger. An unterminated last line was cut off while being written and is ignored."""
    if not ledger.is_file():
        return []
    whole, _, _ = ledger.read_bytes().rpartition(b"\n")
    try:
        return [_receipt(json.loads(line)) for line in whole.splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the ledger of receipts cannot be read",
            where=str(ledger),
            expected="a receipt on each line",
            remedy="Restore it from a backup: without it the order in which deliveries came is lost.",
        ) from error


class _ReceiptRecord(TypedDict):
    path: str
    sha256: str
    size: int
    received_on: str
    arrived: str
    number: int


def _receipt(line: _ReceiptRecord) -> Receipt:
    return Receipt(
        line["path"],
        line["sha256"],
        line["size"],
        date.fromisoformat(line["received_on"]),
        datetime.fromisoformat(line["arrived"]),
        line["number"],
    )


@contextmanager
def _locked(ledger: Path) -> Iterator[IO[bytes]]:
    """The ledger, open to append to, and held: another process that wants to waits until this one is done or gone."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("a+b") as handle:
        lock(handle)
        yield handle


@contextmanager
def appending(ledger: Path) -> Iterator[IO[bytes]]:
    """A ledger to append lines to: held, and without the last line that a killed process left unfinished.

    What was written is on the disk when the block has ended.
    """
    with _locked(ledger) as handle:
        _cut(handle)
        yield handle
        handle.flush()
        os.fsync(handle.fileno())


def _cut(handle: IO[bytes]) -> None:
    handle.seek(0)
    handle.truncate(handle.read().rfind(b"\n") + 1)


def _append(handle: IO[bytes], receipts: Sequence[Receipt]) -> None:
    """Write receipts to the end of a held ledger, in place of a last line that a killed process left unfinished."""
    _cut(handle)
    lines = [
        {**asdict(r), "received_on": r.received_on.isoformat(), "arrived": r.arrived.isoformat()} for r in receipts
    ]
    handle.write("".join(f"{json.dumps(line)}\n" for line in lines).encode())
    handle.flush()
    os.fsync(handle.fileno())
