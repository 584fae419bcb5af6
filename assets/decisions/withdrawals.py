"""Withdrawals: deliveries that no longer count, because someone decided so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assets.decisions.records import Withdrawal
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.delivery import APART, Delivery, Standing, in_order
from schemas.consequences import Costs
from schemas.spelling import composed
from schemas.words import Words
from schemas.written import day_in_words


def withdraw(deliveries: Iterable[Delivery], records: Sequence[Withdrawal]) -> list[Delivery]:
    """The deliveries, with those that a record withdraws standing apart and the next older one counting again.

    A record withdraws what was received until the day of the decision: the same thing delivered later, under another
    name or with other bytes, counts. What is put back unchanged under the name that was withdrawn stays withdrawn.
    """
    deliveries = list(deliveries)
    if not records:
        return deliveries
    return in_order(_withdrawn(d, records) for d in deliveries)


def _withdrawn(delivery: Delivery, records: Sequence[Withdrawal]) -> Delivery:
    record = next((r for r in records if _meant(r, delivery)), None)
    if record is None or delivery.standing in APART:
        return delivery
    day, why = day_in_words(record.decided_on), record.reason
    return replace(
        delivery,
        standing=Standing.WITHDRAWN,
        reason=Words(f"ingetrokken op {day.nl}: {why}", f"withdrawn on {day.en}: {why}"),
    )


def _meant(record: Withdrawal, delivery: Delivery) -> bool:
    return (
        record.file == composed(delivery.path)
        and record.sha256.casefold() in ("", delivery.sha256)
        and delivery.received_on <= record.decided_on
    )


def withdrawal_results(records: Sequence[Withdrawal], deliveries: Iterable[Delivery]) -> list[RuleResult]:
    """Whether every record withdraws something; none if there are no records."""
    if not records:
        return []
    everything = list(deliveries)
    idle = [r.file for r in records if not any(_meant(r, d) for d in everything)]
    return [
        RuleResult(
            "withdrawal_records",
            "withdrawals.apply",
            Costs.NOTE,
            Outcome.FAILED if idle else Outcome.PASSED,
            len(records),
            len(idle),
            "een intrekking gaat over een levering die op of voor de dag van het besluit kwam",
            "a withdrawal is of a delivery that came on or before the day of the decision",
            cells=tuple(idle),
        )
    ]
