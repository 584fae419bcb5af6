"""Reading a file into raw columns: whatever stands in its cells, with the row and the column letter of each.

One function per form of file, all with the same result. Cells are typed later, by the contract (`assets.staged.cells`).
"""

from __future__ import annotations

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
    field. `missing` are fields without a column; `unknown` are headers that the contract does not know.
    """

    sheet: str
    columns: Mapping[str, Sequence[Any]]
    rows: Sequence[int]
    places: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


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
    numbered = [(number, row) for number, row in enumerate(body, start=2) if any(v not in ("", None) for v in row)]
    letters = {index: _letter(index) for index in range(len(header))}
    return _by_header(table, columns, sheet or "", header, numbered, letters)


def _csv(path: Path, table: Table, delimiter: str, encoding: str, columns: Mapping[str, str]) -> RawTable:
    rows: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            header = next(reader, [])
            start = reader.line_num + 1
            for row in reader:
                if row:
                    rows.append((start, row))
                start = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(
            f"this is not a readable text file ({type(error).__name__})",
            expected=f"text in {encoding}, separated by '{delimiter}'",
            remedy="Export it again in that form.",
        ) from error
    return _by_header(table, columns, "", header, rows, dict(enumerate(header)))


def _parquet(path: Path, table: Table, columns: Mapping[str, str]) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError("this is not a readable Parquet file", remedy="Export it again.") from error
    known = headers_of(table, columns)
    names = {known[_plain(name)]: name for name in data.column_names if _plain(name) in known}
    return RawTable(
        "",
        {field: data.column(name).to_pylist() for field, name in names.items()},
        range(1, data.num_rows + 1),
        names,
        tuple(name for name in table.names if name not in names),
        tuple(name for name in data.column_names if _plain(name) not in known),
    )


def _by_header(
    table: Table,
    columns: Mapping[str, str],
    sheet: str,
    header: Sequence[Any],
    rows: Sequence[tuple[int, Sequence[Any]]],
    places: Mapping[int, str],
) -> RawTable:
    known = headers_of(table, columns)
    found: dict[str, int] = {}
    unknown = []
    for index, name in enumerate(header):
        field = known.get(_plain(name))
        if field is not None and field not in found:
            found[field] = index
        elif _plain(name):
            unknown.append(str(name).strip())
    cells = {
        field: [row[index] if index < len(row) else None for _, row in rows] for field, index in found.items()
    }
    return RawTable(
        sheet,
        cells,
        [number for number, _ in rows],
        {field: places[index] for field, index in found.items()},
        tuple(name for name in table.names if name not in found),
        tuple(unknown),
    )


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
