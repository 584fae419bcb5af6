"""The headers of a table: in which row they stand, how they are compared, and what they say of the cells below."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.forms.headers import Headers, find, fits, letter, text_in
from schemas.profile.forms import Form


def headers(*rows: tuple[Any, ...], needed: tuple[str, ...] = (), merged: Any = (), **form: Any) -> Headers:
    """The headers that are found in these rows, where those that are needed must be."""
    page = Grid("Blad", rows, range(1, len(rows) + 1), addressed=True, merged=merged)
    return find(page, Form(table="t", **form), lambda texts: len(set(needed) - {text.casefold() for text in texts}))


@pytest.mark.parametrize(
    ("pattern", "header", "fit"),
    [
        ("Plan *", "plan  2020", True), ("Plan *", "Planning", False), ("*", "", True), ("a.c", "abc", False),
        ("Begroot (€)", "begroot (€)", True), ("*.csv", "a.csv", True), ("*.csv", "acsv", False),
    ],
)  # fmt: skip
def test_a_star_stands_for_any_text_and_nothing_else_does(pattern: str, header: str, fit: bool) -> None:
    assert fits([pattern])(header) is fit


def test_a_column_has_the_letters_of_a_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_header_is_a_text_on_one_line() -> None:
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
    found = headers(*rows, merged=((1, 0, 2, 0), (1, 1, 1, 2)), header=1, header_rows=2)
    assert found.texts == ("Naam", "Begroot 2020", "Begroot 2019", "Rest")
    assert (found.first, found.last) == (0, 1)
    # Without word of merged cells an empty header repeats the one to its left.
    repeated = headers(("Naam", "Begroot", None), (None, "2020", "2019"), header=1, header_rows=2)
    assert repeated.texts == ("Naam", "Begroot 2020", "Begroot 2019")


def test_what_a_form_takes_out_of_headers_is_neither_compared_nor_shown() -> None:
    assert headers(("Vraag 1 [Jansen]", "unit"), header=1, header_ignore=r"\[.*?\]").texts == ("Vraag 1", "unit")


def test_columns_of_a_file_without_headers_are_numbered() -> None:
    assert headers(("a", "b"), ("a", "b", "c"), header="none").texts == ("1", "2", "3")
