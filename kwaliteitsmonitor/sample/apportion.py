"""Dividing exactly: amounts by largest remainder, and answers over a scale so that mean and deviation come out.

Nothing here is left to chance. What is random in a sample is who gave which answer, not what the answers add up to.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

SCALE = np.arange(1, 6)
"""The answers: a five-point scale."""


def stream(seed: int, *names: object) -> np.random.Generator:
    """A random generator of its own for each part of the sample, so that no part disturbs another."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def divide(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts in proportion to `weights`, by largest remainder. Zero weights get nothing.

    Raises `ValueError` if there is something to divide and nobody to give it to.
    """
    exact = [Fraction(w) for w in weights]
    whole = sum(exact, Fraction(0))
    if not whole:
        if total:
            raise ValueError("nothing to divide over")
        return [0] * len(exact)
    quotas = [w * total / whole for w in exact]
    parts = [q.numerator // q.denominator for q in quotas]
    rest = total - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - quotas[i], i))
    for i in [i for i in order if exact[i]][:rest]:
        parts[i] += 1
    return parts


def divide_among(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`divide` for named parts."""
    return dict(zip(weights, divide(total, list(weights.values())), strict=True))


def divide_money(total: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """An amount in parts, exact to the cent."""
    return [Decimal(cents) / 100 for cents in divide(int(total * 100), weights)]


def maximum_entropy(means: Floats, deviations: Floats) -> Floats:
    """The distributions over the scale with these means and standard deviations and otherwise no structure.

    Of the form p(k) ~ exp(a k + b k^2); a and b by Newton's method, for all distributions at once. One row each.
    """
    x = (SCALE - 3.0)[None, :]
    aims = np.stack([means - 3.0, deviations**2 + (means - 3.0) ** 2], axis=1)
    powers = np.stack([np.broadcast_to(x, (len(means), 5)), np.broadcast_to(x**2, (len(means), 5))], axis=2)
    factors = np.zeros((len(means), 2))
    for _ in range(60):
        chances = _softmax(np.einsum("gkp,gp->gk", powers, factors))
        moments = np.einsum("gk,gkp->gp", chances, powers)
        gap = aims - moments
        if np.abs(gap).max(initial=0.0) < 1e-10:
            break
        spread = np.einsum("gk,gkp,gkq->gpq", chances, powers, powers) - moments[:, :, None] * moments[:, None, :]
        step = np.linalg.solve(spread + 1e-9 * np.eye(2), gap[:, :, None])[:, :, 0]
        factors += np.clip(step, -1.0, 1.0)
    return _softmax(np.einsum("gkp,gp->gk", powers, factors))


def _softmax(logits: Floats) -> Floats:
    shares: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def whole_counts(chances: Floats, sizes: Whole, sums: Whole) -> Whole:
    """Counts per answer, one row per group: each row adds up to its size, and its answers to its sum, exactly.

    Raises `ValueError` if a sum lies outside of what the scale allows.
    """
    if ((sums < sizes) | (sums > 5 * sizes)).any():
        raise ValueError("a sum of answers that the scale does not allow")
    quotas = chances * sizes[:, None]
    counts: Whole = np.floor(quotas).astype(np.int64)
    order = np.argsort(counts - quotas, axis=1, kind="stable")
    rest = sizes - counts.sum(axis=1)
    extra = np.arange(5)[None, :] < rest[:, None]
    np.add.at(counts, (np.repeat(np.arange(len(counts)), 5), order.ravel()), extra.ravel().astype(np.int64))
    while (gap := sums - counts @ SCALE).any():
        rows = np.flatnonzero(gap)
        up = gap[rows] > 0
        source = np.where(up, counts[rows, :4].argmax(axis=1), counts[rows, 1:].argmax(axis=1) + 1)
        counts[rows, source] -= 1
        counts[rows, source + np.where(up, 1, -1)] += 1
    return counts


def one_distribution(size: int, mean: float, deviation: float) -> Whole:
    """Counts per answer of one group, its mean and sample standard deviation (n - 1) as near as they can be."""
    population = deviation * float(np.sqrt((size - 1) / size))
    chances = maximum_entropy(np.array([mean]), np.array([population]))
    counts = whole_counts(chances, np.array([size]), np.array([round(size * mean)]))[0]
    nearest: Whole = counts
    while (better := _closer(nearest, deviation)) is not None:
        nearest = better
    return nearest


def mean_of(counts: Whole) -> float:
    """The mean answer."""
    return float(counts @ SCALE / counts.sum())


def deviation_of(counts: Whole) -> float:
    """The sample standard deviation (n - 1) of the answers."""
    n = counts.sum()
    return float(np.sqrt((counts @ SCALE**2 - (counts @ SCALE) ** 2 / n) / (n - 1)))


def _closer(counts: Whole, deviation: float) -> Whole | None:
    """The counts after moving one answer up and one down, if that brings the deviation nearer; else None."""
    best, nearest = None, abs(deviation_of(counts) - deviation)
    for low in range(1, 5):
        for high in range(4):
            moved = counts.copy()
            moved[low] -= 1
            moved[low - 1] += 1
            moved[high] -= 1
            moved[high + 1] += 1
            if moved.min() >= 0 and abs(deviation_of(moved) - deviation) < nearest - 1e-12:
                best, nearest = moved, abs(deviation_of(moved) - deviation)
    return best
