"""What a delivery is, and which of several deliveries of the same thing counts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any


class Standing(StrEnum):
    """Where a delivery stands among others of the same thing."""

    CURRENT = "current"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Delivery:
    """Bytes that came in once, and what they are about.

    `source` is the position of the source in the feed, `path` the name in the landing zone or `connection/table/period`
    for a pull. `period` is an academic year, a reporting year, `year-round` or empty; `unit` is empty for a central
    delivery. `reason` says why a delivery that stands nowhere was not placed.
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
    reason: str = ""

    @property
    def id(self) -> str:
        """What rows carry as `_delivery`: these bytes as a delivery of this subject, in 16 hexadecimal digits.

        Two units may deliver the same bytes; those are two deliveries.
        """
        return hashlib.sha256("\0".join([*map(str, self.subject), self.sha256]).encode()).hexdigest()[:16]

    @property
    def subject(self) -> tuple[str, int, str, str]:
        """What the delivery is a delivery of; a second one with the same subject is a new version."""
        return (self.feed, self.source, self.period, self.unit)

    def to_json(self) -> dict[str, Any]:
        """The delivery as plain values."""
        return {**asdict(self), "received_on": self.received_on.isoformat(), "standing": str(self.standing)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Delivery:
        """The delivery that `to_json` wrote."""
        return cls(
            **{
                **data,
                "received_on": date.fromisoformat(data["received_on"]),
                "standing": Standing(data["standing"]),
            }
        )


def in_order(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries with their versions and standing: per subject the newest counts.

    The order is that of receipt, then of name as people number names: `FGW.xlsx`, `FGW (2).xlsx`, `FGW (10).xlsx`. The
    same bytes again are a duplicate, which has the version of those bytes; an older version is superseded. Those that
    have no place come last.
    """
    every = sorted(deliveries, key=lambda d: (d.subject, d.received_on, _as_numbered(d.path), d.path))
    found: list[Delivery] = []
    placed = (d for d in every if d.standing is not Standing.UNPLACED)
    for _, group in groupby(placed, key=lambda d: d.subject):
        found.extend(_versions(list(group)))
    found.extend(d for d in every if d.standing is Standing.UNPLACED)
    return found


def _as_numbered(path: str) -> tuple[tuple[str, int], ...]:
    """A key by which names sort: without the extension, and a number in them by its value."""
    stem = re.sub(r"\.\w+$", "", path)
    return tuple((text, int(number or 0)) for text, number in re.findall(r"(\D+|^)(\d*)", stem))


def _versions(group: Sequence[Delivery]) -> list[Delivery]:
    seen: dict[str, int] = {}
    versions: list[Delivery] = []
    for delivery in group:
        if delivery.sha256 in seen:
            versions.append(replace(delivery, version=seen[delivery.sha256], standing=Standing.DUPLICATE))
            continue
        seen[delivery.sha256] = len(seen) + 1
        versions.append(replace(delivery, version=len(seen), standing=Standing.SUPERSEDED))
    newest = max((v for v in versions if v.standing is Standing.SUPERSEDED), key=lambda v: v.version)
    return [replace(v, standing=Standing.CURRENT) if v is newest else v for v in versions]
