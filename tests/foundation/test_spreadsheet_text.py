"""Text from data never becomes a formula in what a spreadsheet opens."""

from __future__ import annotations

import openpyxl
import pytest

from kwaliteitsmonitor.foundation.spreadsheet_text import for_csv, put, would_run

RUN = [
    "=1+1",
    '=HYPERLINK("http://example.org","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "=",
    "＝1+1",
]
LEFT_ALONE = ["", "tekst", "-12", "+3,5", "-1.234,50", "-0,5%", "a=b", "a@b.nl", "2020-10-01", "12 (+ 9)"]


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_known(text: str) -> None:
    assert (would_run(text), for_csv(text)) == (True, f"'{text}")


@pytest.mark.parametrize("value", [*LEFT_ALONE, None, True, 12, -12.5])
def test_plain_text_and_numbers_are_left_alone(value: object) -> None:
    assert for_csv(value) is value
    assert not isinstance(value, str) or not would_run(value)


def test_characters_that_a_workbook_cannot_hold_are_left_out() -> None:
    cell = openpyxl.Workbook().worksheets[0]["A1"]
    put(cell, "a\x00b\x0bc")
    assert cell.value == "abc"
