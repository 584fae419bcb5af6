"""Approvals: the decisions of councils about deliveries that need their approval.

A unit's annual education report is approved by the council that the profile names for the unit. The report itself lists
consultations; a decision that comes later is in the register. The latest decision counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from assets.decisions.records import Approval
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Feed, Profile
from schemas.rows import ApprovalsRow, FacultyConsultationsRow
from schemas.words import Words

SUBJECT = "faculty_report"
DECIDED = ("approved", "rejected")
WAITING = "waiting"


@dataclass(frozen=True)
class Approved:
    """The approval of a unit's delivery by its council: `approved`, `rejected` or `waiting`, and since when."""

    feed: str
    period: str
    unit: str
    council: str
    approval: str
    decided_on: date | None = None

    @property
    def place(self) -> str:
        """What it is about, as people write it."""
        return f"{self.feed} {self.period} {self.unit}"


def consulted(feed: Feed, rows: pa.Table) -> list[Approval]:
    """The decisions about a report that the reports tell themselves."""
    consultations: list[FacultyConsultationsRow] = rows.to_pylist()
    return [
        Approval(
            feed.id, r["academic_year"], r["unit"], r["council"], r["decision"], r["consulted_on"], registered=False
        )
        for r in consultations
        if r["subject"] == SUBJECT and r["decision"] in DECIDED
    ]


def approvals(
    profile: Profile, feed: Feed, periods: Iterable[tuple[str, int]], decisions: Sequence[Approval]
) -> dict[tuple[str, str], Approved]:
    """By period and unit, how each report of a feed stands with the council of its unit; a unit may have none.

    `periods` are those that the cycle reads, each with the reporting year that it belongs to. There is none if the
    profile asks for no approval.
    Of two decisions on one day the one in the register counts, and of two there the one that rejects.
    """
    councils = {unit.id: unit.council for unit in profile.units}
    approved = {}
    consultations = [one for one in profile.institution.consultations if one.approves_reports]
    for period, year in periods:
        if not any(one.holds_in(year) for one in consultations):
            continue
        for unit in profile.delivering(feed, year):
            council = councils[unit]
            if not council:
                continue
            about = (d for d in decisions if _about(d, feed, period, unit) and d.decision in DECIDED)
            own = [d for d in about if d.council == council]
            last = max(own, key=lambda d: (d.decided_on, d.registered, d.decision == "rejected"), default=None)
            approved[(period, unit)] = (
                Approved(feed.id, period, unit, council, WAITING)
                if last is None
                else Approved(feed.id, period, unit, council, last.decision, last.decided_on)
            )
    return approved


def _about(decision: Approval, feed: Feed, period: str, unit: str) -> bool:
    return (decision.feed, decision.period, decision.unit) == (feed.id, period, unit)


def approval_results(
    profile: Profile,
    approved: Sequence[Approved],
    delivered: Collection[tuple[str, str]],
    decisions: Sequence[Approval],
) -> list[RuleResult]:
    """Whether every report that was delivered, by period and unit, is approved, and by the council that should."""
    of_delivered = [a for a in approved if (a.period, a.unit) in delivered]
    open_ones = [a for a in of_delivered if a.approval != "approved"]
    councils = {unit.id: unit.council for unit in profile.units}
    waiting = {a.place for a in approved if a.approval == WAITING}
    strangers = sorted({d.place for d in decisions if councils.get(d.unit) != d.council and d.place in waiting})
    rejected = ", ".join(a.place for a in open_ones if a.approval == "rejected")
    return [
        RuleResult(
            "approvals",
            "approvals.given",
            Costs.NOTE,
            Outcome.FAILED if open_ones else Outcome.PASSED,
            len(of_delivered),
            len(open_ones),
            "wat goedkeuring behoeft, is goedgekeurd door de raad van de eenheid",
            "what needs approval is approved by the council of the unit",
            cells=tuple(a.place for a in open_ones),
            detail=Words(f"afgewezen: {rejected}", f"rejected: {rejected}") if rejected else None,
        ),
        RuleResult(
            "approvals",
            "approvals.by_the_council",
            Costs.NOTE,
            Outcome.FAILED if strangers else Outcome.PASSED,
            len(decisions),
            len(strangers),
            "een besluit is van de raad die over de eenheid gaat; een ander besluit telt niet",
            "a decision is of the council of the unit; another decision does not count",
            cells=tuple(strangers),
        ),
    ]


def approval_rows(cycle: str, approved: Iterable[Approved]) -> list[ApprovalsRow]:
    """How everything that needs approval stands, as rows of `approvals`."""
    return [
        {
            "cycle": cycle,
            "feed": a.feed,
            "period": a.period,
            "unit": a.unit,
            "council": a.council,
            "approval": a.approval,
            "decided_on": a.decided_on,
        }
        for a in sorted(approved, key=lambda a: (a.feed, a.period, a.unit))
    ]
