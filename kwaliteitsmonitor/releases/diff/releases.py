"""What changed between two releases: every number and text that is not what it was, and of figures why.

Everything is read from the two releases as they were published, so that nothing comes to light that they withhold: a
figure that is hidden in either has no difference, and if the size of a contribution is withheld the causes of a
figure are named without a size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.releases.diff.attribution import RULES, decompose, parts_of, rule_for
from kwaliteitsmonitor.releases.diff.context import Circumstances, Made
from kwaliteitsmonitor.releases.diff.models import ABSENT, ORDER, Cause, Changes, FigureChange, Kind, Value
from kwaliteitsmonitor.releases.diff.other_tables import beside
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import UsageError

SUPPRESSED = "suppressed"

Place = tuple[str, str, str]
"""A number: table, figure without its cycle, column."""

Contributions = dict[str, dict[tuple[str, str], Fraction | None]]
"""Per figure what each delivery contributes to each part; `None` if it is withheld."""


def changes(old: ReleaseReader, new: ReleaseReader) -> Changes:
    """What changed from one release to another; one that is being built will do too.

    Raises `UsageError` if they cannot be compared: of another institution, or without a figure in common.
    """
    around = Circumstances(Made(old), Made(new))
    _demand_same_institution(old, new)
    numbers = _numbers(old), _numbers(new)
    shared = numbers[0].keys() & numbers[1].keys()
    if not shared:
        raise _nothing_in_common(old, new)
    # What one cycle does not tell of a year that another does is no change, but not its task.
    held = numbers[0].keys() | numbers[1].keys() if old.manifest.cycle == new.manifest.cycle else shared
    pairs = {place: (numbers[0].get(place, _NONE), numbers[1].get(place, _NONE)) for place in sorted(held)}
    unlike = {place: pair for place, pair in pairs.items() if pair[0] != pair[1]}
    figures = {figure for _, figure, _ in unlike}
    contributions = _contributions(old, figures), _contributions(new, figures)
    changed = tuple(_change(place, *pair, contributions, around) for place, pair in unlike.items())
    more = beside(old, new)
    used = {(cause.kind, cause.about) for figure in changed for cause in figure.causes}
    return Changes(
        old.name,
        new.name,
        changed,
        compared=len(shared),
        only_old=len(numbers[0].keys() - held),
        only_new=len(numbers[1].keys() - held),
        others=more.others,
        rows_only=more.rows_only,
        without_figure=tuple(one for one in around.all() if one not in used and one[0] is not Kind.CYCLE),
        files=more.files,
    )


def _demand_same_institution(old: ReleaseReader, new: ReleaseReader) -> None:
    names = old.manifest.institution, new.manifest.institution
    if names[0] != names[1]:
        raise UsageError(
            "releases of two institutions cannot be compared", where=" and ".join(names), expected="one institution"
        )


def _nothing_in_common(old: ReleaseReader, new: ReleaseReader) -> UsageError:
    return UsageError(
        "the releases have no figure in common",
        where=f"{old.name} and {new.name}",
        expected="releases that report on the same year, in whole or in part",
        remedy="Name two versions of a cycle, or cycles such as 2021-03 and 2021-05.",
    )


@dataclass(frozen=True)
class _Number:
    """A number as it was published, with the state of its figure and of what it is an indicator."""

    value: Value
    status: str
    indicator: str = ""


_NONE = _Number(None, ABSENT)


def _change(
    place: Place, old: _Number, new: _Number, by_release: tuple[Contributions, ...], around: Circumstances
) -> FigureChange:
    table, figure, number = place
    change = FigureChange(figure, table, number, old.value, new.value, old.status, new.status)
    indicator = new.indicator or old.indicator
    contributions = tuple(of.get(figure, {}) for of in by_release)
    causes: Iterable[Cause] | None = None
    if isinstance(old.value, Decimal) and isinstance(new.value, Decimal):
        causes = _sized((old.value, new.value), table, number, contributions, around, indicator)
    if causes is None:
        causes = _named((table, number), contributions, around, indicator, change.difference)
        if (old.status == SUPPRESSED) != (new.status == SUPPRESSED):
            # What is withheld depends on few people elsewhere, and on what earlier releases showed.
            causes = [Cause(Kind.DISCLOSURE, "", None) if c.kind is Kind.UNEXPLAINED else c for c in causes]
    return FigureChange(figure, table, number, old.value, new.value, old.status, new.status, tuple(causes))


def _sized(
    values: tuple[Decimal, Decimal],
    table: str,
    number: str,
    contributions: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
) -> list[Cause] | None:
    """The causes with their sizes; `None` if the releases do not tell what the number follows from."""
    there = [{part for part, _ in of} for of in contributions]
    way = rule_for(table, number, there[0] & there[1] if there[0] and there[1] else set())
    if way is None:
        return None
    parts, rule = way
    known: list[dict[tuple[str, str], Fraction]] = []
    for of in contributions:
        own = {place: size for place, size in of.items() if place[0] in parts}
        if any(size is None for size in own.values()):
            return None
        known.append({place: size for place, size in own.items() if size is not None})
    return decompose(
        values,
        rule,
        parts,
        (known[0], known[1]),
        lambda delivery: around.cause_of(delivery, indicator),
        around.otherwise(indicator),
    )


def _named(
    of: tuple[str, str],
    contributions: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
    difference: Decimal | None,
) -> list[Cause]:
    """The causes without a size: the deliveries behind the number that are others now, and what was decided.

    One cause that is the only one has the whole difference, unless the size of what it did is withheld.
    """
    parts = parts_of(*of, {part for side in contributions for part, _ in side})
    places = {place for side in contributions for place in side if place[0] in parts}
    otherwise = around.otherwise(indicator)
    causes = set()
    for place in places:
        if not all(place in side and side[place] == contributions[0][place] for side in contributions):
            causes.add(around.cause_of(place[1], indicator))
    if difference is None:
        causes.update(around.waivers())
    own = sorted(causes - {otherwise}, key=lambda cause: (ORDER.index(cause[0]), cause[1])) or [otherwise]
    withheld = any(side.get(place, 0) is None for side in contributions for place in places)
    size = difference if len(own) == 1 and not withheld else None
    return [Cause(kind, about, size) for kind, about in own]


def _numbers(release: ReleaseReader) -> dict[Place, _Number]:
    """Every number of every figure of a release that is compared."""
    numbers = {}
    for table, of_table in RULES.items():
        read = release.table(table, ["figure_id", "indicator", "status", *of_table])
        there = read.column_names
        figures = [without_cycle(identity) for identity in read["figure_id"].to_pylist()]
        status = read["status"].to_pylist() if "status" in there else ["ok"] * len(figures)
        indicators = read["indicator"].to_pylist() if "indicator" in there else [""] * len(figures)
        for column in (name for name in of_table if name in there):
            values = read[column].to_pylist()
            for figure, value, state, indicator in zip(figures, values, status, indicators, strict=True):
                numbers[(table, figure, column)] = _Number(_value(value), state, indicator)
    return numbers


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _contributions(release: ReleaseReader, figures: set[str]) -> Contributions:
    """The contributions of deliveries to these figures, as far as the release publishes them."""
    by_figure: Contributions = {}
    if not figures:
        return by_figure
    lineage = release.table("lineage", ["figure_id", "part", "delivery", "contribution"])
    wanted = pa.array([f"{release.manifest.cycle}:{figure}" for figure in sorted(figures)], pa.string())
    for row in lineage.filter(pc.is_in(lineage["figure_id"], value_set=wanted)).to_pylist():
        of_figure = by_figure.setdefault(without_cycle(row["figure_id"]), {})
        place, size = (row["part"], row["delivery"]), row["contribution"]
        before = of_figure.get(place, Fraction(0))
        exact = None if size is None or before is None else before + Fraction(_value(size) or 0)
        of_figure[place] = exact
    return by_figure


def without_cycle(figure_id: str) -> str:
    """What a figure is called in every cycle: its id without the cycle."""
    return figure_id.partition(":")[2]
