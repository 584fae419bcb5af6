"""Which notices are due: the days, the states that are asked about, and those that are left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.schedule import Moment, State, due, moment_due
from schemas.profile.institution import Notices
from tests.exchange.notices.university import CYCLE, university

RULES = Notices(days_before=[14, 3], days_after=[1, 7])
LAST = date(2020, 12, 31)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2020-12-16", None),
        ("2020-12-17", "before-14"),
        ("2020-12-27", "before-14"),
        ("2020-12-28", "before-3"),
        ("2020-12-31", "before-3"),
        ("2021-01-01", "after-1"),
        ("2021-01-06", "after-1"),
        ("2021-01-07", "after-7"),
        ("2021-01-21", "after-7"),
        ("2021-01-22", None),
        ("2025-01-01", None),
    ],
)
def test_a_moment_is_due_from_its_day_until_the_next_so_that_a_day_off_does_not_lose_it(
    day: str, moment: str | None
) -> None:
    found = moment_due(date.fromisoformat(day), LAST, RULES)
    assert (found.key if found else None) == moment


def test_without_days_nothing_is_ever_due() -> None:
    assert moment_due(LAST, LAST, Notices()) is None
    assert moment_due(date(2021, 1, 2), LAST, Notices(days_before=[3])) is None
    assert moment_due(date(2020, 12, 30), LAST, Notices(days_after=[1])) is None


def test_a_reminder_on_the_day_itself_is_possible() -> None:
    assert moment_due(LAST, LAST, Notices(days_before=[0])) == Moment(False, 0)


def row(status: str, unit: str | None = "North", **more: Any) -> dict[str, Any]:
    """A row of `delivery_status` about a report over 2019-2020."""
    return {
        "feed": "report",
        "period": "2019-2020",
        "unit": unit,
        "status": status,
        "file": None if status == "missing" else f"verslag/2019-2020/{unit}.xlsx",
        "delivery": None if status == "missing" else f"id-{unit}",
        "version": None,
        "rows_quarantined": None,
        "reason": None,
        "waived_because": None,
    } | more


def states(rows: Sequence[dict[str, Any]], day: str = "2020-12-17", unknown: Sequence[str] = ()) -> dict[str, State]:
    """Per unit, what it is told on a day."""
    profile = university()
    found = due(profile, profile.cycle(CYCLE), date.fromisoformat(day), rows, [], unknown)
    assert {notice.feed.id for notice in found} <= {"report"}
    return {notice.unit: notice.state for notice in found}


def test_who_did_not_deliver_is_asked_and_who_did_is_left_in_peace() -> None:
    assert states([row("missing"), row("accepted", "East")]) == {"North": State.MISSING}


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["rejected", "missing"], State.REFUSED),
        (["rejected"], State.REFUSED),
        (["rejected", "accepted"], None),
        (["superseded", "partly_accepted"], State.SET_ASIDE),
        (["superseded", "accepted", "duplicate"], None),
        (["withdrawn", "missing"], State.MISSING),
        (["arriving", "missing"], None),
        (["not_pulled"], None),
    ],
)
def test_the_state_of_a_delivery_follows_from_all_its_versions(statuses: list[str], state: State | None) -> None:
    assert states([row(status) for status in statuses]).get("North") is state


def test_who_delivered_a_version_that_was_refused_hears_of_it_though_the_one_before_counts() -> None:
    refused_last = [row("accepted", version=1), row("rejected", version=2)]
    refused_first = [row("rejected", version=1), row("accepted", version=2)]
    assert states(refused_last) == {"North": State.REFUSED}
    assert states(refused_first) == {}


def test_what_a_waiver_covers_is_not_asked_for() -> None:
    assert states([row("missing", waived_because="merged with East"), row("missing", "East")]) == {
        "East": State.MISSING
    }


def test_of_a_feed_that_is_not_known_nothing_is_said() -> None:
    assert states([row("missing")], unknown=["report"]) == {}


def test_a_year_before_whose_deadline_is_long_past_is_not_asked_for_again() -> None:
    assert states([row("missing", period="2018-2019")]) == {}


def test_a_feed_that_is_not_required_is_not_asked_for() -> None:
    profile = university()
    rows = [row("missing", None, feed="control", period="2020")]
    assert due(profile, profile.cycle(CYCLE), date(2020, 11, 28), rows, []) == []


def test_units_come_in_the_order_of_the_profile_and_the_whole_institution_last() -> None:
    found = states([row("missing", "East"), row("rejected", None), row("missing", "North")])
    assert list(found) == ["North", "East", ""]


def test_cells_that_were_set_aside_are_named_each_once_with_what_was_expected() -> None:
    profile = university()
    rows = [row("partly_accepted", rows_quarantined=2), row("accepted", "East")]
    cell = {
        "file": "verslag/2019-2020/North.xlsx",
        "sheet": "panels",
        "expected_nl": "een getal",
        "expected_en": "a number",
    }
    quarantine = [
        {"delivery": "id-North", "table": "bfr", "cell": "B4", "found": "geheim", **cell},
        {"delivery": "id-North", "table": "bfr", "cell": "B4", "found": "geheim", **cell},
        {"delivery": "id-North", "table": "bfr", "cell": "C9", "found": "geheim", **cell},
        {"delivery": "id-East", "table": "bfr", "cell": "D1", "found": "geheim", **cell},
    ]
    (notice,) = due(profile, profile.cycle(CYCLE), date(2020, 12, 17), rows, quarantine)
    assert notice.rows == 2
    assert [place.where.nl for place in notice.places] == [
        "verslag/2019-2020/North.xlsx, panels!B4",
        "verslag/2019-2020/North.xlsx, panels!C9",
    ]
    assert notice.places[0].expected.nl == "een getal"
    assert notice.places[0].expected.en == "a number"
    assert "geheim" not in repr(notice)


def test_a_refused_file_is_named_with_the_reason_in_both_languages() -> None:
    profile = university()
    rows = [row("rejected", reason="geen werkboek / no workbook"), row("missing")]
    (notice,) = due(profile, profile.cycle(CYCLE), date(2020, 12, 17), rows, [])
    assert [(p.where.nl, p.expected.nl, p.expected.en) for p in notice.places] == [
        ("verslag/2019-2020/North.xlsx", "geen werkboek", "no workbook")
    ]


def test_each_round_has_its_own_deadline() -> None:
    profile = university()
    rows = [row("missing", feed="finance", period=f"2020-{number}") for number in (1, 2, 3)]
    found = due(profile, profile.cycle(CYCLE), date(2021, 2, 14), rows, [])
    assert [(n.expected.period, n.deadline, n.moment.key) for n in found] == [
        ("2020-3", date(2021, 2, 28), "before-14")
    ]
