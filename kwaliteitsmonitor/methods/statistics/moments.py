"""Means, spreads and intervals from sums, exact up to the last root and quantile.

Of values x with whole weights all that is needed is their number N, Σx and Σx². The sample variance is
s² = (Σx² − (Σx)²/N) / (N − 1). Sums are whole numbers and fractions; the square root is rounded to 28 digits, and the
quantile of Student's t has the precision of a double.

- The interval of a mean is x̄ ± t(0.975; N − 1)·s/√N (Student, "The probable error of a mean", Biometrika 6, 1908).
- The interval of a difference of means is Welch's, who does not take both spreads for the same:
  x̄₁ − x̄₀ ± t(0.975; ν)·√(s₁²/N₁ + s₀²/N₀), with ν = (s₁²/N₁ + s₀²/N₀)² / ((s₁²/N₁)²/(N₁ − 1) + (s₀²/N₀)²/(N₀ − 1))
  (B.L. Welch, "The generalization of 'Student's' problem when several different population variances are involved",
  Biometrika 34, 1947; the degrees of freedom are those of Welch and Satterthwaite).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TypeVar

Value = TypeVar("Value", Fraction, int)

UPPER = 0.975
"""The quantile at the upper end of a two-sided interval of 95%."""


@dataclass(frozen=True)
class Moments:
    """The number of values, their sum and the sum of their squares."""

    n: int
    first: Fraction
    second: Fraction

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Moments:
        """Of single values."""
        numbers = list(values)
        return cls(len(numbers), sum(numbers, Fraction(0)), sum((v * v for v in numbers), Fraction(0)))

    @property
    def mean(self) -> Fraction:
        """The mean. Raises `ZeroDivisionError` if there is no value."""
        return self.first / self.n

    @cached_property
    def variance(self) -> Fraction | None:
        """The sample variance; `None` for fewer than two values."""
        if self.n < 2:
            return None
        # (Σx² − (Σx)²/N) / (N − 1) over one denominator: a fraction is reduced once, and not at every step.
        whole = self.first.denominator**2 * self.second.denominator
        squares = self.second.numerator * self.first.denominator**2
        square = self.first.numerator**2 * self.second.denominator
        return Fraction(self.n * squares - square, whole * self.n * (self.n - 1))

    @cached_property
    def deviation(self) -> Decimal | None:
        """The sample standard deviation; `None` for fewer than two values."""
        return None if self.variance is None else decimal(self.variance).sqrt()

    @cached_property
    def half_width(self) -> Decimal | None:
        """Half the width of the 95% interval of the mean; `None` for fewer than two values."""
        if self.variance is None:
            return None
        return student(Fraction(self.n - 1)) * decimal(self.variance / self.n).sqrt()


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its 95% interval."""

    value: Decimal
    low: Decimal
    high: Decimal


def welch(now: Moments, before: Moments) -> Interval | None:
    """The difference between two means with its 95% interval; `None` if one of them is of fewer than two values."""
    if now.variance is None or before.variance is None:
        return None
    difference = decimal(now.mean - before.mean)
    one, other = now.variance / now.n, before.variance / before.n
    if one + other == 0:
        return Interval(difference, difference, difference)
    freedom = (one + other) ** 2 / (one**2 / (now.n - 1) + other**2 / (before.n - 1))
    half = student(freedom) * decimal(one + other).sqrt()
    return Interval(difference, difference - half, difference + half)


def median(counts: Mapping[Value, int]) -> Fraction | None:
    """The middle of the values by how often each occurs, or the mean of both middles; `None` without values."""
    n = sum(counts.values())
    if not n:
        return None
    lower, upper = (n + 1) // 2, n // 2 + 1
    middles: list[Value] = []
    seen = 0
    for value in sorted(counts):
        for place in (lower, upper)[len(middles) :]:
            if place <= seen + counts[value]:
                middles.append(value)
        seen += counts[value]
    return (Fraction(middles[0]) + Fraction(middles[1])) / 2


def student(freedom: Fraction) -> Decimal:
    """The 97.5% quantile of Student's t; the degrees of freedom need not be whole."""
    return _student(float(freedom))


@lru_cache(maxsize=100_000)
def _student(freedom: float) -> Decimal:
    from scipy.special import stdtrit

    return Decimal(repr(float(stdtrit(freedom, UPPER))))


def decimal(value: Fraction) -> Decimal:
    """A fraction to 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)
