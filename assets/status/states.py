"""How the deliveries of a cycle stand, from what staging left in the workspace: whole, in part, or nothing yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

from assets.common.cycle_tables import CycleTables
from assets.decisions.approvals import Approved, approval_results, approvals, consulted
from assets.decisions.corrections import NOWHERE, OF_ANSWERS, OF_REGISTER
from assets.decisions.records import Approval, Correction, Decisions, decides, decisions_of
from assets.decisions.waivers import Waivers
from assets.decisions.withdrawals import withdrawal_results
from assets.staged.instead import instead
from assets.status.deliveries import DeliveryReport, report
from assets.status.feed_states import FeedState
from assets.status.findings import Closed, closed
from assets.status.losses import DeliveryLoss, described, losses_of, rows_aside
from assets.status.obligations import register_of
from assets.status.unowed_measures import unowed_measures
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.obligations.register import Register
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.flow import STAGED
from schemas.profile import Feed
from schemas.profile.feeds import needs_approval
from schemas.spelling import composed
from schemas.words import Words
from schemas.written import place

UNMADE = (NOWHERE, OF_ANSWERS)
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
    unmade: list[Words] = field(default_factory=list)

    @property
    def lacking(self) -> list[Words]:
        """Everything that has to come, that was set aside and figures need, or was not corrected."""
        return [*self.owed.lacking, *described(self.lost, waived=False), *self.unmade]

    @property
    def without(self) -> list[Words]:
        """Everything that is done without by decision."""
        return [*self.owed.without, *described(self.lost, waived=True)]

    @property
    def taken(self) -> bool:
        """Whether every feed was taken up for the cycle."""
        return all(state.taken for state in self.states)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each delivery by its id."""
        return {d.id: d.unit for state in self.states for d in state.deliveries}


def status_of(tables: CycleTables, day: date | None = None) -> CycleStatus:
    """How the deliveries of a cycle stand, and what is owed. What was not taken up yet is missing, or not pulled.

    What is due is judged by a day, or else by the month of the cycle, as a release does.
    """
    profile, cycle = tables.profile, tables.cycle
    decisions = decisions_of(tables)
    waivers = Waivers.of(cycle.key, decisions.waivers)
    states = [state_of(tables, feed, decisions) for feed in profile.feeds]
    owed = register_of(tables, states, decisions, waivers, day)
    status = CycleStatus(report(profile, cycle, states, owed), states, owed, decisions, waivers)
    status.approved = [approved for state in states for approved in state.approved.values()]
    status.closed = [c for state in states for c in closed(tables.workspace, state.feed.id, state.deliveries)]
    status.lost = losses_of(tables, states, waivers, owed)
    status.owed = owed.with_rows_aside(one.about for one in status.lost if one.has_content)
    status.aside = rows_aside(tables, states)
    status.unmade = _unmade(tables, states, waivers)
    status.report.results.extend(_decision_results(tables, status))
    files = {d.id: d.path for state in states for d in state.deliveries}
    status.report.results.extend(unowed_measures(tables, files))
    because = waivers.rule("approvals.given")
    status.report.results = [
        replace(r, waived_because=because) if r.rule == "approvals.given" and r.outcome is Outcome.FAILED else r
        for r in status.report.results
    ]
    return status


def state_of(tables: CycleTables, feed: Feed, decisions: Decisions | None = None) -> FeedState:
    """A feed as staging left it, or as one of which nothing was taken up."""
    decisions = decisions or Decisions()
    approved: dict[tuple[str, str], Approved] = {}
    if needs_approval(feed):
        periods = [(one.period, one.year) for one in expected_periods(feed, tables.cycle, tables.profile)]
        approved = approvals(tables.profile, feed, periods, [*_consulted(tables, feed), *decisions.approvals])
    record = tables.feed(feed.id)
    if record is None:
        return FeedState(feed, (), {}, {}, approved=approved, taken=False)
    tallies: dict[str, Tally] = {}
    for of_table in record.tallies.values():
        for delivery, tally in of_table.items():
            tallies[delivery] = _added(tallies.get(delivery), tally)
    units: dict[str, set[str]] = defaultdict(set)
    for one in record.deliveries:
        units[one.period].update(record.units.get(one.id, ()))
    corrected: Counter[str] = Counter()
    for corrected_delivery, _, cells in record.corrected.made:
        corrected[corrected_delivery] += cells
    return FeedState(
        feed,
        record.deliveries,
        tallies,
        {period: frozenset(names) for period, names in units.items()},
        dict(corrected),
        approved,
        replaced=instead(record.deliveries, record.tallies),
    )


def _consulted(tables: CycleTables, feed: Feed) -> list[Approval]:
    """The decisions of councils that the deliveries of a feed tell themselves."""
    name = "faculty_consultations"
    return consulted(feed, tables.staged(name)) if tables.is_staged(name) else []


def _added(one: Tally | None, other: Tally) -> Tally:
    if one is None:
        return other
    return Tally(*(getattr(one, f.name) + getattr(other, f.name) for f in fields(Tally)))


def _decision_results(tables: CycleTables, status: CycleStatus) -> list[RuleResult]:
    """What the rules about decisions found. Those that look at every feed wait until every feed was taken up."""
    delivered = {(d.period, d.unit) for state in status.states for d in state.deliveries if state.reads(d)}
    every = [*status.decisions.approvals]
    for state in status.states:
        if needs_approval(state.feed):
            every.extend(_consulted(tables, state.feed))
    results = []
    if any(needs_approval(state.feed) for state in status.states):
        results.extend(approval_results(tables.profile, status.approved, delivered, every))
    if status.taken:
        everything = [d for state in status.states for d in state.deliveries]
        results.extend(withdrawal_results(status.decisions.withdrawals, everything))
        results.extend(_applies(tables, status))
    return results


def _unmade(tables: CycleTables, states: Sequence[FeedState], waivers: Waivers) -> list[Words]:
    """The corrections that were decided and not made, and for which nothing was set aside: what is wrong counts."""
    sentences = []
    for state in states:
        record = tables.feed(state.feed.id)
        for r in record.results if record else ():
            why = r.detail
            if r.outcome is Outcome.FAILED and why in UNMADE and not waivers.rule(r.rule):
                for cell in (one if isinstance(one, Words) else place(one, {}) for one in r.cells):
                    nl, en = f"correctie niet gemaakt: {cell.nl}: {why.nl}", f"correction not made: {cell.en}: {why.en}"
                    sentences.append(Words(nl, en))
    return sentences


def _applies(tables: CycleTables, status: CycleStatus) -> list[RuleResult]:
    """Whether every correction is of a delivery that counts."""
    records = status.decisions.corrections
    if not records:
        return []
    staged = [record for state in status.states if (record := tables.feed(state.feed.id)) is not None]
    met = {place for record in staged for place in record.corrected.met}
    own = {composed(d.path) for state in status.states if decides(state.feed) for d in state.deliveries}
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
            detail=OF_REGISTER if register else None,
        )
    ]


def key_of(record: Correction) -> tuple[str, str, str]:
    """The identity of a correction."""
    return (record.file, record.sheet, record.cell)


def set_aside(tables: CycleTables) -> Iterator[Path]:
    """The file of what each feed that was staged for a cycle has set aside; none of a feed that has nothing."""
    for feed in sorted(tables.profile.feeds, key=lambda feed: feed.id):
        path = tables.workspace.path(tables.key, STAGED, f"{feed.id}.quarantine")
        if path.is_file():
            yield path
