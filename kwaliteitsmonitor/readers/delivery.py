"""What a delivery is, and which of several deliveries of the same thing counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import groupby
from typing import Required, TypedDict

from kwaliteitsmonitor.connectors.files import as_numbered
from schemas.words import Words, WordsRecord, as_record, of_record


class Standing(StrEnum):
    """The standing of a delivery among others of the same subject."""

    CURRENT = "current"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    UNPLACED = "unplaced"
    WITHDRAWN = "withdrawn"
    ARRIVING = "arriving"


class DeliveryRecord(TypedDict, total=False):
    """A `Delivery` as JSON holds it; what has a default there may not be in a record of an earlier version.

    `told` are the fields in the path: records in workspaces keep their keys. An earlier version kept `reason` in one
    text.
    """

    feed: Required[str]
    source: Required[int]
    path: Required[str]
    sha256: Required[str]
    size: Required[int]
    received_on: Required[str]
    period: str
    unit: str
    version: int
    standing: Required[str]
    reason: WordsRecord | str | None
    told: Mapping[str, str]
    arrived: str | None
    uptake: int
    in_landing_zone: bool | None


@dataclass(frozen=True)
class Delivery:
    """Bytes that came in once, and what they are about.

    `source` is the position of the source in the feed, `path` the name in the landing zone or `connection/table/period`
    for a pull. `period` is an academic year, a reporting year, `year-round` or empty; `unit` is empty for a central
    delivery. `reason` says why an unplaced delivery was not placed. `path_fields` are fields of the contract in the
    path, such as the course of a file per course; files that differ in them are different deliveries. `arrived` is the
    moment by which deliveries are ordered, and `uptake` the order in which the bytes under one path came in.
    `in_landing_zone` says whether they are there now; it is `None` if that is no question.
    """

    feed: str
    source: int
    path: str
    sha256: str
    size: int
    received_on: date
    period: str = ""
    unit: str = ""
    version: int = 1
    standing: Standing = Standing.CURRENT
    reason: Words | None = None
    path_fields: Mapping[str, str] = field(default_factory=dict)
    arrived: datetime | None = None
    uptake: int = 0
    in_landing_zone: bool | None = True

    @property
    def id(self) -> str:
        """What rows carry as `_delivery`: these bytes as a delivery of this subject, in 16 hexadecimal digits.

        Two units may deliver the same bytes; those are two deliveries.
        """
        return hashlib.sha256("\0".join([*map(str, self.subject), self.sha256]).encode()).hexdigest()[:16]

    @property
    def subject(self) -> tuple[str | int, ...]:
        """What the delivery is a delivery of; a second one with the same subject is a new version."""
        fields = (f"{name}={value}" for name, value in sorted(self.path_fields.items()))
        return (self.feed, self.source, self.period, self.unit, *fields)

    @property
    def moment(self) -> datetime:
        """The moment by which deliveries of the same thing are ordered: the start of the day if no more is known."""
        return self.arrived or datetime.combine(self.received_on, time(0), UTC)

    def to_json(self) -> DeliveryRecord:
        """The delivery as plain values."""
        return {
            "feed": self.feed,
            "source": self.source,
            "path": self.path,
            "sha256": self.sha256,
            "size": self.size,
            "received_on": self.received_on.isoformat(),
            "period": self.period,
            "unit": self.unit,
            "version": self.version,
            "standing": str(self.standing),
            "reason": as_record(self.reason),
            "told": dict(self.path_fields),
            "arrived": self.arrived.isoformat() if self.arrived else None,
            "uptake": self.uptake,
            "in_landing_zone": self.in_landing_zone,
        }

    @classmethod
    def from_json(cls, data: DeliveryRecord) -> Delivery:
        """The delivery that `to_json` wrote, in this version or an earlier one."""
        arrived = data.get("arrived")
        return cls(
            data["feed"],
            data["source"],
            data["path"],
            data["sha256"],
            data["size"],
            date.fromisoformat(data["received_on"]),
            data.get("period", cls.period),
            data.get("unit", cls.unit),
            data.get("version", cls.version),
            Standing(data["standing"]),
            of_record(data.get("reason")),
            data.get("told", {}),
            datetime.fromisoformat(arrived) if arrived else None,
            data.get("uptake", cls.uptake),
            data.get("in_landing_zone", cls.in_landing_zone),
        )


APART = (Standing.UNPLACED, Standing.ARRIVING)
"""Those that take no part in the versions of anything."""


def in_order(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries with their versions and standing: per subject the newest that was not withdrawn counts.

    The order is that of moment, then of name as people number names: `FGW.xlsx`, `FGW (2).xlsx`, `FGW (10).xlsx`, then
    of path; the order in which they are listed or came to be known does not matter, but for the bytes under one path.
    The same bytes again are a duplicate, which has the version of those bytes; an older version is superseded. A
    withdrawn one keeps its number and never counts, so that its bytes, delivered again, are a version of their own.
    Those that have no place come last.
    """
    every = sorted(deliveries, key=lambda d: (d.subject, d.moment, as_numbered(d.path), d.path, d.uptake))
    ordered: list[Delivery] = []
    placed = (d for d in every if d.standing not in APART)
    for _, group in groupby(placed, key=lambda d: d.subject):
        ordered.extend(_versions(list(group)))
    ordered.extend(d for d in every if d.standing in APART)
    return ordered


def _versions(group: Sequence[Delivery]) -> list[Delivery]:
    numbers: dict[str, int] = {}
    counting: dict[str, int] = {}
    versions: list[Delivery] = []
    highest = 0
    for delivery in group:
        sha256, standing = delivery.sha256, delivery.standing
        if sha256 in counting or (standing is Standing.WITHDRAWN and sha256 in numbers):
            number = numbers[sha256]
        else:
            highest = number = highest + 1
        numbers[sha256] = number
        if standing is not Standing.WITHDRAWN:
            standing = Standing.DUPLICATE if sha256 in counting else Standing.SUPERSEDED
            counting[sha256] = number
        versions.append(replace(delivery, version=number, standing=standing))
    candidates = [v for v in versions if v.standing is Standing.SUPERSEDED]
    newest = max(candidates, key=lambda v: v.version, default=None)
    return [replace(v, standing=Standing.CURRENT) if v is newest else v for v in versions]


def contested(deliveries: Iterable[Delivery]) -> list[tuple[Delivery, ...]]:
    """Deliveries that claim to be the same one: other names and other bytes at the same moment, of which one counts.

    Which one counts follows from their names; that it does is a choice that people should know of. The one that counts
    comes last in its group.
    """
    placed = [d for d in deliveries if d.standing in (Standing.CURRENT, Standing.SUPERSEDED)]
    alike: dict[tuple[tuple[str | int, ...], datetime], list[Delivery]] = {}
    for delivery in placed:
        alike.setdefault((delivery.subject, delivery.moment), []).append(delivery)
    groups = []
    for current in (d for d in placed if d.standing is Standing.CURRENT):
        others = [d for d in alike[(current.subject, current.moment)] if d.path != current.path]
        if others:
            groups.append((*others, current))
    return groups
