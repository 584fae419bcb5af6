"""The headers of a table: in which row they stand, how they are compared, and what they say of the cells below."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.identifiers import Padded
from kwaliteitsmonitor.readers.forms.flaws import mark_codes, place_of
from kwaliteitsmonitor.readers.forms.headers import Headers, find, fits, letter, text_in
from kwaliteitsmonitor.readers.forms.rows import Rows
from schemas.profile.forms import Form
from tests.readers.files.making import SHOWING, ods_shown, put
from tests.readers.forms.making import grid, rows_taken, taken


def headers(*rows: tuple[Any, ...], needed: tuple[str, ...] = (), merged: Any = (), **form: Any) -> Headers:
    """The headers that are found in these rows, where those that are needed must be."""
    page = Grid("Blad", rows, range(1, len(rows) + 1), addressed=True, merged=merged)
    return find(page, Form(table="t", **form), lambda texts: len(set(needed) - {text.casefold() for text in texts}))


FITS = {
    ("Plan *", "plan  2020"): True, ("Plan *", "Planning"): False, ("*", ""): True, ("a.c", "abc"): False,
    ("Begroot (€)", "begroot (€)"): True, ("*.csv", "a.csv"): True, ("*.csv", "acsv"): False,
}  # fmt: skip


def test_a_star_stands_for_any_text_and_nothing_else_does() -> None:
    assert {(pattern, header): fits([pattern])(header) for pattern, header in FITS} == FITS


def test_a_column_has_the_letters_of_a_spreadsheet_and_a_header_is_a_text_on_one_line() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    cells = (2020.0, " a\n b ", None, "", datetime(2020, 10, 1), [1])
    assert [text_in(cell) for cell in cells] == ["2020", "a b", "", "", "2020-10-01", ""]


def test_the_first_row_that_lacks_nothing_or_else_least_is_the_header() -> None:
    rows, needed = [("x",), ("unit", "note"), ("Unit", "Amount"), ("unit", "amount")], ("unit", "amount")
    first, least = headers(*rows, needed=needed), headers(*rows[:2], ("FGW", "y"), needed=needed)
    assert (first.texts, first.first) == (("Unit", "Amount"), 2)
    assert (least.texts, least.first) == (("unit", "note"), 1)


def test_a_header_below_the_fiftieth_row_is_named_by_its_number_and_not_looked_for() -> None:
    rows, needed = [("tekst", str(n)) for n in range(60)] + [("unit", "amount")], ("unit", "amount")
    assert headers(*rows, needed=needed).first == 0
    assert headers(*rows, needed=needed, header=61).texts == ("unit", "amount")
    assert headers(*rows, needed=needed, header=99).texts == ()


def test_rows_of_headers_are_joined_with_merged_cells_filled_in() -> None:
    rows = (("Naam", "Begroot", None, "Rest"), (None, 2020, 2019, None))
    joined = headers(*rows, merged=((1, 0, 2, 0), (1, 1, 1, 2)), header=1, header_rows=2)
    assert (joined.texts, joined.first, joined.last) == (("Naam", "Begroot 2020", "Begroot 2019", "Rest"), 0, 1)
    # Without word of merged cells an empty header repeats the one to its left.
    repeated = headers(("Naam", "Begroot", None), (None, "2020", "2019"), header=1, header_rows=2)
    assert repeated.texts == ("Naam", "Begroot 2020", "Begroot 2019")


def test_what_a_form_takes_out_of_headers_is_not_compared_and_columns_without_headers_are_numbered() -> None:
    assert headers(("Vraag 1 [Jansen]", "unit"), header=1, header_ignore=r"\[.*?\]").texts == ("Vraag 1", "unit")
    assert headers(("a", "b"), ("a", "b", "c"), header="none").texts == ("1", "2", "3")


# -- what cells are beside what they hold: shown as a code, or in two columns that differ

ENROLMENTS = ("reference_date", "student", "programme", "enrolment")
SHEET = {"Inschrijvingen": [ENROLMENTS, ("2020-10-01", 123456, "P1", "main")]}


@pytest.mark.parametrize("kind", SHOWING)
def test_a_number_is_the_code_that_its_cell_shows_in_each_kind_of_workbook(tmp_path: Path, kind: str) -> None:
    shown = {"B2": "0000000"}
    content = ods_shown(SHEET, {}, {"B2": "0123456"}) if kind == "ods" else SHOWING[kind](SHEET, shown)
    (cell,) = taken(put(tmp_path, content), "{format: workbook, tables: [enrolments]}", "enrolments").raw.columns[
        "student"
    ]
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
