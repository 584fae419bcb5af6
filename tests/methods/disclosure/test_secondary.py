"""The cells that are hidden with a hidden one are the cheapest that lead back to it."""

from __future__ import annotations

from collections.abc import Mapping

from kwaliteitsmonitor.methods.disclosure.cells import summed
from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN, Circulation, Layer
from kwaliteitsmonitor.methods.disclosure.secondary import Partners
from kwaliteitsmonitor.methods.statistics.sums import Cell

SMALL, CHEAP, DEAR = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("A", "P2", "Ba")
LAYER = Layer(summed({SMALL: {"q": (1, 1, 0, 0, 0)}, CHEAP: {"q": (8,) * 5}, DEAR: {"q": (30,) * 5}}), {SMALL: HIDDEN})


def partners(costs: Mapping[Cell, int], *, strict: bool = True) -> Partners:
    found = Partners([LAYER], Circulation([LAYER]).room(SMALL, LAYER, 5), strict)
    for cell, cost in costs.items():
        found.add(cell, HIDDEN, cost)
    return found


def test_the_cheapest_cell_beside_it_is_chosen() -> None:
    costs = {SMALL: 0, CHEAP: 40, DEAR: 150}
    assert partners(costs).cheapest(SMALL) == (40, [(CHEAP, HIDDEN)])
    assert partners(costs | {DEAR: 30}).cheapest(SMALL) == (30, [(DEAR, HIDDEN)])


def test_a_way_over_several_cells_costs_all_of_them() -> None:
    """From the programme to its group and back over the unit: what the group and the unit hold beside it."""
    around = {SMALL: 0, Cell("A", None, "Ba"): 7, Cell("A"): 9}
    assert partners(around).cheapest(SMALL) is None, "it ends at the unit"


def test_without_a_way_back_there_is_nothing_to_hide() -> None:
    assert partners({SMALL: 0}).cheapest(SMALL) is None
    assert partners({SMALL: 0, Cell("B", "P9", "Ma"): 1}).cheapest(SMALL) is None


def test_a_cell_that_is_hidden_already_and_is_used_leads_back_a_second_time_only_if_it_gives_all_that_lacks() -> None:
    assert partners({SMALL: 0, CHEAP: 0}).cheapest(SMALL) is None, "nothing more would be hidden"
