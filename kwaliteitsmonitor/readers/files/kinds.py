"""What a file really is, by its bytes: its name does not count, since it is what people get wrong.

A file of another kind than was agreed is refused by what it is: "this is a PDF" helps who sent it, "unreadable" does
not.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.refusals import (
    EXPORT_AGAIN,
    NOTHING,
    SAVE_AS_XLSX,
    RefusedFileError,
    number_nl,
)
from schemas.words import Words

HEAD = 4096
_PASSWORD = Words(
    "Haal het wachtwoord eraf (Bestand, Info, Werkmap beveiligen), sla het op en lever het nog eens.",
    "Remove the password (File, Info, Protect Workbook), save it and deliver it again.",
)


class FileKind(StrEnum):
    """What the bytes of a file are."""

    EMPTY = "empty"
    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    LOCKED = "locked"
    OFFICE = "office"
    OLE = "ole"
    NUMBERS = "numbers"
    ZIP = "zip"
    PARQUET = "parquet"
    LOCKED_PARQUET = "locked parquet"
    PDF = "pdf"
    HTML = "html"
    XML = "xml"
    SHORTCUT = "shortcut"
    PICTURE = "picture"
    ARCHIVE = "archive"
    TEXT = "text"


_SAID: dict[FileKind, Words] = {
    FileKind.EMPTY: Words("dit bestand is leeg (0 bytes)", "this file is empty (0 bytes)"),
    FileKind.XLSX: Words("dit is een Excel-werkmap", "this is an Excel workbook"),
    FileKind.XLSB: Words("dit is een binaire Excel-werkmap (.xlsb)", "this is a binary Excel workbook (.xlsb)"),
    FileKind.ODS: Words("dit is een rekenblad van OpenDocument (.ods)", "this is an OpenDocument spreadsheet (.ods)"),
    FileKind.XLS: Words("dit is een oude Excel-werkmap (.xls)", "this is an old Excel workbook (.xls)"),
    FileKind.LOCKED: Words("deze werkmap heeft een wachtwoord", "this workbook has a password"),
    FileKind.OFFICE: Words(
        "dit is een document (Word, PowerPoint of iets dergelijks)", "this is a document (Word, PowerPoint or the like)"
    ),
    FileKind.OLE: Words(
        "dit is een oud Office-bestand en geen werkmap", "this is an old Office file and not a workbook"
    ),
    FileKind.NUMBERS: Words("dit is een bestand van Apple Numbers", "this is a file of Apple Numbers"),
    FileKind.ZIP: Words("dit is een ZIP-bestand", "this is a ZIP file"),
    FileKind.PARQUET: Words("dit is een Parquet-bestand", "this is a Parquet file"),
    FileKind.LOCKED_PARQUET: Words("dit Parquet-bestand is versleuteld", "this Parquet file is encrypted"),
    FileKind.PDF: Words("dit is een PDF", "this is a PDF"),
    FileKind.HTML: Words("dit is een webpagina (HTML)", "this is a web page (HTML)"),
    FileKind.XML: Words("dit is XML", "this is XML"),
    FileKind.SHORTCUT: Words(
        "dit is een snelkoppeling en niet het bestand zelf", "this is a shortcut and not the file itself"
    ),
    FileKind.PICTURE: Words("dit is een afbeelding", "this is a picture"),
    FileKind.ARCHIVE: Words(
        "dit is een ingepakt bestand (7z, RAR, gzip of iets dergelijks)",
        "this is a packed file (7z, RAR, gzip or the like)",
    ),
    FileKind.TEXT: Words("dit is tekst", "this is text"),
}
WORKBOOK = Words("een Excel-werkmap (.xlsx) zonder wachtwoord", "an Excel workbook (.xlsx) without a password")
TEXT = Words("een tekstbestand", "a text file")
PARQUET = Words("een Parquet-bestand", "a Parquet file")
ZIPPED = Words("een ZIP-bestand met tekstbestanden", "a ZIP file of text files")

_BEGINS: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", FileKind.PDF),
    (b"PAR1", FileKind.PARQUET),
    (b"PARE", FileKind.LOCKED_PARQUET),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ\x00", FileKind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", FileKind.ARCHIVE),
    (b"\x89PNG\r\n", FileKind.PICTURE),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"{\\rtf", FileKind.OFFICE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", FileKind.SHORTCUT),
    (b"[InternetShortcut]", FileKind.SHORTCUT),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_SPREADSHEET_XML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<\?xml\b", re.IGNORECASE | re.DOTALL)


def kind_of(path: Path) -> FileKind:
    """What a file is, by its first bytes and, for a ZIP or an OLE file, by what it holds."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        return FileKind.EMPTY
    for magic, kind in _BEGINS:
        if head.startswith(magic):
            return kind
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(plain):
        return FileKind.HTML
    if _SPREADSHEET_XML.match(plain):
        return FileKind.HTML if b"<html" in plain.lower() else FileKind.XML
    return FileKind.TEXT


def _zip_kind(path: Path) -> FileKind:
    from kwaliteitsmonitor.readers.files.packages import opened

    with opened(path) as package:
        if package.part("xl/workbook.bin"):
            return FileKind.XLSB
        if package.part("Index/Document.iwa") or package.part("Index.zip"):
            return FileKind.NUMBERS
        if mimetype := package.part("mimetype"):
            kind = package.read(mimetype, 200).lower()
            if b"opendocument.spreadsheet" in kind:
                return FileKind.ODS
            if b"opendocument" in kind:
                return FileKind.OFFICE
        if package.part("[Content_Types].xml"):
            return FileKind.XLSX if any(map(_of_excel, package.members)) else FileKind.OFFICE
        return FileKind.XLSX if package.part("xl/workbook.xml") else FileKind.ZIP


def _of_excel(part: str) -> bool:
    return part.casefold().startswith("xl/")


def _ole_kind(path: Path) -> FileKind:
    """What an OLE file is, by the names in its directory: `Workbook` (Excel 97 and later) or `Book` (before)."""
    kind = FileKind.OLE
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(MB):
            piece = tail + block
            if _utf16("EncryptedPackage") in piece:
                return FileKind.LOCKED
            if _utf16("Workbook") + b"\0\0" in piece or _utf16("Book") + b"\0\0" in piece:
                kind = FileKind.XLS
            tail = piece[-64:]
    return kind


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def checked(path: Path, expected: Words, *kinds: FileKind, limits: Limits = LIMITS) -> FileKind:
    """The kind of a file, if it is one of those that were agreed. Raises `UnreadableError`."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        most = limits.file_bytes // MB
        raise RefusedFileError(
            Words(f"dit bestand is {number_nl(size // MB)} MB groot", f"this file is {size // MB:,} MB"),
            Words(f"ten hoogste {number_nl(most)} MB", f"at most {most:,} MB"),
            Words("Lever het in delen.", "Deliver it in parts."),
        )
    kind = kind_of(path)
    if kind not in kinds:
        raise RefusedFileError(_SAID[kind], expected, _remedy(kind, expected))
    return kind


def _remedy(kind: FileKind, expected: Words) -> Words:
    if kind is FileKind.LOCKED:
        return _PASSWORD
    if expected is not WORKBOOK:
        return EXPORT_AGAIN
    if kind in (FileKind.XLSB, FileKind.HTML, FileKind.XML, FileKind.TEXT, FileKind.NUMBERS):
        return SAVE_AS_XLSX
    return NOTHING if kind is FileKind.EMPTY else Words("Lever de werkmap zelf.", "Deliver the workbook itself.")
