"""Write deliveries into a landing zone, the same bytes for the same rows.

The place and the form of a file are derived from the profile's feed. Each file gets the modification time that a
pipeline reads as the day of receipt.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from schemas.contract import Field, Kind, Table
from schemas.errors import ProfileError, UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format
from schemas.tables import CATALOGUE
from schemas.values import AnyRow

Rows = Sequence[AnyRow]
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class SampleFile:
    """A file that was written: its path in the landing zone, its rows, and the day on which it arrived."""

    path: str
    rows: int
    received_on: date


@dataclass
class LandingFolder:
    """A new landing zone in a folder that was empty; `files` is what has been written so far."""

    profile: Profile
    root: Path
    progress: Progress | None = None
    files: list[SampleFile] = field(default_factory=list)

    @classmethod
    def make(cls, profile: Profile, root: Path, progress: Progress | None = None) -> LandingFolder:
        """The landing zone. Raises `UsageError` if something stands in the folder already."""
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(
                "there is something in this place already",
                where=str(root),
                expected="a new or empty folder",
                remedy="Name another folder, or empty this one: nothing is overwritten.",
            )
        root.mkdir(parents=True, exist_ok=True)
        return cls(profile, root, progress)

    def path_of(self, source: FileSource, **place: object) -> str:
        """The path of a delivery, relative to the landing zone."""
        return source.path.format(**{"suffix": "", **place})

    def write(self, source: FileSource, tables: Mapping[str, Rows], received_on: date, **place: object) -> str:
        """Write one delivery: a row per mapping, in the form of the source. `place` fills in the path.

        A workbook leaves out what its path says already. Returns the path.
        """
        path = self.path_of(source, **place)
        target = self.new(path)
        if source.format is Format.WORKBOOK:
            target.write_bytes(_workbook(tables, source, set(place)))
        else:
            for name, rows in tables.items():
                if source.format is Format.CSV:
                    _write_csv(target, CATALOGUE[name], rows, source)
                else:
                    _write_parquet(target, CATALOGUE[name], rows, source)
        self.arrived(path, sum(len(rows) for rows in tables.values()), received_on)
        return path

    def copy(self, path: str, source: FileSource, received_on: date, **place: object) -> str:
        """The same bytes again under another name; returns its path."""
        again = self.path_of(source, **place)
        self.new(again).write_bytes((self.root / path).read_bytes())
        rows = next(f.rows for f in self.files if f.path == path)
        self.arrived(again, rows, received_on)
        return again

    def new(self, path: str) -> Path:
        """Where to write a file, with its folder made."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def arrived(self, path: str, rows: int, received_on: date) -> None:
        """Note a file that was written and date it."""
        stamp = datetime.combine(received_on, time(12), UTC).timestamp()
        os.utime(self.root / path, (stamp, stamp))
        self.files.append(SampleFile(path, rows, received_on))
        if self.progress:
            self.progress(path, rows)


def file_source(feed: Feed, index: int = 0) -> FileSource:
    """A source of a feed that is a file. Raises `ProfileError` if it is none."""
    if index < len(feed.sources):
        source = feed.sources[index]
        if isinstance(source, FileSource):
            return source
    raise ProfileError("feeds.yaml", [f"{feed.id}: source {index} is no file; expected one, to write a sample to"])


def header(table_field: Field, columns: Mapping[str, str]) -> str:
    """The header that a source uses for a field: the profile's word for it, or its own name."""
    return next((theirs for theirs, ours in columns.items() if ours == table_field.name), table_field.name)


def letter(table: Table, name: str, left_out: Iterable[str]) -> str:
    """The column letter of a field in a workbook that leaves out some fields."""
    from openpyxl.utils import get_column_letter

    kept = [f.name for f in table.fields if f.name not in set(left_out)]
    return str(get_column_letter(kept.index(name) + 1))


def text(value: object) -> str:
    """A value as it is written in a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _workbook(tables: Mapping[str, Rows], source: FileSource, place: set[str]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in tables.items():
        table = CATALOGUE[name]
        fields = [f for f in table.fields if f.name not in place]
        sheet = book.create_sheet(table.sheet)
        sheet.append(
            [header(f, source.columns) if f.name in source.columns.values() else f.label_nl or f.name for f in fields]
        )
        for row in rows:
            sheet.append([_cell(row.get(f.name), f) for f in fields])
    return bytes_of(book)


def _cell(value: object, table_field: Field) -> object:
    if table_field.kind is Kind.BOOLEAN and value is not None:
        return "ja" if value else "nee"
    return value


def _write_csv(target: Path, table: Table, rows: Rows, source: FileSource) -> None:
    with target.open("w", encoding=source.encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=source.delimiter, lineterminator="\n")
        writer.writerow([header(f, source.columns) for f in table.fields])
        writer.writerows([text(row.get(name)) for name in table.names] for row in rows)


def _write_parquet(target: Path, table: Table, rows: Rows, source: FileSource) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from schemas.exports.arrow import arrow_type

    columns = {
        header(f, source.columns): pa.array([row.get(f.name) for row in rows], arrow_type(f)) for f in table.fields
    }
    pq.write_table(pa.table(columns), target, compression="zstd", store_schema=False)
