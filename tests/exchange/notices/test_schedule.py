"""Which notices are due: the days, the states of deliveries, and those that are left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice, State, due, moment_due
from schemas.profile.institution import Notices
from tests.exchange.notices.university import CYCLE, university

RULES = Notices(days_before=[14, 3], days_after=[1, 7])
LAST = date(2020, 12, 31)


@pytest.mark.parametrize(
    ("day", "rules", "moment"),
    [
        ("2020-12-16", RULES, None),
        ("2020-12-17", RULES, "before-14"),
        ("2020-12-27", RULES, "before-14"),
        ("2020-12-28", RULES, "before-3"),
        ("2020-12-31", RULES, "before-3"),
        ("2021-01-01", RULES, "after-1"),
        ("2021-01-06", RULES, "after-1"),
        ("2021-01-07", RULES, "after-7"),
        ("2021-01-21", RULES, "after-7"),
        ("2021-01-22", RULES, None),
        ("2025-01-01", RULES, None),
        ("2020-12-31", Notices(), None),
        ("2021-01-02", Notices(days_before=[3]), None),
        ("2020-12-30", Notices(days_after=[1]), None),
        ("2020-12-31", Notices(days_before=[0]), "before-0"),
    ],
)
def test_a_moment_is_due_from_its_day_until_the_next_so_that_a_day_off_does_not_lose_it(
    day: str, rules: Notices, moment: str | None
) -> None:
    of_day = moment_due(date.fromisoformat(day), LAST, rules)
    assert (of_day.key if of_day else None) == moment


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


def notices(
    rows: Sequence[dict[str, Any]],
    day: str = "2020-12-17",
    quarantine: Sequence[dict[str, Any]] = (),
    unknown: Sequence[str] = (),
) -> list[Notice]:
    profile = university()
    return due(profile, profile.cycle(CYCLE), date.fromisoformat(day), rows, quarantine, unknown)


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ([row("missing"), row("accepted", "East")], {"North": State.MISSING}),
        ([row("rejected"), row("missing")], {"North": State.REFUSED}),
        ([row("rejected")], {"North": State.REFUSED}),
        ([row("rejected"), row("accepted")], {}),
        ([row("superseded"), row("partly_accepted")], {"North": State.SET_ASIDE}),
        ([row("superseded"), row("accepted"), row("duplicate")], {}),
        ([row("withdrawn"), row("missing")], {"North": State.MISSING}),
        ([row("arriving"), row("missing")], {}),
        ([row("not_pulled")], {}),
        ([row("accepted", version=1), row("rejected", version=2)], {"North": State.REFUSED}),
        ([row("rejected", version=1), row("accepted", version=2)], {}),
        ([row("missing", waived_because="merged with East"), row("missing", "East")], {"East": State.MISSING}),
        ([row("missing", period="2018-2019")], {}),
        ([row("missing", None, feed="control", period="2020")], {}),
        (
            [row("missing", "East"), row("rejected", None), row("missing", "North")],
            {"North": State.MISSING, "East": State.MISSING, "": State.REFUSED},
        ),
    ],
    ids=[
        "who delivered is left in peace",
        "refused",
        "refused alone",
        "refused, then accepted",
        "rows set aside",
        "accepted in the end",
        "withdrawn",
        "on its way",
        "a database that was not read",
        "the newest version was refused",
        "an older version was refused",
        "waived",
        "a year long past",
        "a feed that is not required",
        "in the order of the profile",
    ],
)
def test_the_state_of_a_delivery_follows_from_all_its_versions(
    rows: list[dict[str, Any]], states: dict[str, State]
) -> None:
    day = "2020-11-28" if rows[0]["feed"] == "control" else "2020-12-17"
    assert [(one.unit, one.state) for one in notices(rows, day)] == list(states.items())


def test_of_a_feed_that_is_not_known_nothing_is_said() -> None:
    assert notices([row("missing")], unknown=["report"]) == []


def test_cells_that_were_set_aside_are_named_each_once_with_what_was_expected() -> None:
    rows = [row("partly_accepted", rows_quarantined=2), row("accepted", "East")]
    about = {"table": "bfr", "sheet": "panels", "found": "geheim", "file": "verslag/2019-2020/North.xlsx"}
    expected = {"expected_nl": "een getal", "expected_en": "a number"}
    cells = (("North", "B4"), ("North", "B4"), ("North", "C9"), ("East", "D1"))
    (one,) = notices(
        rows, quarantine=[{"delivery": f"id-{unit}", "cell": cell, **about, **expected} for unit, cell in cells]
    )
    assert one.rows == 2
    assert [place.where.nl for place in one.places] == [
        "verslag/2019-2020/North.xlsx, panels!B4",
        "verslag/2019-2020/North.xlsx, panels!C9",
    ]
    assert (one.places[0].expected.nl, one.places[0].expected.en) == ("een getal", "a number")
    assert "geheim" not in repr(one)


def test_a_refused_file_is_named_with_the_reason_in_both_languages() -> None:
    (one,) = notices([row("rejected", reason="geen werkboek / no workbook"), row("missing")])
    assert [(p.where.nl, p.expected.nl, p.expected.en) for p in one.places] == [
        ("verslag/2019-2020/North.xlsx", "geen werkboek", "no workbook")
    ]


def test_each_round_has_its_own_deadline() -> None:
    rows = [row("missing", feed="finance", period=f"2020-{number}") for number in (1, 2, 3)]
    (one,) = notices(rows, "2021-02-14")
    assert (one.expected.period, one.deadline, one.moment) == ("2020-3", date(2021, 2, 28), Moment(False, 14))
