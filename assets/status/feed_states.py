"""A feed as staging left it: its deliveries, which of them count, and what they say to the register of what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.decisions.approvals import Approved
from kwaliteitsmonitor.obligations.evidence import Arrival, Taken
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.staging import Tally
from schemas.profile import Feed


@dataclass(frozen=True)
class FeedState:
    """A feed after staging: its deliveries, the tally of each by its id, and the units found in rows per period.

    `corrected` counts, per delivery, cells that were corrected. `approved` says by period and unit how what needs
    approval stands. `taken` is false if nothing of the feed was taken up yet.
    `replaced` gives, per delivery and table that does not count in it, the older delivery that counts for that table.
    """

    feed: Feed
    deliveries: Sequence[Delivery]
    tallies: Mapping[str, Tally]
    units: Mapping[str, frozenset[str]]
    corrected: Mapping[str, int] = field(default_factory=dict)
    approved: Mapping[tuple[str, str], Approved] = field(default_factory=dict)
    taken: bool = True
    replaced: Mapping[str, Mapping[str, Delivery]] = field(default_factory=dict)

    def reads(self, delivery: Delivery) -> bool:
        """Whether this delivery is one whose rows count; one of which every row is set aside is none."""
        tally = self.tallies.get(delivery.id)
        standing = delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED)
        return standing and tally is not None and (tally.accepted > 0 or tally.quarantined == 0)

    @property
    def refused(self) -> frozenset[tuple[str, str]]:
        """The periods and units of which something came and nothing counts: not to be read, or not to be relied on."""
        there = (Standing.CURRENT, Standing.SUPERSEDED)
        came = (d for d in self.deliveries if d.standing in there or (d.standing is Standing.UNPLACED and d.reason))
        lost = (d for d in came if d.reason or (d.id in self.tallies and not self.reads(d)))
        counting = {(d.period, d.unit) for d in self.deliveries if self.reads(d)}
        return frozenset({(d.period, d.unit) for d in lost} - counting)


def taken(state: FeedState) -> Taken:
    """A feed after staging, as evidence: of each delivery that counts also when a first version of it came."""
    read = [d for d in state.deliveries if state.reads(d)]
    arrivals = [_arrival(d, state.deliveries) for d in read]
    return Taken(state.feed, arrivals, state.units, state.taken, state.refused)


def _arrival(counting: Delivery, every: Iterable[Delivery]) -> Arrival:
    readable = [
        d.received_on
        for d in every
        if d.subject == counting.subject and d.standing in (Standing.CURRENT, Standing.SUPERSEDED) and not d.reason
    ]
    first = min([counting.received_on, *readable])
    return Arrival(counting.id, counting.period, counting.unit, counting.source, counting.received_on, first)
