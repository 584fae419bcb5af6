"""The rules about deliveries themselves: that they are there, once, on time, readable, and that no row is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivery import contested
from schemas.consequences import Costs
from schemas.profile import Feed
from schemas.rows import DeliveryStatusRow
from schemas.words import Words

if TYPE_CHECKING:
    from assets.status.feed_states import FeedState

STATUS_TABLE = "delivery_status"

CHECKS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "delivered": ((".delivered",), "Everything required is there, or waived."),
    "on_time": (("deliveries.on_time",), "Deliveries came on or before their deadline."),
    "readable": (("deliveries.readable",), "Deliveries can be read and are of a unit that exists."),
    "recognised": (
        ("deliveries.recognised", "deliveries.of_this_cycle", "deliveries.used"),
        "No file in the landing zone is passed over, and something of what was found is used.",
    ),
    "one_counts": (("deliveries.arrive_once", "deliveries.unambiguous"), "Each delivery came once, and clearly so."),
    "accounted_for": (("deliveries.balance",), "Rows accepted and quarantined add up to rows received."),
    "approved": (("approvals.",), "What needs approval is approved by the council of the unit."),
    "of_unit": (("faculty_measures.measure_of_unit",), "An account is of a measure that the unit has."),
    "decided": (("corrections.", "withdrawals."), "Decisions about deliveries are about deliveries that are there."),
}
"""The checks on the status, each with the rules that it shows, by how their names begin or end, and a description."""


def of_check(check: str, results: Iterable[RuleResult]) -> list[RuleResult]:
    """The results that a check shows."""
    names, _ = CHECKS[check]
    return [r for r in results if any(r.rule.startswith(n) or (n[0] == "." and r.rule.endswith(n)) for n in names)]


def of_feed(
    feed: Feed, periods: Sequence[Expected], absent: Sequence[Sequence[str]], because: Sequence[Sequence[str]]
) -> RuleResult:
    """Whether every delivery of a feed is there; if all that is not is waived, the rule is."""
    lacking = [
        (Words(*(" ".join(filter(None, (name, expected.period, unit))) for name in (feed.nl, feed.en))), why)
        for expected, units, reasons in zip(periods, absent, because, strict=True)
        for unit, why in zip(units, reasons, strict=True)
    ]
    held_against = [place for place, why in lacking if not why]
    waived = "; ".join(dict.fromkeys(why for _, why in lacking)) if lacking and not held_against else ""
    return RuleResult(
        STATUS_TABLE,
        f"{feed.id}.delivered",
        Costs.FIGURES if feed.required else Costs.NOTHING,
        Outcome.FAILED if lacking else Outcome.PASSED,
        len(periods) * max(1, len(feed.units)),
        len(held_against) or len(lacking),
        f"{feed.nl}: elke verplichte levering is er",
        f"{feed.en}: every required delivery is there",
        cells=tuple(held_against or (place for place, _ in lacking)),
        waived_because=waived,
    )


def delivery_rules(states: Iterable[FeedState], rows: Sequence[DeliveryStatusRow]) -> list[RuleResult]:
    """The rules about what arrived. Replaced and removed deliveries are history, and no longer count as findings."""
    states = list(states)
    arrived = [r for r in rows if r["file"]]
    there = [r for r in arrived if r["in_landing_zone"] is not False]
    unbalanced = [
        d.path
        for s in states
        for d in s.deliveries
        if (t := s.tallies.get(d.id)) is not None and t.accepted + t.quarantined != t.received
    ]
    return [
        about_deliveries(
            "arrive_once",
            Costs.NOTHING,
            len(arrived),
            files_of(r for r in there if r["status"] == "duplicate"),
            "een levering komt een keer aan",
            "a delivery arrives once",
        ),
        about_deliveries(
            "readable",
            Costs.DELIVERY,
            len(arrived),
            files_of(r for r in there if r["status"] == "rejected"),
            "een levering is leesbaar en van een bekende eenheid",
            "a delivery is readable and of a known unit",
        ),
        about_deliveries(
            "on_time",
            Costs.NOTHING,
            len(arrived),
            files_of(r for r in arrived if r["late"]),
            "een levering is op tijd",
            "a delivery is on time",
        ),
        _unambiguous(states, len(arrived)),
        about_deliveries(
            "balance",
            Costs.RELEASE,
            len(arrived),
            unbalanced,
            "aangenomen en apart gezette rijen zijn samen de ontvangen rijen",
            "rows accepted and quarantined add up to rows received",
        ),
    ]


def files_of(rows: Iterable[DeliveryStatusRow]) -> list[str]:
    """The files of deliveries that arrived."""
    return [file for row in rows if (file := row["file"])]


def file_by_delivery(rows: Iterable[DeliveryStatusRow]) -> dict[str, str]:
    """The file of each delivery that arrived, by the id of the delivery."""
    return {row["delivery"]: row["file"] for row in rows if row["delivery"] and row["file"]}


def _unambiguous(states: Iterable[FeedState], checked: int) -> RuleResult:
    groups = [group for state in states for group in contested(state.deliveries)]
    chosen = ", ".join(group[-1].path for group in groups)
    return about_deliveries(
        "unambiguous",
        Costs.NOTE,
        checked,
        [delivery.path for group in groups for delivery in group],
        "van twee verschillende bestanden is duidelijk welk later kwam",
        "of two different files it is clear which came later",
        detail=Words(f"op volgorde van naam telt: {chosen}", f"by order of name counts: {chosen}") if groups else None,
    )


def about_deliveries(
    name: str, costs: Costs, checked: int, places: Sequence[str], nl: str, en: str, detail: Words | None = None
) -> RuleResult:
    """The result of a rule about deliveries, with the files that do not meet it."""
    outcome = Outcome.FAILED if places else Outcome.PASSED
    return RuleResult(
        STATUS_TABLE,
        f"deliveries.{name}",
        costs,
        outcome,
        checked,
        len(places),
        nl,
        en,
        cells=tuple(places),
        detail=detail,
    )
