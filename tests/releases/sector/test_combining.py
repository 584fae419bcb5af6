"""Figures of institutions combine as if all answers, people and amounts had been one institution's."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.statistics.moments import Moments, decimal
from kwaliteitsmonitor.releases.sector.combining import Part, added, averaged, divided
from kwaliteitsmonitor.releases.sector.comparable import agreeing

ANSWERS = st.lists(st.lists(st.integers(1, 10), min_size=1, max_size=30), min_size=1, max_size=6)
AMOUNTS = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=2)


def mean_of(answers: list[int]) -> Part:
    moments = Moments.of(Fraction(answer) for answer in answers)
    return Part(decimal(moments.mean), moments.n, spread=moments.deviation, spread_kind="sd_respondents")


@given(ANSWERS)
def test_means_and_spreads_are_those_of_all_answers_together(answers: list[list[int]]) -> None:
    found = averaged([mean_of(one) for one in answers])
    together = Moments.of(Fraction(answer) for one in answers for answer in one)
    assert found.n == together.n
    assert float(found.value or 0) == pytest.approx(float(together.mean), rel=1e-12)
    if together.deviation is None:
        assert found.spread is None
    else:
        assert float(found.spread or 0) == pytest.approx(float(together.deviation), abs=1e-9)


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_sums_add_without_rounding(amounts: list[Decimal]) -> None:
    assert added([Part(amount) for amount in amounts]).value == sum(amounts)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_ratios_go_by_numerator_and_denominator(terms: list[tuple[int, int]]) -> None:
    parts = [Part(Decimal(n) / Decimal(d), d, Decimal(n), Decimal(d)) for n, d in terms]
    found = divided(parts)
    assert found.value == decimal(Fraction(sum(n for n, _ in terms), sum(d for _, d in terms)))
    assert (found.numerator, found.denominator) == (sum(n for n, _ in terms), sum(d for _, d in terms))


def test_a_ratio_over_nothing_has_no_value() -> None:
    assert divided([Part(Decimal(0), 0, Decimal(0), Decimal(0))]).value is None


@given(ANSWERS)
def test_the_order_of_institutions_changes_no_digit(answers: list[list[int]]) -> None:
    parts = [mean_of(one) for one in answers]
    turned = list(reversed(parts))
    assert averaged(parts) == averaged(turned)
    assert added(parts) == added(turned)


def test_spreads_between_courses_do_not_combine() -> None:
    parts = [Part(Decimal(3), 20, spread=Decimal("0.2"), spread_kind="sd_courses") for _ in range(2)]
    assert (averaged(parts).value, averaged(parts).spread) == (Decimal(3), None)


def test_a_number_that_one_does_not_say_is_not_said_of_all() -> None:
    assert added([Part(Decimal(3), 3), Part(Decimal(2))]).n is None


def test_most_agree_and_the_others_are_told_in_what_they_differ() -> None:
    traits = {
        "a": (("version", "1"), ("measure", "score")),
        "b": (("version", "1"), ("measure", "score")),
        "c": (("version", "1"), ("measure", "percent")),
        "d": (("version", "2"), ("measure", "percent")),
    }
    assert agreeing(traits) == (["a", "b"], {"c": "measure", "d": "version"})


def test_where_as_many_disagree_none_counts() -> None:
    traits = {"a": (("version", "1"),), "b": (("version", "2"),)}
    assert agreeing(traits) == ([], {"a": "version", "b": "version"})
