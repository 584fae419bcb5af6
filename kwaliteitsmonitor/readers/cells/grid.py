"""The cells of a file before they are interpreted (`Grid`), and after a form of the profile is applied (`RawTable`).

A `Grid` holds the cells of a file as they are written, with their row numbers. A `RawTable` is the cells of a
contract's fields, still untyped, each of whose rows knows the place it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.cells.units import Shown
from schemas.words import Words

PathFields: TypeAlias = Mapping[str, str | int | None]
"""The fields that a delivery tells of all its rows: those in its path, its period and its unit."""

Flaws = Mapping[tuple[int, int], Words]
"""By row number and column position (from 0): what is wrong with a cell whatever its field, such as a formula without a
value. What is said names what was expected, as a refusal does."""

AS_THE_HEADER = Words("evenveel cellen als de kop heeft", "as many cells as the header has")


@dataclass(frozen=True)
class Note:
    """A decision made in reading that people should know; never a value from a cell.

    `code` is one of a few words by which notes of a kind are counted (`left_out`, `encoding`, `hidden_sheet`, …);
    `rows` are the numbers of the rows that it is about, if any.
    """

    code: str
    text: Words
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Grid:
    """The cells of a worksheet or of a text, row by row, as they are written.

    `name` is the worksheet, the file in a ZIP, or empty. `numbers` gives the number of each row in its file, from 1.
    `addressed` says that cells have an address, as `D14`; then rows have as many cells each. Rows of a text have the
    cells that stand there, however many: which of them fit the header is judged once the header is found. A line of
    fixed width is one cell. `percentages` are cells that show a percentage, by row number and column position, with
    what makes a fraction of the number that they hold; `amounts` are cells whose format divides a number or names a
    unit, and `padded` those that show a whole number as a code (and how, `{:05d}`), by the same; `merged` are ranges of
    cells that are one: first row number, first column position, last row number, last column position.
    """

    name: str
    cells: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    addressed: bool = False
    flaws: Flaws = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    percentages: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)
    amounts: Mapping[tuple[int, int], Shown] = field(default_factory=dict)
    padded: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()


class Headless(str):
    """The letter of a column that holds something and has no header."""

    __slots__ = ()


def shown_headers(headers: Iterable[str]) -> tuple[list[str], list[str]]:
    """Headers as they are shown to people, in Dutch and in English."""
    every = list(headers)
    nl = [f"{one} (zonder kop)" if isinstance(one, Headless) else one for one in every]
    return nl, [f"{one} (no header)" if isinstance(one, Headless) else one for one in every]


def unknown_columns(headers: Iterable[str]) -> Words:
    """That columns are not known and were not read."""
    nl, en = map(", ".join, shown_headers(headers))
    return Words(f"onbekend en niet gelezen: {nl}", f"not known and not read: {en}")


@dataclass(frozen=True)
class RawTable:
    """A table as it is written in a file.

    `columns` holds the cells per field of the contract; `rows` the row number of each in the file (1 is the first row,
    the header included, where there is one). `places` gives the column letter (workbook) or header (other files) per
    field; fields that are parts of one cell have the same. `missing` are fields without a column; `unknown` are headers
    that the contract does not know, and columns that hold something and have no header. `ragged` are the numbers of
    rows with another number of cells than the header (`as_expected` says how many): which cell belongs to which column
    cannot be known, so that they are not in `rows`.
    `percent` gives, per field whose rows say what it measures, the positions over which a header or a caption says that
    numbers are in per cent, with what makes them fractions.
    `stated` is what the file states of its own amounts and nothing reads. `unread` gives per row what stands in the
    columns that no field reads, such as the name of a department: rows may differ in that alone.
    `pivoted` gives, where each column of a row became a row of its own, the column of each (letter or header), and
    `pivot` the field whose cell stands in that column. `flaws` are cells, by field and position in `columns`, that
    cannot be read for what they are. `notes` are what was decided on the way, and `left_out` counts the rows (or cells,
    where columns became rows) that are no data. `addressed` says that its cells have an address, as `D14`.
    """

    sheet: str
    columns: Mapping[str, Sequence[Cell]]
    rows: Sequence[int]
    places: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    ragged: tuple[int, ...] = ()
    pivoted: Sequence[str] = ()
    pivot: str = ""
    flaws: Mapping[tuple[str, int], Words] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    left_out: int = 0
    as_expected: Words = AS_THE_HEADER
    addressed: bool = True
    percent: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    stated: Stated | None = None
    unread: Sequence[tuple[str, ...]] = ()

    def place(self, name: str, position: int) -> str:
        """The column of a field in the row at this position, or `None` if the file has no such column."""
        return self.pivoted[position] if self.pivoted and name == self.pivot else self.places.get(name, "")


@dataclass(frozen=True)
class Stated:
    """The amounts of a table as its file has them, and what the file states beside.

    `amounts` holds per field the cells of the rows that are data, whose numbers are `rows`; `columns` the letter of
    each. `differences` and `progress` are columns that nothing reads, by their letter. `left` are the rows that are no
    data: the number of each and its cells by column letter.
    """

    rows: Sequence[int]
    amounts: Mapping[str, Sequence[Cell]]
    columns: Mapping[str, str]
    differences: Mapping[str, Sequence[Cell]]
    progress: Mapping[str, Sequence[Cell]]
    left: Sequence[tuple[int, Mapping[str, Cell]]]
