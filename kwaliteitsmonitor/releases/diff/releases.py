"""What changed between two releases: every number and text that is not what it was, and of figures why.

Everything is read from the two releases as they were published, so that nothing comes to light that they withhold: a
figure that is hidden in either has no difference, and where the size of a contribution is withheld the causes of a
figure are named without a size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwaliteitsmonitor.releases.diff.attribution import RULES, decompose, parts_of, rule_for
from kwaliteitsmonitor.releases.diff.context import Circumstances, Made
from kwaliteitsmonitor.releases.diff.models import ABSENT, ORDER, Cause, Changes, FigureChange, Kind, Value
from kwaliteitsmonitor.releases.diff.other_tables import beside
from kwaliteitsmonitor.releases.format import manifest
from schemas.errors import UsageError

SUPPRESSED = "suppressed"

Place = tuple[str, str, str]
"""A number: table, figure without its cycle, column."""

Contributions = dict[str, dict[tuple[str, str], Fraction | None]]
"""Per figure what each delivery contributes to each part; none where it is withheld."""


def changes(old: Path, new: Path) -> Changes:
    """What changed from the release in one folder to that in another; a folder that is being built will do too.

    Raises `UsageError` where they cannot be compared: of another institution, or without a figure in common.
    """
    around = Circumstances(_made(old), _made(new))
    names = [made.manifest["institution"] for made in (around.old, around.new)]
    if names[0] != names[1]:
        raise UsageError(
            "releases of two institutions cannot be compared", where=" and ".join(names), expected="one institution"
        )
    numbers = tuple(_numbers(folder) for folder in (old, new))
    shared = numbers[0].keys() & numbers[1].keys()
    if not shared:
        raise UsageError(
            "the releases have no figure in common",
            where=f"{_name(old)} and {_name(new)}",
            expected="releases that report on the same year, in whole or in part",
            remedy="Name two versions of a cycle, or cycles such as 2021-03 and 2021-05.",
        )
    of_one = around.old.manifest["cycle"] == around.new.manifest["cycle"]

    def held(place: Place) -> bool:
        """What one cycle does not tell of a year that another does is no change, but not its task."""
        return of_one or place in shared

    unlike = sorted(
        place
        for place in numbers[0].keys() | numbers[1].keys()
        if held(place) and numbers[0].get(place, _NONE) != numbers[1].get(place, _NONE)
    )
    figures = {place[1] for place in unlike}
    told = tuple(_contributions(folder, figures) for folder in (old, new))
    found = [
        _change(place, numbers[0].get(place, _NONE), numbers[1].get(place, _NONE), told, around) for place in unlike
    ]
    beyond = [sum(not held(place) for place in of) for of in numbers]
    more = beside(old, new)
    used = {(cause.kind, cause.about) for figure in found for cause in figure.causes}
    without = tuple(one for one in around.all() if one not in used and one[0] is not Kind.CYCLE)
    return Changes(
        _name(old),
        _name(new),
        tuple(found),
        len(shared),
        beyond[0],
        beyond[1],
        more.others,
        more.rows_only,
        without,
        more.files,
    )


@dataclass(frozen=True)
class _Number:
    """A number as it was published, with the state of its figure and of what it is an indicator."""

    value: Value
    status: str
    indicator: str = ""


_NONE = _Number(None, ABSENT)


def _change(
    place: Place, old: _Number, new: _Number, told: tuple[Contributions, ...], around: Circumstances
) -> FigureChange:
    table, figure, number = place
    change = FigureChange(figure, table, number, old.value, new.value, old.status, new.status)
    indicator = new.indicator or old.indicator
    contributions = tuple(of.get(figure, {}) for of in told)
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
    told: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
) -> list[Cause] | None:
    """The causes with their sizes; none where the releases do not tell what the number follows from."""
    there = [{part for part, _ in of} for of in told]
    way = rule_for(table, number, there[0] & there[1] if there[0] and there[1] else set())
    if way is None:
        return None
    parts, rule = way
    known: list[dict[tuple[str, str], Fraction]] = []
    for of in told:
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
    told: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
    difference: Decimal | None,
) -> list[Cause]:
    """The causes without a size: the deliveries behind the number that are others now, and what was decided.

    One cause that is the only one has the whole difference, unless the size of what it did is withheld.
    """
    parts = parts_of(*of, {part for side in told for part, _ in side})
    places = {place for side in told for place in side if place[0] in parts}
    otherwise = around.otherwise(indicator)
    found = set()
    for place in places:
        if not all(place in side and side[place] == told[0][place] for side in told):
            found.add(around.cause_of(place[1], indicator))
    if difference is None:
        found.update(around.waivers())
    own = sorted(found - {otherwise}, key=lambda cause: (ORDER.index(cause[0]), cause[1])) or [otherwise]
    withheld = any(side.get(place, 0) is None for side in told for place in places)
    size = difference if len(own) == 1 and not withheld else None
    return [Cause(kind, about, size) for kind, about in own]


def _made(folder: Path) -> Made:
    def rows(name: str) -> list[dict[str, Any]]:
        path = folder / "tables" / f"{name}.parquet"
        found: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.is_file() else []
        return found

    return Made(
        manifest.read(folder), rows("delivery_status"), rows("corrections"), rows("waivers"), rows("definitions")
    )


def _numbers(folder: Path) -> dict[Place, _Number]:
    """Every number that is held against another, of every figure of a release."""
    found = {}
    for table, of_table in RULES.items():
        path = folder / "tables" / f"{table}.parquet"
        if not path.is_file():
            continue
        there = pq.read_schema(path).names
        more = [name for name in ("indicator", "status") if name in there]
        columns = [name for name in of_table if name in there]
        read = pq.read_table(path, columns=["figure_id", *more, *columns])
        figures = [without_cycle(identity) for identity in read["figure_id"].to_pylist()]
        status = read["status"].to_pylist() if "status" in more else ["ok"] * len(figures)
        indicators = read["indicator"].to_pylist() if "indicator" in more else [""] * len(figures)
        for column in columns:
            values = read[column].to_pylist()
            for figure, value, state, indicator in zip(figures, values, status, indicators, strict=True):
                found[(table, figure, column)] = _Number(_value(value), state, indicator)
    return found


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _contributions(folder: Path, figures: set[str]) -> Contributions:
    """What deliveries contribute to these figures, as far as the release tells."""
    path = folder / "tables" / "lineage.parquet"
    found: Contributions = {}
    if not path.is_file() or not figures:
        return found
    cycle = str(manifest.read(folder)["cycle"])
    read = pq.read_table(path, columns=["figure_id", "part", "delivery", "contribution"])
    wanted = pa.array([f"{cycle}:{figure}" for figure in sorted(figures)], pa.string())
    for row in read.filter(pc.is_in(read["figure_id"], value_set=wanted)).to_pylist():
        of_figure = found.setdefault(without_cycle(row["figure_id"]), {})
        place, size = (row["part"], row["delivery"]), row["contribution"]
        before = of_figure.get(place, Fraction(0))
        exact = None if size is None or before is None else before + Fraction(_value(size) or 0)
        of_figure[place] = exact
    return found


def without_cycle(figure_id: str) -> str:
    """What a figure is called in every cycle: its id without the cycle."""
    return figure_id.partition(":")[2]


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}" if folder.name.startswith("v") else folder.name
