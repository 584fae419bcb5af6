"""Workbooks and Parquet as the programs write them: xlsx, xlsm, xls, ods, parquet."""

from __future__ import annotations

import gc
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
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
    flaws,
    ods,
    parts_by_hand,
    put,
    refusal,
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
from tests.readers.files.making import read as read_one

CASES = Path(__file__).parents[2] / "cases"
READ = [["eenheid", "thema", "bedrag"], ["FdA", "klein", 12.5], ["FdB", "groot", 7.0]]
ONE = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')
PARQUET = source("parquet")
Writer = Callable[..., bytes]
WRITERS = pytest.mark.parametrize("written", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])


def read(folder: Path, content: bytes, *wanted: str) -> list[Grid]:
    return grids(put(folder, content), source("workbook"), wanted)


@WRITERS
def test_worksheets_are_read_with_the_numbers_of_their_rows_by_name_or_pattern(tmp_path: Path, written: Writer) -> None:
    content = written({"BFR 2020": [*ROWS[:2], ["", "", ""], ROWS[2]], "BFR 2021": ROWS, "Toelichting": ROWS})
    first = read(tmp_path, content)[0]
    assert (first.cells, list(first.numbers), first.addressed) == (READ, [1, 2, 4], True)
    for wanted, names in (("bfr *", ["BFR 2020", "BFR 2021"]), (" TOELICHTING ", ["Toelichting"]), ("Begroting", [])):
        assert [grid.name for grid in read(tmp_path, content, wanted)] == names


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


def test_dates_times_and_booleans_come_as_what_they_are(tmp_path: Path) -> None:
    row = [date(2020, 10, 1), datetime(2020, 10, 1, 9, 30), time(9, 30), True, None, 3]
    found = read_one(tmp_path, xlsx({"data": [row]}))
    assert found.cells == [[*row[:4], "", 3.0]]
    book = xlwt.Workbook()
    sheet = book.add_sheet("data")
    shown = ["D-M-YYYY", "D-M-YYYY h:mm", "0%", "General"]
    for column, (value, code) in enumerate(zip([datetime(2020, 10, 1), row[1], 0.12, True], shown, strict=True)):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    found = read_one(tmp_path, saved(book))
    assert found.cells == [[date(2020, 10, 1), row[1], 0.12, True]]
    assert set(found.percentages) == {(1, 2)}


def test_a_formula_that_was_never_calculated_is_a_flaw_and_not_an_empty_cell(tmp_path: Path) -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    new.active.append([1, "=A1*2"])
    sheet = old.add_sheet("data")
    sheet.write(0, 0, 1)
    sheet.write(0, 1, xlwt.Formula("A1*2"))
    for book in (new, old):
        found = read_one(tmp_path, saved(book))
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
        found = read_one(tmp_path, content)
        assert found.cells == [["Instroom", "Instroom", "Uit"], [1.0, 2.0, 3.0]]
        assert found.merged == ((1, 0, 1, 1),)


def test_rows_that_people_do_not_see_are_read_and_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    found = read_one(tmp_path, saved(book))
    assert (len(found.cells), [(note.code, note.rows) for note in found.notes]) == (3, [("hidden_rows", (3,))])


def test_a_macro_workbook_is_read_and_its_macros_reported(tmp_path: Path) -> None:
    grid = read_one(tmp_path, by_hand(ONE, extra={"xl/vbaProject.bin": "x"}))
    assert (grid.cells, [note.code for note in grid.notes]) == ([[1.0]], ["macros"])


def test_what_lies_outside_the_workbook_is_not_opened_and_reported(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1"><f>[1]Blad1!A1</f><v>5</v></c></row>'
    for part in ("xl/externalLinks/externalLink1.xml", "xl/connections.xml"):
        grid = read_one(tmp_path, by_hand(worksheet(body), extra={part: "<x/>"}))
        assert (grid.cells, [note.code for note in grid.notes]) == ([[5.0]], ["external_links"])


class Stream(io.BytesIO):
    """Something that can only be written to from front to end, as an answer of a server."""

    def tell(self) -> int:
        raise OSError


def test_a_package_that_was_written_as_a_stream_or_names_its_parts_otherwise_is_read(tmp_path: Path) -> None:
    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts_by_hand(ONE).items():
            pack.writestr(name, content)
    moved = {name.replace("xl/workbook", "xl/book"): content for name, content in parts_by_hand(ONE).items()}
    relations = str(moved.pop("xl/_rels/workbook.xml.rels"))
    moved["xl/_rels/book.xml.rels"] = relations.replace('Target="worksheets/', 'Target="/xl/worksheets/')
    moved["_rels/.rels"] = str(moved["_rels/.rels"]).replace("xl/workbook", "xl/book")
    backslashes = rewritten(
        by_hand(ONE),
        lambda name, part: part.replace(b"worksheets/", b"worksheets\\") if name.endswith(".rels") else part,
    )
    for package in (stream.getvalue(), zipped(moved), backslashes):
        assert read_one(tmp_path, package).cells == [[1.0]]


def with_names(content: bytes, renamed: Callable[[str], str]) -> bytes:
    """The same package with its parts under other names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo("x")
            entry.filename = renamed(info.filename)
            new.writestr(entry, old.read(info))
    return target.getvalue()


def test_a_workbook_is_read_however_its_parts_are_named(tmp_path: Path) -> None:
    ways: list[Callable[[str], str]] = [str.upper, str.title, lambda name: name.upper().replace("/", "\\")]
    for renamed in ways:
        for written in (xlsx, ods):
            grid = read_one(tmp_path, with_names(written({"data": ROWS}), renamed))
            assert (grid.name, grid.cells) == ("data", READ)
        binary = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"})
        assert "xlsb" in refusal(tmp_path, with_names(binary, renamed))


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


# -- Parquet


def in_parquet(table: pa.Table) -> bytes:
    target = io.BytesIO()
    pq.write_table(table, target)
    return target.getvalue()


def columns_of(folder: Path, **columns: Any) -> Grid:
    return read_one(folder, in_parquet(pa.table(columns)), PARQUET)


def test_the_names_of_columns_are_the_header_and_rows_are_numbered_from_one(tmp_path: Path) -> None:
    table = columns_of(
        tmp_path, naam=["a", None, "a"], dag=[date(2020, 1, 1), None, date(9999, 12, 31)], n=[1, None, 3]
    )
    assert list(map(list, table.cells)) == [
        ["naam", "dag", "n"],
        ["a", date(2020, 1, 1), 1],
        [None, None, None],
        ["a", date(9999, 12, 31), 3],
    ]
    assert list(table.numbers) == [0, 1, 2, 3]
    empty = columns_of(tmp_path, naam=pa.array([], pa.string()), n=pa.array([], pa.int64()))
    assert list(map(list, empty.cells)) == [["naam", "n"]]


def test_dictionaries_and_chunks_are_read_as_their_values_and_a_text_that_repeats_is_held_once(tmp_path: Path) -> None:
    chunks = [pa.array(texts).dictionary_encode() for texts in (["x", "y", None], ["z"])]
    assert [row[0] for row in columns_of(tmp_path, a=pa.chunked_array(chunks)).cells] == ["a", "x", "y", None, "z"]
    long = columns_of(tmp_path, a=["x" * 1_000] * 20_000)
    assert len({id(row[0]) for row in long.cells[1:]}) == 1


def test_lists_in_cells_and_more_cells_than_a_delivery_can_have_are_refused(tmp_path: Path) -> None:
    lists, large = pa.table({"a": [[1], [2]]}), pa.table({"a": pa.nulls(12_000_001, pa.int8())})
    assert "the column a holds lists or tables" in refusal(tmp_path, in_parquet(lists), PARQUET)
    assert "larger than a delivery can be" in refusal(tmp_path, in_parquet(large), PARQUET)
