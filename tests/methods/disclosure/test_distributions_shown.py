"""How much of a question is shown: as much as leaves each cell that tells of someone another world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kwaliteitsmonitor.methods.disclosure.cells import summed
from kwaliteitsmonitor.methods.disclosure.distributions_shown import Question
from kwaliteitsmonitor.methods.disclosure.feasible_tables import Counts, spread_as_shown
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED, View, Wanted, another_world
from kwaliteitsmonitor.methods.statistics.sums import Cell

SMALL, LARGE, THIRD = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("A", "P2", "Ba")
OTHER = Cell("B", "P2", "Ma")
SCORES = (0, 1, 2, 3, 4)
LEAVES: Mapping[Cell, Counts] = {SMALL: (2, 30, 30, 30, 8), LARGE: (40,) * 5, OTHER: (90,) * 5}


def answers(leaves: Mapping[Cell, Counts] = LEAVES) -> dict[Cell, Counts]:
    return {cell: of["q"] for cell, of in summed({leaf: {"q": counts} for leaf, counts in leaves.items()}).items()}


def question(shown: Mapping[Cell, str], leaves: Mapping[Cell, Counts] = LEAVES, **more: Any) -> Question:
    return Question(answers(leaves), SCORES, 1, 5, dict(shown), [True] * 5, **more)


def test_a_distribution_is_hidden_with_the_next_that_can_make_up_for_it() -> None:
    asked = question({SMALL: PRINTED})
    asked.protect([SMALL])
    assert {cell for cell in asked.shown if cell.programme} == {SMALL, LARGE}
    assert Cell() not in asked.shown, "that of the institution is the last to be hidden"
    assert asked.unprotected == []


def test_what_an_earlier_release_showed_the_same_protects_nothing() -> None:
    asked = question({SMALL: PRINTED}, locked=frozenset(answers()) - {SMALL})
    asked.protect([SMALL])
    assert (set(asked.shown), asked.unprotected) == ({SMALL}, [SMALL])


def test_a_spread_that_says_what_the_distribution_is_hidden_for_is_withheld() -> None:
    """Of three people two gave one answer: with the number, the mean and the spread there is no other world."""
    few = {**LEAVES, SMALL: (1, 0, 0, 0, 2)}
    asked = question({SMALL: PRINTED}, few)
    asked.protect([SMALL])
    assert asked.shown[SMALL] == NOTHING


def test_what_an_earlier_release_hid_stays_open_beside_this_one() -> None:
    before = View(answers(), {SMALL: PRINTED, LARGE: NOTHING})
    now = question({}, {LARGE: LEAVES[LARGE], OTHER: LEAVES[OTHER]}, earlier=[before])
    now.protect_earlier()
    assert now.shown, "with all of the rest shown, the programme that ended could be computed"
    alone = question({}, {LARGE: LEAVES[LARGE], OTHER: LEAVES[OTHER]})
    alone.protect_earlier()
    assert alone.shown == {}


WORLD = {SMALL: LEAVES[SMALL], LARGE: (40,) * 5, THIRD: (20,) * 5}
OF_FEW = Wanted(0, SMALL, 0, 5)
"""Two gave the first answer in the smallest programme."""


def released(leaves: Mapping[Cell, Counts], shown: dict[Cell, str], hidden: frozenset[Cell] = frozenset()) -> View:
    return View(answers(leaves), shown, hidden)


def totals(counts: Counts) -> tuple[int, int]:
    return sum(counts), sum(s * n for s, n in zip(SCORES, counts, strict=True))


@pytest.mark.parametrize("how", [PRINTED, NOTHING])
def test_another_world_has_the_same_published_figures(how: str) -> None:
    view = released(WORLD, {SMALL: how, LARGE: how, THIRD: PRINTED})
    (world,) = another_world([view], OF_FEW, SCORES, 1) or ()
    assert world[SMALL][0] == 0 or world[SMALL][0] >= 5
    for cell, counts in view.answers.items():
        if cell not in view.shown:
            assert world[cell] == counts, "a distribution that is shown is the same"
        assert totals(world[cell]) == totals(counts)
        if view.shown.get(cell) == PRINTED:
            assert spread_as_shown(world[cell], SCORES, 1) == spread_as_shown(counts, SCORES, 1)


def test_of_a_cell_of_which_nothing_is_shown_only_that_somebody_is_there_holds() -> None:
    view = released(WORLD, {SMALL: NOTHING, LARGE: NOTHING}, frozenset({SMALL, LARGE}))
    (world,) = another_world([view], OF_FEW, SCORES, 1) or ()
    assert min(sum(world[cell]) for cell in (SMALL, LARGE)) >= 1
    assert world[THIRD] == WORLD[THIRD]


def test_what_all_else_that_is_shown_gives_away_has_no_other_world() -> None:
    assert another_world([released(WORLD, {SMALL: PRINTED})], OF_FEW, SCORES, 1) is None


def test_a_leaf_that_is_the_same_in_two_releases_is_the_same_in_their_other_worlds() -> None:
    grown = WORLD | {THIRD: (50, 20, 20, 20, 20)}
    views = [released(of, {SMALL: NOTHING, LARGE: NOTHING, THIRD: NOTHING}) for of in (WORLD, grown)]
    first, second = another_world(views, OF_FEW, SCORES, 1) or ()
    assert [first[cell] for cell in (SMALL, LARGE)] == [second[cell] for cell in (SMALL, LARGE)]
    told_before = [View(views[0].answers, {}), views[1]]
    assert another_world(told_before, Wanted(1, SMALL, 0, 5), SCORES, 1) is None, "what was shown stays known"


def test_the_view_under_way_may_still_withhold_but_not_of_what_is_firm() -> None:
    view = released(WORLD, {SMALL: PRINTED})
    free = {"loose": 0, "spreads": True, "distributions": True}
    assert another_world([view], Wanted(0, SMALL, 0, 5, **free), SCORES, 1) is not None
    firm = frozenset(view.answers) - {SMALL}
    assert another_world([view], Wanted(0, SMALL, 0, 5, **free, firm=firm), SCORES, 1) is None
