"""Statistics from counts are those of the answers themselves, on any scale, and exact."""

from __future__ import annotations

import statistics as textbook
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.profile.questions import Scale
from tests.methods.statistics.counts import SCALES, WHOLE, Count, Invited, counted, institution, summary

KINDS = ("sd_respondents", "sd_courses", "sd_units", "ci95")
ANALYSES = ("respondent", "course", "unit")


@st.composite
def counts(draw: st.DrawFn) -> list[Count]:
    """Counts in courses of which each was asked on one scale."""
    scales = draw(st.lists(st.sampled_from(SCALES), min_size=3, max_size=3))
    courses = ("C1", "C2", "C3")
    return draw(
        st.lists(
            st.integers(0, 2).flatmap(
                lambda at: st.builds(
                    Count,
                    st.integers(scales[at].low, scales[at].high),
                    st.integers(1, 30),
                    unit=st.sampled_from(["North", "East", "South"]),
                    programme=st.sampled_from(["P1", "P2"]),
                    level=st.sampled_from(["Ba", "Ma", "other"]),
                    course=st.just(courses[at]),
                    scale=st.just(scales[at]),
                    delivery=st.sampled_from(["one", "two"]),
                )
            ),
            min_size=1,
            max_size=25,
        )
    )


def answers(some: list[Count]) -> list[Fraction]:
    return [c.value for c in some for _ in range(c.answers)]


def means_by(some: list[Count], *names: str) -> list[Fraction]:
    groups: dict[tuple[str, ...], list[Fraction]] = defaultdict(list)
    for c in some:
        groups[tuple(getattr(c, name) for name in names)] += answers([c])
    return [textbook.mean(values) for values in groups.values()]


def over(some: list[Count], analysis: str) -> list[Fraction]:
    match analysis:
        case "respondent":
            return answers(some)
        case "course":
            return means_by(some, "course")
        case _:
            return means_by(some, "unit")


def unit_values(some: list[Count], analysis: str) -> list[Fraction]:
    inner = "respondent" if analysis == "unit" else analysis
    return [textbook.mean(over([c for c in some if c.unit == u], inner)) for u in sorted({c.unit for c in some})]


def expected_spread(some: list[Count], analysis: str, kind: str) -> float | None:
    values = {
        "sd_courses": lambda: means_by(some, "course"),
        "sd_units": lambda: unit_values(some, analysis),
    }.get(kind, lambda: answers(some))()
    if len(values) < 2:
        return None
    if kind != "ci95":
        return float(np.std([float(v) for v in values], ddof=1))
    numbers = [float(v) for v in values]
    return float(scipy.stats.sem(numbers) * scipy.stats.t.ppf(0.975, len(numbers) - 1))


CELLS = (Cell(), Cell(level="Ba"), Cell("North"), Cell("North", None, "Ba"), Cell("North", "P1", "Ba"))


def within(some: list[Count], cell: Cell) -> list[Count]:
    return [c for c in some if all(v in (None, getattr(c, n)) for n, v in cell._asdict().items())]


@settings(max_examples=40, deadline=None)
@given(counts(), st.sampled_from(ANALYSES))
def test_statistics_are_those_of_the_raw_answers(some: list[Count], analysis: str) -> None:
    found = counted(some)
    for cell in CELLS:
        own = within(some, cell)
        one = found.of(next(iter(found.summaries)), cell)
        assert (one is None) == (not own)
        if one is None:
            continue
        values = answers(own)
        assert one.n == len(values)
        assert one.mean(analysis) == textbook.mean(over(own, analysis))
        assert one.median == textbook.median(values)
        assert one.scores == {v: values.count(v) for v in sorted(set(values))}
        for kind in KINDS:
            spread, wanted = one.spread(analysis, kind), expected_spread(own, analysis, kind)
            assert (spread is None) == (wanted is None)
            if spread is not None:
                assert float(spread) == pytest.approx(wanted, rel=1e-9, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(counts(), st.randoms())
def test_how_counts_are_ordered_and_split_over_deliveries_does_not_matter(some: list[Count], random: object) -> None:
    split = [
        Count(**{**vars(c), "answers": part, "delivery": delivery})
        for c in some
        for part, delivery in ((c.answers // 2, "one"), (c.answers - c.answers // 2, "two"))
        if part
    ]
    random.shuffle(split)  # type: ignore[attr-defined]
    one, other = summary(counted(some)), summary(counted(split))
    assert (one.respondents, one.courses, one.median) == (other.respondents, other.courses, other.median)


@settings(max_examples=20, deadline=None)
@given(counts())
def test_parts_add_up_to_the_whole_and_deliveries_to_the_answers(some: list[Count]) -> None:
    found = counted(some)
    whole = summary(found)
    units = [summary(found, Cell(unit)) for unit in {c.unit for c in some}]
    assert whole.n == sum(u.n for u in units) == sum(whole.sums.deliveries.values())
    assert whole.respondents.first == sum(u.respondents.first for u in units)


def test_a_reversed_scale_is_turned_round_and_a_longer_one_shrunk() -> None:
    some = [
        Count(5, 10, scale=Scale(worst=5, best=1)),
        Count(10, 10, scale=Scale(worst=1, best=10), course="C2"),
        Count(4, 10, scale=Scale(worst=1, best=10), course="C3"),
    ]
    one = summary(counted(some))
    assert one.scores == {Fraction(1): 10, Fraction(7, 3): 10, Fraction(5): 10}
    assert one.mean("respondent") == Fraction(25, 9)


def test_a_question_is_reported_on_its_own_scale() -> None:
    of = institution({"scale": {"worst": 10, "best": 1}})
    one = summary(counted([Count(5, 1), Count(3, 1)], of=of))
    assert one.scores == {Fraction(1): 1, Fraction(11, 2): 1}


def test_what_a_mean_is_taken_over_makes_a_difference() -> None:
    one = summary(
        counted([
            Count(5, 90, unit="North", course="C1"),
            Count(2, 10, unit="East", course="C2"),
            Count(4, 20, unit="East", course="C3"),
        ])
    )  # fmt: skip
    assert {analysis: one.mean(analysis) for analysis in ANALYSES} == {
        "respondent": Fraction(550, 120),
        "course": Fraction(11, 3),
        "unit": (5 + Fraction(100, 30)) / 2,
    }


@pytest.mark.parametrize("other", [{"programme": "P2"}, {"programme": "P2", "level": "Ma"}, {"level": "Ma"}])
def test_a_course_is_one_course_whatever_the_programmes_and_levels_of_its_students(other: dict[str, str]) -> None:
    found = counted([Count(1, 10), Count(5, 30, **other), Count(2, 10, course="C2")])
    for cell in (WHOLE, Cell("North")):
        one = summary(found, cell)
        assert one.sums.named == 2
        assert one.mean("course") == 3  # C1: (10·1 + 30·5) / 40 = 4; C2: 2


def test_answers_without_a_course_are_told_apart_by_programme() -> None:
    one = summary(counted([Count(1, 10, course=None), Count(5, 30, course=None, programme="P2")]))
    assert (one.mean("course"), one.sums.named) == (3, 0)


def test_a_course_that_is_left_out_for_its_response_is_left_out_once() -> None:
    of = institution(minimum=[{"class_size": 30, "responses": 12}])
    some = [Count(1, 6), Count(5, 5, programme="P2"), Count(2, 20, course="C2")]
    one = summary(counted(some, [Invited(20), Invited(20, programme="P2"), Invited(20, course="C2")], of))
    assert (one.sums.dropped_courses, one.sums.dropped_answers, one.n) == (1, 11, 20)  # 11 of 40 is below 12


def test_a_course_of_two_units_counts_once_in_the_whole_and_for_each_unit_with_its_own_answers() -> None:
    found = counted([Count(1, 30), Count(5, 10, unit="East"), Count(4, 10, unit="East", course="C2")])
    whole = summary(found)
    assert (whole.sums.named, whole.mean("course")) == (2, 3)  # C1: (30·1 + 10·5)/40 = 2; C2: 4
    assert (summary(found, Cell("North")).mean("course"), summary(found, Cell("East")).mean("course")) == (
        1,
        Fraction(9, 2),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_answer_has_no_spread(kind: str) -> None:
    assert summary(counted([Count(4)])).spread("respondent", kind) is None


def test_people_who_all_agree_have_a_spread_of_zero() -> None:
    assert summary(counted([Count(4, 12)])).spread("respondent", "sd_respondents") == Decimal(0)


def test_a_mean_is_exact_where_binary_fractions_are_not() -> None:
    assert summary(counted([Count(1, 1), Count(2, 2)])).mean("respondent") == Fraction(5, 3)


def test_the_interval_of_few_answers_is_wider_than_that_of_the_normal_distribution() -> None:
    one = summary(counted([Count(2, 2), Count(4, 2)]))
    deviation = one.spread("respondent", "sd_respondents")
    width = one.spread("respondent", "ci95")
    assert deviation is not None
    assert width is not None
    assert float(width / (deviation / 2)) == pytest.approx(3.182446, abs=1e-6)  # t(0.975; 3), any table


def test_a_programme_evaluation_without_courses_counts_no_courses() -> None:
    one = summary(counted([Count(4, 10, course=None)]))
    assert (one.sums.named, one.n) == (0, 10)


def test_answers_of_other_years_are_in_no_figure() -> None:
    found = counted([Count(1, 10, year=2017), Count(5, 10)])
    assert {asked.year for asked in found.summaries} == {2020}
    assert summary(found).mean("respondent") == 5
