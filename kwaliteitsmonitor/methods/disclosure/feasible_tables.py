"""Other answers with the same published figures: what is shown of a cell must leave open how few gave an answer.

Of a cell whose distribution is not shown, the number of answers and their mean are, and often their spread and median.
Of a small cell these say much: ten answers with a mean of 4.9 are nine fives and a four. So it is not enough to hide
the shares. For each answer that was given by some people, but fewer than the threshold, or by nearly all, there must
be another world: other numbers per answer, of which that answer's tells nobody (nobody gave it, or enough people did;
or not nearly all), with everything that is shown the same. Numbers and means of cells stay the same if people change
their answers such that these balance: one from 3 to 4, and one from 3 to 2. Totals stay the same if others change
theirs the other way round, along a way of cells back to the first (`kwaliteitsmonitor.methods.disclosure.circulation`);
of these too all that is shown must stay the same.

Hundepool and others, *Statistical Disclosure Control* (2012), chapters 4 and 5, call a cell protected if what is
published is consistent with values far enough from its own; here that is required of every answer, with sums and
squares among what is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from heapq import merge
from itertools import combinations, islice
from math import ceil, sqrt
from operator import add, mul

from kwaliteitsmonitor.methods.figures.printing import rounded

NEARLY_ALL = 0.9
"""From this share of the answers on, one answer is that of nearly all (the share of ACRO's rule `safe_nk_k`)."""
DECIMALS = 1
"""The decimals in which a spread is shown if the distribution is not."""
TRIED = 48
"""How many ways to change the answers of a cell are tried, the smallest first."""

Counts = tuple[int, ...]
"""How often each answer was given, in the order of the scores; or by how much that differs."""


def telling(counts: Counts, threshold: int) -> list[int]:
    """The places of the answers whose number discloses someone: few gave it, or nearly all did."""
    nearly = nearly_all(sum(counts))
    return [i for i, count in enumerate(counts) if 0 < count < threshold or count >= max(nearly, 1)]


def lacking(counts: Counts, scores: Counts, answered: Sequence[bool], threshold: int) -> list[int]:
    """The places of the answers that others gave and nobody in the cell did, as far as the mean does not say so."""
    return [
        i
        for i, (count, wanted) in enumerate(zip(counts, answered, strict=True))
        if wanted and not count and _open(counts, scores, i, threshold)
    ]


def left_open(counts: Counts, scores: Counts, threshold: int) -> bool:
    """Whether, for each answer, number and mean leave open that its number discloses nobody."""
    return all(_open(counts, scores, i, threshold) for i in telling(counts, threshold))


def _open(counts: Counts, scores: Counts, place: int, threshold: int) -> bool:
    n, total = sum(counts), sum(s * c for s, c in zip(scores, counts, strict=True))
    rest, score = scores[:place] + scores[place + 1 :], scores[place]
    harmless = _harmless(counts[place], n, threshold)
    return any(_reachable(rest, n - other, total - score * other) for other in harmless)


@lru_cache(maxsize=100_000)
def changes(counts: Counts, scores: Counts, place: int, threshold: int) -> tuple[Counts, ...]:
    """Changes of the answers with the same number and mean, so that the number of one discloses nobody.

    The smallest changes come first.
    """
    n, own = sum(counts), counts[place]
    wanted = _harmless(own, n, threshold)[:3]
    balanced = merge(*(_balanced(scores, place, other - own) for other in wanted))
    possible = (change for _, change in balanced if min(map(add, counts, change)) >= 0)
    return tuple(islice(possible, TRIED))


def spread_as_shown(counts: Counts, scores: Counts, points: int) -> tuple[Decimal, int]:
    """The standard deviation as it is shown if the distribution is not, and twice the place of the median.

    `points` is into how many steps a point of the scale is divided.
    """
    n = sum(counts)
    sums = [*map(mul, scores, counts)]
    first, second = sum(sums), sum(map(mul, scores, sums))
    deviation = sqrt((n * second - first * first) / (n * (n - 1))) / points if n > 1 else 0.0
    return rounded(Decimal(repr(deviation)), DECIMALS), sum(middles(counts, scores))


def middles(counts: Counts, scores: Counts) -> tuple[int, int]:
    """The scores of both middle answers, which are one if their number is odd."""
    n, seen = sum(counts), 0
    middle: list[int] = []
    for score, count in zip(scores, counts, strict=True):
        for place in ((n + 1) // 2, n // 2 + 1)[len(middle) :]:
            if place <= seen + count:
                middle.append(score)
        seen += count
    return middle[0], middle[1]


def nearly_all(n: int) -> int:
    """The number of answers out of `n` from which nearly all gave one."""
    return ceil(NEARLY_ALL * n)


def _harmless(own: int, n: int, threshold: int) -> list[int]:
    """Counts of an answer that would disclose nobody, nearest to the true count first, at most `TRIED` of them.

    If nobody gave the answer, it is enough that someone might have.
    """
    if not own:
        return list(range(1, min(n, TRIED) + 1))
    nearly = nearly_all(n)
    enough = range(threshold, min(nearly, threshold + 2 * TRIED))
    below = range(max(threshold, nearly - TRIED), nearly)
    return sorted({0, *enough, *below} - {own} if nearly > 0 else [], key=lambda other: (abs(other - own), other))


def _reachable(scores: Counts, people: int, total: int) -> bool:
    """Whether `people` answers with these scores can add up to a total."""
    if people < 0 or not scores or (people == 0 and total != 0):
        return False
    if people == 0:
        return True
    lowest = min(scores)
    above = total - lowest * people
    fewest = _fewest(tuple(sorted(s - lowest for s in scores if s != lowest)), above)
    return fewest is not None and fewest <= people


def _fewest(sizes: Counts, total: int) -> int | None:
    """The fewest numbers of these sizes that add up to a total; `None` if none do."""
    if total < 0 or (total and not sizes):
        return None
    if not total:
        return 0
    # From the square of the largest on, the fewest numbers always have the largest among them.
    largest = sizes[-1]
    times = max(0, (total - largest * largest) // largest)
    rest = _table(sizes)[total - times * largest]
    return None if rest is None else times + rest


@lru_cache(maxsize=1000)
def _table(sizes: Counts) -> list[int | None]:
    largest = sizes[-1]
    fewest: list[int | None] = [0]
    for total in range(1, largest * largest + 2 * largest + 1):
        before = [fewest[total - size] for size in sizes if size <= total]
        known = [one for one in before if one is not None]
        fewest.append(min(known) + 1 if known else None)
    return fewest


@lru_cache(maxsize=100_000)
def _balanced(scores: Counts, place: int, by: int) -> tuple[tuple[int, Counts], ...]:
    """Changes by so much of one answer and of at most three others that leave the number and the sum the same.

    Each comes after its size, the smallest first.
    """
    others = [i for i in range(len(scores)) if i != place]
    balanced: set[Counts] = set()
    most = max(6, 2 * abs(by))
    for some in combinations(others, min(3, len(others))):
        one, *two = some
        if len(two) < 2:
            continue
        second, third = two
        for change in range(-most, most + 1):
            number = -by - change
            total = -scores[place] * by - scores[one] * change - scores[second] * number
            last, rest = divmod(total, scores[third] - scores[second])
            if not rest:
                made = [0] * len(scores)
                made[place], made[one], made[second], made[third] = by, change, number - last, last
                balanced.add(tuple(made))
    return tuple(sorted((_size(change, scores), change) for change in balanced)[: 4 * TRIED])


def _size(change: Counts, scores: Counts) -> int:
    """How much a change differs from none: in people, and in what it does to the spread, which may have to stay."""
    squares = sum(score * score * by for score, by in zip(scores, change, strict=True))
    return sum(map(abs, change)) + abs(squares)
