"""The report as an Excel workbook: contents and facts, a sheet per table, terms, and where each figure comes from.

Numbers are numbers in the unit that their header names (thousands of euro under k€; fractions, shown as percentages),
with all digits, shown as the report prints them; a sum or a difference is a formula. The workbook holds the figures:
paragraphs and charts are in the other forms, but for notices, which are on the first sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.report.document.model import Document, Paragraph, Section, Table, Terms
from kwaliteitsmonitor.releases.report.document.wording import CONTENTS, OF, PAGE, language_of, readable, sections_of
from kwaliteitsmonitor.releases.report.excel.styles import Looks
from kwaliteitsmonitor.releases.report.excel.tables import LINE, Place, TableSheet, lines, names, put
from schemas.words import Words

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FIRST, TERMS, ORIGIN = CONTENTS, Words("Begrippen", "Terms"), Words("Herkomst", "Provenance")
TERM_HEADERS = (Words("Begrip", "Term"), Words("Betekenis", "Meaning"))
TERM_WIDTHS = (40, 110)
ORIGIN_HEADERS = (
    Words("Blad", "Sheet"),
    Words("Cel", "Cell"),
    Words("Rij", "Row"),
    Words("Kolom", "Column"),
    Words("Gedrukt als", "Printed as"),
    Words("Nummer van het cijfer", "Figure id"),
    Words("Waar het vandaan komt", "Where it comes from"),
)
ORIGIN_WIDTHS = (32, 8, 44, 24, 18, 66, 110)
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The date in the properties of every workbook: Excel wants one, and the same report must give the same bytes."""


def workbook(document: Document) -> bytes:
    """The report as the bytes of an `.xlsx` file; the same document gives the same bytes.

    Raises:
        UsageError: the report is not made in the language of the document.
    """
    from xlsxwriter import Workbook

    language = language_of(document)
    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(held, options)
    book.set_properties({"title": readable(document.title), "author": readable(document.subtitle), "created": MADE})
    looks = Looks(book)
    own = [words.in_language(language) for words in (FIRST, TERMS, ORIGIN)]
    tables = list(document.tables())
    titles = names([table.caption for table in tables], iter([*own, "History"]))
    first = _sheet(book, own[0], document)
    places: list[Place] = []
    for name, table in zip(titles, tables, strict=True):
        one = TableSheet(_sheet(book, name, document), name, table, language, looks)
        one.write(own[0])
        places += one.places
    others = []
    if any(isinstance(block, Terms) for section in sections_of(document) for block in section.blocks):
        _terms(_sheet(book, own[1], document), document, looks)
        others.append(own[1])
    if any(place.figure.figure_id for place in places):
        _origin(_sheet(book, own[2], document), places, document, looks)
        others.append(own[2])
    _contents(first, document, dict(zip((id(table) for table in tables), titles, strict=True)), others, looks)
    book.close()
    return held.getvalue()


def _sheet(book: Workbook, name: str, document: Document) -> Worksheet:
    """A sheet that prints on A4 across, as wide as the page, with the title above and the page below."""
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    title = f"{readable(document.title)} · {readable(document.subtitle)}"[:100].replace("&", "&&")
    sheet.set_header(f"&L&9{' ' if title[:1].isdigit() else ''}{title}")
    page, of = PAGE.in_language(document.language), OF.in_language(document.language)
    sheet.set_footer(f"&L&9&A&R&9{page} &P {of} &N")
    return sheet


def _contents(sheet: Worksheet, document: Document, titles: dict[int, str], others: list[str], looks: Looks) -> None:
    """The first sheet: title, facts, notices, and the tables under the headings of their sections."""
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 90)
    put(sheet, 0, 0, document.title, looks, "title")
    put(sheet, 1, 0, document.subtitle, looks, "subtitle")
    at = 3
    for name, value in document.facts:
        put(sheet, at, 0, name, looks, "label")
        put(sheet, at, 1, value, looks, "words")
        at += 1
    for notice in _notices(document):
        at += 1
        sheet.set_row(at, LINE * lines(notice, 110) + 3)
        sheet.merge_range(at, 0, at, 1, "", looks.look("notice"))
        put(sheet, at, 0, notice, looks, "notice")
    at += 2
    put(sheet, at, 0, CONTENTS.in_language(document.language), looks, "caption")
    for section in sections_of(document):
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for number, table in enumerate(tables):
            at += 1
            put(sheet, at, 0, "" if number else section.title, looks, "words")
            sheet.write_url(at, 1, f"internal:'{titles[id(table)]}'!A1", looks.look("link"), table.caption[:255])
    for name in others:
        at += 1
        sheet.write_url(at, 1, f"internal:'{name}'!A1", looks.look("link"), name)
    sheet.print_area(0, 0, at, 1)


def _notices(document: Document) -> list[str]:
    return [
        block.text
        for section in sections_of(document)
        for block in section.blocks
        if isinstance(block, Paragraph) and block.kind == "notice"
    ]


def _terms(sheet: Worksheet, document: Document, looks: Looks) -> None:
    """What the words and symbols of the report mean."""
    for column, (words, width) in enumerate(zip(TERM_HEADERS, TERM_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, words.in_language(document.language), looks, "header")
    at = 0
    for section in sections_of(document):
        at = _terms_of(sheet, section, at, looks)
    _table_page(sheet, at, 1)


def _terms_of(sheet: Worksheet, section: Section, at: int, looks: Looks) -> int:
    for block in section.blocks:
        if isinstance(block, Terms):
            for term, meaning in block.entries:
                at += 1
                _words(sheet, at, (term, meaning), looks, TERM_WIDTHS)
    return at


def _origin(sheet: Worksheet, places: list[Place], document: Document, looks: Looks) -> None:
    """A row per figure: its place, its id, and its origin."""
    for column, (words, width) in enumerate(zip(ORIGIN_HEADERS, ORIGIN_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, words.in_language(document.language), looks, "header")
    at = 0
    for place in places:
        identity = place.figure.figure_id
        if not identity:
            continue
        at += 1
        known = document.provenance.get(identity)
        text = "\n".join(known.lines) if known else ""
        _words(
            sheet,
            at,
            (place.sheet, "", place.row, place.column, place.figure.text, identity, text),
            looks,
            ORIGIN_WIDTHS,
        )
        sheet.write_url(at, 1, f"internal:'{place.sheet}'!{place.cell}", looks.look("link"), place.cell)
    sheet.autofilter(0, 0, at, len(ORIGIN_HEADERS) - 1)
    _table_page(sheet, at, len(ORIGIN_HEADERS) - 1)


def _words(sheet: Worksheet, at: int, texts: Sequence[str], looks: Looks, widths: Sequence[int]) -> None:
    """Write a row of words, as high as its longest takes."""
    sheet.set_row(at, LINE * max(lines(text, width) for text, width in zip(texts, widths, strict=True)))
    for column, text in enumerate(texts):
        put(sheet, at, column, text, looks, "body")


def _table_page(sheet: Worksheet, last: int, right: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, last, right)
