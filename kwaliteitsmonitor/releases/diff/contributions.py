"""What deliveries contribute to the parts that a number follows from: its own, and those of other figures.

A part of another figure is called as in the formula: `whole.budget`, `before.sum`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.figures import PUBLISHED, SHARE, formulas, related
from schemas.formula import Formula, names_in

Sizes = dict[tuple[str, str], Fraction | None]
"""What each delivery contributes, by part and delivery; `None` if it is withheld."""


@cache
def parts_read(table: str, number: str) -> frozenset[str]:
    """Every part that a number of a table may follow from, own parts and `relation.part`; itself if it is a word.

    Of a number that follows from numbers of others alone, which have no parts of their own, it is every own part.
    """
    if number in PUBLISHED[table].words:
        return frozenset({number})
    read = frozenset(part for formula in formulas(PUBLISHED[table], number) for part in _parts(table, formula))
    return read or frozenset(PUBLISHED[table].parts)


def _parts(table: str, formula: Formula) -> Iterable[str]:
    """The parts of a formula; for a number of another figure, the parts that this follows from."""
    for name in names_in(formula):
        relation, _, part = name.rpartition(".")
        others = related(PUBLISHED[table], relation) if relation else ()
        numbers = [of for of in others if part not in of.parts]
        if not numbers:
            yield name
        for of in numbers:
            yield from (f"{relation}.{inner}" for f in formulas(of, part) for inner in names_in(f) if "." not in inner)


def contributions(release: ReleaseReader, changed: Mapping[str, Collection[str]]) -> dict[str, Sizes]:
    """What deliveries contribute to these figures, as far as the release publishes it.

    `changed` gives per figure, by its id without the cycle, the parts of interest.
    """
    if not changed:
        return {}
    cycle = release.manifest.cycle
    wanted = {f"{cycle}:{figure}": parts for figure, parts in changed.items()}
    others = _others(release, wanted)
    lineage = _lineage(release, {*wanted, *(of for by in others.values() for every in by.values() for of in every)})
    by_figure: dict[str, Sizes] = {}
    for figure in wanted:
        sizes: Sizes = dict(lineage.get(figure, {}))
        for relation, every in others.get(figure, {}).items():
            for of in every:
                for (part, delivery), size in lineage.get(of, {}).items():
                    _add(sizes, (f"{relation}.{part}", delivery), size)
        by_figure[figure.partition(":")[2]] = sizes
    return by_figure


def _others(release: ReleaseReader, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, list[str]]]:
    """Per figure and relation the figures that it is derived from, of the relations that its parts name."""
    relations = {figure: {part.partition(".")[0] for part in parts if "." in part} for figure, parts in wanted.items()}
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    names = pa.array(sorted(figure for figure, of in relations.items() if of), pa.string())
    rows = release.table("lineage_figures")
    for row in rows.filter(pc.is_in(rows["figure_id"], value_set=names)).to_pylist():
        if row["relation"] in relations[row["figure_id"]]:
            found[row["figure_id"]][row["relation"]].append(row["of_figure"])
    with_shares = {figure for figure, of in relations.items() if "shares" in of}
    for share in release.table("evaluation_shares", ["figure_id"])["figure_id"].to_pylist() if with_shares else ():
        if share.partition(SHARE)[0] in with_shares:
            found[share.partition(SHARE)[0]]["shares"].append(share)
    for figure, of in relations.items():
        if "result" in of:
            found[figure]["result"].append(figure.partition(SHARE)[0])
    return found


def _lineage(release: ReleaseReader, figures: Collection[str]) -> dict[str, Sizes]:
    """What deliveries contribute to the parts of these figures themselves."""
    by_figure: dict[str, Sizes] = defaultdict(dict)
    lineage = release.table("lineage", ["figure_id", "part", "delivery", "contribution"])
    names = pa.array(sorted(figures), pa.string())
    for row in lineage.filter(pc.is_in(lineage["figure_id"], value_set=names)).to_pylist():
        size = row["contribution"]
        exact = None if size is None else Fraction(size)
        _add(by_figure[row["figure_id"]], (row["part"], row["delivery"]), exact)
    return by_figure


def _add(sizes: Sizes, place: tuple[str, str], size: Fraction | None) -> None:
    before = sizes.get(place, Fraction(0))
    sizes[place] = None if size is None or before is None else before + size
