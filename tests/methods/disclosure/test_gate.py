"""What the gate hides of an evaluation, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from kwaliteitsmonitor.methods.disclosure.audit import ranges
from kwaliteitsmonitor.methods.disclosure.cells import WHOLE, Answers, covering, summed
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, Circulation, Layer, coarse
from kwaliteitsmonitor.methods.disclosure.distributions import Asked, tells, undistributed
from kwaliteitsmonitor.methods.disclosure.gate import decide, is_small
from kwaliteitsmonitor.methods.statistics.sums import Cell

EVEN = (1, 1, 1, 1, 1)


def leaves(sizes: Mapping[tuple[str, str, str], int | Sequence[int]]) -> dict[Cell, Answers]:
    """Answers to one question per unit, programme and level: as given, or so many of each of five scores."""
    return {Cell(*leaf): {"q": tuple([n] * 5 if isinstance(n, int) else n)} for leaf, n in sizes.items()}


def hidden(found: Mapping[Cell, Answers], threshold: int = 5, earlier: Sequence[Layer] = ()) -> dict[Cell, str]:
    answers = summed(found)
    first = [cell for cell, of in answers.items() if is_small(of, threshold)]
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


def test_where_all_are_many_and_do_not_agree_nothing_is_hidden() -> None:
    assert hidden(leaves(WIDE)) == {}


def test_a_small_programme_takes_the_smallest_beside_it_with_it() -> None:
    state = hidden(leaves({**WIDE, ("A", "P0", "Ba"): (1, 1, 0, 0, 0)}))
    assert programmes(state) == {"P0", "P2"}
    assert set(state.values()) == {HIDDEN}


def test_a_programme_in_which_all_agree_is_hidden_however_many_they_are() -> None:
    assert "P0" in programmes(hidden(leaves({**WIDE, ("A", "P0", "Ba"): (0, 0, 0, 0, 90)})))


def test_a_small_unit_is_protected_by_another_unit_in_its_level() -> None:
    found = leaves(
        {("A", "P1", "Ba"): 1, ("A", "P2", "Ba"): (1, 0, 1, 0, 0), ("B", "P4", "Ba"): 30, ("C", "P5", "Ba"): 9}
    )
    found[Cell("A", "P1", "Ba")] = {"q": (1, 0, 0, 0, 1)}
    state = hidden(found)
    assert {Cell("A"), Cell("A", None, "Ba"), Cell("C"), Cell("C", None, "Ba"), Cell("C", "P5", "Ba")} <= set(state)
    assert not {Cell("B"), Cell(level="Ba"), WHOLE} & set(state)


def test_a_question_that_few_answered_hides_the_cell_for_all_questions() -> None:
    answers = {Cell("A", "P1", "Ba"): {"q": (9, 9), "r": (1, 2)}, Cell("A", "P2", "Ba"): {"q": (9, 9), "r": (9, 9)}}
    assert Cell("A", "P1", "Ba") in hidden(answers)


def test_a_partner_that_was_not_asked_the_question_protects_nothing() -> None:
    answers = {
        Cell("A", "P1", "Ba"): {"r": (1, 2)},
        Cell("A", "P2", "Ba"): {"q": (3, 4)},
        Cell("A", "P3", "Ba"): {"q": (90, 90), "r": (90, 90)},
    }
    assert Cell("A", "P3", "Ba") in hidden(answers), "the smallest beside it has no answers to r"


@pytest.mark.parametrize("threshold", [2, 5, 10])
def test_the_audit_agrees_that_what_is_hidden_can_be_about_enough_numbers_of_people(threshold: int) -> None:
    found = leaves({**WIDE, ("A", "P0", "Ba"): (1, 0, 1, 0, 0), ("B", "P6", "Ma"): (0, 1, 1, 1, 0)})
    answers = summed(found)
    layer = Layer(answers, hidden(found, threshold))
    told = list(ranges([layer], "q"))
    assert told or threshold == 2
    assert all(r.values >= threshold and r.low <= sum(answers[r.cell]["q"]) <= r.high for r in told)


def test_the_audit_finds_a_cell_that_stands_alone() -> None:
    answers = summed(leaves(WIDE))
    alone = Cell("A", "P2", "Ba")
    assert [(r.low, r.high) for r in ranges([Layer(answers, {alone: HIDDEN})], "q")] == [(40, 40)]
    assert Circulation([Layer(answers, {alone: HIDDEN})]).room(alone, Layer(answers, {}), 5).short == ["q"]


def first_release(found: Mapping[Cell, Answers]) -> Layer:
    return Layer(summed(found), hidden(found))


def test_the_same_answers_give_the_same_pattern_in_the_next_release() -> None:
    found = leaves({**WIDE, ("A", "P0", "Ba"): (1, 1, 0, 0, 0)})
    before = first_release(found)
    assert hidden(found, earlier=[before]) == dict(before.state)
    assert hidden(found, earlier=[before, before]) == dict(before.state)


def test_a_cell_that_was_shown_protects_no_other_while_it_is_the_same() -> None:
    before = first_release(leaves(WIDE))
    state = hidden(leaves({**WIDE, ("A", "P0", "Ba"): (1, 1, 0, 0, 0)}), earlier=[before])
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


@pytest.mark.parametrize(
    ("counts", "because"),
    [
        ((5, 5, 5, 5, 4), "four people gave the last answer"),
        ((9, 9, 0, 9, 9), "an answer that others gave is lacking"),
        ((5, 5, 5, 5, 180), "nine in ten gave one answer"),
    ],
)
def test_a_distribution_that_gives_someone_away_is_not_shown(counts: tuple[int, ...], because: str) -> None:
    assert tells(counts, [True] * 5, 5), because


def test_a_distribution_of_many_different_answers_is_shown() -> None:
    assert not tells((5, 5, 5, 5, 5), [True] * 5, 5)
    assert not tells((9, 9, 0, 9, 9), [True, True, False, True, True], 5), "an answer that nobody at all gave"


def test_a_distribution_that_is_not_shown_does_not_follow_from_others() -> None:
    answers = summed(leaves({**WIDE, ("A", "P0", "Ba"): (9, 9, 0, 9, 9)}))
    left_out = undistributed(Asked(answers, (1, 2, 3, 4, 5), {}), {}, 5).hidden["q"]
    assert {cell.programme for cell in left_out} == {"P0", "P2"}


def test_every_leaf_lies_in_the_cells_that_are_published() -> None:
    leaf = Cell("A", "P1", "Ba")
    assert covering(leaf) == (leaf, Cell("A", None, "Ba"), Cell("A"), Cell(level="Ba"), WHOLE)
    assert summed({leaf: {"q": EVEN}})[WHOLE] == {"q": EVEN}


def test_a_real_institution_is_judged_at_once() -> None:
    """Nine units, a hundred programmes, twenty questions: a thousand cells, of which a few are small."""
    sizes: dict[Any, Any] = {(f"U{i % 9}", f"P{i}", ("Ba", "Ma", "Pr")[i % 3]): 4 + i % 17 for i in range(300)}
    found = {c: {f"q{k}": a["q"] for k in range(20)} for c, a in leaves(sizes).items()}
    found[Cell("U0", "P0", "Ba")] = {f"q{k}": (1, 1, 0, 0, 0) for k in range(20)}
    assert len(hidden(found)) == 2
