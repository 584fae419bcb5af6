"""What two units of a made-up university owe, from what came in of three feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Arrival, Decided, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.values import AnyRow
from tests.made_up import profile

CYCLE = "2021-03"
DECEMBER, LATE = date(2020, 12, 1), date(2021, 1, 9)
BOTH = ["North", "East"]
Rows = Mapping[str, list[AnyRow]]


def feed(identity: str, period: str, tables: list[str], **more: Any) -> Feed:
    path = "r/{academic_year}/{unit}.xlsx" if period == "academic_year" else f"{identity}.xlsx"
    source = {"kind": "files", "path": path, "format": "workbook", "tables": tables}
    own = {"id": identity, "nl": f"{identity} nl", "en": f"{identity} en", "period": period, "sources": [source]}
    return Feed.model_validate(own | {"units": BOTH} | more)


_TOLD_IN_A_REPORT = ["faculty_measures", "faculty_study_advisers", "faculty_consultations", "faculty_panels"]
REPORT = feed("report", "academic_year", _TOLD_IN_A_REPORT, deadlines={0: {"month_day": "12-31", "years": 0}})
MONEY = feed(
    "money", "round", ["bfr"], deadlines={3: {"month_day": "02-28", "years": 1}, 0: {"month_day": "09-15", "years": 0}}
)
FIGURES = feed("figures", "reporting_year", ["delivered_figures"])


def who(*feeds: Feed, **institution: Any) -> Profile:
    """The university with these feeds, one measure of one unit, and 2020 as its first year."""
    made = profile(feeds=feeds, measures=[("tutors", "small_classes", ["North"])])
    return replace(made, institution=made.institution.model_copy(update={"first_year": 2020} | institution))


def arrived(of: Feed, period: str, unit: str = "", first_on: date = DECEMBER) -> Arrival:
    return Arrival(f"{of.id}-{period}-{unit}", period, unit, 0, first_on, first_on)


def report_of(*units: str, first_on: date = DECEMBER) -> Taken:
    """The reports of these units."""
    return Taken(REPORT, [arrived(REPORT, "2019-2020", unit, first_on) for unit in units])


def reported(unit: str = "North", **more: Any) -> AnyRow:
    """A row of a report."""
    return {"academic_year": "2019-2020", "unit": unit, "_delivery": f"report-2019-2020-{unit}", **more}


def progress(unit: str = "North") -> AnyRow:
    return reported(unit, theme="small_classes", measure="tutors", progress="done", **{HAS_TEXT: False})


def line(unit: str, measure: str, budget: str, realised: str, number: int = 3, **more: Any) -> AnyRow:
    """A line of a round of 2020."""
    about = {"reporting_year": 2020, "round": number, "unit": unit, "theme": "small_classes", "measure": measure}
    amounts = {"budget": Decimal(budget), "realised": Decimal(realised), "forecast": None}
    return about | amounts | {"_delivery": "money-2020-3-", HAS_TEXT: False} | more


def claims(
    owed_by: Callable[[Profile, Cycle, Evidence], Iterator[Claim]],
    of: Profile,
    *feeds: Taken,
    rows: Rows | None = None,
    decided: Iterable[Decided] = (),
    cycle: str = CYCLE,
) -> dict[str, Claim]:
    """What one kind of obligations gives, by their ids, each of which is there once."""
    made = list(owed_by(of, of.cycle(cycle), Evidence(feeds, rows or {}, list(decided))))
    by_id = {claim.owed.id: claim for claim in made}
    assert len(by_id) == len(made)
    return by_id


def met(made: Mapping[str, Claim]) -> dict[str, bool]:
    """Whether each claim is met."""
    return {owed: claim.met is not None for owed, claim in made.items()}
