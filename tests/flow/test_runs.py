"""A cycle as a data engineer runs it: again, for other cycles, with a source that fails, one asset at a time."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from assets.common.resources import Institution
from assets.spending.assets import STORY, TABLES
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.definitions import build_definitions
from schemas.profile import Profile
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE, QUIET, run


def _step_failures(result: Any) -> dict[str, str]:
    found = {}
    for event in result.all_events:
        if event.event_type_value == "STEP_FAILURE":
            failure = event.event_specific_data.user_failure_data
            found[event.step_key] = failure.description if failure else event.event_specific_data.error.message
    return found


def test_the_same_deliveries_make_no_new_release(own: Ran) -> None:
    before = (own.workspace.current / CYCLE).resolve()
    content = (before / "manifest.json").read_bytes()
    again = run(own.landing, own.workspace.root)
    assert again.success
    assert (own.workspace.current / CYCLE).resolve() == before
    assert [p.name for p in (own.workspace.releases / CYCLE).iterdir()] == ["v1"]
    assert (before / "manifest.json").read_bytes() == content


def test_a_release_holds_the_report_in_every_form_and_language_and_a_catalog(own: Ran) -> None:
    made = run(own.landing, own.workspace.root, reports="html,xlsx")
    assert made.success
    release = (own.workspace.current / CYCLE).resolve()
    names = sorted(path.name for path in (release / "report").iterdir())
    assert names == [f"leiden-{CYCLE}.{language}.{form}" for language in ("en", "nl") for form in ("html", "xlsx")]
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["reports"] == ["html", "xlsx"]
    assert {f"report/{name}" for name in names} < set(manifest["files"])
    assert "88,6%" in (release / "report" / names[2]).read_text(encoding="utf-8")
    with duckdb.connect(str(own.workspace.root / "catalog.duckdb"), read_only=True) as catalog:
        assert catalog.execute("SELECT cycle, path FROM releases").fetchall() == [(CYCLE, str(release))]


def test_another_folder_gives_the_same_bytes(ran: Ran, tmp_path: Path) -> None:
    shutil.copytree(ran.landing, tmp_path / "elsewhere", copy_function=shutil.copy2)
    assert run(tmp_path / "elsewhere", tmp_path / "out").success
    mine, other = ((root / "current" / CYCLE).resolve() for root in (ran.workspace.root, tmp_path / "out"))
    names = sorted(p.relative_to(mine) for p in mine.rglob("*") if p.is_file())
    assert len(names) == 39
    assert [n for n in names if (mine / n).read_bytes() != (other / n).read_bytes()] == []


def test_the_manifest_names_what_went_in_and_hashes_what_came_out(ran: Ran) -> None:
    import hashlib

    release = (ran.workspace.current / CYCLE).resolve()
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["reporting_year"] == 2020
    assert manifest["lacking"] == []
    assert len(manifest["inputs"]) == 48
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == sha256
    for given in manifest["inputs"]:
        kept = ran.workspace.store / given["sha256"][:2] / given["sha256"]
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == given["sha256"]


@pytest.mark.parametrize(
    ("cycle", "years", "rounds"),
    [("2019-05", {2019}, {1}), ("2020-09", {2019, 2020}, {1, 2, 3})],
)
def test_every_cycle_of_the_sample_runs(
    ran: Ran, tmp_path: Path, cycle: str, years: set[int], rounds: set[int]
) -> None:
    import pyarrow.parquet as pq

    result = run(ran.landing, tmp_path, cycle, counted=ran.workspace)
    assert result.success
    tables = tmp_path / "current" / cycle / "tables"
    overview = pq.read_table(tables / "spending_overview.parquet").to_pylist()
    assert {r["reporting_year"] for r in overview} == years
    assert all(r["status"] == "ok" for r in overview)
    assert {r["round"] for r in pq.read_table(tables / "spending_rounds.parquet").to_pylist()} <= rounds


@pytest.fixture(scope="module")
def troubled(ran: Ran, leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A cycle in which a report is missing, another is no workbook, and a third is of a unit that does not exist."""
    landing = tmp_path_factory.mktemp("troubled") / "zone"
    shutil.copytree(ran.landing, landing, copy_function=shutil.copy2)
    reports = landing / "onderwijsjaarverslag" / "2019-2020"
    shutil.copy2(reports / f"{leiden.units[2].id}.xlsx", reports / "XYZ.xlsx")
    (reports / f"{leiden.units[0].id}.xlsx").unlink()
    (reports / f"{leiden.units[1].id}.xlsx").write_bytes(b"%PDF-1.7 this is no workbook")
    out = landing.parent / "out"
    return Ran(landing, Workspace(out), run(landing, out, counted=ran.workspace))


def refused(ran: Ran, file: str) -> str:
    """Why a delivery was refused."""
    (row,) = [r for r in ran.published("delivery_status") if r["file"] == f"onderwijsjaarverslag/2019-2020/{file}"]
    assert row["status"] == "rejected"
    return str(row["reason"])


def test_a_missing_report_makes_a_draft_that_says_so(troubled: Ran, leiden: Profile) -> None:
    assert troubled.result.success
    missing = leiden.units[0].id
    manifest = json.loads((troubled.workspace.current / CYCLE / "manifest.json").read_text())
    assert manifest["status"] == "draft"
    assert [missing in reason for reason in manifest["lacking"]] == [True, False]
    figures = {
        (r["reporting_year"], r["indicator"]): r for r in troubled.published("indicator_values") if not r["unit"]
    }
    fte = figures[(2020, "study_adviser_fte")]
    assert (fte["status"], fte["without"]) == ("ok", ", ".join(sorted([missing, leiden.units[1].id])))
    assert f"zonder {fte['without']}" in fte["note_nl"]
    assert figures[(2019, "study_adviser_fte")]["printed_nl"] == "54,5"
    assert figures[(2020, "bko_share")]["printed_nl"] == "87,0%"


def test_an_unreadable_workbook_is_refused_and_the_others_go_on(troubled: Ran, leiden: Profile) -> None:
    broken = leiden.units[1].id
    reason = refused(troubled, f"{broken}.xlsx")
    assert reason.startswith("dit is een PDF; verwacht werd een Excel-werkmap")
    assert " / this is a PDF; expected an Excel workbook" in reason
    assert "Traceback" not in reason
    status = troubled.published("delivery_status")
    assert Counter(r["status"] for r in status) == {"accepted": 46, "rejected": 2, "missing": 2}
    manifest = json.loads((troubled.workspace.current / CYCLE / "manifest.json").read_text())
    assert [broken in lacking for lacking in manifest["lacking"]] == [False, True]


def test_a_unit_that_does_not_exist_is_reported_and_nothing_is_taken_from_it(troubled: Ran) -> None:
    assert "there is no unit 'XYZ'" in refused(troubled, "XYZ.xlsx")
    assert {r["unit"] for r in troubled.published("measures")} & {"XYZ"} == set()


def test_a_database_that_refuses_stops_the_release_but_not_the_other_deliveries(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_FINANCE_URL", "postgresql+psycopg://someone:geheim123@127.0.0.1:1/finance")
    result = run(ran.landing, tmp_path, counted=ran.workspace)
    assert not result.success
    failures = _step_failures(result)
    assert list(failures) == ["deliver_bfr"]
    assert "cannot be read" in failures["deliver_bfr"]
    assert "geheim123" not in "".join(str(event) for event in result.all_events)
    assert not (tmp_path / "current").exists()
    workspace = Workspace(tmp_path)
    assert workspace.read(CYCLE, "staged", "staff").num_rows > 0
    assert workspace.read(CYCLE, "staged", "evaluations").num_rows > 0


def test_one_asset_can_be_made_again(own: Ran) -> None:
    definitions = build_definitions(
        Institution(institution="leiden", landing=str(own.landing), out=str(own.workspace.root))
    )
    path = own.workspace.path(CYCLE, "spending", "spending_overview")
    before = path.read_bytes()
    path.unlink()
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_job_def("cycle")
        selection = [dg.AssetKey(["spending", name]) for name in (*TABLES, *STORY)]
        result = job.execute_in_process(
            instance=instance, partition_key=CYCLE, asset_selection=selection, run_config=QUIET
        )
    assert result.success
    assert path.read_bytes() == before


def test_a_single_feed_has_a_job_of_its_own(own: Ran) -> None:
    definitions = build_definitions(
        Institution(institution="leiden", landing=str(own.landing), out=str(own.workspace.root))
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("take_up_staff").execute_in_process(
            instance=instance, partition_key=CYCLE, run_config=QUIET
        )
    made = {e.asset_key.to_user_string() for e in result.get_asset_materialization_events()}
    assert made == {
        "delivered/staff",
        "staged/staff",
        "status/delivery_status",
        "status/obligations",
        "status/quarantine",
    }


def test_no_value_of_a_person_stands_in_what_dagster_keeps(ran_with_defects: Ran) -> None:
    import csv

    with (ran_with_defects.landing / "inschrijvingen" / "2020.csv").open(encoding="utf-8") as lines:
        students = {row["student"] for row in csv.DictReader(lines, delimiter=";")}
    said = "\n".join(repr(event) for event in ran_with_defects.result.all_events)
    assert len(students) > 30_000
    for length in {len(student) for student in students}:
        assert not students & {said[at : at + length] for at in range(len(said))}


def test_no_identifier_of_a_person_is_kept_past_staging(ran: Ran) -> None:
    import csv

    with (ran.landing / "inschrijvingen" / "2020.csv").open(encoding="utf-8") as lines:
        student = next(csv.DictReader(lines, delimiter=";"))["student"]
    for path in [*ran.workspace.root.glob("work/**/*"), *ran.workspace.root.glob("releases/**/*")]:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            data = pq.read_table(path)
            for column in data.itercolumns():
                assert student not in column.to_pylist(), path
        elif path.is_file():
            assert student.encode() not in path.read_bytes(), path


def test_nothing_is_pickled(ran: Ran) -> None:
    for folder, _, names in os.walk(ran.workspace.root):
        for name in names:
            with (Path(folder) / name).open("rb") as stream:
                assert stream.read(2) not in (b"\x80\x04", b"\x80\x05"), name
