"""Spreadsheets of OpenDocument."""

from __future__ import annotations

import io
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import python_calamine

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.units import Shown, Unit
from kwaliteitsmonitor.readers.files.opendocument import opendocument
from kwaliteitsmonitor.readers.files.opendocument_formats import Formats
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT
from tests.readers.files.making import ods, put, spreadsheet, table


def read(folder: Path, content: bytes) -> Grid:
    (found,) = opendocument(put(folder, content), [])
    return found


def flaws(grid: Grid) -> dict[tuple[int, int], str]:
    return {place: words.nl for place, words in grid.flaws.items()}


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


def test_a_worksheet_of_opendocument_is_read_as_calamine_reads_it(tmp_path: Path) -> None:
    content = ods({"data": [["naam", "n"], ["a b", 1], ["é", 2.5]]})
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert read(tmp_path, content).cells == theirs


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
