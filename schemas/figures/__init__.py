"""Every published table, declared once: which step makes it, what it needs, and how each of its numbers follows.

A row with a `figure_id` is a figure. It has *parts*, to which deliveries contribute (`budget`, `realised`), and
*numbers*, which follow from its parts, and from those of the figures that it is derived from, by a formula. From the
declaration follow what is computed, explained, compared and drawn: the values of the tables, `lineage_rules`, the
formulas in the workbook, column lineage in Dagster, the figures that `diff` compares and the relations in
`lineage_figures`.

A number that a published table has and that nothing here derives is refused when this module is loaded, and so is a
formula that names a part which is not declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from schemas import flow
from schemas.contract import Kind, Layer
from schemas.figures.indicators import BY_DEFINITION, INDICATORS, NUMBER_OF_TERMS, VALUES_OF_TERMS
from schemas.figures.model import NO_NAME, Published
from schemas.figures.money import MONEY
from schemas.figures.records import RECORDS
from schemas.formula import Formula, names_in
from schemas.tables import CATALOGUE
from schemas.words import Words

NUMERIC = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER)
SHARE = ":share:"
"""Stands in the id of a share of answers, between the id of its result and the answer."""
_ORDER = list(CATALOGUE)
_DECLARED = tuple(sorted((*INDICATORS, *MONEY, *RECORDS), key=lambda one: _ORDER.index(one.name)))

PUBLISHED: Mapping[str, Published] = MappingProxyType({one.name: one for one in _DECLARED})
"""Every published table by its name, in the order of the catalogue."""

FIGURES: Mapping[str, Published] = MappingProxyType({one.kind: one for one in _DECLARED if one.kind})
"""The tables whose rows are figures, by the kind of figure."""


def tables_of(step: str) -> tuple[str, ...]:
    """The published tables that a step makes."""
    return tuple(one.name for one in _DECLARED if one.step == step)


def step_of(table: str) -> str:
    """The step that makes a table of the flow. Raises `KeyError` if there is no such table."""
    if table in PUBLISHED:
        return PUBLISHED[table].step
    return flow.FACTS if CATALOGUE[table].layer is Layer.FACTS else flow.STAGED


def formulas(published: Published, number: str) -> tuple[Formula, ...]:
    """The formulas by which a number may follow; several if the definition of an indicator says which."""
    if published.kind == "indicator":
        return BY_DEFINITION.get(number, ())
    return (published.numbers[number],) if number in published.numbers else ()


@cache
def numbers_of(published: Published) -> tuple[str, ...]:
    """The numbers of a table that follow by a formula and are columns of it, in the order of its columns."""
    return tuple(name for name in published.table.names if formulas(published, name))


@cache
def compared(table: str) -> tuple[str, ...]:
    """The columns of a table of figures that are compared with their causes; none if its rows are no figures."""
    published = PUBLISHED.get(table)
    return (*numbers_of(published), *published.words) if published is not None and published.kind else ()


def related(published: Published, relation: str) -> tuple[Published, ...]:
    """The tables whose figures a figure is derived from by a relation, each once."""
    tables = dict.fromkeys(one.table for one in published.derived if one.relation == relation)
    return tuple(PUBLISHED[table] for table in tables)


def _faults() -> Iterator[str]:
    """What is wrong with the declarations, a clause each."""
    declared = {one.name for one in _DECLARED}
    undeclared = [name for name, table in CATALOGUE.items() if table.layer is Layer.PUBLISHED and name not in declared]
    yield from (f"the published table {name} is not declared" for name in undeclared)
    for kind, value in VALUES_OF_TERMS.items():
        if len(names_in(value)) > 1 and kind not in NUMBER_OF_TERMS:
            yield f"no number is declared by which an indicator of the kind {kind} is withheld"
    words: dict[str, Words] = {}
    for one in _DECLARED:
        if one.kind and one.called == NO_NAME:
            yield f"the figures of {one.name} have no name"
        for name, part in one.parts.items():
            if words.setdefault(name, part.words) != part.words:
                yield f"the part {name} is called otherwise in {one.name}"
        known = {*one.about, *one.taken, *one.numbers, *(BY_DEFINITION if one.kind == "indicator" else ())}
        for column in one.table.fields:
            if column.kind in NUMERIC and column.name not in known:
                yield f"no formula derives {one.name}.{column.name}, and nothing says that it is taken"
        yield from (
            f"{one.name} has no column {name}"
            for name in (*one.about, *one.taken, *one.words)
            if name not in one.table.names
        )
        for formula in (
            *one.numbers.values(),
            *(f for fs in BY_DEFINITION.values() for f in fs if one.kind == "indicator"),
        ):
            yield from (
                f"{one.name}: {name} in {formula} is no part" for name in names_in(formula) if not _is_part(one, name)
            )


def _is_part(one: Published, name: str) -> bool:
    """Whether a formula of a table may name a part: its own, or one of figures that it is derived from."""
    relation, _, part = name.rpartition(".")
    if not relation:
        return part in one.parts
    return any(part in other.parts or part in other.numbers for other in related(one, relation))


def demand_declared() -> None:
    """Raise `ValueError` if a published number has no declaration, or a formula a part that is none.

    Raises it as well for a kind of indicator without a number of people: disclosure control could not weigh it.
    """
    faults = list(_faults())
    if faults:
        raise ValueError("; ".join(faults))


demand_declared()
