"""From which columns each column of a published table follows, by the rules, the definitions and the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kwaliteitsmonitor.methods.figures.formulas import rules
from schemas.contract import Table
from schemas.figures import PUBLISHED, formulas, numbers_of, related, step_of
from schemas.figures.model import Published
from schemas.formula import names_in
from schemas.profile import Profile, Term
from schemas.tables import CATALOGUE


class Column(NamedTuple):
    """A column of a table that a step of the flow makes."""

    step: str
    table: str
    name: str


_ANSWERS, _DELIVERED_FIGURES = "fact_answers", "fact_figures"


def columns(profile: Profile, table: str) -> dict[str, list[Column]]:
    """Per column of a published table the columns that it follows from; those that follow from no data are left out."""
    published = PUBLISHED[table]
    contract = published.table
    origins: dict[str, dict[Column, None]] = {name: {} for name in contract.names}
    for read in published.reads:
        _by_name(origins, published, CATALOGUE[read])
    for number in numbers_of(published):
        for formula in formulas(published, number) if published.kind != "indicator" else ():
            origins[number] |= dict.fromkeys(_of_formula(published, formula))
    if table == "indicator_values":
        _of_indicators(origins, profile)
    return {name: sorted(of) for name, of in origins.items() if of}


def _by_name(origins: Mapping[str, dict[Column, None]], published: Published, read: Table) -> None:
    """What is passed on as it is has the same name; what has a formula follows from its parts."""
    for name in published.table.names:
        if name in read.names and name not in published.numbers:
            origins[name][Column(step_of(read.name), read.name, name)] = None


def _of_formula(
    published: Published, formula: str, terms: Mapping[str, Iterable[Column]] | None = None
) -> Iterable[Column]:
    """The columns from which the parts in a formula are taken; `terms` gives them for parts that a definition says."""
    for name in names_in(formula):
        relation, _, part = name.rpartition(".")
        if terms and part in terms:
            yield from terms[part]
        for of in related(published, relation) if relation else (published,):
            yield from _of_part(of, part)


def _of_part(published: Published, part: str) -> Iterable[Column]:
    """The columns that a part is taken from, or that a number of another figure follows from."""
    for column in published.parts[part].columns if part in published.parts else ():
        table, _, name = column.partition(".")
        yield Column(step_of(table), table, name)
    if part not in published.parts:
        for formula in formulas(published, part):
            yield from _of_formula(published, formula)


def _of_indicators(origins: Mapping[str, dict[Column, None]], profile: Profile) -> None:
    """The numbers of an indicator follow from what its definition counts, adds up and filters by."""
    published = PUBLISHED["indicator_values"]
    definitions = {f"indicator:{one.id}:{one.version}": one for one in profile.indicators}
    for row in rules(profile):
        one = definitions.get(row["kind"].removesuffix(":unit"))
        if one is not None:
            terms = {
                name: list(_of_term(term))
                for name, term in (("numerator", one.numerator), ("denominator", one.denominator))
                if term is not None
            }
            if one.delivered is not None:
                step = step_of(_DELIVERED_FIGURES)
                terms = {name: [Column(step, _DELIVERED_FIGURES, name)] for name in ("numerator", "denominator")}
            origins[row["number"]].update(dict.fromkeys(_of_formula(published, row["rule"], terms)))
    for one in profile.indicators:
        terms_of = [t.facts for t in (one.numerator, one.denominator) if t]
        for table in [_ANSWERS] if one.answers else [_DELIVERED_FIGURES] if one.delivered else terms_of:
            if "reporting_year" in CATALOGUE[table].names:
                origins["reporting_year"][Column(step_of(table), table, "reporting_year")] = None


def _of_term(term: Term) -> Iterable[Column]:
    names = [term.count, term.sum, term.less, *(["unit"] if term.less_units else [])]
    for condition in term.where:
        names.extend([condition.field, *(condition.any_of or ())])
    return (Column(step_of(term.facts), term.facts, name) for name in dict.fromkeys(names) if name)
