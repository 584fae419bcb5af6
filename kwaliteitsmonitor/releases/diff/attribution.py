"""Dividing a difference over its causes, exactly.

A number follows from its parts (`realised - budget`), and each part is the sum of what deliveries contribute. From the
old contributions to the new ones the causes take effect one after the other, in the order of `models.ORDER`; a cause
is as large as what the number changes by at its turn. The turns make up the whole way from old to new, so that the
sizes add up to the difference whatever the number is: a sum, a difference or a ratio. In a ratio the order matters,
which is why it is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from kwaliteitsmonitor.methods.figures.arithmetic import in_fractions
from kwaliteitsmonitor.releases.diff.models import ORDER, Cause, Kind
from schemas.formula import Formula, names_in

Parts = Mapping[tuple[str, str], Fraction]
"""What each delivery contributes, by part and delivery."""

DECIMALS = 12
"""To which the turns of a ratio are rounded; the first and the last are the numbers as they were published."""

NEAR = Fraction(1, 10**9)
"""Up to this far, relative to the number, a published number is the one that its parts give: it is a float."""


def formula_of(
    formulas: Iterable[Formula], there: Collection[str], values: tuple[Decimal, Decimal], sizes: tuple[Parts, Parts]
) -> Formula | None:
    """The formula by which a number is divided over its causes, or `None`.

    That is, of those whose parts are all `there`, the first that gives both numbers, and else the first. A number that
    is published in one decimal, so as not to give others away, is not divided: its parts say more than it does.
    """
    possible = [formula for formula in formulas if (names := names_in(formula)) and set(names) <= set(there)]
    given = [[in_fractions(formula, _sums(names_in(formula), of)) for of in sizes] for formula in possible]
    for formula, results in zip(possible, given, strict=True):
        if all(one is not None and _is_near(value, one) for value, one in zip(values, results, strict=True)):
            return formula
    for results in given:
        if any(one is not None and is_rounded(value, one) for value, one in zip(values, results, strict=True)):
            return None
    return possible[0] if possible else None


def _is_near(published: Decimal, exact: Fraction) -> bool:
    return abs(Fraction(published) - exact) <= NEAR * max(abs(exact), Fraction(1))


def is_rounded(published: Decimal, exact: Fraction) -> bool:
    """Whether a number is another to one decimal, and not that number itself."""
    return published == round(published, 1) and 0 < abs(Fraction(published) - exact) <= Fraction(1, 20)


def decompose(
    values: tuple[Decimal, Decimal],
    formula: Formula,
    contributions: tuple[Parts, Parts],
    cause_of: Callable[[str], tuple[Kind, str]],
    otherwise: tuple[Kind, str],
) -> list[Cause] | None:
    """The causes of the difference between two numbers, whose sizes add up to it exactly.

    `values` and `contributions` are old and new; `formula` says how the number follows from its parts; `cause_of` says
    why a delivery contributes otherwise, `otherwise` what explains all that deliveries do not. `None` if the number is
    not defined on the way, as a ratio over nothing.
    """
    parts = names_in(formula)
    old, new = contributions
    turns: dict[tuple[Kind, str], list[tuple[str, str]]] = {}
    for place in sorted({*old, *new}):
        if place[0] in parts and old.get(place) != new.get(place):
            turns.setdefault(cause_of(place[1]), []).append(place)
    own = turns.pop(otherwise, [])
    ordered = sorted(turns.items(), key=lambda turn: (ORDER.index(turn[0][0]), turn[0][1]))
    now = dict(old)
    start, reached = in_fractions(formula, _sums(parts, now)), []
    for _, places in ordered:
        for place in places:
            now[place] = new.get(place, Fraction(0))
        reached.append(in_fractions(formula, _sums(parts, now)))
    known = [there for there in reached if there is not None]
    if start is None or len(known) < len(reached) or in_fractions(formula, _sums(parts, new)) is None:
        return None
    causes, at, before = [], start, values[0]
    for (cause, _), there in zip(ordered, known, strict=True):
        size = _decimal(there - at)
        causes.append(Cause(*cause, size))
        at, before = there, before + size
    rest = values[1] - before
    small = abs(Fraction(rest)) <= NEAR * max(abs(Fraction(values[0])), abs(Fraction(values[1])), Fraction(1))
    if causes and small and not own:
        last = causes.pop()
        causes.append(Cause(last.kind, last.about, (last.size or Decimal(0)) + rest))
    elif rest or own:
        causes.append(Cause(*otherwise, rest))
    return [cause for cause in causes if cause.size]


def _sums(parts: Sequence[str], contributions: Parts) -> dict[str, Fraction]:
    sums = dict.fromkeys(parts, Fraction(0))
    for (part, _), size in contributions.items():
        if part in sums:
            sums[part] += size
    return sums


def _decimal(exact: Fraction) -> Decimal:
    step = Decimal(1).scaleb(-DECIMALS)
    scaled = exact * 10**DECIMALS
    whole = Decimal(scaled.numerator) / Decimal(scaled.denominator) if scaled.denominator != 1 else scaled.numerator
    rounded = Decimal(whole).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
    return rounded.normalize() if rounded else Decimal(0)
