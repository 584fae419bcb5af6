"""A table as a section declares it: its columns, each with what stands in a line, and the one builder of tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Generic, TypeAlias, TypeVar

from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Figure, Row, Table
from schemas.formula import Formula, names_in

Line = TypeVar("Line", contravariant=True)
"""What stands in a line of a table: what is declared over some lines serves for lines that say more."""
Other = TypeVar("Other")
Beside: TypeAlias = Mapping[object, Other]
"""Rows that stand beside each other in a line, by what tells them apart: a round, a version, a unit."""
_NAME = re.compile(r"(\w+\.)?[a-z_]\w*")


@dataclass
class Notes:
    """The notes of a table: each text once, under a letter in the order in which the figures call for it."""

    texts: dict[str, str] = field(default_factory=dict)

    def keys(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The letters of these notes, new ones where they are not there yet."""
        return tuple(self._key(text) for text in texts if text)

    def _key(self, text: str) -> str:
        return self.texts.setdefault(sentence(text), _letter(len(self.texts)))

    @property
    def by_key(self) -> dict[str, str]:
        """The notes by letter, as a table holds them."""
        return {key: text for text, key in self.texts.items()}


def sentence(text: str) -> str:
    """A note as a sentence, with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _letter(index: int) -> str:
    """`a` to `z`, then `aa`."""
    more, rest = divmod(index, len(ascii_lowercase))
    return (_letter(more - 1) if more else "") + ascii_lowercase[rest]


@dataclass(frozen=True)
class ColumnSpec(Generic[Line]):
    """A column: its name, title and measure, and what stands in it for a line.

    `cell` gives the words or the figure of a line, and `notes` what is to be said of that figure. `formula` is over
    parts as it is declared, and `reads` says in which columns those stand whose column has another name. The rest is as
    in `model.Column`.
    """

    name: str
    title: str
    cell: Callable[[Line], Cell]
    notes: Callable[[Line], Iterable[str]] = lambda _: ()
    figures: bool = False
    measure: str = ""
    adds_up: bool = False
    formula: Formula = ""
    reads: Mapping[str, str] = field(default_factory=dict)

    def noting(self: ColumnSpec[Other], notes: Callable[[Other], Iterable[str]]) -> ColumnSpec[Other]:
        """The same column with what is to be said of each of its figures."""
        return replace(self, notes=notes)

    def of(
        self,
        pick: Callable[[Other], Line | None],
        name: str = "",
        *,
        reads: Mapping[str, str] | None = None,
        absent: Cell = "",
    ) -> ColumnSpec[Other]:
        """The same column of one of several rows that make a line, such as that of a round; `absent` if it has none.

        Its formula finds its parts where they stood, unless `reads` says otherwise.
        """

        def cell(line: Other) -> Cell:
            row = pick(line)
            return absent if row is None else self.cell(row)

        def notes(line: Other) -> Iterable[str]:
            row = pick(line)
            return () if row is None else self.notes(row)

        looks = self.figures, self.measure, self.adds_up, self.formula, self.reads if reads is None else reads
        return ColumnSpec(name or self.name, self.title, cell, notes, *looks)

    def at(
        self: ColumnSpec[Other],
        key: object,
        name: str = "",
        *,
        reads: Mapping[str, str] | None = None,
        absent: Cell = "",
    ) -> ColumnSpec[Beside[Other]]:
        """The same column of the row that stands in a line by this key, as `of` gives it."""
        return self.of(lambda line: line.get(key), name, reads=reads, absent=absent)

    def of_any(self: ColumnSpec[Other]) -> ColumnSpec[Beside[Other]]:
        """The same column of whichever row of a line, for what all of them have in common."""
        return self.of(any_of)

    def column(self, shown: Collection[str]) -> Column:
        """The column of a table in which these columns stand.

        It has a formula if each part stands in one of them: `whole.budget` is the total of that of `budget`.
        """
        rule = _NAME.sub(lambda name: self.reads.get(name[0], name[0]), self.formula)
        read = {name.removeprefix("whole.") for name in names_in(rule)} if rule else set()
        formula = rule if read <= {*shown} - {self.name} else ""
        return Column(self.name, self.title, self.figures, self.measure, formula, self.adds_up)


@dataclass(frozen=True)
class TableSpec(Generic[Line]):
    """A table: its id, caption and columns, and which of its lines is a total over the others."""

    id: str
    caption: str
    columns: Sequence[ColumnSpec[Line]]
    is_total: Callable[[Line], bool] = lambda _: False

    def table(self: TableSpec[Other], lines: Iterable[Other | str]) -> Table:
        """The table over lines, in their order; a text is the heading over the lines that follow on it."""
        notes = Notes()
        rows = tuple(Row((line,), "heading") if isinstance(line, str) else self._row(line, notes) for line in lines)
        shown = [column.name for column in self.columns]
        columns = tuple(column.column(shown) for column in self.columns)
        return Table(self.id, self.caption, columns, rows, notes.by_key)

    def _row(self, line: Line, notes: Notes) -> Row:
        cells = tuple(_noted(column, line, notes) for column in self.columns)
        return Row(cells, "total" if self.is_total(line) else "body")


def any_of(line: Beside[Other]) -> Other:
    """One of the rows of a line, for what all of them have in common."""
    return next(iter(line.values()))


def _noted(column: ColumnSpec[Line], line: Line, notes: Notes) -> Cell:
    """The cell of a line, a figure with the letters of what is said of it."""
    cell = column.cell(line)
    return replace(cell, notes=notes.keys(column.notes(line))) if isinstance(cell, Figure) else cell
