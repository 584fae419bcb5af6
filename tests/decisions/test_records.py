"""The register as staging accepted it, and withdrawals: what no longer counts, and what counts instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.common.cycle_tables import CycleTables
from assets.decisions.records import Correction, Decisions, Withdrawal, decides, decision_tables, decisions_of
from assets.decisions.withdrawals import withdraw, withdrawal_results
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from schemas.profile import Feed
from schemas.words import Words
from tests.made_up import profile, table

CYCLE = "2021-03"
USUAL: dict[str, Any] = {"reason": "typefout", "role": "controller", "decided_on": date(2021, 2, 20)}


def feed(identity: str, *tables: str) -> Feed:
    source = {"kind": "files", "path": f"{identity}.xlsx", "format": "workbook", "tables": list(tables)}
    named = {"id": identity, "nl": identity, "en": identity, "period": "none"}
    return Feed.model_validate(named | {"sources": [source]})


REGISTER = feed("register", "correction_records", "waiver_records", "approval_records", "withdrawal_records")
STAFF = feed("staff", "staff")


def test_without_a_register_nothing_was_decided_and_one_that_was_not_taken_up_yet_is_known_as_such(
    tmp_path: Path,
) -> None:
    assert (decides(STAFF), decides(REGISTER)) == (False, True)
    for feeds, tables, decisions in (
        ([STAFF], [], Decisions()),
        ([STAFF, REGISTER], list(REGISTER.tables), Decisions(taken=False)),
    ):
        who = profile(feeds=feeds)
        assert decision_tables(who) == tables
        assert decisions_of(CycleTables(Workspace(tmp_path), who, CYCLE)) == decisions


def test_records_come_as_they_were_delivered_with_an_empty_text_for_an_empty_cell(tmp_path: Path) -> None:
    workspace, who = Workspace(tmp_path), profile(feeds=[REGISTER])
    approval = {"feed": "reports", "period": "2019-2020", "unit": "North", "council": "council", "decision": "approved"}
    rows: dict[str, dict[str, Any]] = {
        "correction_records": {"file": "a.csv", "cell": "row 2, fte", "expected": "1", **USUAL},
        "waiver_records": {"cycle": CYCLE, "feed": "staff", **USUAL},
        "withdrawal_records": {"file": "b.csv", **USUAL},
        "approval_records": approval | {"decided_on": date(2021, 2, 1)},
    }
    for name, row in rows.items():
        records = table(name, [row])
        workspace.write(CYCLE, "staged", name, records.append_column("_delivery", [["r" * 16]]))
    decisions = decisions_of(CycleTables(workspace, who, CYCLE))
    assert decisions.taken
    assert decisions.corrections == (
        Correction("typefout", "controller", date(2021, 2, 20), "r" * 16, "a.csv", "", "row 2, fte", "1", ""),
    )
    assert decisions.corrections[0].place == "a.csv row 2, fte"
    assert [(w.feed, w.unit, w.rule, w.place) for w in decisions.waivers] == [("staff", "", "", "staff")]
    assert [(w.file, w.sha256) for w in decisions.withdrawals] == [("b.csv", "")]
    assert [(a.place, a.decision, a.registered) for a in decisions.approvals] == [
        ("reports 2019-2020 North", "approved", True)
    ]


DECIDED = date(2021, 2, 1)


def delivery(name: str, content: str, day: date) -> Delivery:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Delivery("report", 0, name, content * 64, 3, day, "2019-2020", "FGW", arrived=moment)


FIRST = delivery("FGW.xlsx", "a", date(2020, 12, 1))
SECOND = delivery("FGW_v2.xlsx", "b", date(2021, 1, 15))


def withdrawal(file: str = SECOND.path, sha256: str = "", decided_on: date = DECIDED) -> Withdrawal:
    return Withdrawal("verkeerd jaar", "controller", decided_on, "r" * 16, file, sha256)


COPY = replace(SECOND, path="FGW_kopie.xlsx")
LATER = delivery("FGW_v3.xlsx", "b", date(2021, 2, 2))
REPLACED = replace(delivery(SECOND.path, "c", date(2021, 2, 2)), uptake=1)
EARLIER = replace(delivery(SECOND.path, "c", date(2021, 1, 20)), uptake=1)


STANDINGS: dict[str, tuple[list[Delivery], str, str]] = {
    "the next older version counts again": ([FIRST, SECOND], "", "1 current, _v2 2 withdrawn"),
    "without an older version nothing counts": ([SECOND], "", "_v2 1 withdrawn"),
    "a duplicate counts in its place": ([SECOND, COPY], "", "_kopie 1 current, _v2 1 withdrawn"),
    "delivered again after the decision": ([FIRST, SECOND, LATER], "", "1 superseded, _v2 2 withdrawn, _v3 3 current"),
    "also under the same name": ([FIRST, SECOND, REPLACED], "", "1 superseded, _v2 2 withdrawn, _v2 3 current"),
    "by its bytes and no others": ([SECOND, EARLIER], "B" * 64, "_v2 1 withdrawn, _v2 2 current"),
    "by its name whatever the bytes": ([SECOND, EARLIER], "", "_v2 1 withdrawn, _v2 2 withdrawn"),
}


@pytest.mark.parametrize("case", STANDINGS)
def test_what_is_withdrawn_does_not_count_and_what_is_left_does(case: str) -> None:
    deliveries, sha256, expected = STANDINGS[case]
    names = [
        f"{d.path.removeprefix('FGW').removesuffix('.xlsx')} {d.version} {d.standing}".strip()
        for d in withdraw(in_order(deliveries), [withdrawal(sha256=sha256)])
    ]
    assert ", ".join(names) == expected


def test_a_withdrawn_delivery_says_why_and_what_stands_nowhere_is_not_withdrawn() -> None:
    deliveries = in_order([FIRST, SECOND])
    why = Words("ingetrokken op 1 februari 2021: verkeerd jaar", "withdrawn on 1 February 2021: verkeerd jaar")
    assert withdraw(deliveries, [withdrawal()])[1].reason == why
    assert withdraw(deliveries, []) == deliveries
    lost = replace(SECOND, standing=Standing.UNPLACED, reason="there is no unit")
    assert withdraw([lost], [withdrawal()]) == [lost]


def test_a_withdrawal_of_nothing_is_reported() -> None:
    assert withdrawal_results([], [FIRST]) == []
    assert [r.outcome for r in withdrawal_results([withdrawal()], [FIRST, SECOND])] == [Outcome.PASSED]
    for idle in (withdrawal("FGW_v9.xlsx"), withdrawal(decided_on=date(2021, 1, 14)), withdrawal(sha256="f" * 64)):
        (result,) = withdrawal_results([idle, withdrawal()], [FIRST, SECOND])
        assert (result.outcome, result.cells) == (Outcome.FAILED, (idle.file,))
