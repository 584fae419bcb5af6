"""From the block of cells of a worksheet to its grid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kwaliteitsmonitor.readers.files.layout_grid import is_blank, laid_out
from kwaliteitsmonitor.readers.files.limits import LIMITS
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT, SheetScan


def test_columns_before_the_block_are_filled_up_and_blank_rows_left_out() -> None:
    found = laid_out(SheetScan("a", hidden_rows=[3, 4]), (1, 1), [["x", "y"], ["", ""], [1.0]])
    assert (found.cells, list(found.numbers)) == ([["", "x", "y"], ["", 1.0, ""]], [2, 4])
    assert [(note.code, note.rows) for note in found.notes] == [("hidden_rows", (4,))]


def test_a_flawed_cell_outside_the_block_is_delivered_no_less() -> None:
    found = laid_out(SheetScan("a", flaws={(5, 2): NO_RESULT}), (0, 0), [["x"]])
    assert (found.cells, list(found.numbers)) == ([["x", "", ""], ["", "", ""]], [1, 5])


def test_a_merged_range_is_filled_and_what_it_hides_is_a_flaw() -> None:
    scan = SheetScan("a", merged=[(1, 0, 2, 1), (2, 2, 2, 2), (9, 0, 9, 1)])
    found = laid_out(scan, (0, 0), [["x", "", ""], ["", 2.0, 3.0]])
    assert (found.cells, found.merged) == ([["x", "x", ""], ["x", 2.0, 3.0]], ((1, 0, 2, 1),))
    assert set(found.flaws) == {(2, 1)}


def test_what_is_larger_than_a_delivery_can_be_is_not_laid_out() -> None:
    small = replace(LIMITS, box=5)
    with pytest.raises(RefusedFileError, match="larger than a delivery can be"):
        laid_out(SheetScan("a"), (0, 0), [["x", "y", "z"], ["x"]], limits=small)
    with pytest.raises(RefusedFileError, match="no office program uses"):
        laid_out(SheetScan("a", merged=[(1, 0, 2, 1)] * 2), (0, 0), [["x", ""], ["", "y"]], limits=small)


def test_a_blank_row_holds_nothing_at_all() -> None:
    assert [is_blank(row) for row in (["", None], [0.0], [False], ["x"])] == [True, False, False, False]
