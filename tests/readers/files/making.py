"""Files for the tests: made by the programs that write them, and by hand where no program would."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from schemas.profile.feeds import FileSource, Format

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

ROWS = [["eenheid", "thema", "bedrag"], ["FdA", "klein", 12.5], ["FdB", "groot", 7]]
READ_TEXT = [["eenheid", "thema", "bedrag"], ["FdA", "klein", "12.5"], ["FdB", "groot", "7"]]
"""The same as read from a text."""


def source(form: str, **keys: Any) -> FileSource:
    return FileSource(kind="files", path="x", format=Format(form), tables=["x"], **keys)


def text_of(rows: Rows, delimiter: str = ";", end: str = "\r\n") -> str:
    return "".join(delimiter.join(map(str, row)) + end for row in rows)


Rows = Sequence[Sequence[Any]]
Formats = Mapping[str, str]
"""Number formats by the address of a cell."""


def xlsx(
    sheets: Mapping[str, Rows], hidden: Iterable[str] = (), formats: Formats | None = None, merged: str = ""
) -> bytes:
    """A workbook; `formats` and the ranges `merged` are of its last worksheet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    for span in merged.split():
        sheet.merge_cells(span)
    return saved(book)


def saved(book: Any) -> bytes:
    """What a program writes of a workbook, a document or a ZIP that it made."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xls(sheets: Mapping[str, Rows], hidden: Iterable[str] = (), formats: Formats | None = None) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                code = (formats or {}).get(f"{chr(65 + c)}{r + 1}", "General")
                sheet.write(r, c, value, xlwt.easyxf(num_format_str=code))
    return saved(book)


def ods(sheets: Mapping[str, Rows], hidden: Iterable[str] = ()) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableProperties
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    style = Style(name="unseen", family="table")
    style.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(style)
    for name, rows in sheets.items():
        table = Table(name=name, **({"stylename": style} if name in hidden else {}))
        for row in rows:
            line = TableRow()
            for value in row:
                number = isinstance(value, int | float)
                cell = TableCell(**({"valuetype": "float", "value": value} if number else {"valuetype": "string"}))
                cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    return saved(document)


def parquet(rows: Rows = ROWS) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    header, *body = rows
    target = io.BytesIO()
    pq.write_table(pa.table({str(name): [row[i] for row in body] for i, name in enumerate(header)}), target)
    return target.getvalue()


def zipped(members: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return target.getvalue()


def worksheet(body: str, after: str = "", head: str = "") -> str:
    """The XML of a worksheet around rows written by hand."""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{head}<sheetData>{body}</sheetData>{after}</worksheet>'


def by_hand(
    sheet: str | bytes,
    *,
    strings: str | bytes = "",
    formats: Sequence[str] = (),
    book: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook of one worksheet, `data`, whose XML is given; style n+1 has the n-th of `formats`."""
    return zipped(parts_by_hand(sheet, strings=strings, formats=formats, book=book) | dict(extra or {}))


def parts_by_hand(
    sheet: str | bytes, *, strings: str | bytes = "", formats: Sequence[str] = (), book: str = ""
) -> dict[str, str | bytes]:
    """The parts of such a workbook."""
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    cells = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    kinds = {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("styles", "styles.xml")}
    if strings:
        kinds["rId3"] = ("sharedStrings", "sharedStrings.xml")
    relations = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, (k, t) in kinds.items())
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}'
        '<sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return parts | ({"xl/sharedStrings.xml": strings} if strings else {})


def rewritten(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A package with its parts changed, each by its name and what it holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return zipped({name: change(name, pack.read(name)) for name in pack.namelist()})


def table(rows: str, name: str = "data") -> str:
    """The XML of a worksheet of OpenDocument around rows written by hand."""
    return f'<table:table table:name="{name}">{rows}</table:table>'


def spreadsheet(body: str, *, styles: str = "", extra: Mapping[str, str | bytes] | None = None) -> bytes:
    """An OpenDocument spreadsheet around rows written by hand."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    content = (
        f'<office:document-content {spaces} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
        f'calcext:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
    }
    return zipped(parts | dict(extra or {}))


def ods_shown(sheets: Mapping[str, Rows], formats: Formats, seen: Formats | None = None) -> bytes:
    """A worksheet as LibreOffice writes it: its styles of numbers, and what a cell shows beside what it holds."""
    ((name, rows),) = sheets.items()
    styles, lines = "", ""
    for number, code in enumerate(codes := sorted(set(formats.values()))):
        kind = "percentage-style" if re.fullmatch(r"[0.]+%", code) else "number-style"
        factor = ' number:display-factor="1000"' if re.search("0,(?![#0])", code) else ""
        beside = (
            "%" if kind == "percentage-style" else "".join(map("".join, re.findall(r'"([^"]*)"|\\(.)|\[\$(.)', code)))
        )
        styles += (
            f'<number:{kind} xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N{number}">'
            f"<number:number{factor}/><number:text>{beside}</number:text></number:{kind}>"
            f'<style:style style:name="ce{number}" style:family="table-cell" style:data-style-name="N{number}"/>'
        )
    for r, row in enumerate(rows, start=1):
        lines += "<table:table-row>"
        for c, value in enumerate(row):
            at = f"{chr(65 + c)}{r}"
            code = formats.get(at, "")
            style = f' table:style-name="ce{codes.index(code)}"' if code else ""
            kind = "percentage" if re.fullmatch(r"[0.]+%", code) else "float"
            held = f'"{kind}" office:value="{value}"' if isinstance(value, int | float) else '"string"'
            text = (seen or {}).get(at, value)
            lines += f"<table:table-cell{style} office:value-type={held}><text:p>{text}</text:p></table:table-cell>"
        lines += "</table:table-row>"
    return spreadsheet(table(lines, name), styles=styles)


SHOWING: Mapping[str, Callable[..., bytes]] = {
    "xlsx": lambda sheets, formats: xlsx(sheets, formats=formats),
    "xls": lambda sheets, formats: xls(sheets, formats=formats),
    "ods": ods_shown,
}
"""What writes a worksheet with number formats, by the kind of workbook."""


def raw_zip(members: Iterable[tuple[str, bytes, int, int, int]], *, sums: bool = False) -> bytes:
    """A ZIP written byte by byte: name, packed bytes, the size it claims to unpack to, its flags and attributes.

    With `sums` the small members have the check sums that they should have.
    """
    body, directory, count = b"", b"", 0
    for name, packed, claimed, flags, attributes in members:
        title, check = name.encode(), zlib.crc32(unpacked(packed)) if sums and len(packed) < 1 << 20 else 0
        shared = struct.pack("<5H3L2H", 20, flags, 8, 0, 33, check, len(packed), claimed, len(title), 0)
        entry = struct.pack("<3H2L", 0, 0, 0, attributes, len(body))
        directory += b"PK\x01\x02" + struct.pack("<H", 0x031E) + shared + entry + title
        body += b"PK\x03\x04" + shared + title + packed
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def unpacked(content: bytes) -> bytes:
    return zlib.decompress(content, -15)


def zeros(gigabytes: int) -> bytes:
    """So many gigabytes of zeros, packed: one packed megabyte over and over, as deflate allows."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(bytes(1 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)
    return block * (gigabytes << 10) + engine.flush()


def packed(content: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    return engine.compress(content) + engine.flush()


def put(folder: Path, content: bytes | str, name: str = "levering") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: bytes | str, form: FileSource | None = None) -> Grid:
    """The one grid of a file, which is a workbook unless `form` says otherwise."""
    (grid,) = grids(put(folder, content), form or source("workbook"), [])
    return grid


def refusal(folder: Path, content: bytes | str, form: FileSource | None = None) -> str:
    """The sentence in which a file is refused, in English; the Dutch one is another."""
    with pytest.raises(RefusedFileError) as caught:
        grids(put(folder, content), form or source("workbook"), [])
    assert caught.value.words.nl != caught.value.words.en == str(caught.value)
    return caught.value.words.en


def flaws(grid: Grid) -> dict[tuple[int, int], str]:
    """What was expected of each cell with a flaw, in Dutch."""
    return {place: words.nl for place, words in grid.flaws.items()}


Kind = Literal["xlsx", "xls", "ods", "csv", "utf-16", "parquet", "zip"]


@cache
def valid(kind: Kind) -> tuple[bytes, FileSource]:
    """A valid file of each kind, and the source that reads it."""
    text, found = text_of(ROWS), source("csv", encoding="auto", delimiter="auto")
    made: Mapping[Kind, Callable[[], tuple[bytes, FileSource]]] = {
        "xlsx": lambda: (xlsx({"data": ROWS, "meer": ROWS}), source("workbook")),
        "xls": lambda: (xls({"data": ROWS}), source("workbook")),
        "ods": lambda: (ods({"data": ROWS}), source("workbook")),
        "csv": lambda: (text.encode("cp1252"), found),
        "utf-16": lambda: (text.encode("utf-16"), found),
        "parquet": lambda: (parquet(), source("parquet")),
        "zip": lambda: (zipped({"a.csv": text, "b.csv": text}), source("zip")),
    }
    return made[kind]()
