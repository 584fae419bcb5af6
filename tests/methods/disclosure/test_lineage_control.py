"""The size of a contribution is told only if it is that of cells which are shown."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.lineage_control import Contributions
from kwaliteitsmonitor.methods.statistics.sums import Cell
from tests.methods.disclosure.published_rows import NORTH, NOW

LEAVES = {Cell("North", "P1", "Ba"): "a", Cell("North", "P2", "Ba"): "a", Cell("South", "P3", "Ma"): "b"}
AROUND = (NORTH, Cell("North", None, "Ba"), Cell(level="Ba"))


@pytest.mark.parametrize(
    ("hidden", "of_a"),
    [
        pytest.param((), True, id="everything is shown"),
        pytest.param(AROUND, True, id="its programmes are shown"),
        pytest.param((*LEAVES, *AROUND), False, id="nothing is shown of which it is"),
    ],
)
def test_a_contribution_is_told_if_it_is_that_of_shown_cells(hidden: tuple[Cell, ...], of_a: bool) -> None:
    sources = {NOW: {leaf: frozenset({delivery}) for leaf, delivery in LEAVES.items()}}
    withheld = Withheld({NOW: dict.fromkeys(hidden, HIDDEN)})
    found = Contributions({"whole": (NOW, Cell())}, sources, withheld)
    assert (found.size_published("whole", "a"), found.size_published("whole", "b")) == (of_a, True)


def test_a_delivery_that_holds_a_part_of_a_programme_is_named_without_its_size() -> None:
    sources = {NOW: {Cell("North", "P1", "Ba"): frozenset({"a", "b"})}}
    halves = Contributions({"whole": (NOW, Cell())}, sources, Withheld())
    assert (halves.size_published("whole", "a"), halves.size_published("whole", "b")) == (False, False)
