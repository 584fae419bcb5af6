"""What the outline of an Excel package says: how numbers are shown, and from which day days are counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlwt

from kwaliteitsmonitor.readers.cells.days import read_day
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.outline import shown_as_code
from tests.readers.files.making import (
    MAIN,
    OFFICE,
    by_hand,
    read,
    rewritten,
    saved,
    source,
    spreadsheet,
    table,
    worksheet,
)

BODY = '<row r="1"><c r="A1" s="1"{}><v>{}</v></c></row>'.format
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
SINCE_1904 = '<workbookPr date1904="1"/>'
DAY, FOUR_YEARS_EARLIER = date(2020, 10, 1), date(2016, 9, 30)


CODES = {
    "00000": "06001", "0000000": "0006001", '"S-"0': "S-6001", '"s"0000000': "s0006001", "[$-413]00000": "06001",
    "00000;-00000": "06001",
    **dict.fromkeys(["0", "General", "0.00", "#,##0", "0%", "0.0E+00", "dd-mm-yyyy", "@", "0000.00", "#"], ""),
}  # fmt: skip


def test_a_format_that_shows_a_code_is_told_and_others_are_not() -> None:
    assert {code: shown_as_code(code).format(6001) for code in CODES} == CODES


def extension(attribute: str = "") -> str:
    """An element of the same name that Excel adds at the end of a workbook."""
    uri = "{140A7094-0E35-4892-8432-C4D2E57EDEB5}"
    own = f'<x15:workbookPr {attribute} chartTrackingRefBase="1"/>'
    return f'<extLst><ext uri="{uri}" xmlns:x15="{X15}">{own}</ext></extLst>'


def first_cell(folder: Path, content: bytes) -> object:
    return read(folder, content).cells[0][0]


def book(properties: str, after: str = "", cell: str = BODY("", 42643)) -> bytes:
    content = by_hand(worksheet(cell), formats=["d-m-yyyy"], book=properties)
    return rewritten(content, lambda _, part: part.replace(b"</workbook>", f"{after}</workbook>".encode()))


def test_a_workbook_counts_from_1904_where_it_says_so_in_any_way_that_xml_has_for_yes(tmp_path: Path) -> None:
    for properties, day in {
        **{f'<workbookPr date1904="{yes}"/>': DAY for yes in ("1", "true", " 1 ", " true\n")},
        **{f'<workbookPr date1904="{no}"/>': FOUR_YEARS_EARLIER for no in ("0", "false")},
        "<workbookPr/>": FOUR_YEARS_EARLIER,
        "": FOUR_YEARS_EARLIER,
        f'<workbookPr xmlns:x15="{X15}" date1904="1" x15:date1904="0"/>': DAY,
    }.items():
        assert first_cell(tmp_path, book(properties)) == day, properties


def test_the_element_of_the_same_name_that_excel_adds_says_nothing_about_dates(tmp_path: Path) -> None:
    assert first_cell(tmp_path, book(SINCE_1904, extension())) == DAY
    assert first_cell(tmp_path, book("<workbookPr/>", extension('date1904="1"'))) == FOUR_YEARS_EARLIER


def test_the_strict_form_and_a_prefix_for_the_form_itself_make_no_difference(tmp_path: Path) -> None:
    def strict(_: str, part: bytes) -> bytes:
        plain = part.decode().replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        return plain.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships").encode()

    def prefixed(name: str, part: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return part
        prefixes = part.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?")
        return prefixes.replace(b"xmlns=", b"xmlns:x=")

    assert first_cell(tmp_path, rewritten(book('<workbookPr date1904="true"/>', extension()), strict)) == DAY
    assert first_cell(tmp_path, rewritten(book(SINCE_1904), prefixed)) == DAY


def test_other_workbooks_say_it_in_their_own_way(tmp_path: Path) -> None:
    old = xlwt.Workbook()
    old.dates_1904 = True
    old.add_sheet("a").write(0, 0, 42643, xlwt.easyxf(num_format_str="D-M-YYYY"))
    assert first_cell(tmp_path, saved(old)) == DAY
    cell = '<table:table-cell office:value-type="date" office:date-value="2020-10-01"/>'
    since = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    content = spreadsheet(since + table(f"<table:table-row>{cell}</table:table-row>"))
    assert first_cell(tmp_path, content) == DAY, "OpenDocument writes the day itself"


def test_the_case_reads_the_day_that_excel_shows() -> None:
    case = Path(__file__).parents[2] / "cases" / "excel1904-extlst" / "FGW.xlsx"
    (grid,) = grids(case, source("workbook"), ["Medezeggenschap"])
    assert grid.cells[1][2] == date(2020, 11, 20)


def test_a_date_that_is_written_as_a_date_is_that_day(tmp_path: Path) -> None:
    for written in ("2020-10-01", "2020-10-01T00:00:00", "2020-10-01T00:00:00.000"):
        assert read_day(first_cell(tmp_path, book(SINCE_1904, cell=BODY(' t="d"', written))), "nl", "") == DAY
