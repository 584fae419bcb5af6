"""Statistics from counts are those of the answers themselves, on any scale, and exact."""

from __future__ import annotations

import statistics as textbook
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.statistics.sums import Cell
from tests.methods.statistics.counts import SCALES, Count, Invited, counted, institution, summary

KINDS = ("sd_respondents", "sd_courses", "sd_units", "ci95")
ANALYSES = ("respondent", "course", "unit")


@st.composite
def counts(draw: st.DrawFn) -> list[Count]:
    """Counts in courses, each with its questions on one scale."""
    scales = draw(st.lists(st.sampled_from(SCALES), min_size=3, max_size=3))

    def of_course(at: int) -> st.SearchStrategy[Count]:
        return st.builds(
            Count,
            st.integers(scales[at].low, scales[at].high),
            st.integers(1, 30),
            unit=st.sampled_from(["North", "East", "South"]),
            programme=st.sampled_from(["P1", "P2"]),
            level=st.sampled_from(["Ba", "Ma", "other"]),
            course=st.just(f"C{at}"),
            scale=st.just(scales[at]),
            delivery=st.sampled_from(["one", "two"]),
        )

    return draw(st.lists(st.integers(0, 2).flatmap(of_course), min_size=1, max_size=25))


def answers(some: list[Count]) -> list[Fraction]:
    return [c.value for c in some for _ in range(c.answers)]


def means_by(some: list[Count], name: str) -> list[Fraction]:
    groups: dict[str, list[Fraction]] = defaultdict(list)
    for c in some:
        groups[getattr(c, name)] += answers([c])
    return [textbook.mean(values) for values in groups.values()]


def over(some: list[Count], analysis: str) -> list[Fraction]:
    return answers(some) if analysis == "respondent" else means_by(some, analysis)


def expected_spread(some: list[Count], analysis: str, kind: str) -> float | None:
    values = answers(some)
    if kind == "sd_courses":
        values = means_by(some, "course")
    if kind == "sd_units":
        inner = "respondent" if analysis == "unit" else analysis
        units = sorted({c.unit for c in some})
        values = [textbook.mean(over([c for c in some if c.unit == unit], inner)) for unit in units]
    if len(values) < 2:
        return None
    numbers = [float(v) for v in values]
    if kind != "ci95":
        return float(np.std(numbers, ddof=1))
    return float(scipy.stats.sem(numbers) * scipy.stats.t.ppf(0.975, len(numbers) - 1))


CELLS = (Cell(), Cell(level="Ba"), Cell("North"), Cell("North", None, "Ba"), Cell("North", "P1", "Ba"))


def within(some: list[Count], cell: Cell) -> list[Count]:
    return [c for c in some if all(v in (None, getattr(c, n)) for n, v in cell._asdict().items())]


@settings(max_examples=15, deadline=None)
@given(counts())
def test_statistics_are_those_of_the_raw_answers_and_parts_add_up(some: list[Count]) -> None:
    made = counted(some)
    for cell in CELLS:
        own = within(some, cell)
        one = made.of(next(iter(made.summaries)), cell)
        assert (one is None) == (not own)
        if one is None:
            continue
        values = answers(own)
        assert (one.n, one.median) == (len(values), textbook.median(values))
        assert one.scores == {v: values.count(v) for v in sorted(set(values))}
        assert one.sums.named == len({c.course for c in own}), "whatever the programmes and units of its students"
        for analysis in ANALYSES:
            assert one.mean(analysis) == textbook.mean(over(own, analysis))
            for kind in KINDS:
                spread, wanted = one.spread(analysis, kind), expected_spread(own, analysis, kind)
                assert (spread is None) == (wanted is None)
                if spread is not None:
                    assert float(spread) == pytest.approx(wanted, rel=1e-9, abs=1e-7)
    whole, units = summary(made), [summary(made, Cell(unit)) for unit in {c.unit for c in some}]
    assert whole.n == sum(u.n for u in units) == sum(whole.sums.deliveries.values())
    assert whole.respondents.first == sum(u.respondents.first for u in units)


@settings(max_examples=10, deadline=None)
@given(counts(), st.randoms())
def test_how_counts_are_ordered_and_split_over_deliveries_does_not_matter(some: list[Count], random: Any) -> None:
    split = [
        replace(c, answers=part, delivery=delivery)
        for c in some
        for part, delivery in ((c.answers // 2, "one"), (c.answers - c.answers // 2, "two"))
        if part
    ]
    random.shuffle(split)
    one, other = summary(counted(some)), summary(counted(split))
    assert (one.respondents, one.courses, one.median) == (other.respondents, other.courses, other.median)


def test_answers_are_reported_on_the_scale_of_their_question() -> None:
    own = institution({"scale": {"worst": 10, "best": 1}})
    assert summary(counted([Count(5), Count(3)], of=own)).scores == {Fraction(1): 1, Fraction(11, 2): 1}


def test_answers_without_a_course_are_of_one_course_per_programme_which_is_not_named() -> None:
    one = summary(counted([Count(1, 10, course=None), Count(5, 30, course=None, programme="P2")]))
    assert (one.mean("course"), one.sums.named, one.n) == (3, 0, 40)


def test_a_course_that_is_left_out_for_its_response_is_left_out_once() -> None:
    of = institution(minimum=[{"class_size": 30, "responses": 12}])
    some = [Count(1, 6), Count(5, 5, programme="P2"), Count(2, 20, course="C2")]
    one = summary(counted(some, [Invited(20), Invited(20, programme="P2"), Invited(20, course="C2")], of))
    assert (one.sums.dropped_courses, one.sums.dropped_answers, one.n) == (1, 11, 20)  # 11 of 40 is below 12


def test_spreads_of_one_answer_of_equal_ones_and_of_few() -> None:
    assert [summary(counted([Count(4)])).spread("respondent", kind) for kind in KINDS] == [None] * 4
    assert summary(counted([Count(4, 12)])).spread("respondent", "sd_respondents") == Decimal(0)
    few = summary(counted([Count(2, 2), Count(4, 2)]))
    deviation, width = few.spread("respondent", "sd_respondents"), few.spread("respondent", "ci95")
    assert deviation is not None
    assert width is not None
    assert float(width / (deviation / 2)) == pytest.approx(3.182446, abs=1e-6)  # t(0.975; 3), any table


def test_answers_of_other_years_are_in_no_figure() -> None:
    made = counted([Count(1, 10, year=2017), Count(1), Count(2, 2)])
    assert {question.year for question in made.summaries} == {2020}
    assert summary(made).mean("respondent") == Fraction(5, 3), "exact, though no binary fraction"
