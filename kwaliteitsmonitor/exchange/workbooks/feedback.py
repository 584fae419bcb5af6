"""The way back: a delivery as a workbook in which each cell that was not right is marked, and a summary in front.

A faculty's own workbook comes back as it was, with marks. Of anything else a new workbook is made with its rows. What
cannot be shown, because it could not be read or is about people, comes back as a summary alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath

from openpyxl.workbook import Workbook

from kwaliteitsmonitor.connectors.versions import next_place
from kwaliteitsmonitor.exchange.workbooks import highlighting as marking
from kwaliteitsmonitor.exchange.workbooks import received_workbook as own
from kwaliteitsmonitor.exchange.workbooks import summary
from kwaliteitsmonitor.exchange.workbooks.comments import (
    Remark,
    about_people,
    about_sheet,
    left_away,
    rewritten,
    sheet_of_earlier,
    unreadable,
    unreliable,
)
from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from kwaliteitsmonitor.exchange.workbooks.findings import Item, items_of
from kwaliteitsmonitor.exchange.workbooks.request import is_usual
from kwaliteitsmonitor.exchange.workbooks.rewriting import Rewritten, rewrite
from kwaliteitsmonitor.exchange.workbooks.summary import Received, SheetCount, Still, summarise
from kwaliteitsmonitor.foundation.vault.assembled import kept_parts
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import Expected, deadline
from kwaliteitsmonitor.readers.cells.grid import Grid, RawTable
from kwaliteitsmonitor.readers.delivered_parts import fields_from_path, read_parts
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.files import grids
from kwaliteitsmonitor.readers.staging import Tally
from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.rows import QuarantineRow
from schemas.tables import CATALOGUE
from schemas.words import Words
from schemas.workbooks import FEEDBACK


@dataclass(frozen=True)
class Delivered:
    """A delivery and what staging made of it.

    `quarantine` are its rows of that contract, `tallies` the counts per table, `remarks` what else is to be said of it.
    `refused` says why it could not be read, and `lost` why it does not count though it could; `counts` then names the
    earlier delivery that counts in its place, if any. `replaced` names, per table of which it does not count while
    others of it do, the earlier delivery that counts for that table.
    `owed` is what its sender still owes for the cycle. `on` is the day on which it is reported: a deadline has passed
    by then, or not. Without it that is the day on which the delivery came in.
    """

    workspace: Workspace
    profile: Profile
    feed: Feed
    expected: Expected
    delivery: Delivery
    quarantine: Sequence[QuarantineRow] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    refused: Words | None = None
    lost: Words | None = None
    counts: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)
    owed: Sequence[Still] = ()
    on: date | None = None

    @property
    def path(self) -> Path:
        """Where its bytes are kept."""
        return kept(self.workspace, self.delivery.sha256)

    @property
    def source(self) -> FileSource | SqlSource:
        """The source that it came from."""
        return self.feed.sources[self.delivery.source]

    @property
    def tables(self) -> dict[str, Table]:
        """Its contracts, with the institution's codes, by name."""
        codes = self.profile.code_lists()
        return {name: CATALOGUE[name].bind(codes) for name in self.source.tables}

    @property
    def year(self) -> int | None:
        """The reporting year that decides in which form it is read."""
        return None if self.feed.period is Period.NONE else self.expected.year


def name_of(delivered: Delivered, language: str) -> str:
    """The name of the workbook that is given back; delivered under it, it is a new version of the same thing.

    It names the feed if that is not the one that is meant when none is named: a unit may deliver several.
    """
    unit, feed = delivered.delivery.unit, delivered.feed
    whose = unit or PurePosixPath(delivered.delivery.path).stem
    if not is_usual(delivered.profile, feed, by_unit=bool(unit)):
        whose = f"{whose}-{feed.id}"
    return f"{whose}-{FEEDBACK.in_language(language).casefold()}-v{delivered.delivery.version}.xlsx"


def feedback(delivered: Delivered, language: str) -> tuple[bytes, Received]:
    """The workbook to give back, as the bytes of an .xlsx file, and what its summary says."""
    raws, refused = _read(delivered)
    refused = refused or delivered.refused
    items = items_of(delivered.quarantine, delivered.tables, delivered.profile, raws)
    remarks = [unreadable(refused, delivered.counts)] if refused else []
    remarks.extend([unreliable(delivered.lost, delivered.counts)] if delivered.lost else [])
    fields = fields_from_path(delivered.feed, delivered.delivery)
    for name, raw in raws.items():
        remarks.extend(about_sheet(delivered.tables[name], raw, fields))
        remarks.extend(sheet_of_earlier(raw.sheet, older) for older in [delivered.replaced.get(name)] if older)
    remarks.extend(delivered.remarks)
    people = any(table.personal for table in delivered.tables.values())
    if refused or people:
        book, mends = _empty(), False
        items = [replace(item, cells=()) for item in items]
        remarks.extend([about_people()] if people and not refused else [])
    else:
        book, items, lost, mends = _with_marks(delivered, items, language)
        remarks.extend(lost)
    received = _received(delivered, raws, items, remarks, mends)
    summarise(book, received, language)
    return bytes_of(book, delivered.delivery.received_on), received


def _read(delivered: Delivered) -> tuple[dict[str, RawTable], Words | None]:
    """The tables as they stand in the file, or why they cannot be read; those about people are left unread."""
    raws: dict[str, RawTable] = {}
    if delivered.refused is not None:
        return {}, None
    fields = fields_from_path(delivered.feed, delivered.delivery)
    for name, table in delivered.tables.items():
        if table.personal:
            continue
        try:
            aliases = delivered.profile.aliases
            ((raws[name], _), *_) = read_parts(delivered.path, delivered.source, table, delivered.year, fields, aliases)
        except UnreadableError as error:
            return {}, words_of(error)
    return raws, None


def words_of(error: UnreadableError) -> Words:
    """Why a file could not be read, in both languages if the error has them."""
    words = getattr(error, "words", None)
    return words if isinstance(words, Words) else Words(str(error), str(error))


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _with_marks(
    delivered: Delivered, items: list[Item], language: str
) -> tuple[Workbook, list[Item], list[Remark], bool]:
    """The faculty's own workbook with marks, or a new one with its rows; and what of it was left away."""
    if own.is_workbook(delivered.path) and (result := own.opened(delivered.path)) is not None:
        book, lost = result
        summary.drop_earlier(book)
        marking.unmark(book)
        marking.mark(book, items, language)
        return book, items, [left_away(lost)] if lost else [], True
    book = _empty()
    rewrites = _rewrite(delivered, book, items, language)
    placed = [_placed(item, rewrites) for item in items]
    marking.mark(book, placed, language)
    whole = all(one.whole for one in rewrites.values())
    return book, placed, [rewritten(whole=whole)], False


def _rewrite(delivered: Delivered, book: Workbook, items: Sequence[Item], language: str) -> dict[str, Rewritten]:
    """The grids of the file as worksheets of a new workbook, by the name that staging knows them by."""
    if not isinstance(delivered.source, FileSource):
        source = FileSource(kind="files", path="", format=Format.CSV, tables=delivered.source.tables)
    else:
        source = delivered.source
    in_file: list[Grid] = [
        replace(grid, name=part.name) if part.name else grid
        for part in kept_parts(delivered.path)
        for grid in grids(part.path, source, ())
    ]
    only = next(iter(delivered.tables.values()))
    rewrites = {}
    for grid in in_file:
        concerned = {item.row for item in items if item.sheet == grid.name}
        rewrites[grid.name] = rewrite(book, grid, grid.name or only.sheet or only.name, concerned, language)
    return rewrites


def _placed(item: Item, rewrites: Mapping[str, Rewritten]) -> Item:
    """The item with its cells in the new workbook."""
    there = rewrites.get(item.sheet)
    if there is None:
        return replace(item, cells=())
    cells = tuple(cell for place in item.columns if (cell := there.cell(place, item.row)))
    return replace(item, sheet=there.sheet, cells=cells)


def _next_place(delivered: Delivered) -> str:
    """Where a mended delivery goes; nowhere where a database is read."""
    if isinstance(delivered.source, SqlSource):
        return ""
    delivery = delivered.delivery
    return next_place(delivered.source, delivery.path, delivery.unit, delivery.version)


def _received(
    delivered: Delivered, raws: Mapping[str, RawTable], items: Sequence[Item], remarks: Sequence[Remark], mends: bool
) -> Received:
    feed, delivery = delivered.feed, delivered.delivery
    counts = []
    for name, tally in delivered.tallies.items():
        raw = raws.get(name)
        sheet = (raw.sheet if raw else "") or delivered.tables[name].sheet or name
        left = raw.left_out if raw else 0
        counts.append(SheetCount(sheet, tally.received, tally.accepted, tally.quarantined, left))
    due = deadline(feed, delivered.expected)
    return Received(
        name=Words(feed.nl, feed.en),
        whose=delivery.unit or delivered.profile.institution.nl,
        period=delivery.period,
        file=delivery.path,
        version=delivery.version,
        received_on=delivery.received_on,
        deadline=due,
        passed=due is not None and due < (delivered.on or delivery.received_on),
        place=_next_place(delivered),
        sheets=counts,
        items=items,
        remarks=remarks,
        mends_here=mends,
        owed=delivered.owed,
    )
