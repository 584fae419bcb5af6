"""Means and spreads from counts of scores are those of the answers themselves."""

from __future__ import annotations

import statistics
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.indicators.means import Mean, ScoreCount, mean_of

KINDS = ("sd_respondents", "sd_courses", "sd_units", "ci95")
ANALYSES = ("respondent", "course", "unit")


def count(
    score: int, answers: int = 1, *, unit: str = "North", programme: str = "P1", course: str = "C1"
) -> ScoreCount:
    return ScoreCount(unit, programme, "Ba", course, score, answers, "delivery")


COUNTS = st.lists(
    st.builds(
        count,
        st.integers(1, 5),
        st.integers(1, 30),
        unit=st.sampled_from(["North", "East", "South"]),
        programme=st.sampled_from(["P1", "P2"]),
        course=st.sampled_from(["C1", "C2", "C3"]),
    ),
    min_size=1,
    max_size=20,
)


def answers(counts: list[ScoreCount]) -> list[tuple[ScoreCount, Fraction]]:
    return [(c, Fraction(c.score)) for c in counts for _ in range(c.answers)]


def means_by(counts: list[ScoreCount], *names: str) -> list[Fraction]:
    groups: dict[tuple[str, ...], list[Fraction]] = defaultdict(list)
    for c, score in answers(counts):
        groups[tuple(getattr(c, name) for name in names)].append(score)
    return [statistics.mean(scores) for scores in groups.values()]


def over(counts: list[ScoreCount], analysis: str) -> list[Fraction]:
    match analysis:
        case "respondent":
            return [score for _, score in answers(counts)]
        case "course":
            return means_by(counts, "programme", "course")
        case _:
            return means_by(counts, "unit")


def unit_values(counts: list[ScoreCount], analysis: str) -> list[Fraction]:
    inner = "respondent" if analysis == "unit" else analysis
    units = {c.unit for c in counts}
    return [statistics.mean(over([c for c in counts if c.unit == unit], inner)) for unit in sorted(units)]


def deviation(values: list[Fraction]) -> float | None:
    return statistics.stdev([float(v) for v in values]) if len(values) > 1 else None


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.sampled_from(ANALYSES), st.sampled_from(KINDS))
def test_mean_and_spread_are_those_of_the_raw_answers(counts: list[ScoreCount], analysis: str, kind: str) -> None:
    found = mean_of(counts, analysis, kind)
    assert found is not None
    assert found.value == statistics.mean(over(counts, analysis))
    assert found.n == len(answers(counts))
    scores = [score for _, score in answers(counts)]
    expected = {
        "sd_respondents": deviation(scores),
        "sd_courses": deviation(means_by(counts, "programme", "course")),
        "sd_units": deviation(unit_values(counts, analysis)),
        "ci95": 1.96 * (deviation(scores) or 0) / sqrt(len(scores)) if len(scores) > 1 else None,
    }[kind]
    if expected is None:
        assert found.spread is None
    else:
        assert float(found.spread or 0) == pytest.approx(expected, abs=1e-9)


@given(COUNTS)
def test_counts_of_parts_add_up_to_those_of_the_whole(counts: list[ScoreCount]) -> None:
    whole = mean_of(counts, "respondent", "sd_respondents")
    parts = [
        mean_of([c for c in counts if c.unit == unit], "respondent", "sd_respondents")
        for unit in {c.unit for c in counts}
    ]
    assert whole is not None
    assert whole.n == sum(p.n for p in parts if p)
    assert whole.value * whole.n == sum(p.value * p.n for p in parts if p)


@given(COUNTS, st.randoms(), st.sampled_from(ANALYSES), st.sampled_from(KINDS))
def test_the_order_of_the_counts_and_how_they_are_split_over_deliveries_do_not_matter(
    counts: list[ScoreCount], random: object, analysis: str, kind: str
) -> None:
    split = [
        ScoreCount(c.unit, c.programme, c.level, c.course, c.score, part, delivery)
        for c in counts
        for part, delivery in ((c.answers // 2, "one"), (c.answers - c.answers // 2, "two"))
        if part
    ]
    random.shuffle(split)  # type: ignore[attr-defined]
    assert mean_of(split, analysis, kind) == mean_of(counts, analysis, kind)


def test_what_a_mean_is_taken_over_makes_a_difference() -> None:
    counts = [
        count(5, 90, unit="North", course="C1"),
        count(2, 10, unit="East", course="C2"),
        count(4, 20, unit="East", course="C3"),
    ]
    values = {analysis: mean_of(counts, analysis, "sd_respondents") for analysis in ANALYSES}
    assert {a: m.value for a, m in values.items() if m} == {
        "respondent": Fraction(550, 120),
        "course": Fraction(11, 3),
        "unit": (5 + Fraction(100, 30)) / 2,
    }
    assert {m.n for m in values.values() if m} == {120}


def test_the_same_course_code_in_two_programmes_is_two_courses() -> None:
    found = mean_of([count(1, 10, programme="P1"), count(5, 30, programme="P2")], "course", "sd_courses")
    assert found is not None
    assert found.value == 3


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_than_two_have_no_spread(kind: str) -> None:
    assert mean_of([count(4)], "respondent", kind) == Mean(Fraction(4), None, 1)


def test_many_answers_in_one_course_of_one_unit_have_a_spread_between_people_alone() -> None:
    counts = [count(3, 2), count(5, 2)]
    spreads = {kind: mean_of(counts, "respondent", kind) for kind in KINDS}
    assert {kind: m.spread is not None for kind, m in spreads.items() if m} == {
        "sd_respondents": True,
        "sd_courses": False,
        "sd_units": False,
        "ci95": True,
    }


def test_people_who_all_agree_have_a_spread_of_zero() -> None:
    found = mean_of([count(4, 12)], "respondent", "sd_respondents")
    assert found is not None
    assert found.spread == Decimal(0)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_without_answers_there_is_no_mean(analysis: str) -> None:
    assert mean_of([], analysis, "sd_respondents") is None


def test_a_mean_is_exact_where_binary_fractions_are_not() -> None:
    found = mean_of([count(1, 1), count(2, 2)], "respondent", "sd_respondents")
    assert found is not None
    assert found.value == Fraction(5, 3)
