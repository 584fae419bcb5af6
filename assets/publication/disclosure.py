"""The disclosure gate: no published figure is about fewer people than the profile's threshold.

A figure below the threshold is suppressed. Where that leaves one suppressed unit beside a published whole, the unit
could be found by subtraction; then the next smallest unit is suppressed with it (complementary suppression), as in the
rules for statistical disclosure control of official statistics (Hundepool and others, *Handbook on Statistical
Disclosure Control*, 2010, chapter 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from assets.indicators.printing import SYMBOLS

HIDDEN = ("value", "spread", "n", "invited", "response_rate", "numerator", "denominator")


def suppress(rows: Iterable[dict[str, Any]], threshold: int) -> list[dict[str, Any]]:
    """The rows of `indicator_values`, with those below the threshold, and those that would give them away, suppressed."""
    found = list(rows)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        groups[(row["reporting_year"], row["indicator"], row["level"])].append(row)
    hidden = {row["figure_id"] for group in groups.values() for row in _to_hide(group, threshold)}
    return [_suppressed(row) if row["figure_id"] in hidden else row for row in found]


def _to_hide(group: Sequence[dict[str, Any]], threshold: int) -> list[dict[str, Any]]:
    """Within the rows of one indicator, year and level: the small ones, and one more where only one unit is small."""
    about_people = [row for row in group if row["status"] == "ok" and row["n"] is not None]
    small = [row for row in about_people if row["n"] < threshold]
    units = [row for row in about_people if row["unit"] is not None]
    small_units = [row for row in small if row["unit"] is not None]
    if len(small_units) == 1 and len(units) > 1:
        others = [row for row in units if row is not small_units[0]]
        small.append(min(others, key=lambda row: (row["n"], row["unit"])))
    return small


def _suppressed(row: dict[str, Any]) -> dict[str, Any]:
    symbols = SYMBOLS["suppressed"]
    return row | dict.fromkeys(HIDDEN) | {
        "status": "suppressed", "printed_nl": symbols["nl"], "printed_en": symbols["en"],
    }
