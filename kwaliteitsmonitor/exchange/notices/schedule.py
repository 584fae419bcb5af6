"""The notices that are due on a day: before a deadline to units without a delivery, after it to late ones.

The days come from the profile (`notices.days_before`, `notices.days_after`), the state of each delivery from
`delivery_status`. A delivery of which rows are set aside is asked for like one that is missing: those rows are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypedDict

from kwaliteitsmonitor.obligations.obligation import Entry, Kind
from kwaliteitsmonitor.obligations.periods import Expected, deadline, expected_periods
from kwaliteitsmonitor.obligations.wording import lacking
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.institution import Notices
from schemas.rows import DeliveryStatusRow
from schemas.tables import CATALOGUE
from schemas.words import Words
from schemas.written import place

LAPSES = timedelta(days=14)
"""A notice after the deadline that could not go out for so long lapses: by then it would only surprise."""
_UNKNOWN = {"arriving", "not_pulled"}


class State(StrEnum):
    """What is the matter with a delivery that is asked for."""

    MISSING = "missing"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, order=True)
class Moment:
    """A moment of a reminder: a number of days before or after the deadline."""

    after: bool
    days: int

    @property
    def key(self) -> str:
        """The moment in one word, such as `before-14`."""
        return f"{'after' if self.after else 'before'}-{self.days}"


@dataclass(frozen=True)
class Place:
    """A cell that was set aside or a file that was refused, with what was expected there. Never what was found."""

    where: Words
    expected: Words


class SetAside(TypedDict):
    """A row of `quarantine`, without what was found there."""

    delivery: str
    table: str
    file: str
    sheet: str | None
    cell: str
    expected_nl: str
    expected_en: str


@dataclass(frozen=True)
class Notice:
    """A notice to a unit about one delivery at one moment; an empty unit means a central delivery.

    `rows` is how many rows of it are set aside, `places` their cells, or the files that were refused. `owed` is what
    was to stand in it and is not there. `newest` is the file that came in last, with its `version`; none before any.
    """

    cycle: str
    feed: Feed
    expected: Expected
    unit: str
    moment: Moment
    deadline: date
    state: State
    rows: int = 0
    places: tuple[Place, ...] = ()
    owed: tuple[Words, ...] = ()
    newest: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        """By what a notice goes out once: cycle, feed, period, unit and moment."""
        return (self.cycle, self.feed.id, self.expected.period, self.unit, self.moment.key)

    def entry(self) -> dict[str, str]:
        """What the ledger keeps of a notice that was sent."""
        return dict(zip(("cycle", "feed", "period", "unit", "moment"), self.key, strict=True), state=str(self.state))


def moment_due(day: date, last: date, rules: Notices) -> Moment | None:
    """The moment whose notice is due on a day, for a deadline of which `last` is the last day; else None.

    A moment on a day without work, or that was missed, is due from then on until the next: until the deadline if it
    lies before that, and for two weeks if it lies after.
    """
    if day <= last:
        reached = [days for days in rules.days_before if last - timedelta(days=days) <= day]
        return Moment(False, min(reached)) if reached else None
    reached = [days for days in rules.days_after if last + timedelta(days=days) <= day]
    newest = max(reached, default=None)
    if newest is None or day > last + timedelta(days=newest) + LAPSES:
        return None
    return Moment(True, newest)


def due(
    profile: Profile,
    cycle: Cycle,
    day: date,
    status: Sequence[DeliveryStatusRow],
    quarantine: Sequence[SetAside],
    unknown: Collection[str] = (),
    owed: Sequence[Entry] = (),
) -> list[Notice]:
    """The notices that are due on a day, in the order of the profile.

    `status` are the rows of `delivery_status`, `quarantine` those that were set aside, `owed` what still has to come by
    the register. Of the feeds that are `unknown` nothing is said: whoever delivered must not be told that they did not.
    """
    notices: list[Notice] = []
    for feed in profile.feeds:
        if not feed.required or feed.id in unknown:
            continue
        for expected in expected_periods(feed, cycle, profile):
            last = deadline(feed, expected)
            moment = moment_due(day, last, profile.institution.notices) if last else None
            if last is None or moment is None:
                continue
            rows = [r for r in status if r["feed"] == feed.id and (r["period"] or "") == expected.period]
            parts = parts_of(owed, feed, expected.period)
            for unit in _in_order(profile, {*(r["unit"] or "" for r in rows), *parts}):
                of_unit = [r for r in rows if (r["unit"] or "") == unit]
                state = state_of(of_unit) or (State.INCOMPLETE if unit in parts else None)
                if state is not None:
                    count, places = _rows_and_places(state, of_unit, quarantine)
                    still = tuple(lacking(profile, one) for one in parts.get(unit, ()))
                    newest = _newest(of_unit)
                    came = (newest["file"] or "", newest["version"] or 0) if newest and newest["file"] else ("", 0)
                    notices.append(
                        Notice(cycle.key, feed, expected, unit, moment, last, state, count, places, still, *came)
                    )
    return notices


def state_of(rows: Sequence[DeliveryStatusRow]) -> State | None:
    """What is the matter with a delivery, by every row of its status; `None` if nothing is, or it is not yet known.

    What a waiver covers is not asked for. Whose newest version is refused hears of that, also if one before counts.
    """
    statuses = {r["status"] for r in rows}
    if statuses & _UNKNOWN or any(r["waived_because"] for r in rows):
        return None
    taken = statuses & {"accepted", "partly_accepted"}
    newest = _newest(rows)
    if "rejected" in statuses and (not taken or (newest is not None and newest["status"] == "rejected")):
        return State.REFUSED
    if "missing" in statuses:
        return State.MISSING
    return State.SET_ASIDE if "partly_accepted" in taken else None


def _newest(rows: Sequence[DeliveryStatusRow]) -> DeliveryStatusRow | None:
    """The row of the newest version that came in; `None` if nothing did."""
    return max((r for r in rows if r["version"]), key=lambda r: r["version"] or 0, default=None)


def parts_of(owed: Sequence[Entry], feed: Feed, period: str) -> dict[str, list[Entry]]:
    """Per unit what its delivery of a feed should hold and still has to come; the delivery itself left out."""
    by_unit: dict[str, list[Entry]] = {}
    for one in owed:
        if (one.owed.feed, one.owed.period) == (feed.id, period) and one.owed.kind is not Kind.DELIVERY:
            by_unit.setdefault(one.owed.unit, []).append(one)
    return by_unit


def _in_order(profile: Profile, units: Collection[str]) -> list[str]:
    order = {unit.id: i for i, unit in enumerate(profile.units)}
    return sorted(units, key=lambda unit: (order.get(unit, len(order)), unit))


def _rows_and_places(
    state: State, rows: Iterable[DeliveryStatusRow], quarantine: Sequence[SetAside]
) -> tuple[int, tuple[Place, ...]]:
    match state:
        case State.MISSING | State.INCOMPLETE:
            return 0, ()
        case State.REFUSED:
            refused = [r for r in rows if r["status"] == "rejected"]
            files = ((r["file"] or "", Words(r["reason_nl"] or "", r["reason_en"] or "")) for r in refused)
            return 0, tuple(Place(Words(file, file), why) for file, why in files)
        case State.SET_ASIDE:
            partly = [r for r in rows if r["status"] == "partly_accepted"]
            of_them = {r["delivery"] for r in partly}
            places = (
                Place(_cell(q), Words(q["expected_nl"], q["expected_en"]))
                for q in quarantine
                if q["delivery"] in of_them
            )
            return sum(r["rows_quarantined"] or 0 for r in partly), tuple(dict.fromkeys(places))


def _cell(row: SetAside) -> Words:
    """A cell that was set aside, as people find it: with the label of its column if it has no address."""
    cell = place(row["cell"], CATALOGUE[row["table"]].labels)
    begin = f"{row['file']}, {row['sheet']}!" if row["sheet"] else f"{row['file']}, "
    return Words(f"{begin}{cell.nl}", f"{begin}{cell.en}")
