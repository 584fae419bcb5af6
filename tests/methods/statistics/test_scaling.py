"""Answers on any scale are mapped onto the one on which their question is reported, in whole steps and exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kwaliteitsmonitor.methods.statistics.scaling import Reported
from schemas.profile.questions import FIVE_POINTS, Scale


@pytest.mark.parametrize(
    ("scale", "answer", "on_five"),
    [
        ((1, 5), 1, 1),
        ((1, 5), 5, 5),
        ((1, 10), 10, 5),
        ((1, 10), 4, Fraction(7, 3)),
        ((5, 1), 5, 1),
        ((0, 10), 5, 3),
        ((1, 4), 1, 1),
        ((7, 1), 1, 5),
    ],
)
def test_answers_are_mapped_by_the_straight_line_through_both_ends(
    scale: tuple[int, int], answer: int, on_five: Fraction
) -> None:
    asked = Scale(worst=scale[0], best=scale[1])
    for others in ((), (FIVE_POINTS,), (Scale(worst=0, best=7),)):
        reported = Reported(FIVE_POINTS, (asked, *others))
        assert reported.value((answer - asked.worst) * reported.factor(asked)) == on_five


@pytest.mark.parametrize(("reported", "asked"), [((1, 5), (5, 1)), ((5, 1), (1, 5)), ((5, 1), (1, 10))])
def test_every_answer_that_could_be_given_has_its_step(reported: tuple[int, int], asked: tuple[int, int]) -> None:
    ours, theirs = (Scale(worst=worst, best=best) for worst, best in (reported, asked))
    one = Reported(ours, (theirs,))
    values = sorted(one.value(steps) for steps in one.possible)
    assert len(values) == theirs.high - theirs.low + 1
    assert (values[0], values[-1]) == (ours.low, ours.high)
