"""The workbook that a faculty fills in, made from the contracts and the profile.

A sheet per table with the contract's labels as headers; what is known is filled in, what may be chosen is a list, and
last year's values stand beside. What a spreadsheet cannot prevent, reading it back finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.workbook import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles
from kwaliteitsmonitor.exchange.workbooks.columns import (
    LAST_ROW,
    Lists,
    choices,
    label,
    number_format,
    sheet_name,
    shown,
    validation,
    width,
)
from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from kwaliteitsmonitor.exchange.workbooks.explanation import explain
from kwaliteitsmonitor.exchange.workbooks.prefill import Prefilled, fields_to_fill, prefilled
from kwaliteitsmonitor.exchange.workbooks.request import Request, plain
from kwaliteitsmonitor.exchange.workbooks.styles import cell_at
from kwaliteitsmonitor.foundation.spreadsheet_text import put
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.contract import Field, Kind, Table
from schemas.errors import UsageError
from schemas.words import Words
from schemas.workbooks import EXPLANATION, comparison_header

SPARE_ROWS = 25
"""Rows with a frame below what is filled in; more may be used."""
SUFFIXES = (".xlsx", ".xlsm")
AUTHOR = "Kwaliteitsmonitor"
_HEADER_HEIGHT = 34


def template(request: Request, language: str, workspace: Workspace | None = None) -> bytes:
    """The workbook to fill in, as the bytes of an .xlsx file; last year's values come from `workspace`.

    Raises `UsageError` if the profile gives a table another form than a column per field, or the delivery another
    form than a workbook of Excel.
    """
    _check(request)
    book = Workbook()
    book.remove(book.worksheets[0])
    first = book.create_sheet(EXPLANATION.in_language(language))
    sheets = [book.create_sheet(sheet_name(request, table)) for table in request.tables]
    lists = Lists(book, language)
    known = [prefilled(request, table, workspace) for table in request.tables]
    for sheet, table, rows in zip(sheets, request.tables, known, strict=True):
        _fill(_Page(request, sheet, table, language), rows, lists)
    explain(first, request, language, [(s.title, t) for s, t in zip(sheets, request.tables, strict=True)], known)
    _describe(book, request, language)
    return bytes_of(book)


def _check(request: Request) -> None:
    odd = [table.name for table in request.tables if not plain(request.form(table))]
    if odd:
        raise UsageError(
            f"the profile gives {', '.join(odd)} a form of its own",
            where=f"feeds.yaml, {request.feed.id}.forms",
            expected="a sheet with a column per field",
            remedy="Fill in the institution's own workbook instead.",
        )
    if not request.path().casefold().endswith(SUFFIXES):
        raise UsageError(
            "the template is an Excel workbook, and this feed is delivered otherwise",
            where=request.path(),
            expected=f"a path that ends with {' or '.join(SUFFIXES)}",
        )


@dataclass(frozen=True)
class _Column:
    """A column to fill in: its field and place, what may be chosen, the last row that takes values, the framed rows."""

    field: Field
    position: int
    offered: Sequence[str]
    last: int
    framed: int


@dataclass(frozen=True)
class _Page:
    """A sheet to fill in: what is asked for, of which table, in which language."""

    request: Request
    sheet: Worksheet
    table: Table
    language: str


def _fill(page: _Page, known: Prefilled, lists: Lists) -> None:
    request, sheet, language = page.request, page.sheet, page.language
    fields = fields_to_fill(request, page.table)
    last = 2 if known.single else LAST_ROW
    framed = 1 if known.single else len(known.rows) + SPARE_ROWS
    for position, field in enumerate(fields, start=1):
        first = [row[field.name] for row in known.rows if field.name in row]
        offered = choices(request, field, language, first)
        _column(page, _Column(field, position, offered, last, framed), lists)
    for number, row in enumerate(known.rows, start=2):
        for position, field in enumerate(fields, start=1):
            put(cell_at(sheet, number, position), shown(request, field, row.get(field.name), language))
    sheet.row_dimensions[1].height = _HEADER_HEIGHT * (1.4 if known.period else 1)
    if known.period:
        _beside(page, fields, known)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    styles.printable(sheet)
    styles.protect(sheet)


def _column(page: _Page, of: _Column, lists: Lists) -> None:
    """The header of a column, its cells to fill in, and the values that they accept."""
    sheet, field, language = page.sheet, of.field, page.language
    head = cell_at(sheet, 1, of.position)
    header = label(page.request, page.table.name, field, language)
    put(head, header)
    styles.header(head, required=not field.nullable)
    column = sheet.column_dimensions[head.column_letter]
    column.width = width(field, header, max((len(choice) for choice in of.offered), default=0))
    column.number_format = number_format(field, language)
    if of.last > 2:
        column.protection = styles.OPEN
    for row in range(2, of.framed + 2):
        cell = cell_at(sheet, row, of.position)
        styles.to_fill(cell)
        cell.number_format = number_format(field, language)
    listed = lists.name_of(field.name, header, of.offered) if of.offered else ""
    rule = validation(field, header, listed, language)
    if rule is not None:
        rule.add(f"{head.column_letter}2:{head.column_letter}{of.last}")
        sheet.add_data_validation(rule)


def _beside(page: _Page, fields: Sequence[Field], known: Prefilled) -> None:
    """Last year's values, to the right of what is to be filled in: to compare with, and not to be delivered again."""
    request, sheet, table, language = page.request, page.sheet, page.table, page.language
    compared = [f for f in fields if f.name not in table.key and not (f.open_text or f.as_typed)]
    for position, field in enumerate(compared, start=len(fields) + 1):
        head = cell_at(sheet, 1, position)
        header = comparison_header(language, known.period, label(request, table.name, field, language))
        put(head, header)
        styles.comparison_header(head)
        sheet.column_dimensions[head.column_letter].width = 24
        for number, row in enumerate(known.before, start=2):
            cell = cell_at(sheet, number, position)
            value = shown(request, field, row.get(field.name), language)
            put(cell, float(value) if isinstance(value, Decimal) and field.kind is not Kind.MONEY else value)
            styles.comparison(cell)
            cell.number_format = number_format(field, language)


def _describe(book: Workbook, request: Request, language: str) -> None:
    book.security = WorkbookProtection(lockStructure=True)
    name = request.feed.nl if language == "nl" else request.feed.en
    whose = request.unit.id if request.unit else request.profile.institution.nl
    book.properties.title = " ".join(part for part in (name, request.expected.period, whose) if part)
    book.properties.creator = AUTHOR
    book.properties.lastModifiedBy = AUTHOR
    book.properties.language = "nl-NL" if language == "nl" else "en-GB"
    book.properties.subject = Words("sjabloon voor een levering", "template of a delivery").in_language(language)
