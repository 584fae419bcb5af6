"""What was to come in, what did, and what that means for the figures: the status of every delivery of a cycle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.delivered.collect import Expected, deadline, expected_periods
from assets.delivered.delivery import Delivery, Standing
from assets.spending.ledger import EVERYONE
from assets.staged.staging import Tally
from assets.validation.results import Outcome, RuleResult
from schemas.calendar import Cycle
from schemas.contract import Severity
from schemas.profile import Feed, Profile
from schemas.profile.models import FileSource, Period

STATUS_TABLE = "delivery_status"


@dataclass(frozen=True)
class FeedState:
    """A feed after staging: its deliveries, the tally of each by its id, and the units found in rows per period."""

    feed: Feed
    deliveries: Sequence[Delivery]
    tallies: Mapping[str, Tally]
    units: Mapping[str, frozenset[str]]


@dataclass
class DeliveryReport:
    """Rows of `delivery_status`, what the rules about deliveries found, and what is missing for whom.

    `missing` gives, per delivered table and reporting year, what is not there, in words; `missing_rounds` the units per
    (year, round) without a line in the finance feed.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    missing: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    missing_rounds: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def lacking(self) -> list[str]:
        """Everything required that is missing, in words, each once."""
        return list(dict.fromkeys(reason for reasons in self.missing.values() for reason in reasons))


def report(profile: Profile, cycle: Cycle, states: Sequence[FeedState]) -> DeliveryReport:
    """The status of every delivery that a cycle reads or misses."""
    found = DeliveryReport()
    for state in states:
        periods = expected_periods(state.feed, cycle, profile)
        for delivery in state.deliveries:
            found.rows.append(_row(cycle, state, delivery, periods))
        lacking = [_lacking(state, expected) for expected in periods]
        for expected, absent in zip(periods, lacking, strict=True):
            _record_missing(found, profile, cycle, state.feed, expected, absent)
        found.results.append(_delivered(state.feed, periods, lacking))
    found.rows.sort(key=lambda r: (r["feed"], r["period"] or "", r["unit"] or "", r["version"] or 0, r["file"] or ""))
    found.results.extend(_rules(states, found.rows))
    return found


def _row(cycle: Cycle, state: FeedState, delivery: Delivery, periods: Sequence[Expected]) -> dict[str, Any]:
    expected = next((e for e in periods if e.period == delivery.period), None)
    due = deadline(state.feed, expected) if expected else None
    tally = state.tallies.get(delivery.id)
    return {
        "cycle": cycle.key,
        "feed": state.feed.id,
        "period": delivery.period or None,
        "unit": delivery.unit or None,
        "required": state.feed.required,
        "status": _status(delivery, tally),
        "received_on": delivery.received_on,
        "deadline": due,
        "late": due is not None and delivery.received_on > due,
        "file": delivery.path,
        "delivery": delivery.id,
        "sha256": delivery.sha256,
        "version": delivery.version,
        "rows_received": tally.received if tally else None,
        "rows_accepted": tally.accepted if tally else None,
        "rows_quarantined": tally.quarantined if tally else None,
        "reason": delivery.reason or None,
    }


def _status(delivery: Delivery, tally: Tally | None) -> str:
    if delivery.standing is Standing.DUPLICATE:
        return "duplicate"
    if delivery.reason:
        return "rejected"
    if delivery.standing is Standing.SUPERSEDED or tally is None:
        return "superseded"
    return "partly_accepted" if tally.quarantined else "accepted"


def _lacking(state: FeedState, expected: Expected) -> list[str]:
    """The units whose delivery is missing; an empty name stands for a central delivery."""
    read = [d for d in state.deliveries if d.period == expected.period and d.id in state.tallies]
    absent: list[str] = []
    for position, source in enumerate(state.feed.sources):
        of_source = [d for d in read if d.source == position]
        if isinstance(source, FileSource) and "{unit}" in source.path:
            there = {d.unit for d in of_source}
            absent.extend(u for u in state.feed.units if u not in there)
        elif not of_source:
            absent.append("")
        elif not any(isinstance(s, FileSource) and "{unit}" in s.path for s in state.feed.sources):
            there = set(state.units.get(expected.period, frozenset()))
            absent.extend(u for u in state.feed.units if u not in there)
    return list(dict.fromkeys(absent))


def _record_missing(
    into: DeliveryReport, profile: Profile, cycle: Cycle, feed: Feed, expected: Expected, absent: Sequence[str]
) -> None:
    due = deadline(feed, expected)
    for unit in absent:
        into.rows.append(
            {
                "cycle": cycle.key,
                "feed": feed.id,
                "period": expected.period or None,
                "unit": unit or None,
                "required": feed.required,
                "status": "missing",
                "received_on": None,
                "deadline": due,
                "late": False,
                "file": None,
                "delivery": None,
                "sha256": None,
                "version": None,
                "rows_received": None,
                "rows_accepted": None,
                "rows_quarantined": None,
                "reason": None,
            }
        )
    if not feed.required or not absent:
        return
    reasons = [_words(feed, expected, unit) for unit in absent]
    # What is delivered when it changes is read by every year of the cycle.
    of_cycle = {*cycle.years(profile.institution.first_year), expected.year}
    for year in sorted(of_cycle) if feed.period is Period.NONE else (expected.year,):
        for table in feed.tables:
            into.missing[(table, year)].extend(reasons)
    if expected.round:
        units = [unit or EVERYONE for unit in absent]
        into.missing_rounds[(expected.year, expected.round)].extend(units)


def _words(feed: Feed, expected: Expected, unit: str) -> str:
    period = f" {expected.period}" if expected.period else ""
    whose = f", {unit}" if unit else ""
    return f"niet geleverd: {feed.nl}{period}{whose} / not delivered: {feed.en}{period}{whose}"


def _delivered(feed: Feed, periods: Sequence[Expected], lacking: Sequence[Sequence[str]]) -> RuleResult:
    places = tuple(
        " ".join(part for part in (feed.id, expected.period, unit) if part)
        for expected, absent in zip(periods, lacking, strict=True)
        for unit in absent
    )
    severity = Severity.WARNING if feed.required else Severity.INFO
    return RuleResult(
        STATUS_TABLE,
        f"{feed.id}.delivered",
        severity,
        Outcome.FAILED if places else Outcome.PASSED,
        len(periods) * max(1, len(feed.units)),
        len(places),
        f"{feed.nl}: elke verplichte levering is er",
        f"{feed.en}: every required delivery is there",
        cells=places,
    )


def _rules(states: Iterable[FeedState], rows: Sequence[Mapping[str, Any]]) -> list[RuleResult]:
    arrived = [r for r in rows if r["file"]]
    unbalanced = [
        d.path
        for s in states
        for d in s.deliveries
        if (t := s.tallies.get(d.id)) is not None and t.accepted + t.quarantined != t.received
    ]
    return [
        _about_deliveries(
            "arrive_once",
            Severity.INFO,
            len(arrived),
            [r["file"] for r in arrived if r["status"] == "duplicate"],
            "een levering komt een keer aan",
            "a delivery arrives once",
        ),
        _about_deliveries(
            "readable",
            Severity.WARNING,
            len(arrived),
            [r["file"] for r in arrived if r["status"] == "rejected"],
            "een levering is leesbaar en van een bekende eenheid",
            "a delivery is readable and of a known unit",
        ),
        _about_deliveries(
            "on_time",
            Severity.INFO,
            len(arrived),
            [r["file"] for r in arrived if r["late"]],
            "een levering is op tijd",
            "a delivery is on time",
        ),
        _about_deliveries(
            "balance",
            Severity.CRITICAL,
            len(arrived),
            unbalanced,
            "aangenomen en apart gezette regels zijn samen de ontvangen regels",
            "rows accepted and quarantined add up to rows received",
        ),
    ]


def _about_deliveries(
    name: str, severity: Severity, checked: int, places: Sequence[str], nl: str, en: str
) -> RuleResult:
    outcome = Outcome.FAILED if places else Outcome.PASSED
    return RuleResult(
        STATUS_TABLE, f"deliveries.{name}", severity, outcome, checked, len(places), nl, en, cells=tuple(places)
    )
