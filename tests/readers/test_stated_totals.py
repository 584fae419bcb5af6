"""What a file states of its own amounts in rows and columns that nothing reads is held against them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.forms.shaping import shape
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.stated_totals import contradictions
from schemas.profile import load_profile
from schemas.profile.feeds import FileSource
from schemas.tables import CATALOGUE
from tests.readers.forms.making import KEY, grid

WHO = load_profile(Path(__file__).resolve().parents[1] / "cases" / "one-round-a-year" / "profile")
HEAD = ("School", "Budget (k€)", "Actual (k€)", "Difference (k€)", "Progress")
NORTH, SOUTH = ("North", 1204, 1090, -114, 0.905), ("South", 866, 901, 35, 1.04)
TOTAL = ("Total", 2070, 1991, -79, 0.962)


def wrong(*lines: Sequence[Any]) -> list[str]:
    """The cells that state something else than follows from the amounts."""
    (source,) = WHO.feeds[0].sources
    assert isinstance(source, FileSource)
    (form,) = source.forms
    table, page = CATALOGUE["bfr"].bind(WHO.code_lists()), grid([HEAD, *lines])
    raw = shape(page, [page], Shape(form, table, {"reporting_year": 2021}, WHO.aliases()))
    readers = cell_readers(table.fields, form, "en", WHO.aliases(), KEY)
    assert raw.stated is not None
    return [f"{one.column}{one.row}" for one in contradictions(raw.stated, readers["budget"])]


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ((NORTH, SOUTH, ("Total", 2170, 1991, -79, 0.962)), ["B4"]),
        ((NORTH, SOUTH, ("Total", 2070, 1919, -79, 0.962)), ["C4"]),
        ((NORTH, ("South", 866, 901, 53, 1.04), TOTAL), ["D3"]),
        ((("North", 1204, 1090, -114, 0.59), SOUTH, TOTAL), ["E2"]),
        ((("North", 1204, 1090, -114, "59%"), SOUTH, TOTAL), ["E2"]),
        ((NORTH, SOUTH, TOTAL), []),
        ((("North", 1204, 1090, 114, "90.5%"), ("South", 866, 901, -35, 104), TOTAL), []),
        ((("North", 1204.4, 1089.6, -115, 0.9), SOUTH, ("Total", 2070, 1991, -80, 1)), []),
        ((NORTH, ("Total North", 1204, 1090, -114, 0.9), SOUTH, ("Total", 866, 901, 35, 1.04)), []),
        ((("North", 1204, 1090, None, "n/a"), SOUTH), []),
    ],
    ids=["total", "other total", "difference", "progress", "progress as text", "right", "turned round", "rounded",
         "of a part", "nothing stated"],
)  # fmt: skip
def test_a_total_a_difference_or_progress_that_is_wrong_is_told(
    lines: Sequence[Sequence[Any]], cells: list[str]
) -> None:
    assert wrong(*lines) == cells
