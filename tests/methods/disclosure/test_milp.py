"""Another world shows what the first one shows, and tells of nobody."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.methods.disclosure.cells import summed
from kwaliteitsmonitor.methods.disclosure.feasible_tables import Counts, spread_as_shown
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED, View, Wanted, another_world
from kwaliteitsmonitor.methods.statistics.sums import Cell

SMALL, LARGE, THIRD = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("A", "P2", "Ba")
SCORES = (0, 1, 2, 3, 4)
LEAVES = {SMALL: (2, 30, 30, 30, 8), LARGE: (40, 40, 40, 40, 40), THIRD: (20, 20, 20, 20, 20)}
OF_FEW = Wanted(0, SMALL, 0, 5)
"""Two gave the first answer in the smallest programme."""


def released(leaves: dict[Cell, Counts], shown: dict[Cell, str], hidden: frozenset[Cell] = frozenset()) -> View:
    answers = summed({leaf: {"q": counts} for leaf, counts in leaves.items()})
    return View({cell: of["q"] for cell, of in answers.items()}, shown, hidden)


def totals(counts: Counts) -> tuple[int, int]:
    return sum(counts), sum(s * n for s, n in zip(SCORES, counts, strict=True))


@pytest.mark.parametrize("how", [PRINTED, NOTHING])
def test_another_world_has_the_same_published_figures(how: str) -> None:
    view = released(LEAVES, {SMALL: how, LARGE: how, THIRD: PRINTED})
    found = another_world([view], OF_FEW, SCORES, 1)
    assert found is not None
    (world,) = found
    assert world[SMALL][0] == 0 or world[SMALL][0] >= 5
    for cell, counts in view.answers.items():
        if cell not in view.shown:
            assert world[cell] == counts, "a distribution that is shown is the same"
        assert totals(world[cell]) == totals(counts)
        if view.shown.get(cell) == PRINTED:
            assert spread_as_shown(world[cell], SCORES, 1) == spread_as_shown(counts, SCORES, 1)


def test_of_a_cell_of_which_nothing_is_shown_only_that_somebody_is_there_holds() -> None:
    view = released(LEAVES, {SMALL: NOTHING, LARGE: NOTHING}, frozenset({SMALL, LARGE}))
    found = another_world([view], OF_FEW, SCORES, 1)
    assert found is not None
    assert min(sum(found[0][cell]) for cell in (SMALL, LARGE)) >= 1
    assert found[0][THIRD] == LEAVES[THIRD]


def test_what_all_else_that_is_shown_gives_away_has_no_other_world() -> None:
    assert another_world([released(LEAVES, {SMALL: PRINTED})], OF_FEW, SCORES, 1) is None


def test_a_leaf_that_is_the_same_in_two_releases_is_the_same_in_their_other_worlds() -> None:
    grown = LEAVES | {THIRD: (50, 20, 20, 20, 20)}
    views = [released(of, {SMALL: NOTHING, LARGE: NOTHING, THIRD: NOTHING}) for of in (LEAVES, grown)]
    found = another_world(views, OF_FEW, SCORES, 1)
    assert found is not None
    assert [found[0][cell] for cell in (SMALL, LARGE)] == [found[1][cell] for cell in (SMALL, LARGE)]
    told_before = [View(views[0].answers, {}), views[1]]
    assert another_world(told_before, Wanted(1, SMALL, 0, 5), SCORES, 1) is None, "what was shown stays known"


def test_the_view_under_way_may_still_withhold_but_not_of_what_is_firm() -> None:
    view = released(LEAVES, {SMALL: PRINTED})
    free = {"loose": 0, "spreads": True, "distributions": True}
    assert another_world([view], Wanted(0, SMALL, 0, 5, **free), SCORES, 1) is not None
    firm = frozenset(view.answers) - {SMALL}
    assert another_world([view], Wanted(0, SMALL, 0, 5, **free, firm=firm), SCORES, 1) is None
