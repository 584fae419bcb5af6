"""Calendars of any institution: which cycles there are, what each settles and reads, and when academic years begin."""

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
from schemas.calendar import Cycle, CycleRule, academic_year, parse_cycle, reference_date
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.profile.institution import Institution
from tests.made_up import profile
from tests.obligations.owing import feed

RULES = (
    CycleRule(month=3, round=3, spending_year=-1, indicator_year=-1),
    CycleRule(month=5, round=1, spending_year=0, indicator_year=-1),
    CycleRule(month=9, round=2, spending_year=0, indicator_year=-1),
)
LATER = datetime(2027, 1, 15)
"""After the last cycle, so that every partition is there."""


def of(cycles: Sequence[dict[str, Any]], **keys: Any) -> Profile:
    """The made-up university with other cycles, and other keys in its `profile.yaml`."""
    plain = profile()
    of_profile = plain.institution.model_dump(exclude_unset=True) | {"cycles": cycles} | keys
    return replace(plain, institution=Institution.model_validate(of_profile))


def rounds_read(by: Profile, key: str) -> list[str]:
    return [one.period for one in expected_periods(feed("x", "round", ["bfr"]), by.cycle(key), by)]


@pytest.mark.parametrize(
    ("key", "number", "spending_year", "indicator_year"),
    [("2020-05", 1, 2020, 2019), ("2020-09", 2, 2020, 2019), ("2021-03", 3, 2020, 2020), ("2021-05", 1, 2021, 2020)],
)
def test_a_cycle_settles_what_its_month_settles(key: str, number: int, spending_year: int, indicator_year: int) -> None:
    settles = Cycle(key, round=number, spending_year=spending_year, indicator_year=indicator_year)
    assert parse_cycle(key, RULES) == profile().cycle(key) == settles
    assert settles.reporting_year == settles.indicator_year


@pytest.mark.parametrize(
    "key",
    [
        *("", "2021", "2021-3", "2021-04", "2021-13", "2021-00", "21-03", "2021/03", "2021-03-01"),
        *(" 2021-03", "2021-03\n", "march"),
    ],
)
def test_what_is_no_cycle_is_refused_as_wrong_usage_that_names_the_months(key: str) -> None:
    with pytest.raises(UsageError, match="03 or 05 or 09") as refused:
        parse_cycle(key, RULES)
    assert refused.value.exit_code == 2
    assert f"'{key}' is no cycle" in str(refused.value)


@pytest.mark.parametrize(
    ("key", "years", "rounds"),
    [
        ("2020-03", (2019,), ((2019, 1), (2019, 2), (2019, 3))),
        ("2020-05", (2019,), ((2019, 3), (2020, 1))),
        ("2021-03", (2019, 2020), ((2019, 3), (2020, 1), (2020, 2), (2020, 3))),
        ("2021-05", (2019, 2020), ((2019, 3), (2020, 3), (2021, 1))),
        ("2022-09", (2020, 2021), ((2019, 3), (2020, 3), (2021, 3), (2022, 1), (2022, 2))),
    ],
)
def test_a_cycle_reads_two_years_of_indicators_definitive_rounds_and_the_rounds_of_its_own_year(
    key: str, years: tuple[int, ...], rounds: tuple[tuple[int, int], ...]
) -> None:
    cycle = parse_cycle(key, RULES)
    assert cycle.years(2019) == years
    assert cycle.rounds(2019, (1, 2, 3)) == rounds


def test_a_reporting_year_has_the_academic_year_that_ends_in_it_and_its_own_reference_date() -> None:
    assert (academic_year(2020), academic_year(2000)) == ("2019-2020", "1999-2000")
    assert reference_date(2020, "10-01") == date(2020, 10, 1)


def test_an_open_cycle_without_money_is_that_of_the_indicators_and_reads_no_round() -> None:
    spring = of([{"month": 4, "indicator_year": -1}, {"month": 11, "indicator_year": 0}])
    assert (spring.rounds, spring.last_round, rounds_read(spring, "2021-04")) == ((), 0, [])
    assert parse_cycle("2021-11", spring.cycle_rules).indicator_year == 2021
    assert parse_cycle("2021-04", spring.cycle_rules).spending_year == 2020


def test_rounds_that_no_cycle_settles_are_not_waited_for() -> None:
    some = of(
        [
            {"month": 2, "round": 4, "spending_year": -1, "indicator_year": -1},
            {"month": 6, "round": 2, "spending_year": 0, "indicator_year": -1},
            {"month": 9, "indicator_year": -1},
        ]
    )
    assert some.rounds == (2, 4)
    assert rounds_read(some, "2021-02") == ["2019-4", "2020-2", "2020-4"]
    assert rounds_read(some, "2021-06") == ["2019-4", "2020-4", "2021-2"]
    assert rounds_read(some, "2021-09") == []


def test_a_year_may_have_a_round_every_month() -> None:
    cycles = [{"month": m, "round": m - 1, "spending_year": 0, "indicator_year": -1} for m in range(2, 13)]
    monthly = of([*cycles, {"month": 1, "round": 12, "spending_year": -1, "indicator_year": -1}])
    assert rounds_read(monthly, "2021-01") == ["2019-12", *(f"2020-{number}" for number in range(1, 13))]
    place = matches("x/{reporting_year}-{round}{suffix}.csv", "x/2020-12_v2.csv")
    assert place is not None
    assert period_of(place) == "2020-12"
    assert period_of({"reporting_year": "2020", "round": "03"}) == "2020-3"


@pytest.mark.parametrize(
    ("begins", "first_day"),
    [("09-01", date(2019, 9, 1)), ("08-15", date(2019, 8, 15)), ("02-01", date(2019, 2, 1))],
)
def test_an_academic_year_begins_on_the_day_of_the_profile(begins: str, first_day: date) -> None:
    other = of([{"month": 3, "indicator_year": -1}], academic_year_begins=begins)
    name = f"{first_day:%Y-%m}"
    assert (academic_year_of(other, 2020), reporting_year(name)) == (name, 2020)
    years = academic_years(other)
    assert name in years.get_partition_keys(current_time=LATER)
    assert years.time_window_for_partition_key(name).start.date() == first_day


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
    cycle = some.cycle(f"2022-{sorted(months)[at % len(months)]:02d}")
    cycles, years = cycle_partitions(some), academic_years(some)
    mapped = years_of_a_cycle(some).get_upstream_mapped_partitions_result_for_partitions(
        cycles.empty_subset().with_partition_keys([cycle.key]), cycles, years, current_time=LATER
    )
    upstream = set(mapped.partitions_subset.get_partition_keys())
    assert {academic_year_of(some, year) for year in cycle.years(2019)} <= upstream
