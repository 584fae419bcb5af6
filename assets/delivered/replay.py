"""What a release says of what had come in when it was made, in the form in which a run collects it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.releases.format.manifest import basis_of
from schemas.profile import Feed


def recorded_deliveries(release: str | Path, feed: Feed) -> list[Delivery]:
    """The deliveries of a feed that a release lists, and what stood there and was not taken up.

    Only their paths, bytes, times and reasons are told; see `assets.delivered.collect.placed_again`.
    """
    said = basis_of(Path(release))
    found = [_arrived(row) for row in said["inputs"] if row["feed"] == feed.id]
    found.extend(_not_read(row) for row in said["landing"]["not_read"] if row["feed"] == feed.id)
    return found


def _arrived(row: dict[str, Any]) -> Delivery:
    return Delivery(
        row["feed"],
        0,
        row["file"],
        row["sha256"],
        row["size"],
        date.fromisoformat(row["received_on"]),
        arrived=datetime.fromisoformat(row["arrived"]) if row["arrived"] else None,
        uptake=row["uptake"],
        in_landing_zone=row["in_landing_zone"],
    )


def _not_read(row: dict[str, Any]) -> Delivery:
    return Delivery(
        row["feed"],
        0,
        row["file"],
        "",
        row["size"],
        date.fromisoformat(row["received_on"]),
        standing=Standing(row["standing"]),
        reason=row["reason"],
        arrived=datetime.fromisoformat(row["arrived"]) if row["arrived"] else None,
    )
