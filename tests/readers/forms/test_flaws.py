"""What cells are beside what they hold: shown as a code, or in two columns that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.identifiers import Padded
from kwaliteitsmonitor.readers.forms.flaws import mark_codes, place_of
from kwaliteitsmonitor.readers.forms.headers import Headers
from kwaliteitsmonitor.readers.forms.rows import Rows
from tests.readers.files.making import SHOWING, ods_shown
from tests.readers.forms.making import grid, rows_taken, taken

HEADER = ("reference_date", "student", "programme", "enrolment")
SHEET = {"Inschrijvingen": [HEADER, ("2020-10-01", 123456, "P1", "main")]}


@pytest.mark.parametrize("kind", SHOWING)
def test_a_number_is_the_code_that_its_cell_shows_in_each_kind_of_workbook(tmp_path: Path, kind: str) -> None:
    path, shown = tmp_path / "a", {"B2": "0000000"}
    content = ods_shown(SHEET, {}, {"B2": "0123456"}) if kind == "ods" else SHOWING[kind](SHEET, shown)
    path.write_bytes(content)
    (cell,) = taken(path, "{format: workbook, tables: [enrolments]}", "enrolments").raw.columns["student"]
    assert isinstance(cell, Padded)
    assert (cell.shown, str(cell)) == ("0123456", "123456")


def test_only_a_whole_number_is_shown_as_a_code() -> None:
    data = Rows([1, 2, 3], [[7.0, 7.5, "7"]])
    mark_codes(grid([[7], [7.5], ["7"]], padded={(number, 0): "{:03d}" for number in (1, 2, 3)}), data)
    assert data.columns == [[Padded(7.0, "007"), 7.5, "7"]]


def test_of_two_columns_for_one_field_cells_that_differ_are_refused_and_others_read() -> None:
    amounts = {"North": (1, 2), "East": (3, 3), "South": (None, None), "West": (4, None)}
    rows = [("unit", "theme", "year", "amount", "Bedrag")]
    rows += [(unit, "teachers", 2020, *cells) for unit, cells in amounts.items()]  # type: ignore[misc]
    raw = rows_taken(rows, "{format: workbook, tables: [spending_plan]}", "spending_plan").raw
    assert (raw.columns["amount"], raw.places["amount"], raw.unknown) == ([1, 3, "", 4], "D", ())
    assert {place: words.en for place, words in raw.flaws.items()} == dict.fromkeys(
        [("amount", 0), ("amount", 3)], "one value: D and E are both amount, and differ"
    )


def test_a_column_is_found_by_its_letter_or_by_its_header_where_that_tells() -> None:
    headers = Headers(("a", "b", "a", ""), ("a", "b", "a", ""))
    page = grid([["a", "b", "a", ""]])
    assert place_of(page, headers, 1) == "B"
    lines = Grid("", [["a"]], [1])
    assert [place_of(lines, headers, index) for index in range(5)] == ["a (A)", "b", "a (C)", "D", "E"]
