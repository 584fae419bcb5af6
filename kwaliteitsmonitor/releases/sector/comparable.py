"""Which figures compare: those that agree in everything by which figures may differ.

No institution leads. The figures that count together are those of the largest number of institutions that agree; where
as many disagree with them, none of these counts, for nothing says which are the right ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing")
Traits = tuple[tuple[str, str], ...]
"""By what figures may differ: the reason that is given where they do, and what it is for this one; in order."""


def agreeing(traits: Mapping[Thing, Traits]) -> tuple[list[Thing], dict[Thing, str]]:
    """Those that agree with most, in the order given, and for each other the first reason for which it does not."""
    groups = Counter(traits.values())
    if not groups:
        return [], {}
    most = max(groups.values())
    largest = [one for one, count in groups.items() if count == most]
    if len(largest) == 1:
        return (
            [thing for thing, own in traits.items() if own == largest[0]],
            {thing: _first(own, largest) for thing, own in traits.items() if own != largest[0]},
        )
    others = sorted(groups)
    return [], {thing: _first(own, [one for one in others if one != own]) for thing, own in traits.items()}


def _first(own: Traits, others: Iterable[Traits]) -> str:
    """The first reason for which something is unlike one of the others."""
    different = {
        reason for other in others for (reason, mine), (_, theirs) in zip(own, other, strict=True) if mine != theirs
    }
    return next(reason for reason, _ in own if reason in different)
