"""A feed as staging left it: its deliveries, which of them count, and what they say to the register of what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.decisions.approvals import Approved
from assets.delivered.delivery import Delivery, Standing
from assets.obligations.evidence import Arrival, Taken
from assets.staged.staging import Tally
from schemas.profile import Feed


@dataclass(frozen=True)
class FeedState:
    """A feed after staging: its deliveries, the tally of each by its id, and the units found in rows per period.

    `corrected` counts, per delivery, cells that were corrected. `approved` says by period and unit how what needs
    approval stands. `taken` is false where nothing of the feed was taken up yet.
    """

    feed: Feed
    deliveries: Sequence[Delivery]
    tallies: Mapping[str, Tally]
    units: Mapping[str, frozenset[str]]
    corrected: Mapping[str, int] = field(default_factory=dict)
    approved: Mapping[tuple[str, str], Approved] = field(default_factory=dict)
    taken: bool = True

    def reads(self, delivery: Delivery) -> bool:
        """Whether this delivery is one whose rows count; one of which every row is set aside is none."""
        tally = self.tallies.get(delivery.id)
        standing = delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED)
        return standing and tally is not None and (tally.accepted > 0 or tally.quarantined == 0)


def taken(state: FeedState) -> Taken:
    """A feed after staging, as evidence: of each delivery that counts also when a first version of it came."""
    read = [d for d in state.deliveries if state.reads(d)]
    return Taken(state.feed, [_arrival(d, state.deliveries) for d in read], state.units, state.taken)


def _arrival(counting: Delivery, every: Iterable[Delivery]) -> Arrival:
    readable = [
        d.received_on
        for d in every
        if d.subject == counting.subject and d.standing in (Standing.CURRENT, Standing.SUPERSEDED) and not d.reason
    ]
    first = min([counting.received_on, *readable])
    return Arrival(counting.id, counting.period, counting.unit, counting.source, counting.received_on, first)
