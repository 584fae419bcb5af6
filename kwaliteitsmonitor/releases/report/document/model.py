"""A report as its reader sees it, apart from any file format: sections, tables of figures, charts and notes.

The document says what is shown; a form (HTML, Word, Excel, PDF) says how. Every form renders the same document, so that
all hold the same figures. A document is in one language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kwaliteitsmonitor.methods.figures.printing import Language
from schemas.json_types import Json

Style = Literal["number", "percentage", "percentage_points", "amount", "thousands", "millions", "text"]
"""How a number is printed; `amount`, `thousands` and `millions` are of the currency of the institution."""


@dataclass(frozen=True)
class Figure:
    """A published figure in a cell: as it is printed, and the number behind it.

    `value` is in the unit of the table that it was read from: the currency, a fraction (0.886), a score. It is `None`
    if the figure is not shown, and `status` says why. `text` is the figure in the language of the document, with `×`,
    `–` or `n.v.t.` in place of one that is not shown. `notes` are keys of the notes of the table.
    """

    text: str
    value: Decimal | None = None
    style: Style = "number"
    decimals: int = 0
    figure_id: str | None = None
    part: str = ""
    status: str = "ok"
    notes: tuple[str, ...] = ()
    spread: Decimal | None = None


Cell = str | Figure
"""Words, or a figure."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    `name` is by which formulas know it. `formula` says how a figure of the column follows from others of its row, such
    as `realised - budget`, and `whole.budget` is the total of the column `budget`. `adds_up`: the total is the sum of
    the rows. `measure` is the unit in which the column is read, such as `k€`.
    """

    name: str
    title: str
    figures: bool = False
    measure: str = ""
    formula: str = ""
    adds_up: bool = False


@dataclass(frozen=True)
class Row:
    """A row: `heading` spans the table over the rows of a group, `total` adds up the rows of kind `body`."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "heading", "total"] = "body"


@dataclass(frozen=True)
class Table:
    """A table, with its notes by key. The first cell of a row of kind `body` or `total` is the header of the row."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: Mapping[str, str] = field(default_factory=dict)

    def figures(self) -> Iterator[Figure]:
        """Every figure of the table, row by row."""
        for row in self.rows:
            yield from (cell for cell in row.cells if isinstance(cell, Figure))


@dataclass(frozen=True)
class Chart:
    """A chart: a Vega-Lite specification with its data in it, and what it shows in words, for who cannot see it.

    `table` is the id of the table that holds the same figures.
    """

    id: str
    caption: str
    alternative: str
    specification: Mapping[str, Json]
    table: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain words. `kind` `notice` is set apart, for what a reader must not miss."""

    text: str
    kind: Literal["plain", "notice"] = "plain"


@dataclass(frozen=True)
class Terms:
    """Terms with what they mean, in their order: definitions, symbols."""

    entries: tuple[tuple[str, str], ...]


Block = Table | Chart | Paragraph | Terms


@dataclass(frozen=True)
class Section:
    """A section under a heading; sections within it are one level deeper."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from, in short, beside the figure: each line a sentence in the document's language."""

    figure_id: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A whole report in one language.

    `facts` are shown on its front, such as institution, reporting year, cycle and stand. `provenance` is by figure id.
    """

    language: Language
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    def tables(self) -> Iterator[Table]:
        """Every table, in reading order."""
        for section in self.sections:
            yield from _tables(section)


def _tables(section: Section) -> Iterator[Table]:
    yield from (block for block in section.blocks if isinstance(block, Table))
    for inner in section.sections:
        yield from _tables(inner)
