"""The register of what was removed: which deliveries' bytes are gone, since when, and by which rule.

    delivered/removed.jsonl    a line per feed and period that was removed, in order, never changed

A line is written, and on the disk, before the first byte goes: who reads the register knows of everything that is
missing why it is. Each line holds the hash of the line before it, so that one that was changed or taken out shows. The
receipts, the hashes and the releases stay; a period of a feed in this register is not taken up again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict

from kwaliteitsmonitor.foundation.vault.store import Receipt, appending
from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from schemas.errors import BlockedError, UsageError
from schemas.profile.retention import KINDS
from schemas.words import DELIVERIES, Words, counted


class FileRecord(TypedDict):
    """A file that was removed, as plain values."""

    path: str
    sha256: str
    size: int
    received_on: str
    receipt: int


class RemovalRecord(TypedDict):
    """A removal as plain values."""

    on: str
    feed: str
    period: str
    kinds: list[str]
    years: int
    until: str
    profile: str
    files: list[FileRecord]
    releases: list[str]


@dataclass(frozen=True)
class RemovedFile:
    """Bytes that are gone, as they were received; `receipt` is the number of their receipt in the feed's ledger."""

    path: str
    sha256: str
    size: int
    received_on: date
    receipt: int

    def to_json(self) -> FileRecord:
        """The file as plain values."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "size": self.size,
            "received_on": self.received_on.isoformat(),
            "receipt": self.receipt,
        }

    @classmethod
    def from_json(cls, data: FileRecord) -> RemovedFile:
        """The file that `to_json` wrote."""
        on = date.fromisoformat(data["received_on"])
        return cls(data["path"], data["sha256"], data["size"], on, data["receipt"])


@dataclass(frozen=True)
class Removal:
    """A period of a feed whose bytes were removed: when, by which rule, and the releases derived from them.

    `kinds` and `years` are the rule as the profile with this digest had it, `until` the last day on which the bytes
    were to be kept; `releases` those that were computed from them.
    """

    on: date
    feed: str
    period: str
    kinds: tuple[str, ...]
    years: int
    until: date
    profile: str
    files: tuple[RemovedFile, ...]
    releases: tuple[str, ...]

    @property
    def rule(self) -> Words:
        """The rule by which it was removed."""
        kinds = [KINDS[kind] for kind in self.kinds]
        nl, en = ", ".join(kind.nl for kind in kinds), ", ".join(kind.en for kind in kinds)
        until = f"{self.until.day}-{self.until.month}-{self.until.year}"
        return Words(
            f"bewaartermijn ({nl}: {self.years} jaar, tot en met {until})",
            f"retention rule ({en}: {self.years} years, until {self.until.isoformat()})",
        )

    def to_json(self) -> RemovalRecord:
        """The removal as plain values."""
        return {
            "on": self.on.isoformat(),
            "feed": self.feed,
            "period": self.period,
            "kinds": list(self.kinds),
            "years": self.years,
            "until": self.until.isoformat(),
            "profile": self.profile,
            "files": [file.to_json() for file in self.files],
            "releases": list(self.releases),
        }

    @classmethod
    def from_json(cls, data: RemovalRecord) -> Removal:
        """The removal that `to_json` wrote."""
        return cls(
            date.fromisoformat(data["on"]),
            data["feed"],
            data["period"],
            tuple(data["kinds"]),
            data["years"],
            date.fromisoformat(data["until"]),
            data["profile"],
            tuple(RemovedFile.from_json(file) for file in data["files"]),
            tuple(data["releases"]),
        )


def register_of(workspace: Workspace) -> Path:
    """The file of the register."""
    return workspace.root / "delivered" / "removed.jsonl"


def removals(workspace: Workspace) -> list[Removal]:
    """What was removed from a workspace, in order.

    Raises `UsageError` if the register does not read as one, or a line is not what was written. What follows the
    last end of a line was never finished, and is none.
    """
    place = register_of(workspace)
    entries, previous = [], ""
    for line in _lines(place):
        try:
            data = json.loads(line)
            if data.pop("previous") != previous:
                raise ValueError
            entries.append(Removal.from_json(data))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"line {len(entries) + 1} of the register of what was removed is not what was written",
                where=str(place),
                expected="a removal on each line, with the hash of the line before it",
                remedy="Restore it from a backup: it says why deliveries are missing.",
            ) from error
        previous = hashlib.sha256(line).hexdigest()
    return entries


def enter(workspace: Workspace, removed: Sequence[Removal]) -> None:
    """Write removals to the end of the register, on the disk when this returns. All of them, or what was finished."""
    place = register_of(workspace)
    with appending(place) as handle:
        removals(workspace)
        lines = _lines(place)
        previous = hashlib.sha256(lines[-1]).hexdigest() if lines else ""
        for one in removed:
            line = json.dumps({**one.to_json(), "previous": previous}, ensure_ascii=False).encode()
            previous = hashlib.sha256(line).hexdigest()
            handle.write(line + b"\n")
    flush(place.parent)


def by_hash(removed: Iterable[Removal]) -> dict[str, Removal]:
    """The removal of each hash."""
    return {file.sha256: one for one in removed for file in one.files}


def covered(removed: Iterable[Removal]) -> set[tuple[str, int]]:
    """The receipts, by feed and number, of which the bytes were removed."""
    return {(one.feed, file.receipt) for one in removed for file in one.files}


def live(receipts: Mapping[str, Sequence[Receipt]], removed: Sequence[Removal]) -> set[str]:
    """The hashes that a receipt which was not removed still stands for, whatever else they stood for."""
    gone = covered(removed)
    return {r.sha256 for feed, of in receipts.items() for r in of if (feed, r.number) not in gone}


def demand_there(workspace: Workspace, feed: str, periods: Iterable[str]) -> None:
    """Raise `BlockedError` if a period of a feed that is about to be read was removed.

    It is refused before anything is read: what still stands in a landing zone does not come back in.
    """
    wanted = set(periods)
    gone = [one for one in removals(workspace) if one.feed == feed and one.period in wanted]
    if gone:
        count = counted(sum(len(one.files) for one in gone), DELIVERIES)
        listing = "; ".join(dict.fromkeys(f"{o.period or feed} on {o.on.isoformat()}, {o.rule.en}" for o in gone))
        stand = ", ".join(dict.fromkeys(name for one in gone for name in one.releases))
        raise BlockedError(
            f"{count.en} that this reads {'was' if count.en.startswith('1 ') else 'were'} removed: {listing}",
            where=feed,
            expected="a cycle whose deliveries are still kept",
            remedy=f"Nothing was changed. {f'What was published of them stands: {stand}' if stand else ''}".rstrip(),
        )


def _lines(place: Path) -> list[bytes]:
    if not place.is_file():
        return []
    whole, _, _ = place.read_bytes().rpartition(b"\n")
    return whole.split(b"\n") if whole else []
