"""Text from data never becomes a formula in what a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from kwaliteitsmonitor.exchange.workbooks.rewriting import rewrite
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.spreadsheet_text import for_csv, put, would_run
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.releases.format.release import publish
from pipelines.cli.query import answer
from schemas.exports.arrow import to_arrow
from schemas.profile import load_profile, profile_folder

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
LEFT_ALONE = ["", "tekst", "-12", "+3,5", "-1.234,50", "-0,5%", "- 12", "a=b", "a@b.nl", "2020-10-01", "12 (+ 9)"]


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_known(text: str) -> None:
    assert would_run(text)
    assert for_csv(text) == f"'{text}"


@pytest.mark.parametrize("text", [t for t in LEFT_ALONE if t != "- 12"])
def test_plain_text_and_numbers_are_left_alone(text: str) -> None:
    assert not would_run(text)
    assert for_csv(text) == text


@pytest.mark.parametrize("value", [None, True, 12, -12.5])
def test_what_is_no_text_is_left_alone(value: object) -> None:
    assert for_csv(value) is value


def test_exports_escape_cells_that_a_spreadsheet_would_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A workbook made of what was delivered: every cell is text, and still is once it was edited in Excel.
    book = openpyxl.Workbook()
    grid = Grid("Blad", [["kop", *RUN], ["=1", *RUN]], [1, 2], addressed=True)
    name = rewrite(book, grid, grid.name, (), "nl").sheet
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of(book)))[name]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 2 * (1 + len(RUN))
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value != "kop")

    # The answer to a query as CSV.
    workspace = Workspace(tmp_path)
    rows = [
        {"cycle": "2021-03", "feed": "bfr", "required": True, "status": "rejected", "late": False, "reason": text}
        for text in RUN
    ]
    profile = load_profile(profile_folder("leiden"))
    publish(
        workspace, profile, profile.cycle("2021-03"), {"delivery_status": to_arrow("delivery_status", rows)}, [], []
    )
    assert (
        answer(Settings(institution="leiden", out=str(tmp_path)), 'select reason as "=x" from delivery_status', "csv")
        == 0
    )
    header, *found = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert header == ["'=x"]
    assert [row[0] for row in found] == [f"'{text}" for text in RUN]


def test_characters_that_a_workbook_cannot_hold_are_left_out() -> None:
    book = openpyxl.Workbook()
    cell = book.worksheets[0]["A1"]
    put(cell, "a\x00b\x0bc")
    assert cell.value == "abc"
