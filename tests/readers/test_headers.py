"""The headers of a table: in which row they stand, how they are compared, and what they say of the cells below."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.forms.headers import find, fits, letter, text_in
from schemas.profile.forms import Form


def grid(*rows: tuple[Any, ...], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Grid:
    return Grid("Blad", rows, range(1, len(rows) + 1), addressed=True, merged=merged)


def lacking(*needed: str) -> Any:
    return lambda texts: len(set(needed) - {text.casefold() for text in texts})


@pytest.mark.parametrize(
    ("pattern", "header", "fit"),
    [
        ("Plan *", "plan  2020", True),
        ("Plan *", "Planning", False),
        ("*", "", True),
        ("Begroot (€)", "begroot (€)", True),
        ("a.c", "abc", False),
        ("*.csv", "a.csv", True),
        ("*.csv", "acsv", False),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_does(pattern: str, header: str, fit: bool) -> None:
    assert fits([pattern])(header) is fit


@pytest.mark.parametrize(("index", "expected"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_has_the_letters_of_a_spreadsheet(index: int, expected: str) -> None:
    assert letter(index) == expected


@pytest.mark.parametrize(
    ("cell", "text"),
    [(2020.0, "2020"), (" a\n b ", "a b"), (None, ""), ("", ""), (datetime(2020, 10, 1), "2020-10-01"), ([1], "")],
)
def test_a_header_is_a_text_on_one_line(cell: Any, text: str) -> None:
    assert text_in(cell) == text


def test_the_first_row_that_lacks_nothing_is_the_header() -> None:
    found = find(
        grid(("x",), ("unit", "note"), ("Unit", "Amount"), ("unit", "amount")),
        Form(table="t"),
        lacking("unit", "amount"),
    )
    assert (found.texts, found.first) == (("Unit", "Amount"), 2)


def test_where_every_row_lacks_something_the_first_that_lacks_least_is_taken() -> None:
    found = find(grid(("x",), ("unit", "note"), ("FGW", "y")), Form(table="t"), lacking("unit", "amount"))
    assert (found.texts, found.first) == (("unit", "note"), 1)


def test_a_header_below_the_fiftieth_row_is_named_by_its_number_and_not_looked_for() -> None:
    rows = [("tekst", str(n)) for n in range(60)] + [("unit", "amount")]
    assert find(grid(*rows), Form(table="t"), lacking("unit", "amount")).first == 0
    assert find(grid(*rows), Form(table="t", header=61), lacking("unit", "amount")).texts == ("unit", "amount")
    assert find(grid(*rows), Form(table="t", header=99), lacking("unit")).texts == ()


def test_rows_of_headers_are_joined_with_merged_cells_filled_in() -> None:
    rows = (("Naam", "Begroot", None, "Rest"), (None, 2020, 2019, None))
    form = Form(table="t", header=1, header_rows=2)
    told = find(grid(*rows, merged=((1, 0, 2, 0), (1, 1, 1, 2))), form, lacking())
    assert told.texts == ("Naam", "Begroot 2020", "Begroot 2019", "Rest")
    assert (told.first, told.last) == (0, 1)


def test_without_word_of_merged_cells_an_empty_header_repeats_the_one_to_its_left() -> None:
    rows = (("Naam", "Begroot", None), (None, "2020", "2019"))
    found = find(grid(*rows), Form(table="t", header=1, header_rows=2), lacking())
    assert found.texts == ("Naam", "Begroot 2020", "Begroot 2019")


def test_what_a_form_takes_out_of_headers_is_neither_compared_nor_shown() -> None:
    found = find(grid(("Vraag 1 [Jansen]", "unit")), Form(table="t", header=1, header_ignore=r"\[.*?\]"), lacking())
    assert found.texts == ("Vraag 1", "unit")


def test_columns_of_a_file_without_headers_are_numbered() -> None:
    rows = Grid("", (("a", "b"), ("a", "b", "c")), (1, 2))
    assert find(rows, Form(table="t", header="none"), lacking()).texts == ("1", "2", "3")
