"""Workbooks as the programs write them: xlsx, xlsm, xls and ods."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from tests.readers.files.making import (
    ROWS,
    by_hand,
    ods,
    parts_by_hand,
    put,
    source,
    spreadsheet,
    worksheet,
    xls,
    xlsx,
    zipped,
)

NO_RESULT = "een waarde in plaats van een formule zonder uitkomst"
WRITERS = pytest.mark.parametrize("written", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])
Writer = Callable[..., bytes]


def read(folder: Path, content: bytes, *wanted: str) -> list[Grid]:
    return grids(put(folder, content), source("workbook"), wanted)


def one(folder: Path, body: str, **keys: str | list[str]) -> Grid:
    after = str(keys.pop("after", ""))
    return read(folder, by_hand(worksheet(body, after), **keys))[0]  # type: ignore[arg-type]


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def flaws(grid: Grid) -> dict[tuple[int, int], str]:
    return {place: words.nl for place, words in grid.flaws.items()}


@WRITERS
def test_worksheets_are_read_with_the_numbers_of_their_rows(tmp_path: Path, written: Writer) -> None:
    rows = [*ROWS[:2], ["", "", ""], ROWS[2]]
    first, second = read(tmp_path, written({"data": rows, "Meer data": ROWS}))
    assert (first.name, second.name) == ("data", "Meer data")
    assert first.cells == [["eenheid", "thema", "bedrag"], ["FdA", "klein", 12.5], ["FdB", "groot", 7.0]]
    assert first.addressed
    assert list(first.numbers)[:2] == [1, 2]
    assert list(first.numbers)[2] == 4


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
        (found,) = read(tmp_path, content, *wanted)
        assert found.name == "data"
        assert [(n.code, "data oud" in n.said.nl) for n in found.notes] == [("hidden_sheet", True)]
    (asked,) = read(tmp_path, content, "Data Oud")
    assert (asked.name, asked.notes) == ("data oud", ())


def test_a_macro_workbook_is_read_and_its_macros_reported(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path, by_hand(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'), extra={"xl/vbaProject.bin": "x"})
    )
    assert found.cells == [[1.0]]
    assert [note.code for note in found.notes] == ["macros"]


def test_dates_times_and_booleans_come_as_what_they_are(tmp_path: Path) -> None:
    row = [date(2020, 10, 1), datetime(2020, 10, 1, 9, 30), time(9, 30), True, None, 3]
    (found,) = read(tmp_path, xlsx({"data": [row]}))
    assert found.cells == [[date(2020, 10, 1), datetime(2020, 10, 1, 9, 30), time(9, 30), True, "", 3.0]]


def test_dates_of_an_old_workbook_come_as_dates(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("data")
    sheet.write(0, 0, datetime(2020, 10, 1), xlwt.easyxf(num_format_str="D-M-YYYY"))
    sheet.write(0, 1, datetime(2020, 10, 1, 9, 30), xlwt.easyxf(num_format_str="D-M-YYYY h:mm"))
    sheet.write(0, 2, 0.12, xlwt.easyxf(num_format_str="0%"))
    sheet.write(0, 3, True)
    target = io.BytesIO()
    book.save(target)
    (found,) = read(tmp_path, target.getvalue())
    assert found.cells == [[date(2020, 10, 1), datetime(2020, 10, 1, 9, 30), 0.12, True]]
    assert set(found.percentages) == {(1, 2)}


@pytest.mark.parametrize(
    ("number", "given"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("61", date(1900, 3, 1)),
        ("44105.5", datetime(2020, 10, 1, 12)),
        ("2958465", date(9999, 12, 31)),
    ],
)
def test_dates_from_1900_to_9999_are_dates(tmp_path: Path, number: str, given: date) -> None:
    found = one(tmp_path, f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>', formats=["d-m-yyyy"])
    assert found.cells == [[given]]


@pytest.mark.parametrize("number", ["60", "-1", "2958466", "123456789012", "1e300", "-1e400"])
def test_a_number_that_is_no_date_stays_a_number_under_the_format_of_one(tmp_path: Path, number: str) -> None:
    found = one(tmp_path, f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>', formats=["d-m-yyyy"])
    assert found.cells == [[float(number)]]


def test_dates_counted_from_1904_are_read_so(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1" s="1"><v>42643</v></c></row>'
    found = one(tmp_path, body, formats=["d-m-yyyy"], book='<workbookPr date1904="1"/>')
    assert found.cells == [[date(2020, 10, 1)]]


def test_a_formula_that_was_never_calculated_is_a_flaw_and_not_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", 1])
    book.active.append(["b", "=B1*2"])
    (found,) = read(tmp_path, saved(book))
    assert found.cells == [["a", 1.0], ["b", ""]]
    assert flaws(found) == {(2, 1): NO_RESULT}


@pytest.mark.parametrize(
    ("cell", "flawed"),
    [
        ('<c r="A1"><f>1+1</f></c>', True),
        ('<c r="A1"><f>1+1</f><v/></c>', True),
        ('<c r="A1"><f>1+1</f><v></v></c>', True),
        ('<c r="A1" t="str"><f>1+1</f></c>', True),
        ('<c r="A1"><f t="shared" si="0"/></c><c r="B1"><f>1</f><v>1</v></c>', True),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', False),
        ('<c r="A1"><f>1-1</f><v>0</v></c>', False),
        ('<c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c>', False),
        ('<c r="A1" t="str"><f>"a"</f><v>a</v></c>', False),
    ],
)
def test_a_formula_without_a_result_is_told_from_one_with_an_empty_result(
    tmp_path: Path, cell: str, flawed: bool
) -> None:
    found = one(tmp_path, f'<row r="1">{cell}</row>')
    assert flaws(found) == ({(1, 0): NO_RESULT} if flawed else {})


def test_a_result_of_zero_is_none_where_the_workbook_says_that_it_was_not_calculated(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1"><f>B1*2</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1"><f>1</f><v>1</v></c></row>'
    found = one(tmp_path, body, book='<calcPr fullCalcOnLoad="1"/>')
    assert flaws(found) == {(1, 0): NO_RESULT}


def test_a_row_of_nothing_but_formulas_without_a_result_stays(tmp_path: Path) -> None:
    found = one(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="A4"><f>A1</f></c></row>')
    assert list(found.numbers) == [1, 4]
    assert flaws(found) == {(4, 0): NO_RESULT}


def test_errors_of_formulas_are_flaws_by_the_name_that_each_language_shows(tmp_path: Path) -> None:
    body = '<row r="3"><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    found = one(tmp_path, body)
    assert {place: (words.nl, words.en) for place, words in found.flaws.items()} == {
        (3, 1): ("een waarde in plaats van de foutmelding #N/B", "a value instead of the error #N/A"),
        (3, 2): ("een waarde in plaats van de foutmelding #DEEL/0!", "a value instead of the error #DIV/0!"),
    }


def test_percentages_are_known_by_their_format_and_a_sign_in_quotes_is_of_the_number_itself(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}2" s="{style}"><v>0.12</v></c>' for style, letter in enumerate("ABCD"))
    formats = ["0.0%", "0.0&quot; %&quot;", "0%;[Red]-0%"]
    found = one(tmp_path, f'<row r="2" s="1">{cells}<c r="E2" s="1"/></row>', formats=formats)
    assert found.percentages == {(2, 1): 1, (2, 2): Decimal("0.01"), (2, 3): 1}
    assert found.cells == [[0.12, 0.12, 0.12, 0.12]]


def test_merged_cells_are_filled_with_their_first_and_known(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Instroom", None, "Uitstroom"], ["man", "vrouw", "man"], [1, 2, 3]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    (found,) = read(tmp_path, saved(book))
    assert found.cells[0] == ["Instroom", "Instroom", "Uitstroom"]
    assert found.merged == ((1, 0, 1, 1),)


def test_merged_cells_of_the_other_programs_are_filled_too(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("data")
    sheet.write_merge(0, 1, 0, 1, "Instroom")
    for row, column in ((0, 2), (1, 2)):
        sheet.write(row, column, 1)
    target = io.BytesIO()
    book.save(target)
    (found,) = read(tmp_path, target.getvalue())
    assert found.cells == [["Instroom", "Instroom", 1.0], ["Instroom", "Instroom", 1.0]]
    cell = '<table:table-cell {} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    wide = cell.format('table:number-columns-spanned="2"', "In")
    row = f"{wide}<table:covered-table-cell/>{cell.format('', 'Uit')}"
    body = f'<table:table table:name="data"><table:table-row>{row}</table:table-row></table:table>'
    (found,) = read(tmp_path, spreadsheet(body))
    assert (found.cells, found.merged) == ([["In", "In", "Uit"]], ((1, 0, 1, 1),))


def test_rows_that_people_do_not_see_are_read_and_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    (found,) = read(tmp_path, saved(book))
    assert len(found.cells) == 3
    assert [(note.code, note.rows) for note in found.notes] == [("hidden_rows", (3,))]


@pytest.mark.parametrize(
    "part", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml"], ids=["other workbooks", "connections"]
)
def test_what_lies_outside_the_workbook_is_not_opened_and_reported(tmp_path: Path, part: str) -> None:
    body = '<row r="1"><c r="A1"><f>[1]Blad1!A1</f><v>5</v></c></row>'
    (found,) = read(tmp_path, by_hand(worksheet(body), extra={part: "<x/>"}))
    assert (found.cells, [note.code for note in found.notes]) == ([[5.0]], ["external_links"])


def test_formulas_that_call_out_are_not_followed(tmp_path: Path) -> None:
    body = (
        '<row r="1"><c r="A1" t="str"><f>_xlfn.WEBSERVICE("http://127.0.0.1:9/")</f><v>oud</v></c>'
        '<c r="B1" t="str"><f>HYPERLINK("http://127.0.0.1:9/","klik")</f><v>klik</v></c>'
        '<c r="C1"><f>cmd|"/c calc"!A0</f></c></row>'
    )
    found = one(tmp_path, body)
    assert found.cells == [["oud", "klik", ""]]
    assert flaws(found) == {(1, 2): NO_RESULT}
    assert [note.code for note in found.notes] == ["external_links"]


def test_cells_without_addresses_stand_next_to_each_other(tmp_path: Path) -> None:
    body = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row><row r='7'><c><v>4</v></c></row>"
    found = one(tmp_path, body)
    assert found.cells == [[1.0, 2.0], ["", 3.0], [4.0, ""]]
    assert list(found.numbers) == [1, 2, 7]


def test_prefixes_quotes_and_the_order_of_attributes_make_no_difference(tmp_path: Path) -> None:
    plain = worksheet('<row r="2"><c r="B2" s="1" t="n"><v>0.5</v></c><c r="C2" t="e"><v>#N/A</v></c></row>')
    odd = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    turned = odd.replace('r="B2" s="1" t="n"', "t='n' s = '1' r='B2'").replace('r="C2" t="e"', "t='e'\n r='C2'")
    expected, *others = (read(tmp_path, by_hand(text, formats=["0%"]))[0] for text in (plain, odd, turned))
    assert expected.cells == [["", 0.5, ""]]
    assert flaws(expected).keys() == {(2, 2)}
    assert set(expected.percentages) == {(2, 1)}
    assert others == [expected, expected]


def test_a_package_that_was_written_as_a_stream_is_read(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        """Something that can only be written to from front to end, as an answer of a server."""

        def __init__(self) -> None:
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.content += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts_by_hand(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')).items():
            pack.writestr(name, content)
    assert read(tmp_path, bytes(stream.content))[0].cells == [[1.0]]


def test_a_package_may_name_its_parts_otherwise(tmp_path: Path) -> None:
    parts = parts_by_hand(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    moved = {name.replace("xl/workbook", "xl/book"): content for name, content in parts.items()}
    moved["xl/_rels/book.xml.rels"] = str(moved.pop("xl/_rels/workbook.xml.rels")).replace(
        'Target="worksheets/', 'Target="/xl/worksheets/'
    )
    moved["_rels/.rels"] = str(moved["_rels/.rels"]).replace("xl/workbook", "xl/book")
    (found,) = read(tmp_path, zipped(moved))
    assert found.cells == [[1.0]]


@pytest.mark.parametrize(
    "body",
    [
        '<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="5"><c r="A5"><v>1</v></c><c r="A5"><v>2</v></c></row>',
        '<row r="5"><c r="A5"><v><![CDATA[1]]></v></c></row>',
        '<row r="5"><c r="AAAA5"><v>1</v></c></row>',
    ],
    ids=["rows out of order", "a cell twice", "character data", "no such column"],
)
def test_a_worksheet_of_which_cells_would_be_lost_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(RefusedFileError, match="data is written in a way that no office program uses"):
        one(tmp_path, body)


def test_a_formula_of_an_old_workbook_that_gave_no_characters_is_a_flaw(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("data")
    sheet.write(0, 0, 2)
    sheet.write(0, 1, xlwt.Formula("A1*2"))
    target = io.BytesIO()
    book.save(target)
    (found,) = read(tmp_path, target.getvalue())
    assert flaws(found) == {(1, 1): NO_RESULT}


def test_cells_of_opendocument_are_read_by_their_type(tmp_path: Path) -> None:
    cell = "<table:table-cell {}>{}</table:table-cell>".format
    row = (
        cell('office:value-type="percentage" office:value="0.12"', "<text:p>12%</text:p>")
        + cell('office:value-type="currency" office:value="1234.5"', "<text:p>€ 1.234,50</text:p>")
        + cell('office:value-type="date" office:date-value="2020-10-01"', "<text:p>1-10-2020</text:p>")
        + cell('office:value-type="boolean" office:boolean-value="true"', "<text:p>WAAR</text:p>")
        + cell('office:value-type="time" office:time-value="PT09H30M00S"', "<text:p>9:30</text:p>")
        + cell('office:value-type="string"', '<text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>')
        + cell('table:formula="of:=[.A1]"', "")
        + cell('office:value-type="string" calcext:value-type="error" table:formula="x"', "<text:p>#N/A</text:p>")
        + cell(
            'office:value-type="string"',
            "<office:annotation><text:p>noot</text:p></office:annotation><text:p>d</text:p>",
        )
        + cell('office:value-type="float" office:value="0" table:formula="x"', "<text:p>#DIV/0!</text:p>")
        + cell('table:number-columns-repeated="16374"', "")
    )
    body = f'<table:table table:name="data"><table:table-row>{row}</table:table-row></table:table>'
    (found,) = read(tmp_path, spreadsheet(body))
    assert found.cells == [[0.12, 1234.5, date(2020, 10, 1), True, time(9, 30), "a  b\nc", "", "#N/A", "d", 0.0]]
    assert set(found.percentages) == {(1, 0)}
    assert flaws(found) == {
        (1, 6): NO_RESULT,
        (1, 7): "een waarde in plaats van de foutmelding #N/B",
        (1, 9): "een waarde in plaats van de foutmelding #DEEL/0!",
    }


def test_repeated_rows_and_cells_of_opendocument_count_as_often_as_they_are_repeated(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}" office:value-type="float" office:value="{}"/>'
    rows = f'<table:table-row table:number-rows-repeated="2">{cell.format(2, 5)}</table:table-row>'
    rows += '<table:table-row table:number-rows-repeated="10"><table:table-cell/></table:table-row>'
    rows += f"<table:table-row>{cell.format(1, 6)}</table:table-row>"
    rows += '<table:table-row table:number-rows-repeated="1048563"><table:table-cell/></table:table-row>'
    (found,) = read(tmp_path, spreadsheet(f'<table:table table:name="data">{rows}</table:table>'))
    assert found.cells == [[5.0, 5.0], [5.0, 5.0], [6.0, ""]]
    assert list(found.numbers) == [1, 2, 13]


def test_a_worksheet_of_opendocument_is_read_as_calamine_reads_it(tmp_path: Path) -> None:
    import python_calamine

    rows = [["naam", "n"], ["a b", 1], ["é", 2.5]]
    content = ods({"data": rows})
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert read(tmp_path, content)[0].cells == theirs


def test_a_value_under_a_merged_cell_of_opendocument_is_a_flaw(tmp_path: Path) -> None:
    cell = '<table:{}table-cell {} office:value-type="float" office:value="{}"/>'.format
    row = cell("", 'table:number-columns-spanned="2"', 1) + cell("covered-", "", 2)
    body = f'<table:table table:name="data"><table:table-row>{row}</table:table-row></table:table>'
    (found,) = read(tmp_path, spreadsheet(body))
    assert found.cells == [[1.0, 2.0]]
    assert flaws(found) == {(1, 1): "een zichtbare waarde: deze staat onder een samengevoegde cel"}


def test_the_search_for_garbage_goes_on_after_a_file_is_read_or_refused(tmp_path: Path) -> None:
    import gc

    read(tmp_path, xlsx({"data": ROWS}))
    assert gc.isenabled()
    with pytest.raises(RefusedFileError):
        read(tmp_path, b"")
    assert gc.isenabled()
