"""Cycles in which something was decided: corrections, waivers, withdrawals, and versions in any order."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.profile import Profile
from tests.command_line import CommandLine
from tests.faults.outcome import whole
from tests.flow.conftest import Ran
from tests.register import write_register
from tests.sample_year import CYCLE, SampleYear, run

REPORTS = "onderwijsjaarverslag/2019-2020"
CORRECTED, ABSENT, SUPPLANTED = "FSW", "HA", "FGW"
RULES = ("bfr.key", "bfr.theme.codes", "control_totals.delivered_total", "faculty_study_advisers.fte.range")
TAKE_UP = "take_up_faculty_report"


def stamp(path: Path, day: str) -> None:
    moment = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
    os.utime(path, (moment, moment))


def set_cell(source: Path, to: Path, sheet: str, cell: str, value: Any, day: str) -> None:
    """Write a report with another value in one cell, as it came in on a day."""
    book = openpyxl.load_workbook(source)
    book[sheet][cell] = value
    book.save(to)
    stamp(to, day)


def fte_of(landing: Path, unit: str) -> float:
    return float(openpyxl.load_workbook(landing / REPORTS / f"{unit}.xlsx")["Studieadviseurs"]["A2"].value)


def copied(landing: Path, to: Path) -> Path:
    return Path(shutil.copytree(landing, to, copy_function=shutil.copy2))


def figure(ran: SampleYear, indicator: str, year: int = 2020) -> dict[str, Any]:
    key = (indicator, year, None, None)
    names = ("indicator", "reporting_year", "unit", "level")
    (row,) = (r for r in ran.published("indicator_values") if tuple(r[name] for name in names) == key)
    return row


@pytest.fixture(scope="module")
def decided(ran: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A cycle in which a cell is corrected, a report that never came is waived, and a later version is withdrawn."""
    base = tmp_path_factory.mktemp("decided")
    zone = copied(ran.landing, base / "zone")
    (zone / REPORTS / f"{ABSENT}.xlsx").unlink()
    wrong = zone / REPORTS / f"{SUPPLANTED}_v2.xlsx"
    set_cell(zone / REPORTS / f"{SUPPLANTED}.xlsx", wrong, "Studieadviseurs", "A2", 150, "2021-01-10T12:00")
    corrected = {"file": f"{REPORTS}/{CORRECTED}.xlsx", "expected": str(fte_of(zone, CORRECTED)).replace(".", ",")}
    absent = {"feed": "faculty_report", "period": "2019-2020", "unit": ABSENT, "reason": "opgeheven"}
    cell = {"sheet": "Studieadviseurs", "cell": "A2"}
    write_register(
        zone / "besluiten" / "besluiten.xlsx",
        corrections=[
            {**cell, **corrected, "new_value": "20,5"},
            {**cell, "file": f"{REPORTS}/XYZ.xlsx", "expected": "1"},
        ],
        waivers=[{"cycle": CYCLE, **absent}, {"cycle": CYCLE, "feed": "bfr"}],
        withdrawals=[{"file": f"{REPORTS}/{SUPPLANTED}_v2.xlsx", "reason": "verkeerd bestand"}],
    )
    out = base / "out"
    return Ran(zone, Workspace(out), run(zone, out, counted=ran.workspace))


def status_of(ran: Ran, file: str) -> dict[str, Any]:
    (row,) = [r for r in ran.published("delivery_status") if r["file"] == file]
    return row


def test_a_correction_changes_a_figure_by_exactly_that_and_a_waived_unit_is_done_without(
    ran: SampleYear, decided: Ran
) -> None:
    assert decided.result.success
    before, after = figure(ran, "study_adviser_fte"), figure(decided, "study_adviser_fte")
    difference = 20.5 - fte_of(ran.landing, CORRECTED) - fte_of(ran.landing, ABSENT)
    assert after["value"] == pytest.approx(before["value"] + difference, abs=1e-12)
    assert after["status"] == "ok"
    assert figure(decided, "bko_share") == figure(ran, "bko_share"), "what was decided changes nothing else"


def test_a_correction_is_published_counted_and_part_of_the_evidence(decided: Ran) -> None:
    (row,) = decided.published("corrections")
    corrected = status_of(decided, f"{REPORTS}/{CORRECTED}.xlsx")
    assert (row["delivery"], row["table"], row["cell"]) == (
        corrected["delivery"],
        "faculty_study_advisers",
        "Studieadviseurs!A2",
    )
    assert (row["new_value"], row["reason"], row["role"]) == ("20,5", "typefout", "controller")
    assert corrected["cells_corrected"] == 1
    register = status_of(decided, "besluiten/besluiten.xlsx")
    assert (register["feed"], register["status"]) == ("decisions", "accepted")
    lineage = [r for r in decided.published("lineage") if ":study_adviser_fte:" in r["figure_id"]]
    evidence = [(r["delivery"], r["rows"]) for r in lineage if r["part"] == "corrections"]
    assert evidence == [(register["delivery"], 1)]
    manifest = json.loads((decided.workspace.current / CYCLE / "manifest.json").read_text())
    assert register["sha256"] in {delivery["sha256"] for delivery in manifest["inputs"]}


def test_explaining_a_figure_tells_the_correction_at_its_cell_and_the_waiver(decided: Ran) -> None:
    released = Released(ReleaseReader(decided.workspace.current / CYCLE))
    explained = explain(released, f"{CYCLE}:indicator:2020:study_adviser_fte:all:all")
    (cell,) = [
        cell
        for node in explained.parts[0].nodes[0].below
        if node.details["file"] == f"{REPORTS}/{CORRECTED}.xlsx"
        for cell in node.below
    ]
    assert (cell.details["cell"], cell.details["written"], cell.amount) == ("A2", "20,5", Decimal("20.5"))
    (row,) = decided.published("corrections")
    assert cell.note is not None
    assert cell.note.nl == f"gecorrigeerd: er stond {row['expected']}; typefout"
    assert [one["reason"] for one in explained.waivers] == ["opgeheven"]
    assert [one["new_value"] for one in explained.corrections] == ["20,5"]


def test_a_correction_of_what_was_never_delivered_is_reported(decided: Ran) -> None:
    findings = decided.findings()
    assert findings["corrections.applies"]["cells"] == f"{REPORTS}/XYZ.xlsx Studieadviseurs!A2"
    assert "corrections.guard" not in findings


def test_a_waived_unit_is_not_lacking_and_every_figure_without_it_says_so(ran: SampleYear, decided: Ran) -> None:
    manifest = json.loads((decided.workspace.current / CYCLE / "manifest.json").read_text())
    assert manifest["lacking"] == []
    note = figure(decided, "study_adviser_fte")["note_nl"]
    assert f"zonder facultair onderwijsjaarverslag 2019-2020, {ABSENT} (ontheffing: opgeheven)" in note
    english = figure(decided, "study_adviser_fte")["note_en"]
    assert f"without faculty's annual education report 2019-2020, {ABSENT} (waived: opgeheven)" in english
    assert figure(decided, "study_adviser_fte", 2019) == figure(ran, "study_adviser_fte", 2019)
    used = {(r["feed"], r["unit"]): r["used"] for r in decided.published("waivers")}
    assert used == {("faculty_report", ABSENT): True, ("bfr", None): False}
    assert decided.findings()["waivers.needed"]["cells"] == "bfr"


def test_a_withdrawn_version_does_not_count_and_is_told_with_the_reason(decided: Ran) -> None:
    withdrawn = status_of(decided, f"{REPORTS}/{SUPPLANTED}_v2.xlsx")
    assert (withdrawn["status"], withdrawn["version"]) == ("withdrawn", 2)
    assert "ingetrokken op 20 februari 2021: verkeerd bestand" in withdrawn["reason"]
    counting = status_of(decided, f"{REPORTS}/{SUPPLANTED}.xlsx")
    assert (counting["status"], counting["version"]) == ("accepted", 1)


def test_approvals_are_published_for_every_report(decided: Ran) -> None:
    rows = decided.published("approvals")
    assert len(rows) == 18
    assert {(r["unit"], r["period"]) for r in rows if r["approval"] == "waiting"} == {(ABSENT, "2019-2020")}
    assert status_of(decided, f"{REPORTS}/{SUPPLANTED}.xlsx")["approval"] == "approved"


def test_status_tells_what_was_decided(decided: Ran, command: CommandLine) -> None:
    status = ("status", "--cycle", CYCLE, "--out", decided.workspace.root)
    shown = command.output(*status, "--feed", "faculty_report")
    for words in (
        "1 ingetrokken",
        f"2019-2020 {ABSENT}: ontheffing: opgeheven",
        f"{SUPPLANTED}_v2.xlsx; ingetrokken op 20 februari 2021: verkeerd bestand",
        f"{CORRECTED}.xlsx; gecorrigeerde cellen: 1",
        "akkoord",
    ):
        assert words in shown
    assert max(map(len, shown.split("Apart gezet")[0].split("facultair")[1].splitlines())) <= 80
    deliveries = json.loads(command.output(*status, "--unit", CORRECTED, "--format", "json"))["deliveries"]
    assert {r["unit"] for r in deliveries} == {CORRECTED}
    assert sum(r["cells_corrected"] for r in deliveries) == 1
    assert "Deliveries for cycle" in command.output(*status, "--unit", "FA", "--language", "en")


def test_after_one_feed_was_taken_up_status_tells_that_one_and_what_is_still_expected(
    ran: SampleYear, tmp_path: Path
) -> None:
    result = run(ran.landing, tmp_path, job="take_up_staff")
    assert result.success
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    status = ("delivery_status", "obligations", "quarantine")
    assert made == {"delivered/staff", "staged/staff", *(f"status/{name}" for name in status)}
    by_feed: dict[str, set[str]] = {}
    for row in Workspace(tmp_path).read(CYCLE, "status", "delivery_status").to_pylist():
        by_feed.setdefault(row["feed"], set()).add(row["status"])
    assert (by_feed["staff"], by_feed["bfr"], by_feed["faculty_report"]) == ({"accepted"}, {"not_pulled"}, {"missing"})
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations() if e.asset_key.path[0] == "status"}
    assert set(checks) >= {"delivered", "on_time", "readable", "recognised", "approved", "accounted_for"}
    assert (checks["delivered"], checks["readable"], checks["recognised"]) == (False, True, True)


def test_a_newer_version_is_seen_to_close_what_the_older_one_left_open(
    ran_with_defects: Ran, tmp_path: Path, command: CommandLine
) -> None:
    zone = copied(ran_with_defects.landing, tmp_path / "zone")
    own = ran_with_defects.copied(tmp_path / "out", zone)
    (defect,) = [d for d in ran_with_defects.defects if d.rule == "faculty_study_advisers.fte.range"]
    mended = Path(defect.file).with_name(f"{Path(defect.file).stem}_v2.xlsx")
    set_cell(zone / defect.file, zone / mended, defect.sheet, defect.cell, 6, "2021-02-01T12:00")
    assert run(zone, own.workspace.root, job=TAKE_UP).success
    shown = command.output("status", "--cycle", CYCLE, "--out", own.workspace.root, "--feed", "faculty_report")
    assert "Apart gezet: 0 rijen open, 1 afgehandeld." in shown
    assert f"1 van {defect.file} afgehandeld door {mended}" in shown
    left = own.workspace.read(CYCLE, "status", "quarantine").to_pylist()
    assert defect.rule not in {r["rule"] for r in left}
    assert len(left) == 4


def test_a_guard_that_no_longer_holds_costs_the_row_and_stops_nobody_else(decided: Ran, tmp_path: Path) -> None:
    zone = copied(decided.landing, tmp_path / "zone")
    workspace = decided.copied(tmp_path / "out", zone).workspace
    report = zone / REPORTS / f"{CORRECTED}.xlsx"
    set_cell(report, report, "Studieadviseurs", "A2", 33, "2021-02-25T12:00")
    assert run(zone, workspace.root, job=TAKE_UP).success
    assert run(zone, workspace.root, assets=["validation/quality_results", "publication/release"]).success
    results = workspace.read(CYCLE, "validation", "quality_results").to_pylist()
    (guard,) = [r for r in results if r["rule"] == "corrections.guard"]
    assert (guard["outcome"], guard["costs"]) == ("failed", "figures")
    left = workspace.read(CYCLE, "status", "quarantine").to_pylist()
    assert [(r["cell"], r["rule"]) for r in left] == [("A2", "faculty_study_advisers.fte.type")]
    assert guard["cells"] == f"{REPORTS}/{CORRECTED}.xlsx Studieadviseurs!A2"
    assert "33" not in guard["detail"]


def test_critical_rules_that_are_waived_show_as_failed_and_do_not_block(ran_with_defects: Ran, tmp_path: Path) -> None:
    zone = copied(ran_with_defects.landing, tmp_path / "zone")
    own = ran_with_defects.copied(tmp_path / "out", zone)
    waivers = [{"cycle": CYCLE, "rule": rule, "reason": "bekend"} for rule in RULES]
    write_register(zone / "besluiten" / "besluiten.xlsx", waivers=waivers)
    assert run(zone, own.workspace.root, job="take_up_decisions").success
    assert run(zone, own.workspace.root, assets=["validation/quality_results", "publication/release"]).success
    waived = {r["rule"]: r for r in own.published("quality_results") if r["waived_because"]}
    assert set(waived) == set(RULES)
    assert {(r["outcome"], r["waived_because"]) for r in waived.values()} == {("failed", "bekend")}
    assert {r["rule"] for r in own.published("waivers") if r["used"]} == set(RULES)


def taken_up(zone: Path, out: Path, kept: Path, order: Sequence[str], profile: Profile) -> dict[str, str]:
    """What stands between the steps once the versions of one report were taken up one by one in this order."""
    feed, workspace = profile.feed("faculty_report"), Workspace(out)
    for name in order:
        shutil.copy2(kept / name, zone / REPORTS / name)
        collect(workspace, profile, profile.cycle(CYCLE), feed, Landing(str(zone), profile.institution.timezone), None)
    assert run(zone, out, job=TAKE_UP).success
    return {name: digest for name, digest in whole(out).items() if name.startswith("work/")}


def test_versions_in_any_order_of_arrival_give_the_same_rows(leiden: Profile, ran: SampleYear, tmp_path: Path) -> None:
    original = ran.landing / REPORTS / f"{SUPPLANTED}.xlsx"
    kept = tmp_path / "kept"
    kept.mkdir()
    days = {original.name: "2020-12-28T09:00", f"{SUPPLANTED}_v2.xlsx": "2021-01-10T12:00"}
    days[f"{SUPPLANTED} (3).xlsx"] = "2021-01-09T12:00"
    for number, (name, day) in enumerate(days.items()):
        set_cell(original, kept / name, "Studieadviseurs", "A2", 20 + number, day)
    made = []
    for turn, order in enumerate((list(days), list(days)[::-1])):
        zone = tmp_path / f"zone-{turn}"
        copied(ran.landing / REPORTS, zone / REPORTS)
        (zone / REPORTS / original.name).unlink()
        made.append(taken_up(zone, tmp_path / f"out-{turn}", kept, order, leiden))
    assert made[0] == made[1]
    assert len(made[0]) > 15
    status = Workspace(tmp_path / "out-0").read(CYCLE, "status", "delivery_status").to_pylist()
    versions = {Path(r["file"]).name: r["version"] for r in status if r["file"] and f"{REPORTS}/FGW" in r["file"]}
    assert versions == {f"{SUPPLANTED}.xlsx": 1, f"{SUPPLANTED} (3).xlsx": 2, f"{SUPPLANTED}_v2.xlsx": 3}
