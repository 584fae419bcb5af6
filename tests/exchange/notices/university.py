"""A small university that reminds of deadlines, and notices of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice, Place, State
from kwaliteitsmonitor.obligations.periods import Expected
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Deadline, FileSource, Format, Period, SqlSource
from schemas.profile.institution import Notices
from schemas.words import Words
from tests import made_up

CYCLE = "2021-03"
WORKBOOKS = FileSource(
    kind="files", path="verslag/{academic_year}/{unit}{suffix}.xlsx", format=Format.WORKBOOK, tables=["faculty_panels"]
)
TEXT = FileSource(kind="files", path="personeel/{reporting_year}{suffix}.csv", format=Format.CSV, tables=["staff"])
REPORT = Feed(
    id="report",
    nl="jaarverslag",
    en="annual report",
    period=Period.ACADEMIC_YEAR,
    units=["North", "East"],
    sources=[WORKBOOKS],
    deadlines={0: Deadline(month_day="12-31", years=0)},
)
STAFF = Feed(
    id="staff",
    nl="personeel",
    en="staff",
    period=Period.REPORTING_YEAR,
    sources=[TEXT],
    deadlines={0: Deadline(month_day="12-01", years=0)},
)
FINANCE = Feed(
    id="finance",
    nl="financiële ronde",
    en="financial round",
    period=Period.ROUND,
    units=["North", "East"],
    sources=[SqlSource(kind="sql", connection="ledger", database_table="lines", tables=["bfr"])],
    deadlines={1: Deadline(month_day="05-15", years=0), 3: Deadline(month_day="02-28", years=1)},
)
CONTROL = STAFF.model_copy(update={"id": "control", "required": False})
MAILBOXES = {"contact": "afspraken@uni.test", "sender": "monitor@uni.test"}


def university(**notices: Any) -> Profile:
    """The profile: a report per unit, staff for all, money from a database. North has a mailbox of its own."""
    made = made_up.profile(feeds=[REPORT, STAFF, FINANCE, CONTROL])
    rules = Notices(**{"days_before": [14, 3], "days_after": [1, 7], **MAILBOXES, **notices})
    own = {"North": "noord@uni.test"}
    units = tuple(unit.model_copy(update={"contact": own.get(unit.id, "")}) for unit in made.units)
    return replace(made, institution=made.institution.model_copy(update={"notices": rules}), units=units)


def notice(
    unit: str = "North",
    state: State = State.MISSING,
    moment: Moment = Moment(False, 14),  # noqa: B008 - it does not change
    **more: Any,
) -> Notice:
    """A notice about a unit's report over 2019-2020."""
    return Notice(CYCLE, REPORT, Expected("2019-2020", 2020), unit, moment, date(2020, 12, 31), state, **more)


def set_aside(*cells: str) -> Notice:
    """A notice about rows that were set aside, in these cells."""
    file, number = "verslag/2019-2020/North.xlsx", Words("een getal", "a number")
    places = tuple(Place(Words(*[f"{file}, panels!{cell}"] * 2), number) for cell in cells)
    return notice(state=State.SET_ASIDE, rows=len(cells), places=places, newest=file, version=1)


def clock() -> datetime:
    """A moment that stands still."""
    return datetime(2020, 12, 17, 8, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
