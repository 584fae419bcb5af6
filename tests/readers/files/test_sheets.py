"""Worksheets of Excel by their XML: formulas, errors, percentages, addresses and what would be lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT, error_words, is_error, letters_of, place, position
from tests.readers.files.making import by_hand, put, source, worksheet


def read(folder: Path, content: bytes) -> Grid:
    (found,) = grids(put(folder, content), source("workbook"), [])
    return found


def one(folder: Path, body: str, **keys: str | list[str]) -> Grid:
    return read(folder, by_hand(worksheet(body), **keys))  # type: ignore[arg-type]


def flaws(grid: Grid) -> Mapping[tuple[int, int], str]:
    return {at: words.nl for at, words in grid.flaws.items()}


@pytest.mark.parametrize(("letters", "index"), [("A", 0), ("Z", 25), ("AA", 26), ("ZZ", 701), ("AAA", 702)])
def test_a_column_has_letters_and_a_position(letters: str, index: int) -> None:
    assert (position(letters.encode()), letters_of(index)) == (index, letters)
    assert place(letters.encode(), b"14") == (14, index)


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1", date(1900, 1, 1)), ("59", date(1900, 2, 28)), ("61", date(1900, 3, 1)), ("2958465", date(9999, 12, 31)),
        ("44105.5", datetime(2020, 10, 1, 12)),
    ],
)  # fmt: skip
def test_dates_from_1900_to_9999_are_dates(tmp_path: Path, number: str, value: date) -> None:
    found = one(tmp_path, f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>', formats=["d-m-yyyy"])
    assert found.cells == [[value]]


@pytest.mark.parametrize("number", ["60", "-1", "2958466", "123456789012", "1e300", "-1e400"])
def test_a_number_that_is_no_date_stays_a_number_under_the_format_of_one(tmp_path: Path, number: str) -> None:
    found = one(tmp_path, f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>', formats=["d-m-yyyy"])
    assert found.cells == [[float(number)]]


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
    assert flaws(one(tmp_path, f'<row r="1">{cell}</row>')) == ({(1, 0): NO_RESULT.nl} if flawed else {})


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
