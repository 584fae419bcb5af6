"""Means and spreads from counts of scores, exact.

A count per score is all that a mean or a standard deviation needs, so that no answer is read again. Sums are whole
numbers; a mean is a fraction of them, and only the last step, the square root, is rounded (to 28 digits).

The sample standard deviation is s² = (Σ n·x² − (Σ n·x)²/N) / (N − 1), as in any textbook of statistics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class ScoreCount:
    """So many answers with this score, in one course of one programme of one unit, from one delivery."""

    unit: str
    programme: str
    level: str
    course: str
    score: int
    answers: int
    delivery: str


@dataclass(frozen=True)
class Mean:
    """A mean of scores; `spread` is none where there are too few of what it is taken over. `n` counts answers."""

    value: Fraction
    spread: Decimal | None
    n: int


def mean_of(counts: Sequence[ScoreCount], unit_of_analysis: str, spread_kind: str) -> Mean | None:
    """The mean over respondents, courses or units, with the spread of the kind asked for; none without answers.

    `unit_of_analysis`: `respondent` (every answer weighs the same), `course` or `unit` (the mean of their means).
    `spread_kind`: standard deviation over respondents (`sd_respondents`), between courses (`sd_courses`) or between
    units (`sd_units`), or half the width of a 95% confidence interval over respondents (`ci95`), which is
    1.96·s/√n, the normal approximation for the large n of an evaluation.
    """
    if not counts:
        return None
    n = sum(c.answers for c in counts)
    return Mean(_value(counts, unit_of_analysis), _spread(counts, unit_of_analysis, spread_kind, n), n)


def _value(counts: Sequence[ScoreCount], unit_of_analysis: str) -> Fraction:
    match unit_of_analysis:
        case "course":
            values = _means_by(counts, lambda c: (c.programme, c.course))
        case "unit":
            values = _means_by(counts, lambda c: c.unit)
        case _:
            values = [_simple(counts)]
    return sum(values, Fraction(0)) / len(values)


def _spread(counts: Sequence[ScoreCount], unit_of_analysis: str, kind: str, n: int) -> Decimal | None:
    match kind:
        case "sd_courses":
            return _deviation([(value, 1) for value in _means_by(counts, lambda c: (c.programme, c.course))])
        case "sd_units":
            units = _grouped(counts, lambda c: c.unit)
            inner = "respondent" if unit_of_analysis == "unit" else unit_of_analysis
            return _deviation([(_value(group, inner), 1) for group in units.values()])
        case "ci95":
            deviation = _deviation([(Fraction(c.score), c.answers) for c in counts])
            return None if deviation is None else Decimal("1.96") * deviation / Decimal(n).sqrt()
        case _:
            return _deviation([(Fraction(c.score), c.answers) for c in counts])


def _simple(counts: Iterable[ScoreCount]) -> Fraction:
    counts = list(counts)
    return Fraction(sum(c.score * c.answers for c in counts), sum(c.answers for c in counts))


def _grouped(counts: Iterable[ScoreCount], key: Callable[[ScoreCount], object]) -> Mapping[object, list[ScoreCount]]:
    groups: dict[object, list[ScoreCount]] = defaultdict(list)
    for count in counts:
        groups[key(count)].append(count)
    return groups


def _means_by(counts: Iterable[ScoreCount], key: Callable[[ScoreCount], object]) -> list[Fraction]:
    return [_simple(group) for group in _grouped(counts, key).values()]


def _deviation(weighted: Sequence[tuple[Fraction, int]]) -> Decimal | None:
    """The sample standard deviation of values with whole weights; none for fewer than two."""
    n = sum(weight for _, weight in weighted)
    if n < 2:
        return None
    first = sum((value * weight for value, weight in weighted), Fraction(0))
    second = sum((value * value * weight for value, weight in weighted), Fraction(0))
    variance = (second - first * first / n) / (n - 1)
    return (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
