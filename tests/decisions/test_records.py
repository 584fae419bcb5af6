"""The register as staging accepted it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from assets.common.cycle_tables import CycleTables
from assets.decisions.records import Correction, Decisions, decides, decision_tables, decisions_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Feed
from tests.made_up import profile, table

CYCLE = "2021-03"
USUAL: dict[str, Any] = {"reason": "typefout", "role": "controller", "decided_on": date(2021, 2, 20)}


def feed(identity: str, *tables: str) -> Feed:
    source = {"kind": "files", "path": f"{identity}.xlsx", "format": "workbook", "tables": list(tables)}
    named = {"id": identity, "nl": identity, "en": identity, "period": "none"}
    return Feed.model_validate(named | {"sources": [source]})


REGISTER = feed("register", "correction_records", "waiver_records", "approval_records", "withdrawal_records")
STAFF = feed("staff", "staff")


def test_an_institution_without_a_register_decided_nothing(tmp_path: Path) -> None:
    who = profile(feeds=[STAFF])
    assert decision_tables(who) == []
    assert decisions_of(CycleTables(Workspace(tmp_path), who, CYCLE)) == Decisions()
    assert not decides(STAFF)


def test_a_register_that_was_not_taken_up_yet_is_known_as_such(tmp_path: Path) -> None:
    who = profile(feeds=[STAFF, REGISTER])
    assert decides(REGISTER)
    assert decision_tables(who) == list(REGISTER.tables)
    assert decisions_of(CycleTables(Workspace(tmp_path), who, CYCLE)) == Decisions(taken=False)


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
    found = decisions_of(CycleTables(workspace, who, CYCLE))
    assert found.taken
    assert found.corrections == (
        Correction("typefout", "controller", date(2021, 2, 20), "r" * 16, "a.csv", "", "row 2, fte", "1", ""),
    )
    assert found.corrections[0].place == "a.csv row 2, fte"
    assert [(w.feed, w.unit, w.rule, w.place) for w in found.waivers] == [("staff", "", "", "staff")]
    assert [(w.file, w.sha256) for w in found.withdrawals] == [("b.csv", "")]
    assert [(a.place, a.decision, a.registered) for a in found.approvals] == [
        ("reports 2019-2020 North", "approved", True)
    ]
