"""The disclosure gate: nothing published is about too few people, nor can it be found by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.disclosure.people import HIDDEN, parts_to_hide, suppress, suppress_families
from tests.methods.disclosure.published_rows import group, of_people

THRESHOLD = 5
SIZES = st.dictionaries(st.sampled_from("ABCDEFGHI"), st.integers(1, 30), min_size=1)


def hidden_units(rows: list[dict[str, Any]]) -> set[str | None]:
    return {r["unit"] for r in suppress(rows, THRESHOLD) if r["status"] == "suppressed"}


def test_at_the_threshold_a_figure_is_shown_and_below_it_has_no_number_at_all() -> None:
    assert suppress([of_people(None, 5)], THRESHOLD) == [of_people(None, 5)]
    (row,) = suppress([of_people(None, 4)], THRESHOLD)
    assert (row["status"], row["exact"]) == ("suppressed", None)
    assert {name: row[name] for name in HIDDEN} == dict.fromkeys(HIDDEN)
    assert set(HIDDEN) == {"value", "spread", "n", "invited", "response_rate", "numerator", "denominator"}


ONES = dict.fromkeys("ABCDE", 1)


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        pytest.param({"A": 3, "B": 40, "C": 20, "D": 90}, {"A", "C"}, id="a small one and the next smallest"),
        pytest.param({"D": 3, "C": 20, "B": 20}, {"D", "B"}, id="of the same size by name"),
        pytest.param({"B": 20, "C": 20, "D": 3}, {"D", "B"}, id="by name in any order"),
        pytest.param({"A": 3, "B": 2, "C": 20}, {"A", "B"}, id="two that are enough people together"),
        pytest.param({"A": 1, "B": 1, "C": 20, "D": 50}, {"A", "B", "C"}, id="two that are two people"),
        pytest.param({**ONES, "F": 9}, {*ONES, "F"}, id="five people, one each"),
        pytest.param({"A": 5, "B": 6}, set(), id="none is small"),
        pytest.param({"A": 1, "B": 3}, {None, "A", "B"}, id="a small whole and all its parts"),
    ],
)
def test_a_small_unit_takes_others_with_it_until_they_are_enough(sizes: dict[str, int], hidden: set[Any]) -> None:
    assert hidden_units(group(sizes)) == hidden


def test_levels_years_and_indicators_are_protected_apart_and_figures_without_people_stay_as_they_are() -> None:
    rows = [
        *group({"A": 3, "B": 9, "C": 9}, level="Ba"),
        *group({"A": 30, "B": 9, "C": 9}, level="Ma"),
        *group({"A": 30, "B": 9, "C": 9}, level="Ba", reporting_year=2019),
    ]
    hidden = {(r["reporting_year"], r["level"], r["unit"]) for r in suppress(rows, THRESHOLD) if r["status"] != "ok"}
    assert hidden == {(2020, "Ba", "A"), (2020, "Ba", "B")}
    rows = [of_people(None, None), of_people("A", 1, status="not_available")]
    assert suppress(rows, THRESHOLD) == rows


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        pytest.param({"A": 3, "B": 2}, {"A", "B"}, id="five people, of two units"),
        pytest.param({"A": 2, "B": 2}, {"A", "B", "Z"}, id="four people"),
        pytest.param({"A": 3}, {"A", "Z"}, id="one unit"),
        pytest.param(ONES, {*ONES, "Z"}, id="five people, one each"),
        pytest.param({"A": 5, "B": 9}, set(), id="nothing is hidden"),
    ],
)
def test_a_figure_without_its_number_is_hidden_if_the_others_do_not_keep_what_is_hidden_from_being_found(
    sizes: dict[str, int], hidden: set[str]
) -> None:
    units = [of_people(unit, n) for unit, n in sizes.items()]
    assert hidden_units([of_people(None, 200), *units, of_people("Z", None)]) == hidden
    rows = [of_people(None, 4), of_people("Z", None), of_people("Y", None, status="not_available")]
    assert hidden_units(rows) == {None, "Z"}, "with a whole that is"


PARENTS = {"A": "AB", "B": "AB"}
SMALL, LARGE = {"A": 4, "AB": 44}, {"A": 30, "AB": 44}


@pytest.mark.parametrize(
    ("rows", "parents", "hidden"),
    [
        (group({"A": 4, "B": 40, "AB": 44, "C": 50}), PARENTS, "A B AB C"),
        (group({"A": 4, "B": 40, "AB": 44, "C": 50}), {}, ""),  # which are no family
        (group({"A": 5, "B": 40, "AB": 45}), PARENTS, ""),  # of which none is small
        (group({"A": 4, "B": 40, "C": 50}), PARENTS, ""),  # of which the larger unit has no figure
        ([*group(SMALL, level="Ba"), *group(LARGE, level="Ma")], PARENTS, "A AB"),
        ([*group(SMALL), *group(LARGE, reporting_year=2019), *group(LARGE, indicator="j")], PARENTS, "A AB"),
        ([of_people("A", 1, status="not_available"), of_people("B", None), of_people("AB", 44)], PARENTS, ""),
        ([of_people("A", 4), of_people("B", None, status="not_available"), of_people("AB", 44)], PARENTS, "A AB"),
    ],
)
def test_units_within_units_are_hidden_together_in_the_year_level_and_indicator_in_which_one_is_small(
    rows: list[dict[str, Any]], parents: Mapping[str, str], hidden: str
) -> None:
    result = suppress_families(rows, parents, THRESHOLD)
    changed = [row for row, before in zip(result, rows, strict=True) if row != before]
    assert " ".join(row["unit"] for row in changed) == hidden
    assert all(row["status"] == "suppressed" and row["n"] is None and row["value"] is None for row in changed)
    assert {(row["indicator"], row["reporting_year"], row["level"] == "Ma") for row in changed} <= {("i", 2020, False)}


@given(SIZES, st.integers(1, 12))
def test_no_suppressed_unit_can_be_found_by_subtraction(sizes: dict[str, int], threshold: int) -> None:
    found = suppress(group(sizes), threshold)
    whole, *units = found
    hidden = {r["unit"] for r in units if r["status"] == "suppressed"}
    assert all(r["n"] >= threshold for r in found if r["status"] == "ok")
    assert {u for u, n in sizes.items() if n < threshold} <= hidden
    if whole["status"] == "ok" and hidden:
        rest = whole["n"] - sum(r["n"] for r in units if r["status"] == "ok")
        assert rest == sum(sizes[u] for u in hidden)
        assert rest >= threshold, "what is left after subtraction is about enough people"
        # More than one way to divide what is left over the hidden units, of which each has at least one person.
        assert len(hidden) > 1
        assert rest > len(hidden) or len(hidden) == len(sizes)


@given(SIZES, st.integers(1, 12))
def test_suppressing_twice_changes_nothing_and_order_does_not_matter(sizes: dict[str, int], threshold: int) -> None:
    once = suppress(group(sizes), threshold)
    assert suppress(once, threshold) == once
    reverse = suppress(list(reversed(group(sizes))), threshold)
    assert sorted(reverse, key=lambda r: r["figure_id"]) == sorted(once, key=lambda r: r["figure_id"])


def test_parts_named_beforehand_are_hidden_whatever_their_size() -> None:
    assert parts_to_hide({"A": 50, "B": 40, "C": 60}, THRESHOLD, ["A"]) == {"A", "B"}
    assert parts_to_hide({"A": 50, "B": 40, "C": 60}, THRESHOLD) == frozenset()
