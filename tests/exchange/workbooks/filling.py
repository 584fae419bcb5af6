"""Filling in a template by program, and reading a workbook back as a cycle does."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl

from assets.staged.feed import StagedFeed, stage_feed
from kwaliteitsmonitor.exchange.workbooks.columns import label, sheet_name, shown
from kwaliteitsmonitor.exchange.workbooks.prefill import fields_to_fill, prefilled
from kwaliteitsmonitor.exchange.workbooks.request import Request, requests, unit_of
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.contract import AtMost, Clock, Field, Kind, Table
from schemas.profile import Profile
from schemas.profile.spellings import spellings

CYCLE = "2021-03"
KEY = b"k" * 32
RECEIVED = date(2020, 12, 1)
ROWS = 3
"""Rows to fill in on a sheet on which nothing is known before."""

Row = Mapping[str, Any]


def report(profile: Profile, unit: str = "FGW", period: str = "") -> Request:
    feed = profile.feed("faculty_report")
    (one,) = requests(profile, profile.cycle(CYCLE), feed, unit_of(profile, unit), period)
    return one


def opened(book: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(book))


def rules_of(sheet: Any) -> dict[str, Any]:
    """The validation of each column of a sheet by its header."""
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).split(":")[0].rstrip("0123456789")
        rules[sheet[f"{column}1"].value] = rule
    return rules


def valid_rows(request: Request, table: Table) -> list[dict[str, Any]]:
    """Rows of a table that meet its contract: those that are known, or a few, each field with a value of its own."""
    known = prefilled(request, table, None)
    fields = fields_to_fill(request, table)
    start: Sequence[Row] = known.rows or [{}] * ROWS
    return [{f.name: row.get(f.name, valid(request, table, f, n)) for f in fields} for n, row in enumerate(start)]


def valid(request: Request, table: Table, field: Field, n: int) -> Any:
    """A value that a field takes; another for another row, where the field has more than two."""
    if field.kind is Kind.BOOLEAN:
        return n % 2 == 0
    if field.kind is Kind.DATE:
        return date(2020, 10, 1 + n)
    if field.clock is Clock.PLAN_YEAR:
        return request.profile.institution.first_year + n
    codes = list(spellings(request.profile, field, "nl"))
    if codes:
        return codes[n % len(codes)]
    if field.kind is Kind.TEXT:
        return f"waarde {n + 1}"
    lower = {rule.lower for rule in table.rules if isinstance(rule, AtMost)}
    least = int(field.minimum or 0)
    if field.kind is Kind.INTEGER:
        return least + n % (1 + min(2, int(field.maximum or least + 2) - least))
    return Decimal("0.5") if field.name in lower else least + Decimal("6.5") + n


def filled_in(request: Request, book: bytes, rows: Mapping[str, Sequence[Row]], language: str) -> bytes:
    """The template with these rows typed in it, by table, as who chooses from its lists would."""
    filled = opened(book)
    for table in request.tables:
        sheet = filled[sheet_name(request, table)]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, row in enumerate(rows[table.name], start=2):
            for field in fields_to_fill(request, table):
                value = shown(request, field, row[field.name], language)
                sheet.cell(number, columns[label(request, table.name, field, language)]).value = value
    return saved(filled)


def saved(book: openpyxl.Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def staged(workspace: Workspace, books: Iterable[tuple[Request, bytes]]) -> StagedFeed:
    """What staging makes of these workbooks, all of the same feed."""
    pairs = list(books)
    deliveries: list[Delivery] = []
    for request, book in pairs:
        sha256, size = keep(workspace, io.BytesIO(book))
        about = request.delivery(request.expected.period)
        deliveries.append(replace(about, path=request.path(), sha256=sha256, size=size, received_on=RECEIVED))
    first = pairs[0][0]
    return stage_feed(workspace, first.profile, first.feed, deliveries, KEY, validate)


def contents(found: StagedFeed, table: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The accepted rows of a table of which the delivery told this, without where they stood."""
    rows = [{k: v for k, v in row.items() if not k.startswith("_")} for row in found.tables[table].rows.to_pylist()]
    return [row for row in rows if all(row.get(name) == value for name, value in told.items())]
