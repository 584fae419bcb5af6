"""Moments, intervals and Welch's comparison, against scipy; what may be compared; scales mapped exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.statistics.comparison import Measured, compare
from kwaliteitsmonitor.methods.statistics.moments import Moments, median, student, welch
from kwaliteitsmonitor.methods.statistics.scaling import Reported
from schemas.profile.questions import FIVE_POINTS, Scale
from schemas.words import Words

VALUES = st.lists(st.integers(1, 10).map(Fraction), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_the_change_and_its_interval_are_those_of_welch(now: list[Fraction], before: list[Fraction]) -> None:
    assume(len(set(now)) > 1 and len(set(before)) > 1)
    change = welch(Moments.of(now), Moments.of(before))
    wanted = scipy.stats.ttest_ind([float(v) for v in now], [float(v) for v in before], equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert change is not None
    assert float(change.value) == pytest.approx(float(sum(now) / len(now) - sum(before) / len(before)))
    assert (float(change.low), float(change.high)) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


def test_two_years_in_which_all_agreed_differ_exactly_and_a_single_answer_is_not_compared() -> None:
    change = welch(Moments.of([Fraction(4)] * 3), Moments.of([Fraction(3)] * 2))
    assert change is not None
    assert (change.value, change.low, change.high) == (1, 1, 1)
    assert welch(Moments.of([Fraction(4)]), Moments.of([Fraction(3), Fraction(4)])) is None


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.706205), (10, 2.228139), (120, 1.979930), (10**7, 1.959964)])
def test_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert float(student(Fraction(freedom))) == pytest.approx(quantile, abs=1e-6)


def test_the_median_of_an_even_number_lies_between_the_middles() -> None:
    assert median({Fraction(1): 2, Fraction(4): 2}) == Fraction(5, 2)
    assert median({Fraction(1): 2, Fraction(4): 3}) == 4
    assert median({}) is None


ONE = Measured(Moments.of([Fraction(3), Fraction(5)]), "sd_respondents", frozenset({"North"}), frozenset({"Ba"}))
OPEN = "not compared with the year before: a questionnaire was open to anyone with the link"


def test_the_same_kind_of_figure_is_compared_and_every_reason_why_not_is_given() -> None:
    same = compare(ONE, replace(ONE, moments=Moments.of([Fraction(2), Fraction(4)])))
    assert same.change is not None
    assert (same.change.value, same.reasons) == (1, ())
    for before, reason in (
        (replace(ONE, spread_kind="sd_units"), "another kind of spread than the year before (sd_units)"),
        (replace(ONE, open_link=True), OPEN),
    ):
        refused = compare(ONE, before)
        assert (refused.change, [one.en for one in refused.reasons]) == (None, [reason])
    assert compare(replace(ONE, open_link=True), ONE).change is None
    other = replace(ONE, units=frozenset({"East"}), levels=frozenset({"Ma"}), open_link=True)
    assert len(compare(ONE, other, [Words("nl", "en")]).reasons) == 4


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
