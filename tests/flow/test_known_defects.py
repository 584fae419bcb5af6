"""Each of the known defects is found by exactly its own rule, shown with its place, and set aside or blocking."""

from __future__ import annotations

from typing import Any

from pipelines.sample.defects import KNOWN
from tests.flow.conftest import CYCLE, Ran


def quarantine(ran: Ran) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted(ran.workspace.step(CYCLE, "staged").glob("*.quarantine.parquet")):
        rows += ran.workspace.read(CYCLE, "staged", path.name.removesuffix(".parquet")).to_pylist()
    return rows


def test_every_defect_is_found_by_exactly_its_own_rule(ran: Ran, ran_with_defects: Ran) -> None:
    before, after = ran.findings(), ran_with_defects.findings()
    assert {d.id for d in ran_with_defects.defects} == set(KNOWN)
    assert set(after) - set(before) == {d.rule for d in ran_with_defects.defects}
    assert {rule: after[rule]["failed"] for rule in set(after) - set(before)} == {
        d.rule: 1 for d in ran_with_defects.defects
    }


def test_every_defect_costs_what_is_declared(ran_with_defects: Ran) -> None:
    found = ran_with_defects.findings()
    assert {d.rule: (found[d.rule]["costs"], found[d.rule]["severity"]) for d in ran_with_defects.defects} == {
        d.rule: (str(d.costs), str(d.costs.severity)) for d in ran_with_defects.defects
    }


def test_every_defect_is_shown_with_its_place(ran_with_defects: Ran) -> None:
    cells = {rule: row["cells"] for rule, row in ran_with_defects.findings().items()}
    for defect in ran_with_defects.defects:
        if defect.sheet:
            assert f"{defect.file} {defect.sheet}!{defect.cell}" in cells[defect.rule], defect.id
        elif defect.row is not None and not defect.rule.startswith("bfr"):
            # The finance database has no row numbers of its own: a line is counted in the order of its key.
            assert f"{defect.file} row {defect.row}" in cells[defect.rule], defect.id
    assert "2020-3" in cells["bfr.key"]
    assert "2020-3" in cells["bfr.theme.codes"]


def test_rows_with_a_defect_are_set_aside_with_what_was_expected(ran_with_defects: Ran) -> None:
    aside = {row["rule"]: row for row in quarantine(ran_with_defects)}
    assert set(aside) == {
        "bfr.key",
        "bfr.theme.codes",
        "enrolments.one_main_enrolment",
        "evaluations.score.range",
        "faculty_study_advisers.fte.range",
    }
    assert aside["evaluations.score.range"]["found"] == "***", "an answer is of a person"
    assert aside["evaluations.score.range"]["expected_nl"] == "1 tot en met 5"
    assert aside["evaluations.score.range"]["expected_en"] == "1 to 5"
    assert aside["faculty_study_advisers.fte.range"]["cell"].startswith(("A", "B", "C", "D"))
    assert "een van " in aside["bfr.theme.codes"]["expected_nl"]


def test_what_a_defect_takes_away_is_owed_still(ran_with_defects: Ran) -> None:
    rows = ran_with_defects.workspace.read("2021-03", "status", "obligations").to_pylist()
    still = {row["obligation"] for row in rows if row["state"] == "open"}
    assert {"delivery:2019-2020:HA:faculty_report", "advisers:2019-2020:FGGA"} <= still
    assert {row["unit"] for row in rows if row["part_of"] == "delivery:2019-2020:HA:faculty_report"} == {"HA"}


def test_critical_defects_stop_publication_and_nothing_is_shown(ran_with_defects: Ran) -> None:
    assert not ran_with_defects.result.success
    assert not ran_with_defects.workspace.current.exists()
    assert not list(ran_with_defects.workspace.root.glob("releases/*/v*"))


def test_rows_accepted_and_set_aside_add_up_to_rows_received(ran: Ran, ran_with_defects: Ran) -> None:
    for one in (ran, ran_with_defects):
        status = one.workspace.read(CYCLE, "status", "delivery_status").to_pylist()
        counted = [r for r in status if r["rows_received"] is not None]
        assert len(counted) > 40
        assert all(r["rows_accepted"] + r["rows_quarantined"] == r["rows_received"] for r in counted)
        assert sum(r["rows_quarantined"] for r in counted) == (0 if one is ran else 5)


def test_the_printing_errors_of_the_report_are_told_apart(ran: Ran) -> None:
    rows = ran.workspace.read(CYCLE, "validation", "quality_results").to_pylist()
    details = [r["detail"] for r in rows if r["rule"].startswith("control_totals.") and r["detail"]]
    told = [d.rpartition(" / ")[2] for d in details]
    assert "difference 2019: stated −€359,000, computed −€361,000: not explained by rounding" in told
    assert "difference 2020: stated €283,000, computed €282,000: explained by rounding" in told
    assert any("334" in d and "is impossible" in d for d in details)
    assert len(details) == 3
