"""Worksheets by their XML, of Excel and of OpenDocument: formulas, errors, addresses and what would be lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.units import Shown, Unit
from kwaliteitsmonitor.readers.files.layout_grid import is_blank, laid_out
from kwaliteitsmonitor.readers.files.limits import LIMITS
from kwaliteitsmonitor.readers.files.opendocument_formats import Formats
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import (
    NO_RESULT,
    SheetScan,
    error_words,
    is_error,
    letters_of,
    place,
    position,
)
from tests.readers.files.making import by_hand, flaws, read, spreadsheet, table, worksheet


def one(folder: Path, body: str, **keys: str | list[str]) -> Grid:
    return read(folder, by_hand(worksheet(body), **keys))  # type: ignore[arg-type]


def test_a_column_has_letters_and_a_position() -> None:
    for letters, index in (("A", 0), ("Z", 25), ("AA", 26), ("ZZ", 701), ("AAA", 702)):
        assert (position(letters.encode()), letters_of(index)) == (index, letters)
        assert place(letters.encode(), b"14") == (14, index)


DAYS = {
    "1": date(1900, 1, 1), "59": date(1900, 2, 28), "61": date(1900, 3, 1), "2958465": date(9999, 12, 31),
    "44105.5": datetime(2020, 10, 1, 12),
}  # fmt: skip
NO_DAYS = ["60", "-1", "2958466", "123456789012", "1e300", "-1e400"]


def under_the_format_of_a_date(folder: Path, numbers: Iterable[str]) -> list[Any]:
    rows = "".join(f'<row r="{at}"><c r="A{at}" s="1"><v>{n}</v></c></row>' for at, n in enumerate(numbers, start=1))
    return [row[0] for row in one(folder, rows, formats=["d-m-yyyy"]).cells]


def test_dates_from_1900_to_9999_are_dates(tmp_path: Path) -> None:
    assert under_the_format_of_a_date(tmp_path, DAYS) == [*DAYS.values()]


def test_a_number_that_is_no_date_stays_a_number_under_the_format_of_one(tmp_path: Path) -> None:
    assert under_the_format_of_a_date(tmp_path, NO_DAYS) == [float(number) for number in NO_DAYS]


def test_a_formula_without_a_result_is_told_from_one_with_an_empty_result(tmp_path: Path) -> None:
    without = [
        '<c r="A1"><f>1+1</f></c>',
        '<c r="A1"><f>1+1</f><v/></c>',
        '<c r="A1"><f>1+1</f><v></v></c>',
        '<c r="A1" t="str"><f>1+1</f></c>',
        '<c r="A1"><f t="shared" si="0"/></c><c r="B1"><f>1</f><v>1</v></c>',
    ]
    for cells in without:
        assert flaws(one(tmp_path, f'<row r="1">{cells}</row>')) == {(1, 0): NO_RESULT.nl}, cells
    for cells in (
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1"><f>1-1</f><v>0</v></c>',
        '<c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c>',
    ):
        assert flaws(one(tmp_path, f'<row r="1">{cells}</row>')) == {}, cells


def test_a_result_of_zero_is_none_where_the_workbook_says_that_it_was_not_calculated(tmp_path: Path) -> None:
    body = '<row r="1"><c r="A1"><f>B1*2</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1"><f>1</f><v>1</v></c></row>'
    assert flaws(one(tmp_path, body, book='<calcPr fullCalcOnLoad="1"/>')) == {(1, 0): NO_RESULT.nl}


def test_a_row_of_nothing_but_formulas_without_a_result_stays(tmp_path: Path) -> None:
    found = one(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="A4"><f>A1</f></c></row>')
    assert (list(found.numbers), flaws(found)) == ([1, 4], {(4, 0): NO_RESULT.nl})


def test_errors_of_formulas_are_flaws_by_the_name_that_each_language_shows(tmp_path: Path) -> None:
    body = '<row r="3"><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    assert {at: (words.nl, words.en) for at, words in one(tmp_path, body).flaws.items()} == {
        (3, 1): ("een waarde in plaats van de foutmelding #N/B", "a value instead of the error #N/A"),
        (3, 2): ("een waarde in plaats van de foutmelding #DEEL/0!", "a value instead of the error #DIV/0!"),
    }
    assert is_error("Err:502")
    assert error_words("Err:502").nl == "een waarde in plaats van een foutmelding"


def test_percentages_are_known_by_their_format_and_a_sign_in_quotes_is_of_the_number_itself(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}2" s="{style}"><v>0.12</v></c>' for style, letter in enumerate("ABCD"))
    formats = ["0.0%", "0.0&quot; %&quot;", "0%;[Red]-0%"]
    found = one(tmp_path, f'<row r="2" s="1">{cells}<c r="E2" s="1"/></row>', formats=formats)
    assert found.percentages == {(2, 1): 1, (2, 2): Decimal("0.01"), (2, 3): 1}
    assert found.cells == [[0.12, 0.12, 0.12, 0.12]]


def test_formulas_that_call_out_are_not_followed(tmp_path: Path) -> None:
    body = (
        '<row r="1"><c r="A1" t="str"><f>_xlfn.WEBSERVICE("http://127.0.0.1:9/")</f><v>oud</v></c>'
        '<c r="B1" t="str"><f>HYPERLINK("http://127.0.0.1:9/","klik")</f><v>klik</v></c>'
        '<c r="C1"><f>cmd|"/c calc"!A0</f></c></row>'
    )
    found = one(tmp_path, body)
    assert (found.cells, flaws(found)) == ([["oud", "klik", ""]], {(1, 2): NO_RESULT.nl})
    assert [note.code for note in found.notes] == ["external_links"]


def test_cells_without_addresses_stand_next_to_each_other(tmp_path: Path) -> None:
    body = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row><row r='7'><c><v>4</v></c></row>"
    found = one(tmp_path, body)
    assert (found.cells, list(found.numbers)) == ([[1.0, 2.0], ["", 3.0], [4.0, ""]], [1, 2, 7])


def test_prefixes_quotes_and_the_order_of_attributes_make_no_difference(tmp_path: Path) -> None:
    plain = worksheet('<row r="2"><c r="B2" s="1" t="n"><v>0.5</v></c><c r="C2" t="e"><v>#N/A</v></c></row>')
    odd = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    turned = odd.replace('r="B2" s="1" t="n"', "t='n' s = '1' r='B2'").replace('r="C2" t="e"', "t='e'\n r='C2'")
    expected, *others = (read(tmp_path, by_hand(text, formats=["0%"])) for text in (plain, odd, turned))
    assert expected.cells == [["", 0.5, ""]]
    assert (set(flaws(expected)), set(expected.percentages)) == ({(2, 2)}, {(2, 1)})
    assert others == [expected, expected]


LOSING = [
    '<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
    '<row r="5"><c r="A5"><v>1</v></c><c r="A5"><v>2</v></c></row>',
    '<row r="5"><c r="A5"><v><![CDATA[1]]></v></c></row>',
    '<row r="5"><c r="AAAA5"><v>1</v></c></row>',
]


def test_a_worksheet_of_which_cells_would_be_lost_is_refused(tmp_path: Path) -> None:
    for body in LOSING:
        with pytest.raises(RefusedFileError, match="data is written in a way that no office program uses"):
            one(tmp_path, body)


# -- spreadsheets of OpenDocument


def test_cells_of_opendocument_are_read_by_their_type(tmp_path: Path) -> None:
    cells = {
        'office:value-type="percentage" office:value="0.12"': "<text:p>12%</text:p>",
        'office:value-type="currency" office:value="1234.5"': "<text:p>€ 1.234,50</text:p>",
        'office:value-type="date" office:date-value="2020-10-01"': "<text:p>1-10-2020</text:p>",
        'office:value-type="boolean" office:boolean-value="true"': "<text:p>WAAR</text:p>",
        'office:value-type="time" office:time-value="PT09H30M00S"': "<text:p>9:30</text:p>",
        'office:value-type="string"': '<text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>',
        'table:formula="of:=[.A1]"': "",
        'office:value-type="string" calcext:value-type="error" table:formula="x"': "<text:p>#N/A</text:p>",
        'office:value-type="string" table:style-name="x"': (
            "<office:annotation><text:p>noot</text:p></office:annotation><text:p>d</text:p>"
        ),
        'office:value-type="float" office:value="0" table:formula="x"': "<text:p>#DIV/0!</text:p>",
        'table:number-columns-repeated="16374"': "",
    }
    row = "".join(f"<table:table-cell {given}>{text}</table:table-cell>" for given, text in cells.items())
    found = read(tmp_path, spreadsheet(table(f"<table:table-row>{row}</table:table-row>")))
    assert found.cells == [[0.12, 1234.5, date(2020, 10, 1), True, time(9, 30), "a  b\nc", "", "#N/A", "d", 0.0]]
    assert set(found.percentages) == {(1, 0)}
    assert flaws(found) == {
        (1, 6): NO_RESULT.nl,
        (1, 7): "een waarde in plaats van de foutmelding #N/B",
        (1, 9): "een waarde in plaats van de foutmelding #DEEL/0!",
    }


def test_repeated_rows_and_cells_of_opendocument_count_as_often_as_they_are_repeated(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}" office:value-type="float" office:value="{}"/>'
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    rows = f'<table:table-row table:number-rows-repeated="2">{cell.format(2, 5)}</table:table-row>'
    rows += empty.format(10) + f"<table:table-row>{cell.format(1, 6)}</table:table-row>" + empty.format(1_048_563)
    found = read(tmp_path, spreadsheet(table(rows)))
    assert (found.cells, list(found.numbers)) == ([[5.0, 5.0], [5.0, 5.0], [6.0, ""]], [1, 2, 13])


def test_a_value_under_a_merged_cell_of_opendocument_is_a_flaw(tmp_path: Path) -> None:
    cell = '<table:{}table-cell {} office:value-type="float" office:value="{}"/>'.format
    row = cell("", 'table:number-columns-spanned="2"', 1) + cell("covered-", "", 2)
    found = read(tmp_path, spreadsheet(table(f"<table:table-row>{row}</table:table-row>")))
    assert found.cells == [[1.0, 2.0]]
    assert flaws(found) == {(1, 1): "een zichtbare waarde: deze staat onder een samengevoegde cel"}


def test_a_style_of_numbers_says_what_it_divides_by_and_names() -> None:
    formats = Formats()
    for style, given in (("a", {"display-factor": "1000"}), ("b", {"display-factor": "x"}), ("c", {})):
        formats.start("percentage-style" if style == "c" else "number-style", {"name": f"N{style}"})
        formats.start("number", given)
        formats.start("text", {})
        formats.text(" k€" if style == "a" else "")
        formats.end("text")
        formats.end("percentage-style" if style == "c" else "number-style")
        formats.start("style", {"name": style, "data-style-name": f"N{style}"})
    assert formats.shown("a", "") == Shown(Decimal(1000), Unit(Decimal(1000), "EUR"))
    assert formats.shown("b", "USD") == Shown(Decimal(1), Unit(Decimal(1), "USD"))
    assert [formats.shown(style, "") for style in ("b", "c", "unheard")] == [None] * 3
    assert [formats.fraction(style) for style in ("a", "c")] == [None, 1]
    assert not formats.start("table", {})


# -- from the block of cells of a worksheet to its grid


def test_columns_before_the_block_are_filled_up_and_blank_rows_left_out() -> None:
    found = laid_out(SheetScan("a", hidden_rows=[3, 4]), (1, 1), [["x", "y"], ["", ""], [1.0]])
    assert (found.cells, list(found.numbers)) == ([["", "x", "y"], ["", 1.0, ""]], [2, 4])
    assert [(note.code, note.rows) for note in found.notes] == [("hidden_rows", (4,))]


def test_a_flawed_cell_outside_the_block_is_delivered_no_less() -> None:
    found = laid_out(SheetScan("a", flaws={(5, 2): NO_RESULT}), (0, 0), [["x"]])
    assert (found.cells, list(found.numbers)) == ([["x", "", ""], ["", "", ""]], [1, 5])
    assert [is_blank(row) for row in (["", None], [0.0], [False], ["x"])] == [True, False, False, False]


def test_a_merged_range_is_filled_and_what_it_hides_is_a_flaw() -> None:
    scan = SheetScan("a", merged=[(1, 0, 2, 1), (2, 2, 2, 2), (9, 0, 9, 1)])
    found = laid_out(scan, (0, 0), [["x", "", ""], ["", 2.0, 3.0]])
    assert (found.cells, found.merged) == ([["x", "x", ""], ["x", 2.0, 3.0]], ((1, 0, 2, 1),))
    assert set(found.flaws) == {(2, 1)}


def test_what_is_larger_than_a_delivery_can_be_is_not_laid_out() -> None:
    small = replace(LIMITS, box=5)
    with pytest.raises(RefusedFileError, match="larger than a delivery can be"):
        laid_out(SheetScan("a"), (0, 0), [["x", "y", "z"], ["x"]], limits=small)
    with pytest.raises(RefusedFileError, match="no office program uses"):
        laid_out(SheetScan("a", merged=[(1, 0, 2, 1)] * 2), (0, 0), [["x", ""], ["", "y"]], limits=small)
