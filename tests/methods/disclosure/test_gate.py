"""What the gate hides of an evaluation and why, what it hides with it, and the places where a change once passed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from kwaliteitsmonitor.methods.disclosure.audit import ranges
from kwaliteitsmonitor.methods.disclosure.cells import WHOLE, Answers, covering, summed
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, Circulation, Layer, coarse
from kwaliteitsmonitor.methods.disclosure.distributions import Asked, tells, undistributed
from kwaliteitsmonitor.methods.disclosure.gate import _Gate, decide, is_small
from kwaliteitsmonitor.methods.disclosure.secondary import Partners
from kwaliteitsmonitor.methods.statistics.sums import Cell


def leaves(sizes: Mapping[tuple[str, str, str], int | Sequence[int]]) -> dict[Cell, Answers]:
    """Answers to one question per unit, programme and level: as given, or so many of each of five scores."""
    return {Cell(*leaf): {"q": tuple([n] * 5 if isinstance(n, int) else n)} for leaf, n in sizes.items()}


def hidden(of: Mapping[Cell, Answers], threshold: int = 5, earlier: Sequence[Layer] = ()) -> dict[Cell, str]:
    answers = summed(of)
    first = [cell for cell, own in answers.items() if is_small(own, threshold)]
    return dict(decide(answers, first, threshold, earlier).state)


def programmes(state: Iterable[Cell]) -> set[str | None]:
    return {cell.programme for cell in state}


WIDE = {
    ("A", "P1", "Ba"): 40,
    ("A", "P2", "Ba"): 8,
    ("A", "P3", "Ba"): 20,
    ("B", "P4", "Ba"): 30,
    ("B", "P5", "Ma"): 30,
}
TWO = (1, 1, 0, 0, 0)
"""Two answers that are not the same."""


def test_a_small_programme_takes_the_smallest_beside_it_with_it_and_nothing_else_is_hidden() -> None:
    assert hidden(leaves(WIDE)) == {}, "all are many and do not agree"
    state = hidden(leaves({**WIDE, ("A", "P0", "Ba"): TWO}))
    assert (programmes(state), set(state.values())) == ({"P0", "P2"}, {HIDDEN})
    assert "P0" in programmes(hidden(leaves({**WIDE, ("A", "P0", "Ba"): (0, 0, 0, 0, 90)}))), "all of them agree"


def test_a_small_unit_is_protected_by_another_unit_in_its_level() -> None:
    small = {("A", "P1", "Ba"): (1, 0, 0, 0, 1), ("A", "P2", "Ba"): (1, 0, 1, 0, 0)}
    state = hidden(leaves({**small, ("B", "P4", "Ba"): 30, ("C", "P5", "Ba"): 9}))
    assert {Cell("A"), Cell("A", None, "Ba"), Cell("C"), Cell("C", None, "Ba"), Cell("C", "P5", "Ba")} <= set(state)
    assert not {Cell("B"), Cell(level="Ba"), WHOLE} & set(state)


def test_a_question_that_few_answered_hides_the_cell_and_a_partner_that_was_not_asked_it_protects_nothing() -> None:
    first, second, third = (Cell("A", programme, "Ba") for programme in ("P1", "P2", "P3"))
    assert first in hidden({first: {"q": (9, 9), "r": (1, 2)}, second: {"q": (9, 9), "r": (9, 9)}})
    answers = {first: {"r": (1, 2)}, second: {"q": (3, 4)}, third: {"q": (90, 90), "r": (90, 90)}}
    assert third in hidden(answers), "the smallest beside it has no answers to r"


@pytest.mark.parametrize("threshold", [2, 5, 10])
def test_the_audit_agrees_that_what_is_hidden_can_be_about_enough_numbers_of_people(threshold: int) -> None:
    small = leaves({**WIDE, ("A", "P0", "Ba"): (1, 0, 1, 0, 0), ("B", "P6", "Ma"): (0, 1, 1, 1, 0)})
    answers = summed(small)
    told = list(ranges([Layer(answers, hidden(small, threshold))], "q"))
    assert told or threshold == 2
    assert all(r.values >= threshold and r.low <= sum(answers[r.cell]["q"]) <= r.high for r in told)


def test_the_audit_finds_a_cell_that_stands_alone() -> None:
    answers = summed(leaves(WIDE))
    alone = Cell("A", "P2", "Ba")
    assert [(r.low, r.high) for r in ranges([Layer(answers, {alone: HIDDEN})], "q")] == [(40, 40)]
    assert Circulation([Layer(answers, {alone: HIDDEN})]).room(alone, Layer(answers, {}), 5).short == ["q"]


def first_release(of: Mapping[Cell, Answers]) -> Layer:
    return Layer(summed(of), hidden(of))


def test_the_same_answers_give_the_same_pattern_in_the_next_release() -> None:
    small = leaves({**WIDE, ("A", "P0", "Ba"): TWO})
    before = first_release(small)
    assert hidden(small, earlier=[before]) == hidden(small, earlier=[before, before]) == dict(before.state)


def test_a_cell_that_was_shown_protects_no_other_while_it_is_the_same() -> None:
    before = first_release(leaves(WIDE))
    state = hidden(leaves({**WIDE, ("A", "P0", "Ba"): TWO}), earlier=[before])
    assert programmes(state) == {"P0", None}, "P2 is known, so that totals are hidden or coarse instead"
    assert state[Cell("A", None, "Ba")] in (HIDDEN, COARSE)


def test_a_total_that_few_people_changed_is_shown_in_two_digits_if_it_is_large_and_else_hidden() -> None:
    large = {("A", "P1", "Ba"): 400, ("A", "P2", "Ba"): 300, ("B", "P4", "Ba"): 15}
    before = first_release(leaves(large))
    one_more = leaves({**large, ("B", "P4", "Ba"): (15, 15, 15, 15, 16)})
    state = hidden(one_more, earlier=[before])
    assert state[Cell("B", "P4", "Ba")] == HIDDEN
    assert state[WHOLE] == COARSE
    assert Cell("A", "P1", "Ba") not in state


def test_a_cell_that_many_people_changed_is_shown_again_in_full() -> None:
    before = first_release(leaves(WIDE))
    assert hidden(leaves({**WIDE, ("B", "P4", "Ba"): 60}), earlier=[before]) == {}


@pytest.mark.parametrize(("n", "shown"), [(104, 100), (105, 110), (2349, 2300), (2350, 2400), (20_499, 20_000)])
def test_two_digits_is_what_a_coarse_number_has(n: int, shown: int) -> None:
    assert coarse(n) == shown


ASKED = [True] * 5


@pytest.mark.parametrize(
    ("counts", "possible", "gives_away"),
    [
        ((5, 5, 5, 5, 4), ASKED, True),  # four people gave the last answer
        ((9, 9, 0, 9, 9), ASKED, True),  # an answer that others gave is lacking
        ((5, 5, 5, 5, 180), ASKED, True),  # nine in ten gave one answer
        ((5, 5, 5, 5, 5), ASKED, False),
        ((9, 9, 0, 9, 9), [True, True, False, True, True], False),  # an answer that nobody at all gave
    ],
)
def test_a_distribution_that_gives_someone_away_is_not_shown(
    counts: tuple[int, ...], possible: list[bool], gives_away: bool
) -> None:
    assert tells(counts, possible, 5) is gives_away


def test_a_distribution_that_is_not_shown_does_not_follow_from_others() -> None:
    answers = summed(leaves({**WIDE, ("A", "P0", "Ba"): (9, 9, 0, 9, 9)}))
    left_out = undistributed(Asked(answers, (1, 2, 3, 4, 5), {}), {}, 5).hidden["q"]
    assert {cell.programme for cell in left_out} == {"P0", "P2"}


def test_every_leaf_lies_in_the_cells_that_are_published() -> None:
    leaf = Cell("A", "P1", "Ba")
    assert covering(leaf) == (leaf, Cell("A", None, "Ba"), Cell("A"), Cell(level="Ba"), WHOLE)
    assert summed({leaf: {"q": TWO}})[WHOLE] == {"q": TWO}


def test_a_real_institution_is_judged_at_once() -> None:
    """Nine units, a hundred programmes, twenty questions: a thousand cells, of which a few are small."""
    sizes: dict[Any, Any] = {(f"U{i % 9}", f"P{i}", ("Ba", "Ma", "Pr")[i % 3]): 4 + i % 17 for i in range(300)}
    answers = {c: {f"q{k}": a["q"] for k in range(20)} for c, a in leaves(sizes).items()}
    answers[Cell("U0", "P0", "Ba")] = {f"q{k}": TWO for k in range(20)}
    assert len(hidden(answers)) == 2


SMALL, LARGE, OTHER = Cell("A", "P0", "Ba"), Cell("A", "P1", "Ba"), Cell("B", "P2", "Ma")


def even(n: int) -> Answers:
    return {"q": (n,) * 5}


NOW = summed({SMALL: {"q": TWO}, LARGE: even(8), OTHER: even(30)})
BEFORE = summed({LARGE: even(40), OTHER: even(90)})


def test_beside_a_release_of_other_contents_what_is_hidden_now_is_still_protected_now() -> None:
    """That the release before holds nothing of the new programme does not settle that nobody can compute it."""
    state = decide(NOW, [SMALL], 5, [Layer(BEFORE, {})]).state
    assert {SMALL, LARGE} <= state.keys()


def test_only_what_an_earlier_release_gave_away_by_itself_is_lost_and_settled() -> None:
    gate = _Gate(NOW, 5, [Layer(BEFORE, {})], {SMALL: HIDDEN})
    assert not gate._settled(SMALL, gate.now, ["q"]), "it can be computed from the newest itself: more must be hidden"
    earlier = Layer(NOW, {SMALL: HIDDEN})
    assert _Gate(BEFORE, 5, [earlier], {})._settled(SMALL, earlier, ["q"]), "hiding more now takes nothing back"
    earlier = Layer(NOW, dict.fromkeys((SMALL, LARGE), HIDDEN))
    gate = _Gate(summed({LARGE: even(8), OTHER: even(50)}), 5, [earlier], {})
    assert not gate._settled(SMALL, earlier, ["q"]), "the other programme is shown now, and gives it away"


def unprotected(now: Mapping[Cell, Answers], earlier: Layer) -> list[Cell]:
    gate = _Gate(now, 5, [earlier], audits=0)
    gate.start(())
    gate.run()
    return gate.unprotected


def test_a_cell_of_this_release_that_nothing_protects_is_told_and_one_of_an_earlier_release_is_not() -> None:
    """The programme is no longer there, and all else was shown before: there is nothing left to hide for it."""
    rest = summed({LARGE: even(8), OTHER: even(30)})
    assert unprotected(rest, Layer({**rest, SMALL: {"q": TWO}}, {SMALL: HIDDEN})) == []
    assert unprotected(NOW, Layer(NOW, {SMALL: HIDDEN})) == [SMALL]


def lacking(small: Answers, large: Answers) -> list[str]:
    answers = summed({SMALL: small, LARGE: large, OTHER: {"q": (30,) * 5, "r": (30,) * 5}})
    layer = Layer(answers, dict.fromkeys((SMALL, LARGE), HIDDEN))
    return Circulation([layer]).room(SMALL, layer, 5).short


def test_a_way_that_one_question_found_is_passed_once_by_the_next() -> None:
    """Of r two can come from the other programme and one can go: with its own number four values, and not five."""
    assert lacking({"q": TWO, "r": TWO}, {"q": (8,) * 5, "r": (1, 1, 1, 0, 0)}) == ["r"]
    assert lacking({"q": TWO, "r": TWO}, {"q": (8,) * 5, "r": (1, 1, 1, 1, 0)}) == []


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
    room = Bounded([layer]).room(SMALL, layer, 5)
    assert (room.values, room.short) == ({"q": 5}, [])


CHEAP, DEAR = LARGE, Cell("A", "P2", "Ba")
LAYER = Layer(summed({SMALL: {"q": TWO}, CHEAP: even(8), DEAR: even(30)}), {SMALL: HIDDEN})


@pytest.mark.parametrize(
    ("costs", "cheapest"),
    [
        ({CHEAP: 40, DEAR: 150}, (40, [(CHEAP, HIDDEN)])),
        ({CHEAP: 40, DEAR: 30}, (30, [(DEAR, HIDDEN)])),
        ({Cell("A", None, "Ba"): 7, Cell("A"): 9}, None),  # over the group, it ends at the unit
        ({}, None),
        ({Cell("B", "P9", "Ma"): 1}, None),
        ({CHEAP: 0}, None),  # hidden already: nothing more would be
    ],
)
def test_the_cheapest_cells_that_lead_back_are_hidden_with_a_hidden_one(
    costs: Mapping[Cell, int], cheapest: Any
) -> None:
    partners = Partners([LAYER], Circulation([LAYER]).room(SMALL, LAYER, 5), True)
    for cell, cost in ({SMALL: 0} | dict(costs)).items():
        partners.add(cell, HIDDEN, cost)
    assert partners.cheapest(SMALL) == cheapest
