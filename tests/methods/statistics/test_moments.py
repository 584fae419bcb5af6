"""Moments, intervals and Welch's comparison, against scipy on the values themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.statistics.moments import Moments, median, student, welch

VALUES = st.lists(st.integers(1, 10).map(Fraction), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_the_change_and_its_interval_are_those_of_welch(now: list[Fraction], before: list[Fraction]) -> None:
    assume(len(set(now)) > 1 and len(set(before)) > 1)
    found = welch(Moments.of(now), Moments.of(before))
    wanted = scipy.stats.ttest_ind([float(v) for v in now], [float(v) for v in before], equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert found is not None
    assert float(found.value) == pytest.approx(float(sum(now) / len(now) - sum(before) / len(before)))
    assert (float(found.low), float(found.high)) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


def test_two_years_in_which_all_agreed_differ_exactly() -> None:
    found = welch(Moments.of([Fraction(4)] * 3), Moments.of([Fraction(3)] * 2))
    assert found is not None
    assert (found.value, found.low, found.high) == (1, 1, 1)


def test_a_single_answer_is_not_compared() -> None:
    assert welch(Moments.of([Fraction(4)]), Moments.of([Fraction(3), Fraction(4)])) is None


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.706205), (10, 2.228139), (120, 1.979930), (10**7, 1.959964)])
def test_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert float(student(Fraction(freedom))) == pytest.approx(quantile, abs=1e-6)


def test_the_median_of_an_even_number_lies_between_the_middles() -> None:
    assert median({Fraction(1): 2, Fraction(4): 2}) == Fraction(5, 2)
    assert median({Fraction(1): 2, Fraction(4): 3}) == 4
    assert median({}) is None
