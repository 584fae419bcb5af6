"""Withdrawals: what no longer counts, and what counts instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

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


COPY = replace(SECOND, path="FGW_kopie.xlsx")
LATER = delivery("FGW_v3.xlsx", "b", date(2021, 2, 2))
REPLACED = replace(delivery(SECOND.path, "c", date(2021, 2, 2)), uptake=1)
EARLIER = replace(delivery(SECOND.path, "c", date(2021, 1, 20)), uptake=1)


@pytest.mark.parametrize(
    ("deliveries", "sha256", "expected"),
    [
        pytest.param([FIRST, SECOND], "", "1 current, _v2 2 withdrawn", id="the next older version counts again"),
        pytest.param([SECOND], "", "_v2 1 withdrawn", id="without an older version nothing counts"),
        pytest.param([SECOND, COPY], "", "_kopie 1 current, _v2 1 withdrawn", id="a duplicate counts in its place"),
        pytest.param(
            [FIRST, SECOND, LATER],
            "",
            "1 superseded, _v2 2 withdrawn, _v3 3 current",
            id="what is delivered again after the decision counts",
        ),
        pytest.param(
            [FIRST, SECOND, REPLACED],
            "",
            "1 superseded, _v2 2 withdrawn, _v2 3 current",
            id="also if it is delivered under the same name",
        ),
        pytest.param([SECOND, EARLIER], "B" * 64, "_v2 1 withdrawn, _v2 2 current", id="by its bytes and no others"),
        pytest.param([SECOND, EARLIER], "", "_v2 1 withdrawn, _v2 2 withdrawn", id="by its name whatever the bytes"),
    ],
)
def test_what_is_withdrawn_does_not_count_and_what_is_left_does(
    deliveries: list[Delivery], sha256: str, expected: str
) -> None:
    found = standings(deliveries, withdrawal(sha256=sha256))
    shown = [
        f"{path.removeprefix('FGW').removesuffix('.xlsx')} {version} {standing}" for path, version, standing in found
    ]
    assert ", ".join(one.strip() for one in shown) == expected


def test_a_withdrawn_delivery_says_why() -> None:
    (_, found) = withdraw(in_order([FIRST, SECOND]), [withdrawal()])
    assert found.reason == (
        "ingetrokken op 1 februari 2021: verkeerd jaar / withdrawn on 1 February 2021: verkeerd jaar"
    )


def test_without_records_nothing_changes_and_what_stands_nowhere_is_not_withdrawn() -> None:
    deliveries = in_order([FIRST, SECOND])
    assert withdraw(deliveries, []) == deliveries
    lost = replace(SECOND, standing=Standing.UNPLACED, reason="there is no unit")
    assert withdraw([lost], [withdrawal()]) == [lost]


def test_a_withdrawal_of_nothing_is_reported() -> None:
    assert withdrawal_results([], [FIRST]) == []
    (held,) = withdrawal_results([withdrawal()], [FIRST, SECOND])
    assert held.outcome is Outcome.PASSED
    for idle in (withdrawal("FGW_v9.xlsx"), withdrawal(decided_on=date(2021, 1, 14)), withdrawal(sha256="f" * 64)):
        (found,) = withdrawal_results([idle, withdrawal()], [FIRST, SECOND])
        assert (found.outcome, found.cells) == (Outcome.FAILED, (idle.file,))
