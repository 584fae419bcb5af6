"""The records of runs: a line of JSON each, added at the end and never changed.

    metrics/runs.jsonl    one line per run: cycle, release, outcome, seconds per step, rows per feed, memory, version

Of a run that was killed the next one of its cycle adds it: a process that is gone cannot write.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kwaliteitsmonitor.foundation.locks import lock
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.feed_record import feed_record
from schemas.profile import Profile

CUT_OFF = "cut off"
"""What came of a run whose process ended before it did. Nothing is known of its rows and its memory."""


@dataclass(frozen=True)
class Rows:
    """The rows of a feed in a run: received, accepted and set aside."""

    received: int = 0
    accepted: int = 0
    quarantined: int = 0


@dataclass(frozen=True)
class Run:
    """How one run went. `started` is with its time zone, `memory` the most bytes that its process held at once."""

    run: str
    job: str
    cycle: str
    started: str
    seconds: float
    outcome: str
    release: str = ""
    memory: int = 0
    version: str = ""
    code: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    feeds: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """The rows of all feeds."""
        feeds = self.feeds.values()
        return Rows(
            sum(one.received for one in feeds),
            sum(one.accepted for one in feeds),
            sum(one.quarantined for one in feeds),
        )


def add(workspace: Workspace, run: Run) -> None:
    """Add a record at the end. Two runs that end at once wait for each other; a line is whole or not there."""
    path = workspace.root / "metrics" / "runs.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(run), ensure_ascii=False, sort_keys=True).encode()
    with path.open("ab") as file:
        lock(file)
        torn = file.tell() > 0 and not _ends_well(file.name)  # a full disk cut the line before short
        file.write((b"\n" if torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(workspace: Workspace) -> list[Run]:
    """Every record, oldest first. A line that is not whole is passed over."""
    path = workspace.root / "metrics" / "runs.jsonl"
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            runs.append(_run(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return sorted(runs, key=lambda run: run.started)


def _run(line: str) -> Run:
    """A record as it was written; what a later version added to it is left out."""
    record = json.loads(line)
    known = {name: record[name] for name in Run.__dataclass_fields__ if name in record}
    feeds = {feed: Rows(**rows) for feed, rows in known.get("feeds", {}).items()}
    return Run(**{**known, "feeds": feeds})


def _ends_well(name: str) -> bool:
    with Path(name).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def rows_of(workspace: Workspace, profile: Profile, cycle: str, feeds: Sequence[str]) -> dict[str, Rows]:
    """The rows of these feeds as they were staged for a cycle."""
    rows: dict[str, Rows] = {}
    for feed in profile.feeds:
        if feed.id in feeds and (record := feed_record(workspace, cycle, feed.id)) is not None:
            tallies = [tally for of_table in record.tallies.values() for tally in of_table.values()]
            rows[feed.id] = Rows(
                sum(one.received for one in tallies),
                sum(one.accepted for one in tallies),
                sum(one.quarantined for one in tallies),
            )
    return rows
