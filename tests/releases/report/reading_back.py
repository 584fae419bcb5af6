"""Figures read back from each form of the report, by programs that know nothing of how it was made."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.report.document.model import Document, Figure

Figures = list[str]
HYPHEN = "\x02"
"""What pdfium gives for a hyphen at the end of a line."""


def in_document(document: Document) -> Figures:
    """What every form must show: the figures of all tables in reading order."""
    return [figure.text for table in document.tables() for figure in table.figures()]


class _Page(HTMLParser):
    """Collects the text of whatever has the class `figure` in a table."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: Figures = []
        self._in_table = False
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_table = self._in_table or tag == "table"
        if self._open:
            self._open.append(tag)
        elif self._in_table and "figure" in (dict(attrs).get("class") or "").split():
            self._open.append(tag)
            self.figures.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_table = self._in_table and tag != "table"
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.figures[-1] += data


def in_html(page: bytes) -> Figures:
    """The figures of the page, as a browser shows them."""
    reader = _Page()
    reader.feed(page.decode("utf-8"))
    return [" ".join(text.split()) for text in reader.figures]


def in_word(file: bytes, document: Document) -> Figures:
    """The figures in the tables of the file, without the calls of notes; where they stand is by the document."""
    import docx

    def text(cell: Any) -> str:
        runs = [run for paragraph in cell.paragraphs for run in paragraph.runs]
        return "".join(run.text for run in runs if not run.font.superscript).replace("\u00a0", " ")

    figures = []
    for table, read in zip(document.tables(), docx.Document(BytesIO(file)).tables, strict=True):
        assert [len(row.cells) for row in table.rows if row.kind != "heading"]
        rows = [[text(cell) for cell in row.cells] for row in read.rows[1:]]
        figures += [rows[row][column] for row, column in _places(table)]
    return figures


def _places(table: Any) -> Iterator[tuple[int, int]]:
    """Row and column of each figure."""
    for index, row in enumerate(table.rows):
        yield from ((index, column) for column, cell in enumerate(row.cells) if isinstance(cell, Figure))


def in_excel(file: bytes, document: Document) -> Figures:
    """The figures of the workbook as Excel shows their numbers in the language of the document."""
    import openpyxl

    figures = []
    for table, sheet in zip(
        document.tables(), openpyxl.load_workbook(BytesIO(file), data_only=True).worksheets[1:], strict=False
    ):
        assert sheet["A1"].value == table.caption
        spread = [str(cell.value).startswith("± ") for cell in sheet[3]]
        own = [index for index, beside in enumerate(spread, 1) if not beside]
        for row, column in _places(table):
            cells = [sheet.cell(4 + row, own[column])]
            if spread[own[column] : own[column] + 1] == [True]:
                cells.append(sheet.cell(4 + row, own[column] + 1))
            texts = [shown(c.value, c.number_format, document.language) for c in cells if c.value is not None]
            figures.append(" ± ".join(texts))
    return figures


def shown(value: object, form: str, language: Language) -> str:
    """A cell as Excel shows it, by its number format: what stands in quotes, digits, `%`, a `,` per thousand."""
    if isinstance(value, str):
        return value
    number = Decimal(repr(value))
    parts = form.split(";")
    part = parts[0] if number > 0 or len(parts) == 1 else parts[1] if number < 0 else parts[2]
    before, digits, after = re.fullmatch(r'((?:"[^"]*")*)([#,0.%]+)((?:"[^"]*")*)', part).groups()  # type: ignore[union-attr]
    thousands = len(digits) - len(digits.rstrip(","))
    scaled = number * 100 if digits.endswith("%") else number / 1000**thousands
    decimals = len(digits.rstrip("%,").partition(".")[2])
    rounded = scaled.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,}"
    if language == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    sign = "-" if rounded < 0 and len(parts) == 1 else ""
    return f"{sign}{before}{text}{'%' if digits.endswith('%') else ''}{after}".replace('"', "")


def in_pdf(file: bytes, document: Document) -> Figures:
    """The figures in the cells of the tagged tables, as a screen reader meets them."""
    rows = iter(list(_tagged_rows(file)))
    figures: Figures = []
    for table in document.tables():
        assert next(rows)[0].startswith(table.columns[0].title[:4])
        for row in table.rows:
            # A cell with nothing in it is there, but its page does not tell of it.
            filled = [cell for cell in row.cells if isinstance(cell, Figure) or cell]
            for cell, text in zip(filled, next(rows), strict=True):
                if isinstance(cell, Figure):
                    figures.append(text.removesuffix(",".join(cell.notes)).strip())
    assert not list(rows)
    return figures


def _tagged_rows(file: bytes) -> Iterator[list[str]]:
    """The rows of tables: the text of each cell."""
    import pypdfium2
    from pypdfium2 import raw

    pages = pypdfium2.PdfDocument(file)
    for page in pages:
        texts = _marked(page)
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        count, child = raw.FPDF_StructTree_CountChildren, raw.FPDF_StructTree_GetChildAtIndex
        for tag in _every(tree, count, child):
            for row in _rows(tag):
                yield ["".join(_texts(cell, texts)).strip() for cell in _inner(row)]
        raw.FPDF_StructTree_Close(tree)
    pages.close()


def _every(of: Any, count: Callable[[Any], int], child: Callable[[Any, int], Any]) -> list[Any]:
    return [one for one in (child(of, index) for index in range(count(of))) if one]


def _inner(tag: Any) -> list[Any]:
    from pypdfium2 import raw

    return _every(tag, raw.FPDF_StructElement_CountChildren, raw.FPDF_StructElement_GetChildAtIndex)


def _marked(page: Any) -> dict[int, str]:
    """The text of each piece of marked content of a page."""
    from pypdfium2 import raw

    whole = raw.FPDFText_LoadPage(page.raw)
    texts: dict[int, str] = {}  # what has no mark is above and below the page: -1
    for one in _every(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        if raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT:
            length = raw.FPDFTextObj_GetText(one, whole, None, 0)
            held = (ctypes.c_ushort * length)()
            raw.FPDFTextObj_GetText(one, whole, held, length)
            text = bytes(held).decode("utf-16-le").rstrip("\0").replace(HYPHEN, "")
            mark = raw.FPDFPageObj_GetMarkedContentID(one)
            texts[mark] = texts.get(mark, "") + text
    raw.FPDFText_ClosePage(whole)
    texts.pop(-1, None)
    return texts


def _rows(tag: Any) -> Iterator[Any]:
    """The rows of tables under a tag."""
    from pypdfium2 import raw

    held = ctypes.create_string_buffer(raw.FPDF_StructElement_GetType(tag, None, 0))
    raw.FPDF_StructElement_GetType(tag, held, len(held))
    if held.raw.decode("utf-16-le").rstrip("\0") == "TR":
        yield tag
        return
    for one in _inner(tag):
        yield from _rows(one)


def _texts(tag: Any, texts: dict[int, str]) -> Iterator[str]:
    from pypdfium2 import raw

    for index in range(raw.FPDF_StructElement_GetMarkedContentIdCount(tag)):
        yield texts.get(raw.FPDF_StructElement_GetMarkedContentIdAtIndex(tag, index), "")
    for one in _inner(tag):
        yield from _texts(one, texts)
