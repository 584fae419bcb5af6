"""A cycle as a data engineer runs it: in another place, for other years, with a source that fails, an asset alone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from assets.spending.assets import STORY, TABLES
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Profile
from tests.faults import small
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE, SampleYear, run


def test_a_release_holds_the_report_in_every_form_and_language_and_a_catalog(own: SampleYear) -> None:
    assert run(own.landing, own.workspace.root, reports="html,xlsx", assets=["publication/release"]).success
    names = sorted(path.name for path in (own.release / "report").iterdir())
    assert names == [f"leiden-{CYCLE}.{language}.{form}" for language in ("en", "nl") for form in ("html", "xlsx")]
    manifest = json.loads((own.release / "manifest.json").read_text())
    assert manifest["reports"] == ["html", "xlsx"]
    assert {f"report/{name}" for name in names} < set(manifest["files"])
    assert "88,6%" in (own.release / "report" / names[2]).read_text(encoding="utf-8")
    with duckdb.connect(str(own.workspace.root / "catalog.duckdb"), read_only=True) as catalog:
        assert catalog.execute("SELECT cycle, path FROM releases").fetchall() == [(CYCLE, str(own.release))]


@pytest.fixture(scope="module")
def small_institution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small institution with a delivery of every kind: its profile and its landing zone."""
    folder = tmp_path_factory.mktemp("small")
    small.write_small(folder)
    return folder


def test_another_folder_and_another_key_for_pseudonyms_give_the_same_bytes(
    small_institution: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_institution / "landing", tmp_path / "elsewhere", copy_function=shutil.copy2)
    made = []
    for landing, out in (
        (small_institution / "landing", tmp_path / "here"),
        (tmp_path / "elsewhere", tmp_path / "out"),
    ):
        assert run(landing, out, small.CYCLE, institution=str(small_institution / "profile")).success
        release = (out / "current" / small.CYCLE).resolve()
        made.append({p.relative_to(release): p.read_bytes() for p in release.rglob("*") if p.is_file()})
    assert made[0] == made[1]
    assert len(made[0]) == 39
    keys = {(tmp_path / name / "pseudonym.key").read_text() for name in ("here", "out")}
    assert len(keys) == 2


def test_the_manifest_names_what_went_in_and_hashes_what_came_out(ran: SampleYear) -> None:
    manifest = json.loads((ran.release / "manifest.json").read_text())
    assert manifest["reporting_year"] == 2020
    assert manifest["lacking"] == []
    assert (len(manifest["inputs"]), len(manifest["files"])) == (48, 38)
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((ran.release / name).read_bytes()).hexdigest() == sha256
    for delivery in manifest["inputs"]:
        kept = ran.workspace.store / delivery["sha256"][:2] / delivery["sha256"]
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == delivery["sha256"]


MONEY = [
    *(f"{step}/{feed}" for feed in ("bfr", "spending_plan") for step in ("delivered", "staged")),
    *(f"status/{name}" for name in ("delivery_status", "obligations", "quarantine")),
    *("facts/fact_spending", "facts/fact_plan", *(f"spending/{name}" for name in (*TABLES, *STORY))),
]


@pytest.mark.parametrize(
    ("cycle", "assets", "years", "rounds"),
    [("2019-05", [], {2019}, {1}), ("2020-09", MONEY, {2019, 2020}, {1, 2, 3})],
    ids=["all of the first year", "money of the second"],
)
def test_other_cycles_of_the_sample_run(
    ran: SampleYear, tmp_path: Path, cycle: str, assets: list[str], years: set[int], rounds: set[int]
) -> None:
    assert run(ran.landing, tmp_path, cycle, assets=assets, counted=ran.workspace).success
    overview, by_round = (
        Workspace(tmp_path).read(cycle, "spending", name).to_pylist()
        for name in ("spending_overview", "spending_rounds")
    )
    assert {r["reporting_year"] for r in overview} == years
    assert all(r["status"] == "ok" for r in overview)
    assert {r["round"] for r in by_round} <= rounds
    assert (tmp_path / "current" / cycle / "manifest.json").is_file() == (not assets)


@pytest.fixture(scope="module")
def troubled(ran: SampleYear, leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Ran:
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
    small_institution: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_FINANCE_URL", "postgresql+psycopg://someone:geheim123@127.0.0.1:1/finance")
    profile = str(small_institution / "profile")
    result = run(small_institution / "landing", tmp_path, small.CYCLE, institution=profile)
    (failure,) = result.get_step_failure_events()
    assert failure.step_key == "deliver_bfr"
    assert "cannot be read" in str(failure.event_specific_data)
    assert "geheim123" not in "".join(str(event) for event in result.all_events)
    assert not (tmp_path / "current").exists()
    for name in ("staff", "evaluations"):
        assert Workspace(tmp_path).read(small.CYCLE, "staged", name).num_rows > 0


def test_one_asset_can_be_made_again(own: SampleYear) -> None:
    path = own.workspace.path(CYCLE, "spending", "spending_overview")
    before = path.read_bytes()
    path.unlink()
    assets = [f"spending/{name}" for name in (*TABLES, *STORY)]
    assert run(own.landing, own.workspace.root, assets=assets).success
    assert path.read_bytes() == before


def test_no_value_of_a_person_stands_in_what_dagster_keeps(ran_with_defects: Ran) -> None:
    with (ran_with_defects.landing / "inschrijvingen" / "2020.csv").open(encoding="utf-8") as lines:
        students = {row["student"] for row in csv.DictReader(lines, delimiter=";")}
    events = ran_with_defects.events
    assert len(students) > 30_000
    for length in {len(student) for student in students}:
        assert not students & {events[at : at + length] for at in range(len(events))}


def test_no_identifier_of_a_person_is_kept_past_staging(ran: SampleYear) -> None:
    with (ran.landing / "inschrijvingen" / "2020.csv").open(encoding="utf-8") as lines:
        student = next(csv.DictReader(lines, delimiter=";"))["student"]
    for path in [*ran.workspace.root.glob("work/**/*"), *ran.workspace.root.glob("releases/**/*")]:
        if path.suffix == ".parquet":
            data = pq.read_table(path)
            for column in data.itercolumns():
                assert student not in column.to_pylist(), path
        elif path.is_file():
            assert student.encode() not in path.read_bytes(), path


def test_nothing_is_pickled(ran: SampleYear) -> None:
    for folder, _, names in os.walk(ran.workspace.root):
        for name in names:
            with (Path(folder) / name).open("rb") as stream:
                assert stream.read(2) not in (b"\x80\x04", b"\x80\x05"), name
