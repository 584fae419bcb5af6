"""The `count` command: which years are counted."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.count import _years
from schemas.errors import UsageError


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("", "", [2019, 2020, 2021, 2022, 2023, 2024]),
        ("2019-2020", "2020-2021", [2020, 2021]),
    ],
)
def test_academic_years_are_counted_from_one_until_another(first: str, last: str, years: list[int]) -> None:
    assert _years(Settings(institution="leiden").profile, first, last) == years


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2019", "", "--from: '2019' is no academic year of the agreements; expected one from 2018-2019"),
        ("", "2030-2031", "--until: '2030-2031' is no academic year"),
        ("2020-2021", "2019-2020", "--from: 2020-2021 comes after 2019-2020"),
    ],
)
def test_years_that_are_none_are_refused(first: str, last: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        _years(Settings(institution="leiden").profile, first, last)
    assert sentence in str(refused.value)
