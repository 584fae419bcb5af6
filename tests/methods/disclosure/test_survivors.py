"""Places in the gate that a change once passed through unnoticed: each has its own case."""

from __future__ import annotations

from typing import Any

from kwaliteitsmonitor.methods.disclosure.cells import Answers, summed
from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN, Circulation, Layer
from kwaliteitsmonitor.methods.disclosure.gate import _Gate, decide
from kwaliteitsmonitor.methods.statistics.sums import Cell

SMALL, LARGE, OTHER = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("B", "P2", "Ma")


def even(n: int) -> Answers:
    return {"q": (n,) * 5}


NOW = summed({SMALL: {"q": (1, 1, 0, 0, 0)}, LARGE: even(8), OTHER: even(30)})
BEFORE = summed({LARGE: even(40), OTHER: even(90)})


def test_beside_a_release_of_other_contents_what_is_hidden_now_is_still_protected_now() -> None:
    """That the release before holds nothing of the new programme does not settle that nobody can compute it."""
    state = decide(NOW, [SMALL], 5, [Layer(BEFORE, {})]).state
    assert {SMALL, LARGE} <= state.keys()


def test_what_all_releases_give_away_of_the_newest_is_never_settled() -> None:
    gate = _Gate(NOW, 5, [Layer(BEFORE, {})], {SMALL: HIDDEN})
    assert not gate._settled(SMALL, gate.now, ["q"]), "it can be computed from the release itself: more must be hidden"


def test_what_an_earlier_release_gave_away_by_itself_is_lost_and_settled() -> None:
    earlier = Layer(NOW, {SMALL: HIDDEN})
    gate = _Gate(BEFORE, 5, [earlier], {})
    assert gate._settled(SMALL, earlier, ["q"]), "hiding more now takes nothing back"


def test_what_only_the_newest_release_gives_away_of_an_earlier_one_is_not_settled() -> None:
    earlier = Layer(NOW, dict.fromkeys((SMALL, LARGE), HIDDEN))
    gate = _Gate(summed({LARGE: even(8), OTHER: even(50)}), 5, [earlier], {})
    assert not gate._settled(SMALL, earlier, ["q"]), "the other programme is shown now, and gives it away"


def test_a_cell_of_an_earlier_release_is_not_among_the_unprotected_of_this_one() -> None:
    """The programme is no longer there, and all else was shown before: there is nothing left to hide for it."""
    rest = {LARGE: even(8), OTHER: even(30)}
    gate = _Gate(summed(rest), 5, [Layer({**summed(rest), SMALL: {"q": (1, 1, 0, 0, 0)}}, {SMALL: HIDDEN})], audits=0)
    gate.start(())
    gate.run()
    assert gate.unprotected == []


def test_a_cell_of_this_release_that_nothing_protects_is_told() -> None:
    gate = _Gate(NOW, 5, [Layer(NOW, {SMALL: HIDDEN})], audits=0)
    gate.start(())
    gate.run()
    assert gate.unprotected == [SMALL]


def room(small: Answers, large: Answers) -> list[str]:
    answers = summed({SMALL: small, LARGE: large, OTHER: {"q": (30,) * 5, "r": (30,) * 5}})
    layer = Layer(answers, dict.fromkeys((SMALL, LARGE), HIDDEN))
    return Circulation([layer]).room(SMALL, layer, 5).short


def test_a_way_that_one_question_found_is_passed_once_by_the_next() -> None:
    """Of r two can come from the other programme and one can go: with its own number four values, and not five."""
    two = (1, 1, 0, 0, 0)
    assert room({"q": two, "r": two}, {"q": (8,) * 5, "r": (1, 1, 1, 0, 0)}) == ["r"]
    assert room({"q": two, "r": two}, {"q": (8,) * 5, "r": (1, 1, 1, 1, 0)}) == []


class Bounded(Circulation):
    """One that looks for ways a few times at most: a way that is tried again and again would never end."""

    tried = 0

    def _way(self, *asked: Any) -> Any:
        self.tried += 1
        assert self.tried < 20, "the same way is tried again"
        return super()._way(*asked)


def test_a_way_on_which_nobody_can_go_is_not_tried_again() -> None:
    """Nobody can leave a programme of one person, though a way leads from it; four can come."""
    answers = summed({SMALL: {"q": (1, 0, 0, 0, 0)}, LARGE: {"q": (1, 1, 1, 1, 1)}, OTHER: even(30)})
    layer = Layer(answers, dict.fromkeys((SMALL, LARGE), HIDDEN))
    found = Bounded([layer]).room(SMALL, layer, 5)
    assert (found.values, found.short) == ({"q": 5}, [])
