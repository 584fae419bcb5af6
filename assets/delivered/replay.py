"""What a release says of what had come in when it was made, in the form in which a run collects it."""

from __future__ import annotations

from pathlib import Path

from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.releases.format.basis import Arrived, NotRead, basis_of
from schemas.profile import Feed


def recorded_deliveries(release: str | Path, feed: Feed) -> list[Delivery]:
    """The deliveries of a feed that a release lists, and what stood there and was not taken up.

    Only their paths, bytes, times and reasons are reported; see `assets.delivered.collect.placed_again`.
    """
    basis = basis_of(Path(release))
    arrived = [_arrived(one) for one in basis.arrived if one.feed == feed.id]
    return arrived + [_not_read(one) for one in basis.not_read if one.feed == feed.id]


def _arrived(one: Arrived) -> Delivery:
    return Delivery(
        one.feed,
        0,
        one.file,
        one.sha256,
        one.size,
        one.received_on,
        arrived=one.arrived,
        uptake=one.uptake,
        in_landing_zone=one.in_landing_zone,
    )


def _not_read(one: NotRead) -> Delivery:
    return Delivery(
        one.feed,
        0,
        one.file,
        "",
        one.size,
        one.received_on,
        standing=Standing(one.standing),
        reason=one.reason,
        arrived=one.arrived,
    )
