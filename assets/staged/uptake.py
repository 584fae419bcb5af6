"""Which feeds have deliveries that no run has taken up yet, told by their bytes and not by the clock.

A run that has staged a feed notes here which deliveries it read. What lies in the landing zone is compared with that
note: a file that was touched, copied, renamed or removed brings no bytes and changes nothing; a new delivery does, or
another version of one, and so does a decision about a delivery that is read differently for it.

The note is part of the record of the feed (`kwaliteitsmonitor.readers.feed_record`), so that it outlives the memory of
whatever watches the landing zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from assets.decisions.records import Decisions, decides
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import TakenUp, taken_up
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource
from schemas.spelling import composed

_LEFT_ALONE = (Standing.ARRIVING, Standing.DUPLICATE)


@dataclass(frozen=True)
class Change:
    """A feed whose contents are not those last taken up.

    `key` stands for this step in the feed's history: these contents, after those. A delivery that goes back to what it
    was is a step of its own; the same step asked for twice, or after a run of it failed, has the same key.
    """

    feed: Feed
    contents: str
    key: str
    deliveries: int


class ListedOnce(Landing):
    """A landing zone that is listed once, however many feeds look for their files in it."""

    @cached_property
    def _files(self) -> list[Found]:
        return super().files()

    def files(self) -> list[Found]:
        """Every file in the landing zone as it was when first asked for."""
        return self._files


def contents(feed: Feed, deliveries: Sequence[Delivery], decisions: Decisions) -> str:
    """A digest over what the deliveries by file are: subject, bytes and standing, whatever their names and dates.

    A file that is still being written is not in it, nor a copy of bytes that are there already. Unread files without a
    hash count by name. Corrections and withdrawals are part of the digest. Without deliveries the result is `""`.
    """
    lines = {
        "\0".join([*map(str, d.subject), d.sha256 or d.path, str(d.standing)])
        for d in deliveries
        if isinstance(feed.sources[d.source], FileSource) and d.standing not in _LEFT_ALONE
    }
    if not decides(feed):
        names = {composed(d.path) for d in deliveries}
        lines |= {repr(correction) for correction in decisions.corrections if correction.file in names}
        lines |= {repr(withdrawal) for withdrawal in decisions.withdrawals if withdrawal.file in names}
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest() if lines else ""


def noted(before: TakenUp, feed: Feed, deliveries: Sequence[Delivery], decisions: Decisions, timezone: str) -> TakenUp:
    """The note that a run has taken up these deliveries of a feed, pulled ones and files, and by which decisions.

    `before` is what was last taken up.
    """
    now = contents(feed, deliveries, decisions)
    history = before.history if now == before.contents else _after(before.history, now)
    return TakenUp(now, history, datetime.now(ZoneInfo(timezone)).isoformat(timespec="seconds"))


def change(
    workspace: Workspace, profile: Profile, cycle: Cycle, feed: Feed, landing: Landing, decisions: Decisions
) -> Change | None:
    """What there is to take up of a feed by file, or `None` if all of it has been.

    Bytes that are new are kept on the way. Raises `SourceError` if the landing zone cannot be read.
    """
    deliveries = collect(workspace, profile, cycle, feed, landing, None)
    now = contents(feed, deliveries, decisions)
    before = taken_up(workspace, cycle.key, feed.id)
    if now == before.contents:
        return None
    return Change(feed, now, _after(before.history, now), len(deliveries))


def _after(history: str, now: str) -> str:
    return hashlib.sha256(f"{history}\n{now}".encode()).hexdigest()
