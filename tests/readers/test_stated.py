"""What a file states of its own amounts in rows and columns that nothing reads is held against them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.files import grids
from kwaliteitsmonitor.readers.forms.shaping import shape
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.stated_totals import contradictions
from schemas.profile import load_profile
from schemas.profile.feeds import FileSource
from schemas.tables import CATALOGUE

WHO = load_profile(Path(__file__).resolve().parents[1] / "cases" / "one-round-a-year" / "profile")
HEAD = ("School", "Budget (k€)", "Actual (k€)", "Difference (k€)", "Progress")
NORTH, SOUTH = ("North", 1204, 1090, -114, 0.905), ("South", 866, 901, 35, 1.04)
TOTAL = ("Total", 2070, 1991, -79, 0.962)


def wrong(tmp: Path, *lines: Sequence[Any]) -> list[str]:
    book = openpyxl.Workbook()
    for line in (HEAD, *lines):
        book.active.append(list(line))
    out = io.BytesIO()
    book.save(out)
    (tmp / "a.xlsx").write_bytes(out.getvalue())
    (source,) = WHO.feeds[0].sources
    assert isinstance(source, FileSource)
    (form,) = source.forms
    table = CATALOGUE["bfr"].bind(WHO.code_lists())
    found = grids(tmp / "a.xlsx", source, [form.sheet])
    raw = shape(found[0], found, Shape(form, table, {"reporting_year": 2021}, WHO.aliases()))
    readers = cell_readers(table.fields, form, "en", WHO.aliases(), b"k" * 32)
    assert raw.stated is not None
    return [f"{one.column}{one.row}" for one in contradictions(raw.stated, readers["budget"])]


def test_what_adds_up_is_not_told(tmp_path: Path) -> None:
    assert wrong(tmp_path, NORTH, SOUTH, TOTAL) == []


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ((NORTH, SOUTH, ("Total", 2170, 1991, -79, 0.962)), ["B4"]),
        ((NORTH, SOUTH, ("Total", 2070, 1919, -79, 0.962)), ["C4"]),
        ((NORTH, ("South", 866, 901, 53, 1.04), TOTAL), ["D3"]),
        ((("North", 1204, 1090, -114, 0.59), SOUTH, TOTAL), ["E2"]),
        ((("North", 1204, 1090, -114, "59%"), SOUTH, TOTAL), ["E2"]),
    ],
)
def test_a_total_a_difference_or_progress_that_is_wrong_is_told(
    tmp_path: Path, lines: Sequence[Sequence[Any]], cells: list[str]
) -> None:
    assert wrong(tmp_path, *lines) == cells


@pytest.mark.parametrize(
    "lines",
    [
        (("North", 1204, 1090, 114, "90.5%"), ("South", 866, 901, -35, 104), TOTAL),  # the other way round
        (("North", 1204.4, 1089.6, -115, 0.9), SOUTH, ("Total", 2070, 1991, -80, 1)),  # rounded
        (NORTH, ("Total North", 1204, 1090, -114, 0.9), SOUTH, ("Total", 866, 901, 35, 1.04)),  # of a part
        (("North", 1204, 1090, None, "n/a"), SOUTH),
    ],
)
def test_what_is_rounded_turned_round_or_of_a_part_is_right(tmp_path: Path, lines: Sequence[Sequence[Any]]) -> None:
    assert wrong(tmp_path, *lines) == []
