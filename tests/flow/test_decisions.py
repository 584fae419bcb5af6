"""Whole cycles in which something was decided: corrections, waivers, withdrawals, and versions in any order."""

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

import dagster as dg
import openpyxl
import pytest

from assets.common.resources import Institution
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.definitions import build_definitions
from schemas.profile import Profile
from tests.flow.conftest import Ran
from tests.register import write_register
from tests.sample_year import CYCLE, QUIET, run

REPORTS = "onderwijsjaarverslag/2019-2020"
CORRECTED, ABSENT, SUPPLANTED = "FSW", "HA", "FGW"
RULES = ("bfr.key", "bfr.theme.codes", "control_totals.delivered_total", "faculty_study_advisers.fte.range")


def call(*arguments: str) -> int:
    return int(kwaliteitsmonitor.main(list(arguments)))


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


def figure(ran: Ran, indicator: str, year: int = 2020) -> dict[str, Any]:
    (row,) = [
        r
        for r in ran.published("indicator_values")
        if (r["indicator"], r["reporting_year"], r["unit"], r["level"]) == (indicator, year, None, None)
    ]
    return row


@pytest.fixture(scope="module")
def decided(ran: Ran, landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A cycle in which a cell is corrected, a report that never came is waived, and a later version is withdrawn."""
    zone = copied(landing, tmp_path_factory.mktemp("decided") / "zone")
    (zone / REPORTS / f"{ABSENT}.xlsx").unlink()
    wrong = zone / REPORTS / f"{SUPPLANTED}_v2.xlsx"
    set_cell(zone / REPORTS / f"{SUPPLANTED}.xlsx", wrong, "Studieadviseurs", "A2", 150, "2021-01-10T12:00")
    shown = str(fte_of(zone, CORRECTED)).replace(".", ",")
    write_register(
        zone / "besluiten" / "besluiten.xlsx",
        corrections=[
            {
                "file": f"{REPORTS}/{CORRECTED}.xlsx",
                "sheet": "Studieadviseurs",
                "cell": "A2",
                "expected": shown,
                "new_value": "20,5",
            },
            {"file": f"{REPORTS}/XYZ.xlsx", "sheet": "Studieadviseurs", "cell": "A2", "expected": "1"},
        ],
        waivers=[
            {
                "cycle": CYCLE,
                "feed": "faculty_report",
                "period": "2019-2020",
                "unit": ABSENT,
                "reason": "opgeheven",
            },
            {"cycle": CYCLE, "feed": "bfr"},
        ],
        withdrawals=[{"file": f"{REPORTS}/{SUPPLANTED}_v2.xlsx", "reason": "verkeerd bestand"}],
    )
    out = tmp_path_factory.mktemp("decided-out")
    return Ran(zone, Workspace(out), run(zone, out, counted=ran.workspace))


def status_of(ran: Ran, file: str) -> dict[str, Any]:
    (row,) = [r for r in ran.published("delivery_status") if r["file"] == file]
    return row


def test_a_correction_changes_a_figure_by_exactly_that_and_a_waived_unit_is_done_without(
    ran: Ran, decided: Ran
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
    assert register["sha256"] in {given["sha256"] for given in manifest["inputs"]}


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
    found = decided.findings()
    assert found["corrections.applies"]["cells"] == f"{REPORTS}/XYZ.xlsx Studieadviseurs!A2"
    assert "corrections.guard" not in found


def test_a_waived_unit_is_not_lacking_and_every_figure_without_it_says_so(ran: Ran, decided: Ran) -> None:
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


def test_status_tells_what_was_decided(decided: Ran, capfd: pytest.CaptureFixture[str]) -> None:
    out = str(decided.workspace.root)
    assert call("status", "--cycle", CYCLE, "--out", out, "--feed", "faculty_report") == 0
    shown = capfd.readouterr().out
    assert "1 ingetrokken" in shown
    assert f"2019-2020 {ABSENT}: ontheffing: opgeheven" in shown
    assert f"{SUPPLANTED}_v2.xlsx; ingetrokken op 20 februari 2021: verkeerd bestand" in shown
    assert f"{CORRECTED}.xlsx; gecorrigeerde cellen: 1" in shown
    assert "akkoord" in shown
    assert max(map(len, shown.split("Apart gezet")[0].split("facultair")[1].splitlines())) <= 80
    assert call("status", "--cycle", CYCLE, "--out", out, "--unit", CORRECTED, "--format", "json") == 0
    told = json.loads(capfd.readouterr().out)
    assert {r["unit"] for r in told["deliveries"]} == {CORRECTED}
    assert sum(r["cells_corrected"] for r in told["deliveries"]) == 1
    assert call("status", "--cycle", CYCLE, "--out", out, "--unit", "FA", "--language", "en") == 0
    assert "Deliveries for cycle" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("option", "words"),
    [(("--unit", "FGX"), "De eenheid 'FGX' bestaat niet"), (("--feed", "bfrs"), "Bedoelt u bfr?")],
)
def test_status_of_what_does_not_exist_is_wrong_usage(
    decided: Ran, option: Sequence[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call("status", "--cycle", CYCLE, "--out", str(decided.workspace.root), *option) == 2
    assert words in capfd.readouterr().err


def test_before_any_run_status_says_what_is_expected_by_when(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("status", "--cycle", CYCLE, "--out", str(tmp_path / "new")) == 0
    shown = capfd.readouterr().out
    assert "Er is nog niets opgehaald" in shown
    assert "nog niet opgehaald" in shown
    assert "31-12-2020" in shown
    assert not (tmp_path / "new").exists()


def test_after_one_feed_was_taken_up_status_tells_that_one_and_what_is_still_expected(ran: Ran, tmp_path: Path) -> None:
    definitions = build_definitions(Institution(institution="leiden", landing=str(ran.landing), out=str(tmp_path)))
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("take_up_staff").execute_in_process(
            instance=instance, partition_key=CYCLE, run_config=QUIET
        )
    assert result.success
    rows = Workspace(tmp_path).read(CYCLE, "status", "delivery_status").to_pylist()
    by_feed: dict[str, set[str]] = {}
    for row in rows:
        by_feed.setdefault(row["feed"], set()).add(row["status"])
    assert (by_feed["staff"], by_feed["bfr"], by_feed["faculty_report"]) == ({"accepted"}, {"not_pulled"}, {"missing"})
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations() if e.asset_key.path[0] == "status"}
    assert set(checks) >= {"delivered", "on_time", "readable", "recognised", "approved", "accounted_for"}
    assert (checks["delivered"], checks["readable"], checks["recognised"]) == (False, True, True)


def test_a_newer_version_is_seen_to_close_what_the_older_one_left_open(
    ran_with_defects: Ran, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    zone = copied(ran_with_defects.landing, tmp_path / "zone")
    out = Path(shutil.copytree(ran_with_defects.workspace.root, tmp_path / "out", symlinks=True))
    (defect,) = [d for d in ran_with_defects.defects if d.rule == "faculty_study_advisers.fte.range"]
    mended = Path(defect.file).with_name(f"{Path(defect.file).stem}_v2.xlsx")
    set_cell(zone / defect.file, zone / mended, defect.sheet, defect.cell, 6, "2021-02-01T12:00")
    run(zone, out)
    assert call("status", "--cycle", CYCLE, "--out", str(out), "--feed", "faculty_report") == 0
    shown = capfd.readouterr().out
    assert "Apart gezet: 0 rijen open, 1 afgehandeld." in shown
    assert f"1 van {defect.file} afgehandeld door {mended}" in shown
    closed = Workspace(out).read_json(CYCLE, "status", "closed")
    assert [(c["rule"], c["items"], c["closed_by"]) for c in closed] == [(defect.rule, 1, str(mended))]
    left = Workspace(out).read(CYCLE, "status", "quarantine").to_pylist()
    assert defect.rule not in {r["rule"] for r in left}
    assert len(left) == 4


def test_a_guard_that_no_longer_holds_costs_the_row_and_stops_nobody_else(
    decided: Ran, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    zone = copied(decided.landing, tmp_path / "zone")
    out = Path(shutil.copytree(decided.workspace.root, tmp_path / "out", symlinks=True))
    report = zone / REPORTS / f"{CORRECTED}.xlsx"
    set_cell(report, report, "Studieadviseurs", "A2", 33, "2021-02-25T12:00")
    assert call("run", "--cycle", CYCLE, "--landing", str(zone), "--out", str(out)) == 0
    assert "apart gezet: 1 r" in capfd.readouterr().out.casefold()
    results = Workspace(out).read(CYCLE, "validation", "quality_results").to_pylist()
    (guard,) = [r for r in results if r["rule"] == "corrections.guard"]
    assert (guard["outcome"], guard["costs"]) == ("failed", "figures")
    left = Workspace(out).read(CYCLE, "status", "quarantine").to_pylist()
    assert [(r["cell"], r["rule"]) for r in left] == [("A2", "faculty_study_advisers.fte.type")]
    assert guard["cells"] == f"{REPORTS}/{CORRECTED}.xlsx Studieadviseurs!A2"
    assert "33" not in guard["detail"]


def test_critical_rules_that_are_waived_show_as_failed_and_do_not_block(ran_with_defects: Ran, tmp_path: Path) -> None:
    zone = copied(ran_with_defects.landing, tmp_path / "zone")
    write_register(
        zone / "besluiten" / "besluiten.xlsx",
        waivers=[{"cycle": CYCLE, "rule": rule, "reason": "bekend"} for rule in RULES],
    )
    result = run(zone, tmp_path / "out", counted=ran_with_defects.workspace)
    assert result.success
    other = Ran(zone, Workspace(tmp_path / "out"), result)
    found = {r["rule"]: r for r in other.published("quality_results") if r["waived_because"]}
    assert set(found) == set(RULES)
    assert {(r["outcome"], r["waived_because"]) for r in found.values()} == {("failed", "bekend")}
    assert {r["rule"] for r in other.published("waivers") if r["used"]} == set(RULES)


def released(
    zone: Path, out: Path, kept: Path, order: Sequence[str], profile: Profile, counted: Workspace
) -> dict[str, bytes]:
    """Every file of the release of a cycle whose versions of one report were taken up one by one in this order."""
    feed = profile.feed("faculty_report")
    for name in order:
        shutil.copy2(kept / name, zone / REPORTS / name)
        collect(
            Workspace(out),
            profile,
            profile.cycle(CYCLE),
            feed,
            Landing(str(zone), profile.institution.timezone),
            None,
        )
    assert run(zone, out, counted=counted).success
    release = (out / "current" / CYCLE).resolve()
    return {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}


def test_versions_in_any_order_of_arrival_give_the_same_release(
    leiden: Profile, landing: Path, ran: Ran, tmp_path: Path
) -> None:
    original = landing / REPORTS / f"{SUPPLANTED}.xlsx"
    kept = tmp_path / "kept"
    kept.mkdir()
    days = {original.name: "2020-12-28T09:00", f"{SUPPLANTED}_v2.xlsx": "2021-01-10T12:00"}
    days[f"{SUPPLANTED} (3).xlsx"] = "2021-01-09T12:00"
    for number, (name, day) in enumerate(days.items()):
        set_cell(original, kept / name, "Studieadviseurs", "A2", 20 + number, day)
    made = []
    for turn, order in enumerate((list(days), list(days)[::-1])):
        zone = copied(landing, tmp_path / f"zone-{turn}")
        (zone / REPORTS / original.name).unlink()
        made.append(released(zone, tmp_path / f"out-{turn}", kept, order, leiden, ran.workspace))
    assert made[0] == made[1]
    assert len(made[0]) > 15
    status = Workspace(tmp_path / "out-0").read(CYCLE, "status", "delivery_status").to_pylist()
    versions = {Path(r["file"]).name: r["version"] for r in status if r["file"] and f"{REPORTS}/FGW" in r["file"]}
    assert versions == {f"{SUPPLANTED}.xlsx": 1, f"{SUPPLANTED} (3).xlsx": 2, f"{SUPPLANTED}_v2.xlsx": 3}
