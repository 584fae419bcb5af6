"""The kinds of indicators: what a definition of each says, and what it does not.

How the numbers of each kind follow from their parts is declared in `schemas.figures.indicators`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

IndicatorKind = Literal["mean", "median", "ratio", "share", "count", "sum", "delivered"]
KINDS: tuple[str, ...] = get_args(IndicatorKind)

Combining = Literal["sum", "quotient", "mean"]
"""How figures of several institutions become one: added up, divided again, or as a mean by their numbers."""


@dataclass(frozen=True)
class Demands:
    """The keys that a definition of a kind `takes`, and those that it `refuses`.

    `made` says of what its value is made. `by_unit` says whether its figures may be told per
    unit as well, and `combines` how they combine over institutions; `None` if they do not. The value of one that is
    `shown_as_spread` says of a distribution what its spread does, and is withheld with it.
    """

    takes: tuple[str, ...]
    refuses: tuple[str, ...]
    made: str
    by_unit: bool = False
    combines: Combining | None = None
    shown_as_spread: bool = False


_TERMS = ("numerator", "denominator")
_OVER, _OF, _ALONE = "over `answers`", "of `numerator` and `denominator`", "of the `numerator` alone"
DEMANDS: Mapping[IndicatorKind, Demands] = {
    "mean": Demands(
        ("answers", "unit_of_analysis", "spread_kind"), (*_TERMS, "delivered"), _OVER, by_unit=True, combines="mean"
    ),
    "median": Demands(
        ("answers",),
        ("unit_of_analysis", "spread_kind", *_TERMS, "delivered"),
        _OVER,
        by_unit=True,
        shown_as_spread=True,
    ),
    "ratio": Demands(_TERMS, ("answers", "delivered"), _OF, combines="quotient"),
    "share": Demands(_TERMS, ("answers", "delivered"), _OF, combines="quotient"),
    "count": Demands(("numerator",), ("denominator", "answers", "delivered"), _ALONE, combines="sum"),
    "sum": Demands(("numerator",), ("denominator", "answers", "delivered"), _ALONE, combines="sum"),
    "delivered": Demands(("delivered",), (*_TERMS, "answers", "beside"), "as a figure", by_unit=True),
}

BY_UNIT = tuple(kind for kind, demands in DEMANDS.items() if demands.by_unit)
"""The kinds whose figures may be told per unit."""


def how_made() -> str:
    """What each kind is made of, in a sentence.

    >>> how_made().partition(";")[0]
    'How it is made: `mean` or `median` over `answers`'
    """
    kinds_of: dict[str, list[str]] = {}
    for kind, demands in DEMANDS.items():
        kinds_of.setdefault(demands.made, []).append(f"`{kind}`")
    return "How it is made: " + "; ".join(f"{' or '.join(kinds)} {made}" for made, kinds in kinds_of.items()) + "."
