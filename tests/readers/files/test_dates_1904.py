"""Workbooks that count days from 1904, however they say so: read four years early, no date of them would be right."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlwt

from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.files import grids
from schemas.tables import CATALOGUE
from tests.readers.files.making import MAIN, by_hand, put, source, spreadsheet, worksheet

BODY = '<row r="1"><c r="A1" s="1"><v>42643</v></c></row>'
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
EXTENSION = (
    f'<extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" xmlns:x15="{X15}">'
    '<x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>'
)
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def rewritten(content: bytes, name: str, **replaced: str) -> bytes:
    """The package with texts replaced in the parts whose name ends so."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            if part.endswith(name):
                for before, after in replaced.items():
                    assert before in text
                    text = text.replace(before, after)
            new.writestr(part, text)
    return target.getvalue()


def first_cell(folder: Path, content: bytes) -> object:
    (grid,) = grids(put(folder, content), source("workbook"), [])
    return grid.cells[0][0]


def book(said: str, after: str = "") -> bytes:
    content = by_hand(worksheet(BODY), formats=["d-m-yyyy"], book=said)
    return rewritten(content, "workbook.xml", **{"</workbook>": f"{after}</workbook>"}) if after else content


@pytest.mark.parametrize("written", ["1", "true", " 1 ", " true\n"])
def test_a_workbook_says_1904_in_each_way_that_xml_has_for_yes(tmp_path: Path, written: str) -> None:
    assert first_cell(tmp_path, book(f'<workbookPr date1904="{written}"/>')) == date(2020, 10, 1)


@pytest.mark.parametrize("said", ['<workbookPr date1904="0"/>', '<workbookPr date1904="false"/>', "<workbookPr/>", ""])
def test_any_other_workbook_counts_from_1900(tmp_path: Path, said: str) -> None:
    assert first_cell(tmp_path, book(said)) == date(2016, 9, 30)


def test_the_element_of_the_same_name_that_excel_adds_says_nothing_about_dates(tmp_path: Path) -> None:
    assert first_cell(tmp_path, book('<workbookPr date1904="1"/>', EXTENSION)) == date(2020, 10, 1)
    assert first_cell(
        tmp_path, book("<workbookPr/>", EXTENSION.replace("chartTracking", 'date1904="1" chartTracking'))
    ) == date(2016, 9, 30)


def test_an_attribute_of_another_program_with_the_same_name_says_nothing(tmp_path: Path) -> None:
    said = f'<workbookPr xmlns:x15="{X15}" date1904="1" x15:date1904="0"/>'
    assert first_cell(tmp_path, book(said)) == date(2020, 10, 1)


def test_the_strict_form_says_it_too(tmp_path: Path) -> None:
    target = io.BytesIO()
    made = io.BytesIO(book('<workbookPr date1904="true"/>', EXTENSION))
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            for transitional, strict in STRICT.items():
                text = text.replace(transitional, strict)
            new.writestr(part, text)
    assert first_cell(tmp_path, target.getvalue()) == date(2020, 10, 1)


def test_a_prefix_for_the_form_itself_makes_no_difference(tmp_path: Path) -> None:
    content = book('<workbookPr date1904="1"/>')
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        text = old.read("xl/workbook.xml").decode()
    prefixed = text.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    assert first_cell(tmp_path, rewritten(content, "workbook.xml", **{text: prefixed})) == date(2020, 10, 1)


def test_an_old_workbook_says_it_in_its_own_way(tmp_path: Path) -> None:
    made = xlwt.Workbook()
    made.dates_1904 = True
    style = xlwt.XFStyle()
    style.num_format_str = "D-M-YYYY"
    made.add_sheet("a").write(0, 0, 42643, style)
    target = io.BytesIO()
    made.save(target)
    assert first_cell(tmp_path, target.getvalue()) == date(2020, 10, 1)


def test_opendocument_writes_the_day_itself_whatever_it_counts_from(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="date" office:date-value="2020-10-01"/>'
    said = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    body = f'{said}<table:table table:name="a"><table:table-row>{cell}</table:table-row></table:table>'
    assert first_cell(tmp_path, spreadsheet(body)) == date(2020, 10, 1)


def test_the_case_reads_the_day_that_excel_shows() -> None:
    (grid,) = grids(Path("tests/cases/excel1904-extlst/FGW.xlsx"), source("workbook"), ["Medezeggenschap"])
    assert grid.cells[1][2] == date(2020, 11, 20)


@pytest.mark.parametrize("written", ["2020-10-01", "2020-10-01T00:00:00", "2020-10-01T00:00:00.000"])
def test_a_date_that_is_written_as_a_date_is_that_day(tmp_path: Path, written: str) -> None:
    body = f'<row r="1"><c r="A1" s="1" t="d"><v>{written}</v></c></row>'
    content = by_hand(worksheet(body), formats=["d-m-yyyy"], book='<workbookPr date1904="1"/>')
    (grid,) = grids(put(tmp_path, content), source("workbook"), [])
    read = CellReader(CATALOGUE["faculty_panels"]["held_on"], "nl", {})
    assert read(grid.cells[0][0]) == date(2020, 10, 1)
