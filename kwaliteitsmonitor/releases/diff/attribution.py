"""Dividing a difference over its causes, exactly.

A number follows from its parts (`realised - budget`), and each part is the sum of what deliveries contribute. From the
old contributions to the new ones the causes take effect one after the other, in the order of `models.ORDER`; a cause
is as large as what the number changes by at its turn. The turns make up the whole way from old to new, so that the
sizes add up to the difference whatever the number is: a sum, a difference or a ratio. In a ratio the order matters,
which is why it is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from kwaliteitsmonitor.releases.diff.models import ORDER, Cause, Kind

Parts = Mapping[tuple[str, str], Fraction]
"""What each delivery contributes, by part and delivery."""

Sums = Mapping[str, Fraction]
Rule = Callable[[Sums], Fraction]

DECIMALS = 12
"""To which the turns of a ratio are rounded; the first and the last are the numbers as they were published."""

NEAR = Fraction(1, 10**9)
"""Up to this far, relative to the number, a published number is the one that its parts give: it is a float."""


def _ratio(above: str, below: str) -> Rule:
    return lambda s: s[above] / s[below]


_BUDGET: dict[str, tuple[tuple[str, ...], Rule]] = {
    "budget": (("budget",), lambda s: s["budget"]),
    "realised": (("realised",), lambda s: s["realised"]),
    "forecast": (("forecast",), lambda s: s["forecast"]),
    "difference": (("realised", "budget"), lambda s: s["realised"] - s["budget"]),
}
_LEFT: tuple[tuple[str, ...], Rule] = (
    ("budget", "carried_over", "realised"),
    lambda s: s["budget"] + s["carried_over"] - s["realised"],
)
RULES: Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], Rule]]]] = {
    "spending_overview": {
        **{name: [rule] for name, rule in _BUDGET.items()},
        "carried_over": [(("carried_over",), lambda s: s["carried_over"])],
        "available": [(("budget", "carried_over"), lambda s: s["budget"] + s["carried_over"])],
        "left_over": [_LEFT],
    },
    "spending_by_unit": {name: [rule] for name, rule in _BUDGET.items()},
    "spending_by_national_theme": {
        **{name: [rule] for name, rule in _BUDGET.items()},
        "carried_over": [(("carried_over",), lambda s: s["carried_over"])],
        "available": [(("budget", "carried_over"), lambda s: s["budget"] + s["carried_over"])],
        "left_over": [_LEFT],
    },
    "spending_plan_versions": {"amount": [(("amount",), lambda s: s["amount"])]},
    "spending_forecasts": {
        "forecast": [_BUDGET["forecast"]],
        "realised": [_BUDGET["realised"]],
        "deviation": [(("realised", "forecast"), lambda s: s["realised"] - s["forecast"])],
    },
    "spending_rounds": {name: [rule] for name, rule in _BUDGET.items()},
    "carry_over": {"left_over": [_LEFT]},
    "measures": {"budget": [_BUDGET["budget"]], "realised": [_BUDGET["realised"]], "progress": []},
    "indicator_values": {
        "value": [
            (("numerator", "denominator"), _ratio("numerator", "denominator")),
            (("numerator",), lambda s: s["numerator"]),
            (("weighted", "weight"), _ratio("weighted", "weight")),
            (("value",), lambda s: s["value"]),
        ]
    },
    "evaluation_results": {
        "mean": [(("sum", "n"), _ratio("sum", "n"))],
        "n": [(("n",), lambda s: s["n"])],
    },
    "evaluation_shares": {"answers": [(("answers",), lambda s: s["answers"])]},
}
"""Per table the numbers that are held against each other, each with the ways in which it may follow from its parts.

Other numbers of a figure (shares, spreads, intervals) follow from these, and are compared beside them
(`kwaliteitsmonitor.releases.diff.other_tables`).
"""


def rule_for(table: str, number: str, parts: set[str]) -> tuple[tuple[str, ...], Rule] | None:
    """The first formula whose parts are all published, or `None`."""
    return next((way for way in RULES[table][number] if set(way[0]) <= parts), None)


def parts_of(table: str, number: str, published: set[str]) -> set[str]:
    """Of the parts of a figure that are published, those that a number of it follows from; all if that is not known."""
    if number == "progress":
        return {"progress"}
    wanted = {part for way in RULES[table][number] for part in way[0]}
    return (published & wanted) or published - {"corrections", "progress", "invited", "beside"}


def decompose(
    values: tuple[Decimal, Decimal],
    rule: Rule,
    parts: Sequence[str],
    contributions: tuple[Parts, Parts],
    cause_of: Callable[[str], tuple[Kind, str]],
    otherwise: tuple[Kind, str],
) -> list[Cause] | None:
    """The causes of the difference between two numbers, whose sizes add up to it exactly.

    `values` and `contributions` are old and new; `cause_of` says why a delivery contributes otherwise, `otherwise` what
    explains all that deliveries do not. `None` if the number is not defined on the way, as a ratio over nothing.
    """
    old, new = contributions
    turns: dict[tuple[Kind, str], list[tuple[str, str]]] = {}
    for place in sorted({*old, *new}):
        if place[0] in parts and old.get(place) != new.get(place):
            turns.setdefault(cause_of(place[1]), []).append(place)
    own = turns.pop(otherwise, [])
    ordered = sorted(turns.items(), key=lambda turn: (ORDER.index(turn[0][0]), turn[0][1]))
    now = dict(old)
    try:
        start, reached = rule(_sums(parts, now)), []
        for _, places in ordered:
            for place in places:
                now[place] = new.get(place, Fraction(0))
            reached.append(rule(_sums(parts, now)))
        rule(_sums(parts, new))
    except ZeroDivisionError:
        return None
    causes, at, before = [], start, values[0]
    for (cause, _), there in zip(ordered, reached, strict=True):
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
