"""A table of the report in Word: a header row that repeats, figures at the right, totals in bold, notes below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.report.document.model import Cell, Figure, Row, Table
from kwaliteitsmonitor.releases.report.document.widths import layout_of
from kwaliteitsmonitor.releases.report.document.wording import readable, title_of
from kwaliteitsmonitor.releases.report.word.elements import element, paragraph, run
from kwaliteitsmonitor.releases.report.word.styles import BLUE, CELL, CELL_SIZE, FIGURE, HEADER, NOTE, PALE, TABLE

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

SHORT_TABLE = 16
"""A table with no more rows than this is not broken over pages."""


def table_of(table: Table, room: int) -> list[BaseOxmlElement]:
    """The caption, the table and its notes, one under the other; `room` is the width in twentieths of a point."""
    layout = layout_of(table)
    size = None if layout.size == 1 else round(2 * CELL_SIZE * layout.size) / 2
    notes = [
        paragraph(NOTE, run(key, superscript=True), run(f" {text}"), keep=number < len(table.notes) - 1)
        for number, (key, text) in enumerate(table.notes.items())
    ]
    return [
        paragraph("Caption", run(table.caption), keep=True),
        _Made(table, _whole(layout.shares, room), size).element(),
        *notes,
        paragraph(NOTE),
    ]


@dataclass(frozen=True)
class _Made:
    """A table with the widths of its columns, and the size of its letters in points where it is not the usual one."""

    table: Table
    widths: list[int]
    size: float | None

    def element(self) -> BaseOxmlElement:
        properties = element(
            "tblPr",
            element("tblStyle", val=TABLE),
            element("tblW", w=sum(self.widths), type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
            element("tblCaption", val=readable(self.table.caption)),
        )
        grid = element("tblGrid", *(element("gridCol", w=width) for width in self.widths))
        # A short table stays on one page: each row with the next, up to the last.
        last = len(self.table.rows) - 1
        together = last < SHORT_TABLE
        rows = [self._row(row, keep=together and index < last) for index, row in enumerate(self.table.rows)]
        return element("tbl", properties, grid, self._header(), *rows)

    def _header(self) -> BaseOxmlElement:
        cells = []
        for index, column in enumerate(self.table.columns):
            words = paragraph(HEADER, run(title_of(self.table, index), size=self.size), keep=True)
            if column.figures:
                words[0].append(element("jc", val="right"))
            properties = self._properties(index)
            properties.append(element("vAlign", val="bottom"))
            cells.append(element("tc", properties, words))
        return element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells)

    def _row(self, row: Row, *, keep: bool) -> BaseOxmlElement:
        unsplit = element("trPr", element("cantSplit"))
        if row.kind == "heading":
            width = element("tcW", w=sum(self.widths), type="dxa")
            shade = element("shd", val="clear", color="auto", fill=PALE)
            properties = element("tcPr", width, element("gridSpan", val=len(self.widths)), shade)
            words = paragraph(HEADER, run(_text(row.cells[0] if row.cells else ""), size=self.size), keep=True)
            return element("tr", unsplit, element("tc", properties, words))
        cells = [*row.cells, *("" for _ in self.widths[len(row.cells) :])]
        return element("tr", unsplit, *(self._cell(row, index, cell, keep) for index, cell in enumerate(cells)))

    def _cell(self, row: Row, index: int, cell: Cell, keep: bool) -> BaseOxmlElement:
        total = row.kind == "total"
        style = FIGURE if self.table.columns[index].figures else CELL
        words = paragraph(style, run(_text(cell), bold=total, size=self.size), keep=keep)
        if isinstance(cell, Figure) and cell.notes:
            words.append(run(",".join(cell.notes), superscript=True, size=self.size))
        return element("tc", self._properties(index, total=total), words)

    def _properties(self, index: int, *, total: bool = False) -> BaseOxmlElement:
        """Width and lines of a cell; words that follow on figures stand off from them."""
        made = element("tcPr", element("tcW", w=self.widths[index], type="dxa"))
        if total:
            line: dict[str, str | int] = {"val": "single", "sz": 8, "space": 0, "color": BLUE}
            made.append(element("tcBorders", element("top", **line), element("bottom", **line)))
        columns = self.table.columns
        if index and columns[index - 1].figures and not columns[index].figures:
            made.append(element("tcMar", element("left", w=220, type="dxa")))
        return made


def _text(cell: Cell) -> str:
    if isinstance(cell, Figure):
        # A figure stays on one line: `3,9 ± 0,1`.
        return cell.text.replace(" ± ", "\u00a0±\u00a0")
    return cell


def _whole(shares: tuple[float, ...], room: int) -> list[int]:
    """The width of each column in whole units, together as wide as the page."""
    widths = [int(share * room) for share in shares]
    widths[0] += room - sum(widths)
    return widths
