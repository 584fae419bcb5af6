"""Combine figures of several institutions into one, exact up to the last root.

- A count or a sum: Σ xᵢ.
- A ratio or a share: Σ tᵢ / Σ dᵢ, of the numerators tᵢ and the denominators dᵢ; a mean of ratios is never taken.
- A mean over respondents: Σ nᵢ·x̄ᵢ / Σ nᵢ. Its standard deviation is that of all answers together: of each institution
  Σx = n·x̄ and Σx² = (n − 1)·s² + n·x̄² follow, and these add up (`kwaliteitsmonitor.methods.statistics.moments`).

A median does not combine, nor does a mean over courses or units of which the number is not published, nor a spread
between courses or units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kwaliteitsmonitor.methods.statistics.moments import Moments, decimal

COMBINING_SPREAD = "sd_respondents"
"""The only kind of spread that combines: that of single answers around their mean."""


@dataclass(frozen=True)
class Part:
    """The figure of one institution as its release gives it."""

    value: Decimal
    n: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    spread: Decimal | None = None
    spread_kind: str | None = None


@dataclass(frozen=True)
class Combined:
    """The figure of several institutions together. `n` is `None` if one of them does not give it."""

    value: Decimal | None
    n: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    spread: Decimal | None = None
    spread_kind: str | None = None


def added(parts: Sequence[Part]) -> Combined:
    """Counts and sums together."""
    total = decimal(sum((Fraction(part.value) for part in parts), Fraction(0)))
    whole = all(part.numerator is not None for part in parts)
    return Combined(total, _number(parts), _sum(part.numerator for part in parts) if whole else None)


def divided(parts: Sequence[Part]) -> Combined:
    """Ratios and shares together: the sum of the numerators by that of the denominators; no value where that is 0.

    Every part has a numerator and a denominator.
    """
    numerator, denominator = _sum(p.numerator for p in parts), _sum(p.denominator for p in parts)
    value = decimal(Fraction(numerator) / Fraction(denominator)) if denominator else None
    return Combined(value, _number(parts), numerator, denominator)


def averaged(parts: Sequence[Part]) -> Combined:
    """Means together, by how many each rests on. Every part has a number.

    The spread is there where every part has one of the kind that combines, or rests on a single answer.
    """
    number = sum(part.n or 0 for part in parts)
    if not number:
        return Combined(None, 0)
    first = sum((part.n or 0) * Fraction(part.value) for part in parts)
    mean = Fraction(first) / number
    if not spread_combines(parts):
        return Combined(decimal(mean), number)
    second = sum(_squares(part) for part in parts)
    together = Moments(number, Fraction(first), Fraction(second))
    return Combined(decimal(mean), number, spread=together.deviation, spread_kind=COMBINING_SPREAD)


def spread_combines(parts: Sequence[Part]) -> bool:
    """Whether the spreads of means make one."""
    return all(part.spread_kind == COMBINING_SPREAD and (part.spread is not None or part.n == 1) for part in parts)


def _squares(part: Part) -> Fraction:
    """The sum of the squares of the answers behind a mean."""
    n = part.n or 0
    return (n - 1) * Fraction(part.spread or 0) ** 2 + n * Fraction(part.value) ** 2 if n else Fraction(0)


def _number(parts: Sequence[Part]) -> int | None:
    return sum(part.n or 0 for part in parts) if all(part.n is not None for part in parts) else None


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return decimal(sum((Fraction(value) for value in values if value is not None), Fraction(0)))
