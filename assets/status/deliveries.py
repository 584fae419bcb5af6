"""What was to come in, what did, and what that means for the figures: the status of every delivery of a cycle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from assets.decisions.records import decides
from assets.staged.instead import of_sheets
from assets.status.feed_states import FeedState, taken
from assets.status.rules import STATUS_TABLE, delivery_rules, of_feed
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE
from kwaliteitsmonitor.obligations.deliveries import REFUSED, awaited
from kwaliteitsmonitor.obligations.periods import Expected, deadline, expected_periods
from kwaliteitsmonitor.obligations.register import Register
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.staging import Tally
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, SqlSource
from schemas.rows import DeliveryStatusRow
from schemas.words import Words

__all__ = ["STATUS_TABLE", "DeliveryReport", "FeedState", "report"]


NOT_A_ROW = Words("geen enkele rij telt mee", "not a single row counts")


@dataclass(frozen=True)
class Absent:
    """A delivery that is not there: of a unit, or a central one if that is empty."""

    unit: str
    status: str = "missing"
    waived_because: str = ""


@dataclass
class DeliveryReport:
    """Rows of `delivery_status`, what the rules about deliveries found, and what is missing for whom.

    `missing` gives, per delivered table and reporting year, what is not there, in words; `missing_rounds` the units per
    (year, round) without a line in the finance feed. `waived` and `waived_rounds` are the same for what a decision says
    that the release may do without. `missing_units` are those that a table of a year lacks; an empty one is all of it.
    """

    rows: list[DeliveryStatusRow] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    missing: dict[tuple[str, int], list[Words]] = field(default_factory=lambda: defaultdict(list))
    missing_rounds: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    waived: dict[tuple[str, int], list[Words]] = field(default_factory=lambda: defaultdict(list))
    waived_rounds: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    missing_units: set[tuple[str, int, str]] = field(default_factory=set)


def report(profile: Profile, cycle: Cycle, states: Sequence[FeedState], owed: Register) -> DeliveryReport:
    """The status of every delivery that a cycle reads or misses; the register says what is owed and may be missed."""
    result = DeliveryReport()
    for state in states:
        periods = expected_periods(state.feed, cycle, profile)
        for delivery in state.deliveries:
            result.rows.append(_row(cycle, state, delivery, periods))
        if decides(state.feed) and not state.feed.required:
            continue  # no one is waiting for decisions
        lacking = [_absent(state, expected, profile, owed) for expected in periods]
        for expected, absent in zip(periods, lacking, strict=True):
            _record_missing(result, profile, cycle, state, expected, absent)
        because = [[a.waived_because for a in absent] for absent in lacking]
        result.results.append(of_feed(state.feed, periods, [[a.unit for a in absent] for absent in lacking], because))
    result.rows.sort(key=_order)
    result.results.extend(delivery_rules(states, result.rows))
    return result


def _order(row: DeliveryStatusRow) -> tuple[str | int, ...]:
    return (row["feed"], row["period"] or "", row["unit"] or "", row["version"] or 0, row["file"] or "", row["status"])


def _row(cycle: Cycle, state: FeedState, delivery: Delivery, periods: Sequence[Expected]) -> DeliveryStatusRow:
    expected = next((e for e in periods if e.period == delivery.period), None)
    due = deadline(state.feed, expected) if expected else None
    tally = state.tallies.get(delivery.id)
    approved = state.approved.get((delivery.period, delivery.unit)) if state.reads(delivery) else None
    known = delivery.sha256 != ""
    reason = _reason(state, delivery, tally)
    return _empty(cycle, state.feed, delivery.period, delivery.unit, due) | {
        "status": _status(delivery, tally),
        "received_on": delivery.received_on,
        "late": due is not None and delivery.received_on > due,
        "file": delivery.path,
        "delivery": delivery.id if known else None,
        "sha256": delivery.sha256 if known else None,
        "version": delivery.version if known else None,
        "rows_received": tally.received if tally else None,
        "rows_accepted": tally.accepted if tally else None,
        "rows_quarantined": tally.quarantined if tally else None,
        "rows_left_out": tally.left_out if tally else None,
        "cells_corrected": state.corrected.get(delivery.id, 0) if tally else None,
        "approval": approved.approval if approved else None,
        "approved_on": approved.decided_on if approved and approved.approval == "approved" else None,
        "in_landing_zone": delivery.in_landing_zone,
        "reason_nl": reason.nl if reason else None,
        "reason_en": reason.en if reason else None,
    }


def _reason(state: FeedState, delivery: Delivery, tally: Tally | None) -> Words | None:
    """Why a delivery does not count, or for which of its sheets another one does."""
    if delivery.reason or (tally and tally.quarantined and not tally.accepted):
        return delivery.reason or NOT_A_ROW
    return of_sheets(delivery, state.replaced)


def _empty(cycle: Cycle, feed: Feed, period: str, unit: str, due: date | None) -> DeliveryStatusRow:
    """A row that says no more than what is expected of whom, and by when."""
    names = ("received_on", "file", "delivery", "sha256", "version", "rows_received", "rows_accepted")
    more = ("rows_quarantined", "rows_left_out", "cells_corrected", "waived_because", "approval", "approved_on")
    row = {
        "cycle": cycle.key,
        "feed": feed.id,
        "period": period or None,
        "unit": unit or None,
        "required": feed.required,
        "status": "missing",
        "deadline": due,
        "late": False,
        **dict.fromkeys((*names, *more, "in_landing_zone", "reason_nl", "reason_en")),
    }
    return cast("DeliveryStatusRow", row)


def _status(delivery: Delivery, tally: Tally | None) -> str:
    match delivery.standing:
        case Standing.DUPLICATE | Standing.WITHDRAWN | Standing.ARRIVING as standing:
            return str(standing)
        case _ if delivery.reason:
            return "rejected"
        case Standing.SUPERSEDED:
            return "superseded"
    if tally is None:
        return "superseded"
    if tally.quarantined and not tally.accepted:
        return "rejected"
    return "partly_accepted" if tally.quarantined else "accepted"


def _absent(state: FeedState, expected: Expected, profile: Profile, owed: Register) -> list[Absent]:
    """What is missing of a period, by the register; of a feed that nobody has to deliver, by what came of it."""
    pulled = any(isinstance(source, SqlSource) for source in state.feed.sources)
    status = "not_pulled" if pulled and not state.taken else "missing"
    if not state.feed.required:
        units = profile.delivering(state.feed, expected.year)
        awaiting = awaited(taken(state), expected, units)
        return [Absent(unit, "missing" if unit else status) for unit, arrived in awaiting if not arrived]
    return [
        Absent(unit, "missing" if unit else status, entry.waived_because)
        for (feed, period, unit), entry in owed.deliveries().items()
        if (feed, period) == (state.feed.id, expected.period) and entry.met is None
    ]


def _record_missing(
    into: DeliveryReport,
    profile: Profile,
    cycle: Cycle,
    state: FeedState,
    expected: Expected,
    absent: Sequence[Absent],
) -> None:
    feed = state.feed
    due = deadline(feed, expected)
    for one in absent:
        row = _empty(cycle, feed, expected.period, one.unit, due)
        into.rows.append(row | {"status": one.status, "waived_because": one.waived_because or None})
    if not feed.required:
        return
    # What is delivered when it changes is read by every year of the cycle.
    of_cycle = {*cycle.years(profile.institution.first_year), expected.year}
    years = sorted(of_cycle) if feed.period is Period.NONE else [expected.year]
    for one in absent:
        why = one.waived_because
        tables, rounds = (into.waived, into.waived_rounds) if why else (into.missing, into.missing_rounds)
        reason = _without(feed, expected, one.unit, why) if why else _words(state, expected, one.unit)
        for year in years:
            for table in feed.tables:
                tables[(table, year)].append(reason)
                into.missing_units |= set() if why else {(table, year, one.unit)}
        for number in _rounds(profile, feed, expected):
            rounds[(expected.year, number)].append(one.unit or EVERYONE)


def _rounds(profile: Profile, feed: Feed, expected: Expected) -> Sequence[int]:
    """The rounds that a delivery is of: the one of its period, or if money comes by the year every one of that."""
    if expected.round:
        return (expected.round,)
    return profile.rounds if "bfr" in feed.tables and feed.period is not Period.NONE else ()


def _whose(feed_name: str, expected: Expected, unit: str) -> str:
    period = f" {expected.period}" if expected.period else ""
    return f"{feed_name}{period}{f', {unit}' if unit else ''}"


def _words(state: FeedState, expected: Expected, unit: str) -> Words:
    feed = state.feed
    nl, en = _whose(feed.nl, expected, unit), _whose(feed.en, expected, unit)
    if {(expected.period, unit), (expected.period, "")} & state.refused:
        return Words(f"{REFUSED.nl}: {nl}", f"{REFUSED.en}: {en}")
    return Words(f"niet geleverd: {nl}", f"not delivered: {en}")


def _without(feed: Feed, expected: Expected, unit: str, why: str) -> Words:
    nl, en = _whose(feed.nl, expected, unit), _whose(feed.en, expected, unit)
    return Words(f"zonder {nl} (ontheffing: {why})", f"without {en} (waived: {why})")
