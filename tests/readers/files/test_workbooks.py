"""Workbooks as the programs write them: xlsx, xlsm, xls and ods."""

from __future__ import annotations

import gc
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlwt

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.collecting import no_garbage_search
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT
from kwaliteitsmonitor.readers.files.workbooks import names_of
from tests.readers.files.making import (
    ROWS,
    by_hand,
    ods,
    parts_by_hand,
    put,
    rewritten,
    saved,
    source,
    spreadsheet,
    table,
    worksheet,
    xls,
    xlsx,
    zipped,
)

CASES = Path(__file__).parents[2] / "cases"
READ = [["eenheid", "thema", "bedrag"], ["FdA", "klein", 12.5], ["FdB", "groot", 7.0]]
ONE = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')
Writer = Callable[..., bytes]
WRITERS = pytest.mark.parametrize("written", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])


def read(folder: Path, content: bytes, *wanted: str) -> list[Grid]:
    return grids(put(folder, content), source("workbook"), wanted)


def flaws(grid: Grid) -> dict[tuple[int, int], str]:
    return {place: words.nl for place, words in grid.flaws.items()}


@WRITERS
def test_worksheets_are_read_with_the_numbers_of_their_rows(tmp_path: Path, written: Writer) -> None:
    first, second = read(tmp_path, written({"data": [*ROWS[:2], ["", "", ""], ROWS[2]], "Meer data": ROWS}))
    assert (first.name, second.name) == ("data", "Meer data")
    assert (first.cells, list(first.numbers), first.addressed) == (READ, [1, 2, 4], True)


@WRITERS
def test_worksheets_are_asked_for_by_name_or_pattern(tmp_path: Path, written: Writer) -> None:
    content = written({"BFR 2020": ROWS, "BFR 2021": ROWS, "Toelichting": ROWS})
    assert [g.name for g in read(tmp_path, content, "bfr *")] == ["BFR 2020", "BFR 2021"]
    assert [g.name for g in read(tmp_path, content, " TOELICHTING ")] == ["Toelichting"]
    assert read(tmp_path, content, "Begroting") == []


@WRITERS
def test_a_hidden_worksheet_is_read_where_its_name_is_asked_for_and_else_reported(
    tmp_path: Path, written: Writer
) -> None:
    content = written({"data": ROWS, "data oud": ROWS}, hidden=["data oud"])
    for wanted in ((), ("data*",)):
        (seen,) = read(tmp_path, content, *wanted)
        assert seen.name == "data"
        assert [(n.code, "data oud" in n.text.nl) for n in seen.notes] == [("hidden_sheet", True)]
    (hidden,) = read(tmp_path, content, "Data Oud")
    assert (hidden.name, hidden.notes) == ("data oud", ())
    assert names_of(put(tmp_path, content)) == ["data", "data oud"]


def test_a_macro_workbook_is_read_and_its_macros_reported(tmp_path: Path) -> None:
    (found,) = read(tmp_path, by_hand(ONE, extra={"xl/vbaProject.bin": "x"}))
    assert (found.cells, [note.code for note in found.notes]) == ([[1.0]], ["macros"])


def test_dates_times_and_booleans_come_as_what_they_are(tmp_path: Path) -> None:
    row = [date(2020, 10, 1), datetime(2020, 10, 1, 9, 30), time(9, 30), True, None, 3]
    (found,) = read(tmp_path, xlsx({"data": [row]}))
    assert found.cells == [[*row[:4], "", 3.0]]
    book = xlwt.Workbook()
    sheet = book.add_sheet("data")
    shown = ["D-M-YYYY", "D-M-YYYY h:mm", "0%", "General"]
    for column, (value, code) in enumerate(zip([datetime(2020, 10, 1), row[1], 0.12, True], shown, strict=True)):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    (found,) = read(tmp_path, saved(book))
    assert found.cells == [[date(2020, 10, 1), row[1], 0.12, True]]
    assert set(found.percentages) == {(1, 2)}


def test_a_formula_that_was_never_calculated_is_a_flaw_and_not_an_empty_cell(tmp_path: Path) -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    new.active.append([1, "=A1*2"])
    sheet = old.add_sheet("data")
    sheet.write(0, 0, 1)
    sheet.write(0, 1, xlwt.Formula("A1*2"))
    for book in (new, old):
        (found,) = read(tmp_path, saved(book))
        assert (found.cells, flaws(found)) == ([[1.0, ""]], {(1, 1): NO_RESULT.nl})


def test_merged_cells_are_filled_with_their_first_and_known(tmp_path: Path) -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    for row in (["Instroom", None, "Uit"], [1, 2, 3]):
        new.active.append(row)
    new.active.merge_cells("A1:B1")
    sheet = old.add_sheet("data")
    sheet.write_merge(0, 0, 0, 1, "Instroom")
    for (r, c), value in {(0, 2): "Uit", (1, 0): 1, (1, 1): 2, (1, 2): 3}.items():
        sheet.write(r, c, value)
    text = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'.format
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'.format
    wide = text(' table:number-columns-spanned="2"', "Instroom") + "<table:covered-table-cell/>" + text("", "Uit")
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in (wide, "".join(map(number, (1, 2, 3)))))
    for content in (saved(new), saved(old), spreadsheet(table(body))):
        (found,) = read(tmp_path, content)
        assert found.cells == [["Instroom", "Instroom", "Uit"], [1.0, 2.0, 3.0]]
        assert found.merged == ((1, 0, 1, 1),)


def test_rows_that_people_do_not_see_are_read_and_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    (found,) = read(tmp_path, saved(book))
    assert (len(found.cells), [(note.code, note.rows) for note in found.notes]) == (3, [("hidden_rows", (3,))])


@pytest.mark.parametrize("part", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml"], ids=["books", "data"])
def test_what_lies_outside_the_workbook_is_not_opened_and_reported(tmp_path: Path, part: str) -> None:
    body = '<row r="1"><c r="A1"><f>[1]Blad1!A1</f><v>5</v></c></row>'
    (found,) = read(tmp_path, by_hand(worksheet(body), extra={part: "<x/>"}))
    assert (found.cells, [note.code for note in found.notes]) == ([[5.0]], ["external_links"])


def test_a_package_that_was_written_as_a_stream_is_read(tmp_path: Path) -> None:
    class Stream(io.BytesIO):
        """Something that can only be written to from front to end, as an answer of a server."""

        def tell(self) -> int:
            raise OSError

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts_by_hand(ONE).items():
            pack.writestr(name, content)
    assert read(tmp_path, stream.getvalue())[0].cells == [[1.0]]


def test_a_package_may_name_its_parts_otherwise(tmp_path: Path) -> None:
    moved = {name.replace("xl/workbook", "xl/book"): content for name, content in parts_by_hand(ONE).items()}
    relations = str(moved.pop("xl/_rels/workbook.xml.rels"))
    moved["xl/_rels/book.xml.rels"] = relations.replace('Target="worksheets/', 'Target="/xl/worksheets/')
    moved["_rels/.rels"] = str(moved["_rels/.rels"]).replace("xl/workbook", "xl/book")
    assert read(tmp_path, zipped(moved))[0].cells == [[1.0]]


def with_names(content: bytes, renamed: Callable[[str], str]) -> bytes:
    """The same package with its parts under other names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo("x")
            entry.filename = renamed(info.filename)
            new.writestr(entry, old.read(info))
    return target.getvalue()


@pytest.mark.parametrize(
    "renamed",
    [str.upper, str.title, lambda name: name.replace("/", "\\"), lambda name: name.upper().replace("/", "\\")],
    ids=["upper", "title", "backslashes", "both"],
)
def test_a_workbook_is_read_however_its_parts_are_named(tmp_path: Path, renamed: Callable[[str], str]) -> None:
    for written in (xlsx, ods):
        (found,) = read(tmp_path, with_names(written({"data": ROWS}), renamed))
        assert (found.name, found.cells) == ("data", READ)
    binary = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"})
    with pytest.raises(RefusedFileError, match="xlsb"):
        read(tmp_path, with_names(binary, renamed))


def test_targets_with_backslashes_are_followed(tmp_path: Path) -> None:
    content = rewritten(
        xlsx({"data": ROWS}),
        lambda name, part: part.replace(b"/worksheets/", b"\\worksheets\\") if name.endswith(".rels") else part,
    )
    assert read(tmp_path, content)[0].cells == READ


def test_the_case_of_upper_case_parts_is_read() -> None:
    (found,) = grids(CASES / "uppercase-parts" / "FGW.xlsx", source("workbook"), ["Medezeggenschap"])
    assert [row[3] for row in found.cells] == ["Besluit", "approved"]


def test_the_search_for_garbage_goes_on_after_a_file_is_read_or_refused(tmp_path: Path) -> None:
    read(tmp_path, xlsx({"data": ROWS}))
    assert gc.isenabled()
    with pytest.raises(RefusedFileError):
        read(tmp_path, b"")
    assert gc.isenabled()
    with no_garbage_search():
        assert not gc.isenabled()
