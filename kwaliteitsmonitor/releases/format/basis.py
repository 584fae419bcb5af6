"""The inputs of a release, as recorded in its manifest: enough to compute the release again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.manifest import Reference
from kwaliteitsmonitor.releases.format.records import InputRecord, LandingRecord, NotReadRecord
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words, of_record


@dataclass(frozen=True)
class Arrived:
    """A delivery that was taken up: its place, its bytes, and the time of arrival."""

    feed: str
    file: str
    sha256: str
    size: int
    received_on: date
    arrived: datetime | None
    uptake: int
    in_landing_zone: bool | None


@dataclass(frozen=True)
class NotRead:
    """A file in the landing zone that was not taken up, and why."""

    feed: str
    file: str
    size: int
    received_on: date
    arrived: datetime | None
    standing: str
    reason: Words | None


@dataclass(frozen=True)
class Basis:
    """The inputs of a release.

    `landing` is what was seen in the landing zone, `profile` the SHA-256 of the profile, `since` the release that
    councils saw before, `earlier` the numbers of the memories of earlier releases.
    """

    arrived: tuple[Arrived, ...]
    not_read: tuple[NotRead, ...]
    landing: LandingRecord
    profile: str
    since: Reference | None
    earlier: tuple[int, ...]


def basis_of(release: Path) -> Basis:
    """The inputs of a release.

    Raises `KwaliteitsmonitorError` for an earlier form, which does not record all of them.
    """
    known = manifest.read(release)
    content = known.content
    if known.format != manifest.FORMAT or "landing" not in content:
        raise KwaliteitsmonitorError(
            "the release does not say all that it rests on, and cannot be computed again",
            where=str(release / manifest.NAME),
            expected=f"a manifest of format {manifest.FORMAT}",
            remedy="Check its hashes alone with --hashes, or run its cycle anew.",
        )
    return Basis(
        tuple(_arrived(row) for row in content["inputs"]),
        tuple(_not_read(row) for row in content["landing"]["not_read"]),
        content["landing"],
        known.profile.sha256,
        known.since,
        tuple(content["disclosure"]["earlier"]),
    )


def _arrived(row: InputRecord) -> Arrived:
    return Arrived(
        row["feed"],
        row["file"],
        row["sha256"],
        row["size"],
        date.fromisoformat(row["received_on"]),
        _moment(row["arrived"]),
        row["uptake"],
        row["in_landing_zone"],
    )


def _not_read(row: NotReadRecord) -> NotRead:
    return NotRead(
        row["feed"],
        row["file"],
        row["size"],
        date.fromisoformat(row["received_on"]),
        _moment(row["arrived"]),
        row["standing"],
        Words(row["reason_nl"], row["reason_en"]) if row.get("reason_nl") else of_record(row["reason"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
