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
        ("2020-12-31", Notices(), None),
        ("2021-01-02", Notices(days_before=[3]), None),
        ("2020-12-30", Notices(days_after=[1]), None),
        ("2020-12-31", Notices(days_before=[0]), "before-0"),
    ],
)
def test_a_moment_is_due_from_its_day_until_the_next_so_that_a_day_off_does_not_lose_it(
    day: str, rules: Notices, moment: str | None
) -> None:
    of_day = moment_due(date.fromisoformat(day), date(2020, 12, 31), rules)
    assert (of_day.key if of_day else None) == moment


def row(status: str, unit: str | None = "North", **more: Any) -> dict[str, Any]:
    """A row of `delivery_status` about a report over 2019-2020."""
    came = {} if status == "missing" else {"file": f"verslag/2019-2020/{unit}.xlsx", "delivery": f"id-{unit}"}
    nothing = dict.fromkeys(("file", "delivery", "version", "rows_quarantined", "reason", "waived_because"))
    about = {"feed": "report", "period": "2019-2020", "unit": unit, "status": status}
    return {**nothing, **about, **came, **more}


def notices(
    rows: Sequence[dict[str, Any]],
    day: str = "2020-12-17",
    quarantine: Sequence[dict[str, Any]] = (),
    unknown: Sequence[str] = (),
) -> list[Notice]:
    profile = university()
    return due(profile, profile.cycle(CYCLE), date.fromisoformat(day), rows, quarantine, unknown)


MISSING, REFUSED = {"North": State.MISSING}, {"North": State.REFUSED}
LATER = {"East": State.MISSING, "": State.REFUSED}


@pytest.mark.parametrize(
    ("rows", "states"),
    [
        ([row("missing"), row("accepted", "East")], MISSING),
        ([row("rejected"), row("missing")], REFUSED),
        ([row("rejected")], REFUSED),
        ([row("rejected"), row("accepted")], {}),
        ([row("superseded"), row("partly_accepted")], {"North": State.SET_ASIDE}),
        ([row("superseded"), row("accepted"), row("duplicate")], {}),
        ([row("withdrawn"), row("missing")], MISSING),
        ([row("arriving"), row("missing")], {}),
        ([row("not_pulled")], {}),
        ([row("accepted", version=1), row("rejected", version=2)], REFUSED),
        ([row("rejected", version=1), row("accepted", version=2)], {}),
        ([row("missing", waived_because="merged with East"), row("missing", "East")], {"East": State.MISSING}),
        ([row("missing", period="2018-2019")], {}),
        # In the order of the profile.
        ([row("missing", "East"), row("rejected", None), row("missing")], MISSING | LATER),
    ],
)
def test_the_state_of_a_delivery_follows_from_all_its_versions(
    rows: list[dict[str, Any]], states: dict[str, State]
) -> None:
    assert [(one.unit, one.state) for one in notices(rows)] == list(states.items())


def test_of_a_feed_that_is_not_known_or_not_required_nothing_is_said() -> None:
    assert notices([row("missing")], unknown=["report"]) == []
    assert notices([row("missing", None, feed="control", period="2020")], "2020-11-28") == []


def test_cells_that_were_set_aside_are_named_each_once_with_what_was_expected() -> None:
    rows = [row("partly_accepted", rows_quarantined=2), row("accepted", "East")]
    about = {"table": "bfr", "sheet": "panels", "found": "geheim", "file": "verslag/2019-2020/North.xlsx"}
    about |= {"expected_nl": "een getal", "expected_en": "a number"}
    cells = (("North", "B4"), ("North", "B4"), ("North", "C9"), ("East", "D1"))
    (one,) = notices(rows, quarantine=[{"delivery": f"id-{unit}", "cell": cell, **about} for unit, cell in cells])
    assert one.rows == 2
    assert [place.where.nl for place in one.places] == [f"{about['file']}, panels!{cell}" for cell in ("B4", "C9")]
    assert (one.places[0].expected.nl, one.places[0].expected.en) == ("een getal", "a number")
    assert "geheim" not in repr(one)


def test_a_refused_file_is_named_with_the_reason_in_both_languages() -> None:
    (one,) = notices([row("rejected", reason="geen werkboek / no workbook"), row("missing")])
    ((where, nl, en),) = [(p.where.nl, p.expected.nl, p.expected.en) for p in one.places]
    assert (where, nl, en) == ("verslag/2019-2020/North.xlsx", "geen werkboek", "no workbook")


def test_each_round_has_its_own_deadline() -> None:
    rows = [row("missing", feed="finance", period=f"2020-{number}") for number in (1, 2, 3)]
    (one,) = notices(rows, "2021-02-14")
    assert (one.expected.period, one.deadline, one.moment) == ("2020-3", date(2021, 2, 28), Moment(False, 14))
