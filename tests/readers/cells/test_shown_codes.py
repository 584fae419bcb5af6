"""A number that its cell shows with zeros before it, in each kind of workbook."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlwt

from kwaliteitsmonitor.readers.cells.identifiers import Padded
from kwaliteitsmonitor.readers.files.outline import shown_as_code
from kwaliteitsmonitor.readers.reading import read
from schemas.profile.feeds import FileSource, Format
from schemas.tables import CATALOGUE
from tests.readers.files.making import ods

HEADER = ("reference_date", "student", "programme", "enrolment")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("00000", "06001"),
        ("0000000", "0006001"),
        ('"S-"0', "S-6001"),
        ('"s"0000000', "s0006001"),
        ("[$-413]00000", "06001"),
        ("00000;-00000", "06001"),
    ],
)
def test_a_format_that_shows_a_code_is_told(code: str, shown: str) -> None:
    assert shown_as_code(code).format(6001) == shown


@pytest.mark.parametrize("code", ["0", "General", "0.00", "#,##0", "0%", "0.0E+00", "dd-mm-yyyy", "@", "0000.00", "#"])
def test_other_formats_are_not(code: str) -> None:
    assert shown_as_code(code) == ""


def xlsx_book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inschrijvingen"
    sheet.append(HEADER)
    sheet.append(("2020-10-01", 123456, "50035", "main"))
    sheet["B2"].number_format = "0000000"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xls_book() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Inschrijvingen")
    for at, name in enumerate(HEADER):
        sheet.write(0, at, name)
    for at, value in enumerate(("2020-10-01", 123456, "50035", "main")):
        sheet.write(1, at, value, xlwt.easyxf(num_format_str="0000000") if at == 1 else xlwt.Style.default_style)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def ods_book() -> bytes:
    """The same in OpenDocument, whose cells hold both the number and what is shown of it."""
    plain = ods({"Inschrijvingen": [HEADER, ("2020-10-01", 123456, "50035", "main")]})
    made = io.BytesIO()
    with ZipFile(io.BytesIO(plain)) as package, ZipFile(made, "w") as target:
        for name in package.namelist():
            content = package.read(name)
            if name == "content.xml":
                assert b">123456<" in content
                content = content.replace(b">123456<", b">0123456<")
            target.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("made", [xlsx_book, xls_book, ods_book])
def test_it_is_what_people_see(tmp_path: Path, made: Any) -> None:
    path = tmp_path / "a"
    path.write_bytes(made())
    table = CATALOGUE["enrolments"].bind({"programmes": ("50035",)})
    source = FileSource(kind="files", path="x", format=Format.WORKBOOK, tables=["enrolments"])
    (cell,) = read(path, source, table, year=2020).columns["student"]
    assert isinstance(cell, Padded)
    assert (cell.shown, str(cell)) == ("0123456", "123456")
