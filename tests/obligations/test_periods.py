"""The periods over which a cycle expects deliveries, and by when each is due."""

from __future__ import annotations

from datetime import date

import pytest

from kwaliteitsmonitor.obligations.periods import deadline, expected_periods
from schemas.profile import Feed, Profile, load_profile, profile_folder
from schemas.profile.feeds import Period
from tests.obligations.owing import REPORT


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


def of(period: Period, **more: bool) -> Feed:
    return REPORT.model_copy(update={"period": period, **more})


@pytest.mark.parametrize(
    ("feed", "cycle", "periods"),
    [
        (of(Period.NONE), "2021-03", [""]),
        (of(Period.ACADEMIC_YEAR), "2021-03", ["2018-2019", "2019-2020"]),
        (of(Period.ACADEMIC_YEAR), "2020-03", ["2018-2019"]),
        (of(Period.REPORTING_YEAR), "2021-05", ["2019", "2020"]),
        (of(Period.REPORTING_YEAR, required=False), "2021-05", ["2019", "2020", "2021"]),
        (of(Period.REPORTING_YEAR, required=False), "2021-03", ["2019", "2020"]),
        (of(Period.ROUND), "2021-03", ["2019-3", "2020-1", "2020-2", "2020-3"]),
        (of(Period.ROUND), "2021-09", ["2019-3", "2020-3", "2021-1", "2021-2"]),
    ],
)
def test_a_cycle_reads_the_periods_of_its_own_clock(
    profile: Profile, feed: Feed, cycle: str, periods: list[str]
) -> None:
    assert [e.period for e in expected_periods(feed, profile.cycle(cycle), profile)] == periods


def test_the_deadline_is_that_of_the_round_in_the_year_that_is_reported_on(profile: Profile) -> None:
    bfr, report = profile.feed("bfr"), profile.feed("faculty_report")
    days = {
        e.period: deadline(feed, e)
        for feed in (bfr, report)
        for e in expected_periods(feed, profile.cycle("2021-03"), profile)
    }
    assert (days["2020-1"], days["2020-3"]) == (date(2020, 5, 15), date(2021, 2, 28))
    assert days["2019-2020"] == date(2020, 12, 31)
    (last,) = (e for e in expected_periods(report, profile.cycle("2021-03"), profile) if e.year == 2020)
    assert deadline(report.model_copy(update={"deadlines": {}}), last) is None
