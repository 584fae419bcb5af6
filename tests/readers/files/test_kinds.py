"""What a file is by its bytes: one of another kind than was agreed is refused by what it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.kinds import WORKBOOK, FileKind, checked, kind_of
from kwaliteitsmonitor.readers.files.limits import MB
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from tests.readers.files.making import ROWS, parquet, put, refusal, source, spreadsheet, text_of, xls, xlsx, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path, *kinds: FileKind) -> str:
    with pytest.raises(RefusedFileError) as caught:
        checked(path, WORKBOOK, *kinds)
    return caught.value.words.en


RENAMED = [
    (b"%PDF-1.7\n", "this is a PDF; expected an Excel workbook (.xlsx) without a password. Deliver the workbook"),
    (b"<html><table><tr><td>1</td></tr></table></html>", "this is a web page (HTML)"),
    (b"\xef\xbb\xbf \n<!DOCTYPE html>\n<html>", "this is a web page (HTML)"),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "this is XML"),
    (text_of(ROWS).encode(), "this is text"),
    (parquet(), "this is a Parquet file"),
    (b"\x89PNG\r\n\x1a\n", "this is a picture"),
    (b"Rar!\x1a\x07\x00", "this is a packed file"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "this is a shortcut and not the file itself"),
    (b"[InternetShortcut]\nURL=http://x", "this is a shortcut and not the file itself"),
    (zipped({"a.csv": "a"}), "this is a ZIP file"),
    (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "this is a document (Word"),
    (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "this is a document (Word"),
    (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "this is a binary Excel workbook (.xlsb)"),
    (zipped({"Index/Document.iwa": ""}), "this is a file of Apple Numbers"),
    (OLE + bytes(600), "this is an old Office file and not a workbook"),
]


def test_a_renamed_file_is_refused_by_what_it_is(tmp_path: Path) -> None:
    for content, sentence in RENAMED:
        assert refused(put(tmp_path, content), FileKind.XLSX, FileKind.XLS, FileKind.ODS).startswith(sentence)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for form in ("workbook", "csv", "fixed", "parquet", "zip"):
        assert refusal(tmp_path, b"", source(form)).startswith("this file is empty (0 bytes); expected")


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    for content, kind in (
        (zipped({"xl/workbook.xml": ""}), FileKind.XLSX),
        (b"PARE....", FileKind.LOCKED_PARQUET),
        (b'<?xml version="1.0"?><html/>', FileKind.HTML),
        (zipped({"Index.zip": ""}), FileKind.NUMBERS),
    ):
        assert kind_of(put(tmp_path, content)) is kind


def test_a_workbook_where_something_else_was_agreed_is_refused(tmp_path: Path) -> None:
    for form in ("csv", "fixed", "parquet", "zip"):
        assert refusal(tmp_path, xlsx({"x": ROWS}), source(form)).startswith("this is an Excel workbook")
        assert refusal(tmp_path, xls({"x": ROWS}), source(form)).startswith("this is an old")


def test_a_workbook_with_a_password_is_refused_with_how_to_take_it_away(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx({"data": ROWS}))).encrypt("geheim", target)
    sentence = refused(put(tmp_path, target.getvalue()), FileKind.XLSX)
    assert sentence.startswith("this workbook has a password; expected an Excel workbook (.xlsx) without a password.")
    assert "Remove the password" in sentence


def test_an_opendocument_spreadsheet_with_a_password_is_refused(tmp_path: Path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "has a password" in refusal(tmp_path, spreadsheet("", extra={"META-INF/manifest.xml": manifest}))


def test_a_file_of_unreasonable_size_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "levering"
    with path.open("wb") as stream:
        stream.truncate(600 * MB)
    assert "this file is 600 MB; expected at most 512 MB" in refused(path, FileKind.TEXT)
