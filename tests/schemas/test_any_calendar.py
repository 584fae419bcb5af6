"""Calendars of any institution: cycles in any months, the rounds that there are, and when an academic year begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.common.partitions import (
    academic_year_of,
    academic_years,
    cycle_partitions,
    reporting_year,
    years_of_a_cycle,
)
from kwaliteitsmonitor.connectors.landing import matches
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.obligations.subjects import period_of
from schemas.calendar import parse_cycle
from schemas.profile import Feed, Profile
from schemas.profile.institution import Institution
from tests.made_up import profile

LATER = datetime(2027, 1, 15)
"""After the last cycle, so that every partition is there."""


def of(cycles: Sequence[dict[str, Any]], **keys: Any) -> Profile:
    """The made-up university with other cycles, and other keys in its `profile.yaml`."""
    plain = profile()
    of_profile = plain.institution.model_dump(exclude_unset=True) | {"cycles": cycles} | keys
    return replace(plain, institution=Institution.model_validate(of_profile))


def feed(period: str) -> Feed:
    source = {"kind": "files", "path": "x/{reporting_year}-{round}.csv", "format": "csv", "tables": ["bfr"]}
    return Feed.model_validate({"id": "x", "nl": "x", "en": "x", "period": period, "sources": [source]})


def test_a_cycle_that_settles_no_money_reads_no_round() -> None:
    spring = of([{"month": 4, "indicator_year": -1}])
    assert spring.rounds == ()
    assert spring.last_round == 0
    assert expected_periods(feed("round"), spring.cycle("2021-04"), spring) == ()


def test_rounds_that_no_cycle_settles_are_not_waited_for() -> None:
    some = of(
        [
            {"month": 2, "round": 4, "spending_year": -1, "indicator_year": -1},
            {"month": 6, "round": 2, "spending_year": 0, "indicator_year": -1},
            {"month": 9, "indicator_year": -1},
        ]
    )
    assert some.rounds == (2, 4)
    periods = {
        key: [one.period for one in expected_periods(feed("round"), some.cycle(key), some)]
        for key in ("2021-02", "2021-06", "2021-09")
    }
    assert periods == {
        "2021-02": ["2019-4", "2020-2", "2020-4"],
        "2021-06": ["2019-4", "2020-4", "2021-2"],
        "2021-09": [],
    }


def test_a_year_may_have_a_round_every_month() -> None:
    cycles = [{"month": m, "round": m - 1, "spending_year": 0, "indicator_year": -1} for m in range(2, 13)]
    monthly = of([*cycles, {"month": 1, "round": 12, "spending_year": -1, "indicator_year": -1}])
    expected = [one.period for one in expected_periods(feed("round"), monthly.cycle("2021-01"), monthly)]
    assert expected == ["2019-12", *(f"2020-{number}" for number in range(1, 13))]
    place = matches("x/{reporting_year}-{round}{suffix}.csv", "x/2020-12_v2.csv")
    assert place is not None
    assert period_of(place) == "2020-12"
    assert period_of({"reporting_year": "2020", "round": "03"}) == "2020-3"


@pytest.mark.parametrize(
    ("begins", "name", "first_day"),
    [("09-01", "2019-09", (2019, 9, 1)), ("08-15", "2019-08", (2019, 8, 15)), ("02-01", "2019-02", (2019, 2, 1))],
)
def test_an_academic_year_begins_on_the_day_of_the_profile(
    begins: str, name: str, first_day: tuple[int, int, int]
) -> None:
    other = of([{"month": 3, "indicator_year": -1}], academic_year_begins=begins)
    assert academic_year_of(other, 2020) == name
    assert reporting_year(name) == 2020
    years = academic_years(other)
    assert name in years.get_partition_keys(current_time=LATER)
    assert years.time_window_for_partition_key(name).start.date() == date(*first_day)


@settings(max_examples=40, deadline=None)
@given(
    months=st.sets(st.integers(1, 12), min_size=1, max_size=5),
    offset=st.sampled_from([-1, 0]),
    begins=st.sampled_from(["09-01", "08-15", "02-01", "07-31"]),
    at=st.integers(0, 4),
)
def test_a_cycle_depends_on_every_academic_year_that_it_reads(
    months: set[int], offset: int, begins: str, at: int
) -> None:
    some = of([{"month": m, "indicator_year": offset} for m in sorted(months)], academic_year_begins=begins)
    month = sorted(months)[at % len(months)]
    cycle = some.cycle(f"2022-{month:02d}")
    cycles, years = cycle_partitions(some), academic_years(some)
    mapped = years_of_a_cycle(some).get_upstream_mapped_partitions_result_for_partitions(
        cycles.empty_subset().with_partition_keys([cycle.key]), cycles, years, current_time=LATER
    )
    upstream = set(mapped.partitions_subset.get_partition_keys())
    assert {academic_year_of(some, year) for year in cycle.years(2019)} <= upstream


def test_an_open_cycle_without_money_is_that_of_the_indicators() -> None:
    rules = of([{"month": 4, "indicator_year": -1}, {"month": 11, "indicator_year": 0}]).cycle_rules
    assert parse_cycle("2021-11", rules).indicator_year == 2021
    assert parse_cycle("2021-04", rules).spending_year == 2020
