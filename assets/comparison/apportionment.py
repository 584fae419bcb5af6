"""Dividing amounts over national themes, exact to the cent.

An amount is divided by the parts of its theme, each part rounded down to the cent; the cents that are left go to the
parts that lost most by it, in the order of the parts if they lost the same (largest remainder). What is divided
therefore adds up to what it was, whatever the amounts, the parts and their number, and so do sums over themes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def apportioned(amount: Decimal, parts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount in whole cents over parts that add up to one, each in whole cents; together they are the amount.

    Raises `ValueError` if the parts do not add up to one, or the amount is not in whole cents.
    """
    if sum(parts.values()) != 1:
        raise ValueError(f"parts add up to {sum(parts.values())}; expected 1")
    cents = Fraction(amount) * 100
    if cents.denominator != 1:
        raise ValueError("an amount is not in whole cents")
    exact = {name: cents * Fraction(part) for name, part in parts.items()}
    down = {name: share.numerator // share.denominator for name, share in exact.items()}
    left = int(cents) - sum(down.values())
    # Sorting keeps the order of the parts among those that lost the same.
    first = sorted(exact, key=lambda name: exact[name] - down[name], reverse=True)[:left]
    return {name: (down[name] + (name in first)) * CENT for name in parts}
