"""Figures read back from each form of the report, by programs that know nothing of how it was made."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
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
        self.found: Figures = []
        self._in_table = False
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_table = self._in_table or tag == "table"
        if self._open:
            self._open.append(tag)
        elif self._in_table and "figure" in (dict(attrs).get("class") or "").split():
            self._open.append(tag)
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._in_table = False
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def in_html(page: bytes) -> Figures:
    """The figures of the page, as a browser shows them."""
    reader = _Page()
    reader.feed(page.decode("utf-8"))
    return [" ".join(text.split()) for text in reader.found]


def in_word(file: bytes, document: Document) -> Figures:
    """The figures in the tables of the file, without the calls of notes; where they stand is by the document."""
    import docx

    tables = docx.Document(BytesIO(file)).tables
    assert len(tables) == len(list(document.tables()))
    found = []
    for table, read in zip(document.tables(), tables, strict=True):
        assert [len(row.cells) for row in table.rows if row.kind != "heading"]
        rows = [[_without_notes(cell) for cell in row.cells] for row in read.rows[1:]]
        found += [rows[row][column] for row, column in _places(table)]
    return found


def _without_notes(cell: Any) -> str:
    runs = [run for paragraph in cell.paragraphs for run in paragraph.runs]
    return "".join(run.text for run in runs if not run.font.superscript).replace("\u00a0", " ")


def _places(table: Any) -> Iterator[tuple[int, int]]:
    """Row and column of each figure."""
    for index, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            if isinstance(cell, Figure):
                yield index, column


def in_excel(file: bytes, document: Document) -> Figures:
    """The figures of the workbook as Excel shows their numbers in the language of the document."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(file), data_only=True)
    sheets = book.worksheets[1:]
    found = []
    for table, sheet in zip(document.tables(), sheets, strict=False):
        assert sheet["A1"].value == table.caption
        headers = [cell.value for cell in sheet[3]]
        spread = [index for index, header in enumerate(headers) if str(header).startswith("± ")]
        own = [index for index in range(len(headers)) if index not in spread]
        for row, column in _places(table):
            cell = sheet.cell(4 + row, own[column] + 1)
            text = shown(cell.value, cell.number_format, document.language)
            if own[column] + 1 in spread:
                beside = sheet.cell(4 + row, own[column] + 2)
                text += (
                    "" if beside.value is None else f" ± {shown(beside.value, beside.number_format, document.language)}"
                )
            found.append(text)
    return found


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
    found: Figures = []
    for table in document.tables():
        assert next(rows)[0].startswith(table.columns[0].title[:4])
        for row in table.rows:
            # A cell with nothing in it is there, but its page does not tell of it.
            filled = [cell for cell in row.cells if isinstance(cell, Figure) or cell]
            for cell, text in zip(filled, next(rows), strict=True):
                if isinstance(cell, Figure):
                    found.append(text.removesuffix(",".join(cell.notes)).strip())
    assert not list(rows)
    return found


def _tagged_rows(file: bytes) -> Iterator[list[str]]:
    import pypdfium2
    from pypdfium2 import raw

    pages = pypdfium2.PdfDocument(file)
    for page in pages:
        texts = _marked(page)
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        for index in range(raw.FPDF_StructTree_CountChildren(tree)):
            yield from _rows(raw.FPDF_StructTree_GetChildAtIndex(tree, index), texts)
        raw.FPDF_StructTree_Close(tree)
    pages.close()


def _marked(page: Any) -> dict[int, str]:
    """The text of each piece of marked content of a page."""
    from pypdfium2 import raw

    whole = raw.FPDFText_LoadPage(page.raw)
    found: dict[int, str] = {}  # what has no mark is above and below the page: -1
    for index in range(raw.FPDFPage_CountObjects(page.raw)):
        one = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT:
            length = raw.FPDFTextObj_GetText(one, whole, None, 0)
            held = (ctypes.c_ushort * length)()
            raw.FPDFTextObj_GetText(one, whole, held, length)
            mark = raw.FPDFPageObj_GetMarkedContentID(one)
            text = bytes(held).decode("utf-16-le").rstrip("\0")
            found[mark] = found.get(mark, "") + text.replace(HYPHEN, "")
    raw.FPDFText_ClosePage(whole)
    found.pop(-1, None)
    return found


def _rows(tag: Any, texts: dict[int, str]) -> Iterator[list[str]]:
    """The rows of tables under a tag: the text of each cell."""
    if not tag:
        return
    if _kind(tag) == "TR":
        yield ["".join(_texts(cell, texts)).strip() for cell in _inner(tag)]
        return
    for one in _inner(tag):
        yield from _rows(one, texts)


def _texts(tag: Any, texts: dict[int, str]) -> Iterator[str]:
    from pypdfium2 import raw

    for index in range(raw.FPDF_StructElement_GetMarkedContentIdCount(tag)):
        yield texts.get(raw.FPDF_StructElement_GetMarkedContentIdAtIndex(tag, index), "")
    for one in _inner(tag):
        yield from _texts(one, texts)


def _inner(tag: Any) -> list[Any]:
    from pypdfium2 import raw

    children = [
        raw.FPDF_StructElement_GetChildAtIndex(tag, index) for index in range(raw.FPDF_StructElement_CountChildren(tag))
    ]
    return [one for one in children if one]


def _kind(tag: Any) -> str:
    from pypdfium2 import raw

    length = raw.FPDF_StructElement_GetType(tag, None, 0)
    held = ctypes.create_string_buffer(length)
    raw.FPDF_StructElement_GetType(tag, held, length)
    return held.raw.decode("utf-16-le").rstrip("\0")
