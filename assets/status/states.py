"""How the deliveries of a cycle stand, from what staging left in the workspace: whole, in part, or nothing yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from assets.decisions.approvals import Approved, approval_results, approvals, consulted
from assets.decisions.corrections import NOWHERE, OF_ANSWERS, OF_REGISTER
from assets.decisions.records import Correction, Decisions, decides, decisions_of
from assets.decisions.waivers import Waivers
from assets.decisions.withdrawals import withdrawal_results
from assets.staged.instead import instead
from assets.status.deliveries import DeliveryReport, report
from assets.status.feed_states import FeedState
from assets.status.findings import Closed, closed
from assets.status.losses import DeliveryLoss, described, losses_of, rows_aside
from assets.status.obligations import register_of
from assets.status.unowed_measures import unowed_measures
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, from_table
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.obligations.register import Register
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.staging import Tally
from schemas.calendar import Cycle
from schemas.consequences import Costs
from schemas.profile import Feed, Profile
from schemas.profile.feeds import needs_approval
from schemas.profile.flow import STAGED_STEP
from schemas.spelling import composed
from schemas.words import Words, both, words_of
from schemas.written import place

UNMADE = (both(NOWHERE), both(OF_ANSWERS))
"""Why a correction was not made where its row was not set aside for it."""


@dataclass
class CycleStatus:
    """Everything that is known of the deliveries of a cycle; `waivers` knows which deliveries it was needed for."""

    report: DeliveryReport
    states: list[FeedState]
    owed: Register
    decisions: Decisions
    waivers: Waivers
    approved: list[Approved] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    lost: list[DeliveryLoss] = field(default_factory=list)
    aside: dict[tuple[str, int], int] = field(default_factory=dict)
    unmade: list[str] = field(default_factory=list)

    @property
    def lacking(self) -> list[str]:
        """Everything that has to come, that was set aside and figures need, or was not corrected, in both languages."""
        return [*self.owed.lacking, *described(self.lost, waived=False), *self.unmade]

    @property
    def without(self) -> list[str]:
        """Everything that is done without by decision, in both languages."""
        return [*self.owed.without, *described(self.lost, waived=True)]

    @property
    def taken(self) -> bool:
        """Whether every feed was taken up for the cycle."""
        return all(state.taken for state in self.states)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each delivery by its id."""
        return {d.id: d.unit for state in self.states for d in state.deliveries}


def status_of(workspace: Workspace, profile: Profile, cycle: Cycle, day: date | None = None) -> CycleStatus:
    """How the deliveries of a cycle stand, and what is owed. What was not taken up yet is missing, or not pulled.

    What is due is judged by a day, or else by the month of the cycle, as a release does.
    """
    decisions = decisions_of(workspace, profile, cycle.key)
    waivers = Waivers.of(cycle.key, decisions.waivers)
    states = [state_of(workspace, profile, cycle, feed, decisions) for feed in profile.feeds]
    owed = register_of(workspace, profile, cycle, states, decisions, waivers, day)
    found = CycleStatus(report(profile, cycle, states, owed), states, owed, decisions, waivers)
    found.approved = [approved for state in states for approved in state.approved.values()]
    found.closed = [c for state in states for c in closed(workspace, state.feed.id, state.deliveries)]
    found.lost = losses_of(workspace, cycle.key, states, waivers, owed)
    found.owed = owed.with_rows_aside(one.about for one in found.lost if one.has_content)
    found.aside = rows_aside(workspace, cycle.key, states)
    found.unmade = _unmade(workspace, cycle.key, states, waivers)
    found.report.results.extend(_decision_results(workspace, profile, cycle, found))
    files = {d.id: d.path for state in states for d in state.deliveries}
    found.report.results.extend(unowed_measures(workspace, profile, cycle.key, files))
    because = waivers.rule("approvals.given")
    found.report.results = [
        replace(r, waived_because=because) if r.rule == "approvals.given" and r.outcome is Outcome.FAILED else r
        for r in found.report.results
    ]
    return found


def state_of(
    workspace: Workspace, profile: Profile, cycle: Cycle, feed: Feed, decisions: Decisions | None = None
) -> FeedState:
    """A feed as staging left it, or as one of which nothing was taken up."""
    decisions = decisions or Decisions()
    approved: dict[tuple[str, str], Approved] = {}
    if needs_approval(feed):
        approved = approvals(
            profile,
            feed,
            [(expected.period, expected.year) for expected in expected_periods(feed, cycle, profile)],
            [*_told(workspace, cycle.key, feed), *decisions.approvals],
        )
    kept = workspace.found_json(cycle.key, STAGED_STEP, feed.id)
    if kept is None:
        return FeedState(feed, (), {}, {}, approved=approved, taken=False)
    deliveries = [Delivery.from_json(d) for d in kept["deliveries"]]
    of_tables = {name: {i: Tally(**counts) for i, counts in of.items()} for name, of in kept["tallies"].items()}
    tallies: dict[str, Tally] = {}
    for of_table in of_tables.values():
        for delivery, tally in of_table.items():
            tallies[delivery] = _added(tallies.get(delivery), tally)
    units: dict[str, set[str]] = defaultdict(set)
    for one in deliveries:
        units[one.period].update(kept["units"].get(one.id, ()))
    return FeedState(
        feed,
        deliveries,
        tallies,
        {period: frozenset(found) for period, found in units.items()},
        _corrected(workspace, cycle.key, feed),
        approved,
        replaced=instead(deliveries, of_tables),
    )


def _corrected(workspace: Workspace, cycle: str, feed: Feed) -> dict[str, int]:
    """How many cells of each delivery were corrected."""
    kept = workspace.found_json(cycle, STAGED_STEP, f"{feed.id}.corrections")
    made: Counter[str] = Counter()
    for delivery, _, cells in kept["made"] if kept else ():
        made[delivery] += cells
    return dict(made)


def _told(workspace: Workspace, cycle: str, feed: Feed) -> list[Any]:
    """The decisions of councils that the deliveries of a feed tell themselves."""
    path = workspace.path(cycle, STAGED_STEP, "faculty_consultations")
    return consulted(feed, workspace.read(cycle, STAGED_STEP, "faculty_consultations")) if path.is_file() else []


def _added(one: Tally | None, other: Tally) -> Tally:
    if one is None:
        return other
    return Tally(*(getattr(one, f.name) + getattr(other, f.name) for f in fields(Tally)))


def _decision_results(workspace: Workspace, profile: Profile, cycle: Cycle, found: CycleStatus) -> list[RuleResult]:
    """What the rules about decisions found. Those that look at every feed wait until every feed was taken up."""
    delivered = {(d.period, d.unit) for state in found.states for d in state.deliveries if state.reads(d)}
    every = [*found.decisions.approvals]
    for state in found.states:
        if needs_approval(state.feed):
            every.extend(_told(workspace, cycle.key, state.feed))
    results = []
    if any(needs_approval(state.feed) for state in found.states):
        results.extend(approval_results(profile, found.approved, delivered, every))
    if found.taken:
        everything = [d for state in found.states for d in state.deliveries]
        results.extend(withdrawal_results(found.decisions.withdrawals, everything))
        results.extend(_applies(workspace, cycle.key, found))
    return results


def _unmade(workspace: Workspace, cycle: str, states: Sequence[FeedState], waivers: Waivers) -> list[str]:
    """The corrections that were decided and not made, and for which nothing was set aside: what is wrong counts."""
    said = []
    for state in states:
        name = f"{state.feed.id}.results"
        if not workspace.path(cycle, STAGED_STEP, name).is_file():
            continue
        for r in from_table(workspace.read(cycle, STAGED_STEP, name)):
            if r.outcome is Outcome.FAILED and r.detail in UNMADE and not waivers.rule(r.rule):
                why = words_of(r.detail)
                for cell in (one if isinstance(one, Words) else place(one, {}) for one in r.cells):
                    nl, en = f"correctie niet gemaakt: {cell.nl}: {why.nl}", f"correction not made: {cell.en}: {why.en}"
                    said.append(both(Words(nl, en)))
    return said


def _applies(workspace: Workspace, cycle: str, found: CycleStatus) -> list[RuleResult]:
    """Whether every correction is of a delivery that counts."""
    records = found.decisions.corrections
    if not records:
        return []
    met = {
        tuple(key)
        for state in found.states
        if (kept := workspace.found_json(cycle, STAGED_STEP, f"{state.feed.id}.corrections")) is not None
        for key in kept["met"]
    }
    own = {composed(d.path) for state in found.states if decides(state.feed) for d in state.deliveries}
    lost = [record for record in records if key_of(record) not in met]
    register = any(record.file in own for record in lost)
    return [
        RuleResult(
            "correction_records",
            "corrections.applies",
            Costs.NOTE,
            Outcome.FAILED if lost else Outcome.PASSED,
            len(records),
            len(lost),
            "een correctie gaat over een levering die telt",
            "a correction is of a delivery that counts",
            cells=tuple(record.place for record in lost),
            detail=both(OF_REGISTER) if register else "",
        )
    ]


def key_of(record: Correction) -> tuple[str, str, str]:
    """What tells one correction from another."""
    return (record.file, record.sheet, record.cell)


def set_aside(profile: Profile, workspace: Workspace, cycle: str) -> Iterator[Path]:
    """The file of what each feed that was staged for a cycle has set aside."""
    for feed in sorted(profile.feeds, key=lambda feed: feed.id):
        path = workspace.path(cycle, STAGED_STEP, f"{feed.id}.quarantine")
        if path.is_file():
            yield path


def missing_of(workspace: Workspace, cycle: str, what: str = "tables") -> dict[tuple[str, int], Sequence[str]]:
    """Per delivered table and reporting year: what was required and is not there; with `waived`, what is done without.

    Raises `UsageError` where the status has not been made for the cycle.
    """
    return {(table, year): reasons for table, year, reasons in workspace.read_json(cycle, "status", "missing")[what]}


def missing_rounds_of(workspace: Workspace, cycle: str, what: str = "rounds") -> dict[tuple[int, int], Sequence[str]]:
    """Per year and round: the units that are required and are not there; with `waived_rounds`, those done without."""
    return {(year, number): units for year, number, units in workspace.read_json(cycle, "status", "missing")[what]}
