"""Cycles in which something is wrong and something was decided: corrections, waivers, withdrawals, and versions."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from assets.common.resources import Institution
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.definitions import build_definitions
from schemas.profile import Profile
from tests.command_line import CommandLine
from tests.faults.outcome import whole
from tests.flow.conftest import Ran
from tests.register import write_register
from tests.sample_year import CYCLE, SampleYear, run

REPORTS = "onderwijsjaarverslag/2019-2020"
CORRECTED, ABSENT, SUPPLANTED, CHANGED, MISSING, BROKEN = "FSW", "HA", "FGW", "FdR", "FGGA", "FWN"
ADVISERS = {"sheet": "Studieadviseurs", "cell": "A2"}
RULES = ("bfr.key", "bfr.theme.codes", "control_totals.delivered_total", "faculty_study_advisers.fte.range")
TAKE_UP = "take_up_faculty_report"
JUDGED = ("validation/quality_results", "publication/release")


def report(unit: str, more: str = "") -> str:
    return f"{REPORTS}/{unit}{more}.xlsx"


def set_cell(source: Path, to: Path, sheet: str, cell: str, value: Any, day: str) -> None:
    """Write a report with another value in one cell, as it came in on a day."""
    book = openpyxl.load_workbook(source)
    book[sheet][cell] = value
    book.save(to)
    moment = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
    os.utime(to, (moment, moment))


def fte_of(landing: Path, unit: str) -> float:
    return float(openpyxl.load_workbook(landing / report(unit))["Studieadviseurs"]["A2"].value)


def copied(landing: Path, to: Path) -> Path:
    return Path(shutil.copytree(landing, to, copy_function=shutil.copy2))


def figure(ran: SampleYear, indicator: str, year: int = 2020) -> dict[str, Any]:
    rows = ran.published("indicator_values")
    (row,) = (
        r for r in rows if (r["indicator"], r["reporting_year"], r["unit"], r["level"]) == (indicator, year, None, None)
    )
    return row


def status_of(ran: SampleYear, file: str) -> dict[str, Any]:
    (row,) = [r for r in ran.published("delivery_status") if r["file"] == file]
    return row


def made_of_reports_and_decisions() -> list[str]:
    """The assets of a cycle that are made anew where only reports and decisions are others."""
    keys = build_definitions(Institution(institution="leiden")).resolve_job_def("cycle").asset_layer
    names = [key.to_user_string() for key in keys.executable_asset_keys]
    later = ("status/", "indicators/", "spending/", "comparison/", "progress/", "lineage/")
    later += ("validation/", "publication/", "disclosure/figures")
    own = ("delivered/faculty_", "staged/faculty_", "delivered/decisions")
    return [name for name in names if name.startswith((*later, *own)) or name.endswith("_records")]


@pytest.fixture(scope="module")
def decided(ran: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The cycle once more after its release, with other reports and a register of decisions.

    One report is corrected and one was changed since somebody decided upon a correction of it; one never came and is
    waived, one is missing, one is no workbook, and one is of a unit that does not exist; a later version is withdrawn.
    """
    base = tmp_path_factory.mktemp("decided")
    zone = copied(ran.landing, base / "zone")
    for unit in (ABSENT, MISSING):
        (zone / report(unit)).unlink()
    (zone / report(BROKEN)).write_bytes(b"%PDF-1.7 this is no workbook")
    shutil.copy2(zone / report(CORRECTED), zone / report("XYZ"))
    wrong = zone / report(SUPPLANTED, "_v2")
    set_cell(zone / report(SUPPLANTED), wrong, *ADVISERS.values(), 150, "2021-01-10T12:00")
    corrections = {CORRECTED: str(fte_of(zone, CORRECTED)).replace(".", ","), CHANGED: "33", "ABC": "1"}
    write_register(
        zone / "besluiten" / "besluiten.xlsx",
        corrections=[
            {**ADVISERS, "file": report(unit), "expected": expected, "new_value": "20,5"}
            for unit, expected in corrections.items()
        ],
        waivers=[
            {"cycle": CYCLE, "feed": "faculty_report", "period": "2019-2020", "unit": ABSENT, "reason": "opgeheven"},
            {"cycle": CYCLE, "feed": "bfr"},
        ],
        withdrawals=[{"file": report(SUPPLANTED, "_v2"), "reason": "verkeerd bestand"}],
    )
    made = ran.copied(base / "out", zone)
    (made.workspace.receipts / "faculty_report.jsonl").unlink()  # what came in before would count still
    assert run(zone, made.workspace.root, assets=made_of_reports_and_decisions()).success
    return Ran(zone, made.workspace)


def test_a_correction_changes_a_figure_by_exactly_that_and_units_without_a_report_are_done_without(
    ran: SampleYear, decided: Ran
) -> None:
    before, after = figure(ran, "study_adviser_fte"), figure(decided, "study_adviser_fte")
    without = sum(fte_of(ran.landing, unit) for unit in (CORRECTED, ABSENT, MISSING, BROKEN, CHANGED))
    assert after["value"] == pytest.approx(before["value"] + 20.5 - without, abs=1e-12)
    assert after["status"] == "ok"
    assert figure(decided, "bko_share") == figure(ran, "bko_share"), "what was decided changes nothing else"
    assert figure(decided, "study_adviser_fte", 2019) == figure(ran, "study_adviser_fte", 2019)


def test_a_correction_is_published_counted_and_part_of_the_evidence(decided: Ran) -> None:
    (row,) = decided.published("corrections")
    corrected = status_of(decided, report(CORRECTED))
    place = (corrected["delivery"], "faculty_study_advisers", "Studieadviseurs!A2")
    assert (row["delivery"], row["table"], row["cell"]) == place
    assert (row["new_value"], row["reason"], row["role"]) == ("20,5", "typefout", "controller")
    assert corrected["cells_corrected"] == 1
    register = status_of(decided, "besluiten/besluiten.xlsx")
    assert (register["feed"], register["status"]) == ("decisions", "accepted")
    lineage = [r for r in decided.published("lineage") if ":study_adviser_fte:" in r["figure_id"]]
    assert [(r["delivery"], r["rows"]) for r in lineage if r["part"] == "corrections"] == [(register["delivery"], 1)]
    manifest = json.loads((decided.release / "manifest.json").read_text())
    assert register["sha256"] in {delivery["sha256"] for delivery in manifest["inputs"]}


def test_explaining_a_figure_tells_the_correction_at_its_cell_and_the_waiver(decided: Ran) -> None:
    released = Released(ReleaseReader(decided.release))
    explained = explain(released, f"{CYCLE}:indicator:2020:study_adviser_fte:all:all")
    nodes = explained.parts[0].nodes[0].below
    (cell,) = [cell for node in nodes if node.details["file"] == report(CORRECTED) for cell in node.below]
    assert (cell.details["cell"], cell.details["written"], cell.amount) == ("A2", "20,5", Decimal("20.5"))
    (row,) = decided.published("corrections")
    assert cell.note is not None
    assert cell.note.nl == f"gecorrigeerd: er stond {row['expected']}; typefout"
    assert [one["reason"] for one in explained.waivers] == ["opgeheven"]
    assert [one["new_value"] for one in explained.corrections] == ["20,5"]


def test_a_correction_of_what_was_never_delivered_or_was_changed_since_is_reported_and_costs_the_row(
    decided: Ran,
) -> None:
    findings = decided.findings()
    assert findings["corrections.applies"]["cells"] == f"{report('ABC')} Studieadviseurs!A2"
    guard = findings["corrections.guard"]
    assert (guard["outcome"], guard["costs"]) == ("failed", "figures")
    assert guard["cells"] == f"{report(CHANGED)} Studieadviseurs!A2"
    assert str(fte_of(decided.landing, CHANGED)) not in guard["detail"]
    rows = decided.workspace.read(CYCLE, "status", "quarantine").to_pylist()
    assert [(r["cell"], r["rule"]) for r in rows] == [("A2", "faculty_study_advisers.fte.type")]


def test_a_missing_report_makes_a_draft_that_says_so_and_one_that_is_waived_is_not_lacking(decided: Ran) -> None:
    manifest = json.loads((decided.release / "manifest.json").read_text())
    assert manifest["status"] == "draft"
    lacking = {unit: sum(unit in one for one in manifest["lacking"]) for unit in (MISSING, BROKEN, CHANGED, ABSENT)}
    assert lacking == {MISSING: 1, BROKEN: 1, CHANGED: 2, ABSENT: 0}
    assert len(manifest["lacking"]) == 4
    row = figure(decided, "study_adviser_fte")
    assert row["without"] == f"{MISSING}, {BROKEN}, {CHANGED}"
    assert f"zonder {row['without']}" in row["note_nl"]
    assert f"zonder facultair onderwijsjaarverslag 2019-2020, {ABSENT} (ontheffing: opgeheven)" in row["note_nl"]
    assert f"without faculty's annual education report 2019-2020, {ABSENT} (waived: opgeheven)" in row["note_en"]
    used = {(r["feed"], r["unit"]): r["used"] for r in decided.published("waivers")}
    assert used == {("faculty_report", ABSENT): True, ("bfr", None): False}
    assert decided.findings()["waivers.needed"]["cells"] == "bfr"


def test_what_cannot_be_read_or_is_of_no_unit_is_refused_and_the_others_go_on(decided: Ran) -> None:
    broken, unknown = (status_of(decided, report(unit)) for unit in (BROKEN, "XYZ"))
    assert [broken["status"], unknown["status"]] == ["rejected", "rejected"]
    assert broken["reason"].startswith("dit is een PDF; verwacht werd een Excel-werkmap")
    assert " / this is a PDF; expected an Excel workbook" in broken["reason"]
    assert "Traceback" not in broken["reason"]
    assert "there is no unit 'XYZ'" in unknown["reason"]
    assert {r["unit"] for r in decided.published("measures")} & {"XYZ"} == set()
    statuses = Counter(r["status"] for r in decided.published("delivery_status"))
    assert statuses.items() >= {"rejected": 2, "withdrawn": 1}.items()


def test_a_withdrawn_version_does_not_count_and_is_told_with_the_reason(decided: Ran) -> None:
    withdrawn, counting = (status_of(decided, report(SUPPLANTED, more)) for more in ("_v2", ""))
    assert (withdrawn["status"], withdrawn["version"]) == ("withdrawn", 2)
    assert "ingetrokken op 20 februari 2021: verkeerd bestand" in withdrawn["reason"]
    assert (counting["status"], counting["version"], counting["approval"]) == ("accepted", 1, "approved")
    approvals = decided.published("approvals")
    assert len(approvals) == 18
    waiting = {(r["unit"], r["period"]) for r in approvals if r["approval"] == "waiting"}
    assert waiting >= {(ABSENT, "2019-2020"), (MISSING, "2019-2020")}


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
    by_feed: dict[str, set[str]] = {}
    for row in Workspace(tmp_path).read(CYCLE, "status", "delivery_status").to_pylist():
        by_feed.setdefault(row["feed"], set()).add(row["status"])
    assert (by_feed["staff"], by_feed["bfr"], by_feed["faculty_report"]) == ({"accepted"}, {"not_pulled"}, {"missing"})
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations() if e.asset_key.path[0] == "status"}
    assert set(checks) >= {"delivered", "on_time", "readable", "recognised", "approved", "accounted_for"}
    assert (checks["delivered"], checks["readable"], checks["recognised"]) == (False, True, True)


def test_critical_rules_that_are_waived_do_not_block_and_a_newer_version_closes_what_the_older_one_left_open(
    ran_with_defects: Ran, tmp_path: Path, command: CommandLine
) -> None:
    zone = copied(ran_with_defects.landing, tmp_path / "zone")
    own = ran_with_defects.copied(tmp_path / "out", zone)
    waivers = [{"cycle": CYCLE, "rule": rule, "reason": "bekend"} for rule in RULES]
    write_register(zone / "besluiten" / "besluiten.xlsx", waivers=waivers)
    assert run(zone, own.workspace.root, job="take_up_decisions").success
    assert run(zone, own.workspace.root, assets=JUDGED).success
    waived = {r["rule"]: r for r in own.published("quality_results") if r["waived_because"]}
    assert set(waived) == set(RULES)
    assert {(r["outcome"], r["waived_because"]) for r in waived.values()} == {("failed", "bekend")}
    assert {r["rule"] for r in own.published("waivers") if r["used"]} == set(RULES)

    (defect,) = [d for d in ran_with_defects.defects if d.rule == "faculty_study_advisers.fte.range"]
    mended = Path(defect.file).with_name(f"{Path(defect.file).stem}_v2.xlsx")
    set_cell(zone / defect.file, zone / mended, defect.sheet, defect.cell, 6, "2021-02-01T12:00")
    assert run(zone, own.workspace.root, job=TAKE_UP).success
    shown = command.output("status", "--cycle", CYCLE, "--out", own.workspace.root, "--feed", "faculty_report")
    assert "Apart gezet: 0 rijen open, 1 afgehandeld." in shown
    assert f"1 van {defect.file} afgehandeld door {mended}" in shown
    rows = own.workspace.read(CYCLE, "status", "quarantine").to_pylist()
    assert len(rows) == 4
    assert defect.rule not in {r["rule"] for r in rows}


def taken_up(zone: Path, out: Path, kept: Path, order: Sequence[str], profile: Profile) -> dict[str, str]:
    """What stands between the steps once the versions of one report were taken up one by one in this order."""
    feed, workspace = profile.feed("faculty_report"), Workspace(out)
    for name in order:
        shutil.copy2(kept / name, zone / REPORTS / name)
        collect(workspace, profile, profile.cycle(CYCLE), feed, Landing(str(zone), profile.institution.timezone), None)
    assert run(zone, out, job=TAKE_UP).success
    return {name: digest for name, digest in whole(out).items() if name.startswith("work/")}


def test_versions_in_any_order_of_arrival_give_the_same_rows(leiden: Profile, ran: SampleYear, tmp_path: Path) -> None:
    original = ran.landing / report(SUPPLANTED)
    kept = tmp_path / "kept"
    kept.mkdir()
    days = {"": "2020-12-28T09:00", "_v2": "2021-01-10T12:00", " (3)": "2021-01-09T12:00"}
    names = {more: f"{SUPPLANTED}{more}.xlsx" for more in days}
    for number, (more, day) in enumerate(days.items()):
        set_cell(original, kept / names[more], *ADVISERS.values(), 20 + number, day)
    made = []
    for turn, order in enumerate((list(names.values()), list(names.values())[::-1])):
        zone = tmp_path / f"zone-{turn}"
        (zone / REPORTS).mkdir(parents=True)
        made.append(taken_up(zone, tmp_path / f"out-{turn}", kept, order, leiden))
    assert made[0] == made[1]
    assert len(made[0]) > 15
    status = Workspace(tmp_path / "out-0").read(CYCLE, "status", "delivery_status").to_pylist()
    versions = {
        Path(r["file"]).name: r["version"] for r in status if r["file"] and report(SUPPLANTED)[:-5] in r["file"]
    }
    assert versions == {names[""]: 1, names[" (3)"]: 2, names["_v2"]: 3}
