"""The calendar: which cycles there are, what each settles, and which years and rounds it reads."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.calendar import Cycle, CycleRule, academic_year, parse_cycle, reference_date
from schemas.errors import UsageError
from tests.made_up import profile

RULES = (
    CycleRule(month=3, round=3, spending_year=-1, indicator_year=-1),
    CycleRule(month=5, round=1, spending_year=0, indicator_year=-1),
    CycleRule(month=9, round=2, spending_year=0, indicator_year=-1),
)


@pytest.mark.parametrize(
    ("key", "settles"),
    [
        ("2020-05", Cycle("2020-05", round=1, spending_year=2020, indicator_year=2019)),
        ("2020-09", Cycle("2020-09", round=2, spending_year=2020, indicator_year=2019)),
        ("2021-03", Cycle("2021-03", round=3, spending_year=2020, indicator_year=2020)),
        ("2021-05", Cycle("2021-05", round=1, spending_year=2021, indicator_year=2020)),
    ],
)
def test_a_cycle_settles_what_its_month_settles(key: str, settles: Cycle) -> None:
    assert parse_cycle(key, RULES) == settles
    assert profile().cycle(key) == settles
    assert settles.reporting_year == settles.indicator_year


NO_CYCLES = (
    "",
    "2021",
    "2021-3",
    "2021-04",
    "2021-13",
    "2021-00",
    "21-03",
    "2021/03",
    "2021-03-01",
    " 2021-03",
    "2021-03\n",
)


@pytest.mark.parametrize("key", [*NO_CYCLES, "march"])
def test_what_is_no_cycle_is_refused_as_wrong_usage_that_names_the_months(key: str) -> None:
    with pytest.raises(UsageError, match="03 or 05 or 09") as refused:
        parse_cycle(key, RULES)
    assert refused.value.exit_code == 2
    assert f"'{key}' is no cycle" in str(refused.value)


def test_indicators_are_shown_with_the_year_before_but_never_before_the_first_year() -> None:
    assert parse_cycle("2021-03", RULES).years(2019) == (2019, 2020)
    assert parse_cycle("2020-03", RULES).years(2019) == (2019,)
    assert parse_cycle("2024-09", RULES).years(2019) == (2022, 2023)


@pytest.mark.parametrize(
    ("key", "rounds"),
    [
        ("2019-05", ((2019, 1),)),
        ("2020-03", ((2019, 1), (2019, 2), (2019, 3))),
        ("2020-05", ((2019, 3), (2020, 1))),
        ("2021-03", ((2019, 3), (2020, 1), (2020, 2), (2020, 3))),
        ("2021-05", ((2019, 3), (2020, 3), (2021, 1))),
        ("2022-09", ((2019, 3), (2020, 3), (2021, 3), (2022, 1), (2022, 2))),
    ],
)
def test_a_cycle_reads_the_definitive_round_of_each_year_before_and_the_rounds_of_its_own(
    key: str, rounds: tuple[tuple[int, int], ...]
) -> None:
    assert parse_cycle(key, RULES).rounds(2019, (1, 2, 3)) == rounds


def test_a_reporting_year_has_the_academic_year_that_ends_in_it_and_its_own_reference_date() -> None:
    assert (academic_year(2020), academic_year(2000)) == ("2019-2020", "1999-2000")
    assert reference_date(2020, "10-01") == date(2020, 10, 1)
    assert reference_date(2019, "12-31") == date(2019, 12, 31)
