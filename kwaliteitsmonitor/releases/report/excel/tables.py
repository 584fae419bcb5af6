"""A table of the report as a sheet: numbers as numbers, units in the headers, formulas, and notes below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.spreadsheet_text import would_run
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.report.document.model import Cell, Figure, Row, Table
from kwaliteitsmonitor.releases.report.document.wording import NOTES, readable, title_of
from kwaliteitsmonitor.releases.report.excel.formulas import Sheet
from kwaliteitsmonitor.releases.report.excel.numbers import as_printed, in_cell, spread_form
from kwaliteitsmonitor.releases.report.excel.styles import AFTER, Looks
from schemas.words import Words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HEADER = 2
"""The row of the headers, counted from 0: the caption and the way back stand above it."""
SPREAD = Words("± spreiding", "± spread")
NOTE = Words("Noot", "Note")
BACK = Words("Naar de inhoud", "To the contents")
LINE = 15
"""How high a line is, in points."""
_WIDEST = 60


@dataclass(frozen=True)
class Place:
    """The place of a figure, for the sheet with the origin of each."""

    sheet: str
    cell: str
    row: str
    column: str
    figure: Figure


@dataclass
class TableSheet:
    """A sheet with one table in it. Each column of figures with a spread has a column for it on its right."""

    sheet: Worksheet
    name: str
    table: Table
    language: Language
    looks: Looks
    places: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns: list[int] = []
        self.spreads = [any(self._spread(row, i) for row in self.table.rows) for i in range(len(self.table.columns))]
        at = 0
        for has_spread in self.spreads:
            self.columns.append(at)
            at += 2 if has_spread else 1
        self.width = at + (1 if any(figure.notes for figure in self.table.figures()) else 0)
        self.widths = self._widths()
        self.formulas = Sheet(self.table, self._address)

    def write(self, contents: str) -> None:
        """The whole sheet: caption, a link to the sheet of contents, the table, its notes, and how it is printed."""
        put(self.sheet, 0, 0, self.table.caption, self.looks, "caption")
        back = BACK.in_language(self.language)
        self.sheet.write_url(1, 0, f"internal:'{contents}'!A1", self.looks.look("link"), back)
        self._headers()
        for index, row in enumerate(self.table.rows):
            self._row(index, row)
        last = self._notes(HEADER + 1 + len(self.table.rows))
        self._page(last)

    def _headers(self) -> None:
        titles = [title_of(self.table, index) for index in range(len(self.table.columns))]
        most = max(lines(title, self.widths[at] - 3) for title, at in zip(titles, self.columns, strict=True))
        self.sheet.set_row(HEADER, LINE * most + 3)
        for index in range(len(self.table.columns)):
            put(self.sheet, HEADER, self.columns[index], titles[index], self.looks, self._side("header", index))
            if self.spreads[index]:
                words = SPREAD.in_language(self.language)
                put(self.sheet, HEADER, self.columns[index] + 1, words, self.looks, "header_figure")
        if self._noted:
            put(self.sheet, HEADER, self.width - 1, NOTE.in_language(self.language), self.looks, f"header{AFTER}")

    def _row(self, index: int, row: Row) -> None:
        at = HEADER + 1 + index
        look = row.kind
        self.sheet.set_row(at, LINE * self._lines(row))
        for column in range(self.width):
            self.sheet.write_blank(at, column, None, self.looks.look(look))
        for column, cell in enumerate(row.cells):
            self._cell(index, column, cell, look)
        if self._noted:
            keys = dict.fromkeys(key for cell in row.cells if isinstance(cell, Figure) for key in cell.notes)
            if keys:
                put(self.sheet, at, self.width - 1, ", ".join(keys), self.looks, f"{look}{AFTER}")

    def _side(self, look: str, column: int) -> str:
        """The look at the side on which the column has its cells."""
        columns = self.table.columns
        if columns[column].figures and look != "heading":
            return f"{look}_figure"
        return f"{look}{AFTER}" if column and columns[column - 1].figures else look

    def _lines(self, row: Row) -> int:
        """How many lines the row takes; programs other than Excel do not find that out by themselves."""
        if row.kind == "heading":
            return 1
        return max(
            (lines(self._shown(cell), self.widths[at] + 2) for cell, at in zip(row.cells, self.columns, strict=False)),
            default=1,
        )

    def _cell(self, index: int, column: int, cell: Cell, look: str) -> None:
        at, across = HEADER + 1 + index, self.columns[column]
        numeric, side = f"{look}_figure", self._side(look, column)
        if isinstance(cell, str):
            put(self.sheet, at, across, cell, self.looks, side)
            return
        self.places.append(
            Place(self.name, self._address(index, column), first_words(self.table.rows[index]),
                  title_of(self.table, column), cell)
        )  # fmt: skip
        held = in_cell(cell, self.language)
        if held is None:
            put(self.sheet, at, across, cell.text, self.looks, side)
            return
        form = self.looks.look(numeric, held.form)
        formula = self.formulas.formula(index, column)
        if formula:
            self.sheet.write_formula(at, across, f"={formula}", form, float(held.value))
        else:
            self.sheet.write_number(at, across, float(held.value), form)
        if held.spread is not None:
            self.sheet.write_number(at, across + 1, float(held.spread), self.looks.look(numeric, spread_form(cell)))

    def _notes(self, at: int) -> int:
        """Write the notes below the table; the last row written."""
        if not self.table.notes:
            return at - 1
        at += 1
        put(self.sheet, at, 0, NOTES.in_language(self.language), self.looks, "label")
        for key, text in self.table.notes.items():
            at += 1
            line = f"{key}  {text}"
            width = sum(self.widths)
            self.sheet.set_row(at, LINE * lines(line, width))
            if self.width > 1:
                self.sheet.merge_range(at, 0, at, self.width - 1, "", self.looks.look("note"))
            put(self.sheet, at, 0, line, self.looks, "note")
        return at

    def _page(self, last: int) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)
        self.sheet.freeze_panes(HEADER + 1, 1)
        self.sheet.repeat_rows(HEADER)
        self.sheet.print_area(0, 0, last, self.width - 1)

    def _widths(self) -> list[int]:
        """The width of each column in characters, by its longest words; text wraps past a bound."""
        widths = [10] * self.width
        for column, at in enumerate(self.columns):
            title = title_of(self.table, column)
            header = max(longest_word(title), min(len(title), 14)) + 4
            cells = [self._shown(row.cells[column]) for row in self.table.rows if self._fills(row, column)]
            widths[at] = min(
                max([header, 10, *(len(line) + 2 for text in cells for line in text.split("\n"))]), _WIDEST
            )
            if self.spreads[column]:
                widths[at + 1] = 13
        return widths

    def _fills(self, row: Row, column: int) -> bool:
        return row.kind != "heading" and column < len(row.cells)

    def _shown(self, cell: Cell) -> str:
        """The part of a cell in one column: without its spread."""
        if isinstance(cell, str):
            return cell
        if cell.spread is not None and cell.value is not None:
            return as_printed(cell, cell.value, self.language)
        return cell.text

    @property
    def _noted(self) -> bool:
        return self.width > self.columns[-1] + 1 + self.spreads[-1]

    def _spread(self, row: Row, column: int) -> bool:
        cell = row.cells[column] if column < len(row.cells) else None
        held = in_cell(cell, self.language) if isinstance(cell, Figure) else None
        return held is not None and held.spread is not None

    def _address(self, row: int, column: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(HEADER + 1 + row, self.columns[column]))


def put(sheet: Worksheet, row: int, column: int, text: str, looks: Looks, look: str) -> None:
    """Write text as text, whatever it begins with."""
    text = readable(text)[:32767]
    sheet.write_string(row, column, text, looks.look(look, quoted=would_run(text)))


def first_words(row: Row) -> str:
    """The header of a row."""
    cell = row.cells[0] if row.cells else ""
    return cell.text if isinstance(cell, Figure) else cell


def longest_word(text: str) -> int:
    """How long the longest word is, by which a header that wraps needs room."""
    return max((len(word) for word in text.split()), default=0)


def lines(text: str, width: int) -> int:
    """About how many lines a text takes in so many characters, when it wraps between words."""
    return sum(max(1, len(wrap(line, max(width, 1)))) for line in text.split("\n"))


def names(captions: list[str], taken: Iterator[str]) -> list[str]:
    """A name for the sheet of each table: short, unlike the others, and one that Excel takes."""
    used = {name.casefold() for name in taken}
    sheets = []
    for caption in captions:
        stem = _safe(caption)
        name, count = stem, 1
        while name.casefold() in used:
            count += 1
            name = f"{stem[: 31 - len(str(count)) - 1]} {count}"
        used.add(name.casefold())
        sheets.append(name)
    return sheets


def _safe(caption: str) -> str:
    """At most 31 characters, cut after a word, without what Excel does not take in the name of a sheet."""
    text = " ".join("".join(" " if one in "[]:*?/\\'" else one for one in readable(caption)).split())
    if len(text) > 31:
        words = text[:32].split(" ")[:-1] or [text[:31]]
        # A name that is cut does not end in `per` or `of`.
        while len(words) > 1 and len(words[-1]) <= 3:
            words.pop()
        text = " ".join(words)
    return text.rstrip(" .,;-") or "Tabel"
