"""The kinds of indicators: what a definition of each says, and what it does not.

How the numbers of each kind follow from their parts is declared in `schemas.figures.indicators`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

IndicatorKind = Literal["mean", "median", "ratio", "share", "count", "sum", "delivered"]
KINDS: tuple[str, ...] = get_args(IndicatorKind)


@dataclass(frozen=True)
class Demands:
    """The keys that a definition of a kind `takes`, and those that it `refuses`.

    `by_unit` says whether its figures may be told per unit as well.
    """

    takes: tuple[str, ...]
    refuses: tuple[str, ...]
    by_unit: bool = False


_TERMS = ("numerator", "denominator")
DEMANDS: Mapping[IndicatorKind, Demands] = {
    "mean": Demands(("answers", "unit_of_analysis", "spread_kind"), (*_TERMS, "delivered"), by_unit=True),
    "median": Demands(("answers",), ("unit_of_analysis", "spread_kind", *_TERMS, "delivered"), by_unit=True),
    "ratio": Demands(_TERMS, ("answers", "delivered")),
    "share": Demands(_TERMS, ("answers", "delivered")),
    "count": Demands(("numerator",), ("denominator", "answers", "delivered")),
    "sum": Demands(("numerator",), ("denominator", "answers", "delivered")),
    "delivered": Demands(("delivered",), (*_TERMS, "answers", "beside"), by_unit=True),
}

BY_UNIT = tuple(kind for kind, demands in DEMANDS.items() if demands.by_unit)
"""The kinds whose figures may be told per unit."""
