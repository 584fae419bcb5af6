"""The gate of figures about staff and students: none is about fewer people than the profile's threshold.

A figure below the threshold is suppressed. What is suppressed could still be found by subtracting what is shown from a
published whole. So the next smallest parts are suppressed with it, until at least two are and they are together about
enough people to be shown (complementary suppression), as in the rules for statistical disclosure control of official
statistics (Hundepool and others, *Handbook on Statistical Disclosure Control*, 2010, chapter 4). The same holds for the
lineage, where the parts of a figure are what each delivery contributed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from kwaliteitsmonitor.methods.disclosure.gate import EARLIER
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure
from kwaliteitsmonitor.methods.remarks import without_people

HIDDEN: Final = ("value", "spread", "n", "invited", "response_rate", "numerator", "denominator")

PERSONS = "persons"
"""The unit of measure of a figure that counts people."""


def suppress(
    rows: Iterable[UnwordedFigure], threshold: int, before: frozenset[str] = frozenset()
) -> list[UnwordedFigure]:
    """The rows of `indicator_values`, those below the threshold and those that would give them away suppressed.

    `before` are the figures, by their ids, that an earlier release hid and that hold the same.
    """
    values = list(rows)
    groups: dict[tuple[int, str, str | None], list[UnwordedFigure]] = defaultdict(list)
    for row in values:
        groups[(row["reporting_year"], row["indicator"], row["level"])].append(row)
    hidden: dict[str, str] = {}
    for group in groups.values():
        own = {row["figure_id"] for row in _to_hide(group, threshold)}
        kept = before - own
        hidden.update(
            (row["figure_id"], EARLIER if row["figure_id"] in kept else _rule(row, threshold))
            for row in _to_hide(group, threshold, before)
        )
    return [suppressed(row, hidden[row["figure_id"]]) if row["figure_id"] in hidden else row for row in values]


def _rule(row: UnwordedFigure, threshold: int) -> str:
    """By which rule a figure is hidden, as `hidden_by` has it: for itself, or for the sake of another."""
    return "few_people" if row["n"] is not None and row["n"] < threshold else "subtraction"


def _to_hide(
    group: Sequence[UnwordedFigure], threshold: int, before: frozenset[str] = frozenset()
) -> list[UnwordedFigure]:
    """Within the rows of one indicator, year and level: the small ones, and the units that would give them away.

    A figure that was delivered without the number it rests on cannot be weighed. Such figures are hidden with the
    others if those that can be weighed do not keep what is hidden from being found, or if the whole is hidden.
    """
    shown = [row for row in group if row["status"] == "ok"]
    about_people = [(row, row["n"]) for row in shown if row["n"] is not None]
    sizes = {row["unit"]: n for row, n in about_people if row["unit"] is not None}
    also = [row["unit"] for row, _ in about_people if row["figure_id"] in before and row["unit"] is not None]
    units = parts_to_hide(sizes, threshold, also)
    small = [
        row
        for row, n in about_people
        if row["unit"] in units or n < threshold or (row["unit"] is None and row["figure_id"] in before)
    ]
    people = sum(sizes[unit] for unit in units)
    open_ = bool(units) and (len(units) == 1 or people < threshold or people == len(units))
    unweighed = [row for row in shown if row["n"] is None and row["unit"] is not None]
    hide_all = open_ or any(row["unit"] is None for row in small)
    return [*small, *(row for row in unweighed if hide_all or row["figure_id"] in before)]


def suppress_families(
    rows: Iterable[UnwordedFigure], parents: Mapping[str, str], threshold: int
) -> list[UnwordedFigure]:
    """The rows of `indicator_values`, no unit of an indicator shown if one is small and units are within units.

    What a unit shows is the sum of what its parts show: with two layers of units there are more ways to subtract than
    `suppress` looks at, which knows one. `parents` gives the unit that a unit is part of.
    """
    values = list(rows)
    groups: dict[tuple[int, str, str | None], list[UnwordedFigure]] = defaultdict(list)
    for row in values:
        if row["unit"] is not None and row["status"] == "ok":
            groups[(row["reporting_year"], row["indicator"], row["level"])].append(row)
    hidden: dict[str, str] = {}
    for group in groups.values():
        units = {row["unit"] for row in group if row["unit"] is not None}
        nested = any(parents.get(unit) in units for unit in units)
        if nested and any(row["n"] is not None and row["n"] < threshold for row in group):
            hidden.update((row["figure_id"], _rule(row, threshold)) for row in group)
    return [suppressed(row, hidden[row["figure_id"]]) if row["figure_id"] in hidden else row for row in values]


def parts_to_hide(sizes: Mapping[str, int], threshold: int, also: Collection[str] = ()) -> frozenset[str]:
    """Which parts of a published whole to hide, given the number of people in each.

    Those below the threshold and those named in `also`; then the next smallest, until what is hidden is at least two
    parts and about enough people together, and more than one person each. Parts of the same size go in the order of
    their names.
    """
    hidden = {name for name, size in sizes.items() if size < threshold or name in also}
    rest = sorted(sizes.keys() - hidden, key=lambda name: (sizes[name], name))
    while hidden and rest:
        people = sum(sizes[name] for name in hidden)
        if len(hidden) > 1 and people >= threshold and people > len(hidden):
            break
        hidden.add(rest.pop(0))
    return frozenset(hidden)


def suppressed(row: UnwordedFigure, rule: str) -> UnwordedFigure:
    """A row of `indicator_values` without any number, with the rule that hid it; no remark says how many people."""
    made: UnwordedFigure = {
        **row,
        "exact": None,
        "remarks": without_people(row["remarks"]),
        "breaks": without_people(row["breaks"]),
        "status": "suppressed",
        "hidden_by": rule,
    }
    for name in HIDDEN:
        made[name] = None
    return made
