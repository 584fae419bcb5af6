"""The overview for who runs the pipeline: who has not delivered after a deadline, by a clock that a test sets."""

from __future__ import annotations

from datetime import date
from typing import Any

from kwaliteitsmonitor.exchange.notices.overview import after_deadline, cycle_begun, lines, standings
from schemas.words import Words
from tests.exchange.notices.university import CYCLE, university


def row(feed: str, period: str, unit: str | None, status: str, **more: Any) -> dict[str, Any]:
    """A row of `delivery_status`."""
    rest = {"version": None, "waived_because": None, "late": False, "rows_quarantined": 0, "reason": None}
    return {"feed": feed, "period": period, "unit": unit, "status": status, **rest, **more}


def test_each_delivery_that_is_not_in_order_has_a_line_with_its_units_and_the_others_have_one() -> None:
    profile = university()
    rows = [
        row("report", "2019-2020", "East", "missing"),
        row("report", "2019-2020", "North", "accepted", version=1, late=True),
        row("staff", "2020", None, "accepted", version=1),
    ]
    found = standings(profile, profile.cycle(CYCLE), rows, {"finance": Words("niet gelezen.", "not pulled today.")})
    said = [line.en for line in lines(found) if "2019-2020" in line.en or "financial" in line.en or "Every" in line.en]
    assert said[0] == "- annual report, 2019-2020 (by 31 December 2020): received late: North; not received: East."
    assert "financial round" in said[1]
    assert "not known. not pulled today." in said[1]
    assert said[-1] == "Everything else was received and is whole."


def test_after_a_deadline_by_which_everything_came_there_is_nothing_to_tell() -> None:
    profile = university()
    cycle = profile.cycle(CYCLE)
    rows = [row("report", "2019-2020", unit, "accepted", version=1) for unit in ("North", "East")]
    found = standings(profile, cycle, rows, {})
    assert after_deadline(cycle, date(2020, 12, 31), found) is None
    missing = standings(profile, cycle, [row("report", "2019-2020", "North", "missing")], {})
    alert = after_deadline(cycle, date(2020, 12, 31), missing)
    assert alert is not None
    assert alert.subject.nl == f"Cyclus {CYCLE}: na 31 december 2020 ontbreekt 1 levering"


def test_a_cycle_that_begins_says_nothing_of_what_was_not_looked_at_yet() -> None:
    profile = university()
    cycle = profile.cycle(CYCLE)
    found = standings(
        profile, cycle, [], {feed.id: Words("nog niet opgenomen", "not taken up yet") for feed in profile.feeds}
    )
    alert = cycle_begun(cycle, "run", found)
    assert alert.subject.en == f"cycle {CYCLE} has begun"
    assert "not received" not in " ".join(paragraph.en for paragraph in alert.paragraphs)
