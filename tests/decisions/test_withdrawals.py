"""Withdrawals: what no longer counts, and what counts instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from assets.decisions.records import Withdrawal
from assets.decisions.withdrawals import withdraw, withdrawal_results
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order

DECIDED = date(2021, 2, 1)


def delivery(name: str, content: str, day: date) -> Delivery:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Delivery("report", 0, name, content * 64, 3, day, "2019-2020", "FGW", arrived=moment)


FIRST = delivery("FGW.xlsx", "a", date(2020, 12, 1))
SECOND = delivery("FGW_v2.xlsx", "b", date(2021, 1, 15))


def withdrawal(file: str = SECOND.path, sha256: str = "", decided_on: date = DECIDED) -> Withdrawal:
    return Withdrawal("verkeerd jaar", "controller", decided_on, "r" * 16, file, sha256)


def standings(deliveries: list[Delivery], *records: Withdrawal) -> list[tuple[str, int, str]]:
    return [(d.path, d.version, str(d.standing)) for d in withdraw(in_order(deliveries), records)]


def test_the_next_older_version_counts_again() -> None:
    assert standings([FIRST, SECOND], withdrawal()) == [("FGW.xlsx", 1, "current"), ("FGW_v2.xlsx", 2, "withdrawn")]


def test_without_an_older_version_nothing_counts() -> None:
    assert standings([SECOND], withdrawal()) == [("FGW_v2.xlsx", 1, "withdrawn")]


def test_a_withdrawn_delivery_says_why() -> None:
    (_, found) = withdraw(in_order([FIRST, SECOND]), [withdrawal()])
    assert found.reason == (
        "ingetrokken op 1 februari 2021: verkeerd jaar / withdrawn on 1 February 2021: verkeerd jaar"
    )


def test_a_duplicate_of_what_was_withdrawn_counts_in_its_place() -> None:
    again = replace(SECOND, path="FGW_kopie.xlsx")
    assert standings([SECOND, again], withdrawal()) == [
        ("FGW_kopie.xlsx", 1, "current"),
        ("FGW_v2.xlsx", 1, "withdrawn"),
    ]


def test_what_is_delivered_again_after_the_decision_counts() -> None:
    later = delivery("FGW_v3.xlsx", "b", date(2021, 2, 2))
    assert standings([FIRST, SECOND, later], withdrawal()) == [
        ("FGW.xlsx", 1, "superseded"),
        ("FGW_v2.xlsx", 2, "withdrawn"),
        ("FGW_v3.xlsx", 3, "current"),
    ]
    in_place = replace(delivery(SECOND.path, "c", date(2021, 2, 2)), uptake=1)
    assert standings([FIRST, SECOND, in_place], withdrawal()) == [
        ("FGW.xlsx", 1, "superseded"),
        ("FGW_v2.xlsx", 2, "withdrawn"),
        ("FGW_v2.xlsx", 3, "current"),
    ]


def test_a_withdrawal_of_bytes_leaves_others_under_that_name() -> None:
    in_place = replace(delivery(SECOND.path, "c", date(2021, 1, 20)), uptake=1)
    assert standings([SECOND, in_place], withdrawal(sha256="B" * 64)) == [
        ("FGW_v2.xlsx", 1, "withdrawn"),
        ("FGW_v2.xlsx", 2, "current"),
    ]
    assert standings([SECOND, in_place], withdrawal()) == [
        ("FGW_v2.xlsx", 1, "withdrawn"),
        ("FGW_v2.xlsx", 2, "withdrawn"),
    ]


def test_without_records_nothing_changes() -> None:
    deliveries = in_order([FIRST, SECOND])
    assert withdraw(deliveries, []) == deliveries


def test_what_stands_nowhere_is_not_withdrawn() -> None:
    lost = replace(SECOND, standing=Standing.UNPLACED, reason="there is no unit")
    assert withdraw([lost], [withdrawal()]) == [lost]


def test_a_withdrawal_of_nothing_is_reported() -> None:
    assert withdrawal_results([], [FIRST]) == []
    (held,) = withdrawal_results([withdrawal()], [FIRST, SECOND])
    assert held.outcome is Outcome.PASSED
    for idle in (withdrawal("FGW_v9.xlsx"), withdrawal(decided_on=date(2021, 1, 14)), withdrawal(sha256="f" * 64)):
        (found,) = withdrawal_results([idle, withdrawal()], [FIRST, SECOND])
        assert (found.outcome, found.cells) == (Outcome.FAILED, (idle.file,))
