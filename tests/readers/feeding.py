"""Deliveries of a feed as they are kept, and what is staged of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assets.staged.feed import StagedFeed, stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.delivery import Delivery, in_order
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form
from tests.readers.files.making import parquet, xlsx, zipped

KEY = b"k" * 32
OF = {Period.REPORTING_YEAR: "2020", Period.ACADEMIC_YEAR: "2019-2020", Period.ROUND: "2020-3", Period.NONE: ""}
"""The period that a delivery is of."""


def source_of(table: str, form: Format = Format.CSV, **more: Any) -> FileSource:
    """A source of files of one table; with `forms` what a profile says of them."""
    return FileSource(kind="files", path="x", format=form, tables=[table], **more)


def sheet_of(table: str) -> FileSource:
    """A source of workbooks of one table, whatever their worksheet is called."""
    return source_of(table, Format.WORKBOOK, locale="nl", forms=[Form(table=table, sheet="*")])


def fed(
    folder: Path,
    profile: Profile,
    source: FileSource | SqlSource,
    *contents: bytes,
    period: Period = Period.NONE,
    name: str = "file",
    received: date = date(2021, 3, 1),
    unit: str = "",
    **feed: Any,
) -> tuple[list[Delivery], StagedFeed]:
    """What is staged of versions of one delivery, each received a day after the other; `{}` in a name is its number."""
    workspace = Workspace(folder / "workspace")
    own = Feed(id=source.tables[0], nl="b", en="b", period=period, sources=[source], **feed)
    deliveries = []
    for number, content in enumerate(contents):
        sha256, size = keep(workspace, io.BytesIO(content))
        day = received + timedelta(days=number)
        deliveries.append(Delivery(own.id, 0, name.format(number + 1), sha256, size, day, OF[period], unit))
    ordered = in_order(deliveries)
    return ordered, stage_feed(workspace, profile, own, ordered, KEY, validate)


def only_table(staged: StagedFeed) -> StagedTable:
    """The table of a feed of one."""
    (table,) = staged.tables.values()
    for tally in table.tallies.values():
        assert tally.accepted + tally.quarantined == tally.received
    return table


def lines_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as delimited text."""
    return "".join(";".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows).encode()


def written(form: Format, rows: Sequence[Sequence[Any]], sheet: str) -> bytes:
    """Rows in a form of file; all cells of Parquet are texts."""
    match form:
        case Format.PARQUET:
            return parquet([[str(cell) for cell in row] for row in rows])
        case Format.WORKBOOK:
            return xlsx({sheet: rows})
        case Format.ZIP:
            return zipped({f"{sheet}.csv": lines_of(rows)})
    return lines_of(rows)
