"""How a published table is declared: its step, what it needs and reads, and how its numbers follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.contract import Table
from schemas.formula import Formula
from schemas.words import Words

NO_NAME = Words("", "")


@dataclass(frozen=True)
class Derived:
    """The figures of a table that a figure is derived from, by a relation of `lineage_figures`.

    They are those of `table` that are shown and agree on `same` (own column: column of the others). `own` and `others`
    say of columns whether they are filled: in the rows that have the relation, and in the rows that it leads to. Where
    it is `settled`, only figures of the definitive round have it. With `hidden`, others count whatever their status.
    `latest` names the column of which the others have the greatest value below one's own, among those of `within`.
    What only the profile or the questions say is found by the rule that `by` names, and the rest is empty.
    """

    relation: str
    table: str
    same: Mapping[str, str] = field(default_factory=dict, hash=False)
    own: Mapping[str, bool] = field(default_factory=dict, hash=False)
    others: Mapping[str, bool] = field(default_factory=dict, hash=False)
    settled: bool = False
    hidden: bool = False
    latest: str = ""
    within: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Part:
    """A part of figures: the columns (`table.column`) that it is taken from, and what it is called."""

    columns: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Published:
    """A published table.

    `step` makes it. `needs` are the delivered tables of which an institution has at least one if it has the table;
    without any it is always made. `reads` are the tables of the flow that it is made from. `kind` is the kind of its
    figures and `called` what they are called, empty if its rows are none; `about` are the columns that say what a
    figure is about. `parts` are the parts of its figures by name. `numbers` gives per number its formula; `words` are
    columns that are compared and explained like numbers and hold a word. `taken` are numbers that no formula derives:
    counts, and what is taken from the profile or a delivery as it is, each with where it comes from. `derived` are the
    figures from which these are derived. `money` says that its numbers are amounts and shares of amounts.
    """

    table: Table
    step: str
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    kind: str = ""
    called: Words = NO_NAME
    about: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict, hash=False)
    numbers: Mapping[str, Formula] = field(default_factory=dict, hash=False)
    words: tuple[str, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict, hash=False)
    derived: tuple[Derived, ...] = ()
    money: bool = False

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def sources(self) -> tuple[str, ...]:
        """Every table of the flow that it is made from: those it reads, and those that its parts are taken from."""
        of_parts = (column.partition(".")[0] for part in self.parts.values() for column in part.columns)
        return tuple(dict.fromkeys((*self.reads, *of_parts)))
