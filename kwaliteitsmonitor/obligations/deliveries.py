"""The deliveries that are owed: of each feed that must be there, over each period that a cycle reads, by each unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kwaliteitsmonitor.obligations.evidence import Arrival, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim, Kind, Met, Obligation
from kwaliteitsmonitor.obligations.periods import Expected, deadline, expected_periods
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource
from schemas.words import Words

REFUSED = Words("geleverd, maar niet te gebruiken", "delivered, but not to be used")
"""What is said of a delivery that came and does not count, where no other does."""


def deliveries(profile: Profile, cycle: Cycle, evidence: Evidence) -> Iterator[Claim]:
    """What each feed that must be there owes, and the delivery that counts of it."""
    for one in evidence.feeds:
        if one.feed.required:
            for expected in expected_periods(one.feed, cycle, profile):
                for unit, arrived in awaited(one, expected, profile.delivering(one.feed, expected.year)):
                    refused = {(expected.period, unit), (expected.period, "")} & one.refused
                    yield Claim(delivery(one.feed, expected, unit), _met(arrived), REFUSED if refused else None)


def delivery(feed: Feed, expected: Expected, unit: str) -> Obligation:
    """That a feed is delivered over a period by a unit, or centrally if that is empty."""
    what = Words(feed.nl, feed.en)
    return Obligation(
        Kind.DELIVERY, unit, expected.period, expected.year, feed.id, what, deadline(feed, expected),
        rule=f"{feed.id}.delivered",
    )  # fmt: skip


def awaited(one: Taken, expected: Expected, units: Sequence[str]) -> list[tuple[str, Sequence[Arrival]]]:
    """Who owes a feed over a period, each with what came of it; an empty unit stands for a central delivery.

    If every source of a feed is central, the units of the feed are looked for in its rows, once it is there.
    """
    read = [arrival for arrival in one.read if arrival.period == expected.period]
    arrivals: dict[str, list[Arrival]] = {}
    lacking: set[str] = set()
    by_unit = any(_by_unit(one.feed, position) for position in range(len(one.feed.sources)))
    for position, _ in enumerate(one.feed.sources):
        of_source = [arrival for arrival in read if arrival.source == position]
        if _by_unit(one.feed, position):
            for unit in units:
                own = [arrival for arrival in of_source if arrival.unit == unit]
                arrivals.setdefault(unit, []).extend(own)
                lacking |= set() if own else {unit}
            continue
        arrivals.setdefault("", []).extend(of_source)
        lacking |= set() if of_source else {""}
        if of_source and not by_unit:
            there = one.units.get(expected.period, frozenset())
            for unit in units:
                arrivals.setdefault(unit, []).extend(of_source)
                lacking |= set() if unit in there else {unit}
    return [(unit, () if unit in lacking else arrived) for unit, arrived in arrivals.items()]


def _by_unit(feed: Feed, position: int) -> bool:
    source = feed.sources[position]
    return isinstance(source, FileSource) and "{unit}" in source.path


def _met(arrived: Sequence[Arrival]) -> Met | None:
    """The delivery that came last of those that are needed; each counts from the day of its first version."""
    last = max(arrived, key=lambda arrival: (arrival.first_on, arrival.id), default=None)
    return Met(last.first_on, last.id) if last else None
