"""Reading a file into raw columns: whatever stands in its cells, with the row and the column letter of each.

One function per form of file, all with the same result. Cells are typed later, by the contract (`assets.staged.cells`).
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.profile.models import FileSource, Format, SqlSource


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in a file.

    `columns` holds the cells per field of the contract; `rows` the row number of each in the file (1 is the first row,
    the header included, where there is one). `places` gives the column letter (workbook) or header (other files) per
    field. `missing` are fields without a column; `unknown` are headers that the contract does not know, and columns
    that hold something and have no header. `ragged` are the numbers of rows with another number of cells than the
    header: which cell belongs to which column cannot be known, so that they are not in `rows`.
    """

    sheet: str
    columns: Mapping[str, Sequence[Any]]
    rows: Sequence[int]
    places: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    ragged: tuple[int, ...] = ()


def read(path: Path, source: FileSource | SqlSource, table: Table) -> RawTable:
    """The raw table of a contract in a kept file.

    Raises `UnreadableError` where the bytes are not what the source says they are.
    """
    if isinstance(source, SqlSource):
        return _csv(path, table, ";", "utf-8", {})
    match source.format:
        case Format.WORKBOOK:
            return _workbook(path, table, source.columns)
        case Format.CSV:
            return _csv(path, table, source.delimiter, source.encoding, source.columns)
        case Format.PARQUET:
            return _parquet(path, table, source.columns)


def headers_of(table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    """Which field each header stands for: the field's own name, its Dutch or English label, or the profile's word."""
    known = {}
    for field in table.fields:
        for name in (field.name, field.label_nl, field.label_en):
            if name:
                known[_plain(name)] = field.name
    return known | {_plain(header): field for header, field in columns.items()}


def _plain(header: Any) -> str:
    return " ".join(str(header).split()).casefold() if header is not None else ""


def _workbook(path: Path, table: Table, columns: Mapping[str, str]) -> RawTable:
    from python_calamine import CalamineError, CalamineWorkbook, WorkbookClosed, ZipError

    try:
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            sheet = next((name for name in book.sheet_names if _plain(name) == _plain(table.sheet)), None)
            cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) if sheet else None
    except (CalamineError, ZipError, WorkbookClosed, BadZipFile, OSError, ValueError) as error:
        raise UnreadableError(
            "this is not a readable workbook",
            expected="an Excel workbook without a password",
            remedy="Open it in Excel, save it as .xlsx and deliver it again.",
        ) from error
    if cells is None:
        return RawTable(table.sheet, {}, (), {}, table.names, ())
    header, *body = cells or [[]]
    numbered = [(number, row) for number, row in enumerate(body, start=2) if not all(map(_blank, row))]
    letters = [_letter(index) for index in range(len(header))]
    return _by_header(table, columns, sheet or "", header, numbered, letters)


def _csv(path: Path, table: Table, delimiter: str, encoding: str, columns: Mapping[str, str]) -> RawTable:
    rows: list[tuple[int, list[str]]] = []
    ragged: list[int] = []
    start = 1
    try:
        with path.open(encoding=codec(encoding), newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            header = next(reader, [])
            start = reader.line_num + 1
            for row in reader:
                if any(row) and not all(map(_blank, row)):
                    short, beyond = len(row) < len(header), row[len(header) :]
                    if short or not all(map(_blank, beyond)):
                        ragged.append(start)
                    else:
                        rows.append((start, row))
                start = reader.line_num + 1
    except UnicodeDecodeError:
        raise not_text(encoding, delimiter) from None  # its message quotes what stands in the file
    except csv.Error:
        raise UnreadableError(
            f"line {start} cannot be read",
            expected=f"cells separated by '{delimiter}', with quotes that are closed again",
            remedy="Export it again in that form.",
        ) from None
    if not header:
        raise UnreadableError("this file does not begin with a line of headers", remedy="Export it again.")
    return _by_header(table, columns, "", header, rows, header, tuple(ragged))


def codec(encoding: str) -> str:
    """The codec for an encoding: UTF-8 may begin with a byte order mark, as Excel writes it."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def not_text(encoding: str, delimiter: str) -> UnreadableError:
    """What is said of a file that is not text in its encoding."""
    return UnreadableError(
        f"this is not text in {encoding}",
        expected=f"text in {encoding}, separated by '{delimiter}'",
        remedy="Export it again in that form.",
    )


def _blank(cell: Any) -> bool:
    return not cell.strip() if isinstance(cell, str) else cell is None


def _parquet(path: Path, table: Table, columns: Mapping[str, str]) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = pq.ParquetFile(path).read()
        found, unknown = _fields(table, columns, data.column_names)
        cells = {field: data.column(index).to_pylist() for field, index in found.items()}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise UnreadableError("this is not a readable Parquet file", remedy="Export it again.") from error
    return RawTable(
        "",
        cells,
        range(1, data.num_rows + 1),
        {field: data.column_names[index] for field, index in found.items()},
        tuple(name for name in table.names if name not in found),
        tuple(unknown),
    )


def _fields(table: Table, columns: Mapping[str, str], header: Sequence[Any]) -> tuple[dict[str, int], list[str]]:
    """Which column holds each field, the first where two would do, and the headers that stand for none."""
    known = headers_of(table, columns)
    found: dict[str, int] = {}
    unknown = []
    for index, name in enumerate(header):
        field = known.get(_plain(name))
        if field is not None and field not in found:
            found[field] = index
        elif _plain(name):
            unknown.append(str(name).strip())
    return found, unknown


def _by_header(
    table: Table,
    columns: Mapping[str, str],
    sheet: str,
    header: Sequence[Any],
    rows: Sequence[tuple[int, Sequence[Any]]],
    places: Sequence[str],
    ragged: tuple[int, ...] = (),
) -> RawTable:
    found, unknown = _fields(table, columns, header)
    for index, name in enumerate(header):
        if not _plain(name) and not all(_blank(row[index]) for _, row in rows):
            unknown.append(f"column {_letter(index)}, which has no header")
    cells = {field: [row[index] for _, row in rows] for field, index in found.items()}
    return RawTable(
        sheet,
        cells,
        [number for number, _ in rows],
        {field: places[index] for field, index in found.items()},
        tuple(name for name in table.names if name not in found),
        tuple(unknown),
        ragged,
    )


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
