"""Removing what is past its time: the register first, then the bytes and all that was made of them for a run.

What goes with the bytes of a delivery:

- what was set aside of it (`findings/`), and its counts (`evaluations/`);
- of each cycle that read it, what was staged of its feed and the tables of all later steps (`work/<cycle>/`), but for
  who delivered what, and when;
- what a killed process left in the store of bytes.

What stays: receipts, hashes, releases with their lineage, the memory of what was shown (`disclosure/`) and the profile.

Killed at any moment, the register says what was to go, and the next removal finishes it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.locks import unless_locked
from kwaliteitsmonitor.foundation.vault.assembled import with_parts
from kwaliteitsmonitor.foundation.vault.removed import Removal, RemovedFile, by_hash, enter, live, register_of, removals
from kwaliteitsmonitor.foundation.vault.store import receipts_of
from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from kwaliteitsmonitor.operations.retention.due import Batch, batches, releases_on
from kwaliteitsmonitor.readers.answers.cache_store import records
from kwaliteitsmonitor.readers.feed_record import demand_record, feed_record
from schemas.errors import UsageError
from schemas.flow import STAGED
from schemas.profile import Profile

TOLD = ("delivered", "taken_up")
"""The steps of a cycle that hold who delivered what, and no row of it."""
STATUS = "status"
CELLS = ("quarantine.parquet", "closed.json")
"""What in the status of a cycle holds cells of deliveries."""
DAY = 86_400
SILENCE = timedelta(days=400)
"""After so long without a delivery the clock is not believed; three times a year there are some."""


@dataclass(frozen=True)
class Due:
    """What is past its time on a day, what is held back by a cycle that reads it, and what is left of an earlier time.

    `unfinished` is what is there of removals that were cut off, `strays` what no receipt and no release names.
    """

    past: tuple[Batch, ...]
    held: tuple[Batch, ...]
    unfinished: tuple[Path, ...]
    strays: tuple[Path, ...]


@dataclass(frozen=True)
class Removed:
    """What went: so many files of so many bytes."""

    files: int
    size: int


def due(workspace: Workspace, profile: Profile, day: date) -> Due:
    """What there is to remove on a day. Raises `UsageError` if a ledger or the register cannot be read."""
    removed, receipts, resting = removals(workspace), receipts_of(workspace), releases_on(workspace)
    past = [batch for batch in batches(profile, receipts, removed, resting, day) if batch.is_past(day)]
    known = with_parts(workspace.store, {r.sha256 for of in receipts.values() for r in of} | set(resting))
    return Due(
        tuple(batch for batch in past if not batch.read_by),
        tuple(batch for batch in past if batch.read_by),
        tuple(_there(workspace, profile, removed)),
        tuple(path for path in _stored(workspace) if path.name not in known and _is_old(path)),
    )


def demand_recent(workspace: Workspace, today: date) -> None:
    """Raise `UsageError` if the clock says a day long after the last delivery: it may have been set ahead.

    What a wrong clock takes to be past its time would be gone for good.
    """
    newest = max((receipt.received_on for of in receipts_of(workspace).values() for receipt in of), default=None)
    if newest is not None and today - newest > SILENCE:
        raise UsageError(
            f"the clock says {today.isoformat()}, and the last delivery is of {newest.isoformat()}",
            where="purge",
            expected=f"a delivery of the {SILENCE.days} days before today, which shows that the clock is right",
            remedy=f"If it is right, name the day: --before {today.isoformat()}.",
        )


def remove(workspace: Workspace, profile: Profile, day: date, on: date) -> Removed:
    """Remove what is past its time on a day, and what an earlier removal left; `on` is the day that is noted.

    Raises `UsageError` if another process removes at the same time.
    """
    with _alone(workspace):
        expired = due(workspace, profile, day)
        if expired.past:
            enter(workspace, [_noted(batch, profile, on) for batch in expired.past])
        return _finish([*_there(workspace, profile, removals(workspace)), *expired.strays])


def _noted(batch: Batch, profile: Profile, on: date) -> Removal:
    assert batch.years is not None  # noqa: S101 - for the type checker: it is past
    assert batch.until is not None  # noqa: S101
    files = tuple(RemovedFile(f.path, f.sha256, f.size, f.received_on, f.number) for f in batch.files)
    rule = (batch.kinds, batch.years, batch.until, profile.digest)
    return Removal(on, batch.feed, batch.period, *rule, files, batch.releases)


def _there(workspace: Workspace, profile: Profile, removed: Sequence[Removal]) -> list[Path]:
    """Everything that is there of what the register says is gone, and that no receipt still stands for.

    The bytes come last: as long as one of them is there, what was made of it is looked for again.
    """
    if not removed:
        return []
    store = workspace.store
    gone = with_parts(store, by_hash(removed)) - with_parts(store, live(receipts_of(workspace), removed))
    return [
        *_worked_on(workspace, profile, gone),
        *_counted(workspace, gone),
        *_set_aside(workspace, removed),
        *(path for path in _stored(workspace) if path.name in gone),
    ]


def _finish(paths: Sequence[Path]) -> Removed:
    files = size = 0
    for path in paths:
        if path.is_dir():
            held = [one for one in path.rglob("*") if one.is_file()]
            files, size = files + len(held), size + sum(one.stat().st_size for one in held)
            shutil.rmtree(path)
        elif _is_record(path):
            _without_results(path)
        elif path.exists():
            files, size = files + 1, size + path.stat().st_size
            path.unlink()
    for folder in {path.parent for path in paths if path.parent.is_dir()}:
        flush(folder)
    return Removed(files, size)


def _is_record(path: Path) -> bool:
    """Whether a file is the record of a feed that was staged, of which something stays."""
    return path.parent.name == STAGED and path.suffix == ".json"


def _without_results(path: Path) -> None:
    """Take out of the record of a feed what rules found in its deliveries."""
    workspace, cycle = Workspace(path.parents[3]), path.parents[1].name
    demand_record(workspace, cycle, path.stem).without_results().write(workspace, cycle, path.stem)


def _stored(workspace: Workspace) -> list[Path]:
    """Every file in the store of bytes, those that were never finished among them."""
    return sorted(path for path in workspace.store.rglob("*") if path.is_file())


def _is_old(path: Path) -> bool:
    """Whether a file has stood for a day: a run that is under way may have just written it."""
    return path.stat().st_mtime < time.time() - DAY


def _set_aside(workspace: Workspace, removed: Sequence[Removal]) -> Iterator[Path]:
    """What was set aside of files of which the bytes are gone."""
    for feed in {one.feed for one in removed}:
        names = {file.path for one in removed if one.feed == feed for file in one.files}
        for path in sorted((workspace.root / "findings" / feed).glob("*.parquet")):
            files = pq.read_table(path, columns=["file"]).column("file").unique().to_pylist()
            if files and set(files) <= names:
                yield path


def _counted(workspace: Workspace, gone: set[str]) -> Iterator[Path]:
    """The counts of bytes that are gone: the file that says whose they are last, for it tells which belong to it."""
    for folder in sorted(workspace.counts.glob("*")):
        for path, record in records(folder):
            if record["sha256"] in gone:
                yield from sorted(folder.glob(f"{path.name.partition('-')[0]}-*.aside.parquet"))
                yield path
    for old in sorted(workspace.counts.glob("*/*.json")):  # earlier versions kept the record in a file of its own
        try:
            of = json.loads(old.read_text(encoding="utf-8"))["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if of in gone:
            yield from sorted(old.parent.glob(f"{old.stem}-*"))
            yield old


def _worked_on(workspace: Workspace, profile: Profile, gone: set[str]) -> Iterator[Path]:
    """What is left between the steps of each cycle that read bytes which are gone."""
    for cycle in sorted((workspace.root / "work").glob("*")):
        delivered = [json.loads(path.read_text(encoding="utf-8")) for path in (cycle / "delivered").glob("*.json")]
        feeds = {one["feed"] for deliveries in delivered for one in deliveries if one["sha256"] in gone}
        if not feeds:
            continue
        names = {name for feed in profile.feeds if feed.id in feeds for name in feed.tables} | feeds
        staged = sorted((cycle / STAGED).glob("*.parquet"))
        yield from (path for path in staged if path.name.partition(".")[0] in names)
        records = {feed: feed_record(workspace, cycle.name, feed) for feed in sorted(feeds)}
        yield from (cycle / STAGED / f"{feed}.json" for feed, record in records.items() if record and record.results)
        yield from (path for name in CELLS if (path := cycle / STATUS / name).exists())
        yield from sorted(p for p in cycle.iterdir() if p.is_dir() and p.name not in (*TOLD, STAGED, STATUS))


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Keep another removal out, also one on the same machine that was started twice."""
    lock = register_of(workspace).with_name(".removing")
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    with unless_locked(lock) as free:
        if not free:
            raise UsageError(
                "another process is removing what is past its time",
                where=str(workspace.root),
                remedy="Wait until it is done.",
            )
        yield
