"""How much of a question is shown: as much as leaves each cell that tells of someone another world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kwaliteitsmonitor.methods.disclosure.cells import summed
from kwaliteitsmonitor.methods.disclosure.distributions_shown import Question
from kwaliteitsmonitor.methods.disclosure.feasible_tables import Counts
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED, View
from kwaliteitsmonitor.methods.statistics.sums import Cell

SMALL, LARGE, OTHER = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("B", "P2", "Ma")
SCORES = (0, 1, 2, 3, 4)
LEAVES: Mapping[Cell, Counts] = {SMALL: (2, 30, 30, 30, 8), LARGE: (40,) * 5, OTHER: (90,) * 5}


def answers(leaves: Mapping[Cell, Counts] = LEAVES) -> dict[Cell, Counts]:
    return {cell: of["q"] for cell, of in summed({leaf: {"q": counts} for leaf, counts in leaves.items()}).items()}


def question(shown: Mapping[Cell, str], leaves: Mapping[Cell, Counts] = LEAVES, **more: Any) -> Question:
    return Question(answers(leaves), SCORES, 1, 5, dict(shown), [True] * 5, **more)


def test_a_distribution_is_hidden_with_the_next_that_can_make_up_for_it() -> None:
    found = question({SMALL: PRINTED})
    found.protect([SMALL])
    assert {cell for cell in found.shown if cell.programme} == {SMALL, LARGE}
    assert Cell() not in found.shown, "that of the institution is the last to be hidden"
    assert found.unprotected == []


def test_what_an_earlier_release_showed_the_same_protects_nothing() -> None:
    found = question({SMALL: PRINTED}, locked=frozenset(answers()) - {SMALL})
    found.protect([SMALL])
    assert (set(found.shown), found.unprotected) == ({SMALL}, [SMALL])


def test_a_spread_that_says_what_the_distribution_is_hidden_for_is_withheld() -> None:
    """Of three people two gave one answer: with the number, the mean and the spread there is no other world."""
    few = {**LEAVES, SMALL: (1, 0, 0, 0, 2)}
    found = question({SMALL: PRINTED}, few)
    found.protect([SMALL])
    assert found.shown[SMALL] == NOTHING


def test_what_an_earlier_release_hid_stays_open_beside_this_one() -> None:
    before = View(answers(), {SMALL: PRINTED, LARGE: NOTHING})
    now = question({}, {LARGE: LEAVES[LARGE], OTHER: LEAVES[OTHER]}, earlier=[before])
    now.protect_earlier()
    assert now.shown, "with all of the rest shown, the programme that ended could be computed"
    alone = question({}, {LARGE: LEAVES[LARGE], OTHER: LEAVES[OTHER]})
    alone.protect_earlier()
    assert alone.shown == {}
