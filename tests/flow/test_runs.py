"""A cycle as a data engineer runs it: in another place, for other years, with a source that fails, an asset alone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from assets.publication.lineage.assets import STEP as LINEAGE
from assets.spending.assets import TABLES
from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.faults import small
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE, SampleYear, run

SPENDING = [f"spending/{name}" for name in TABLES]
MONEY = [
    *(f"{step}/{feed}" for feed in ("bfr", "spending_plan") for step in ("delivered", "staged")),
    *(f"status/{name}" for name in ("delivery_status", "obligations", "quarantine")),
    *("facts/fact_spending", "facts/fact_plan", *SPENDING),
]


@pytest.fixture(scope="module")
def small_institution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small institution with a delivery of every kind: its profile and its landing zone."""
    folder = tmp_path_factory.mktemp("small")
    small.write_small(folder)
    return folder


def test_another_folder_and_another_key_for_pseudonyms_give_the_same_bytes_and_reports_in_every_language(
    small_institution: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_institution / "landing", tmp_path / "elsewhere", copy_function=shutil.copy2)
    made = []
    for landing, out in ((small_institution / "landing", "here"), (tmp_path / "elsewhere", "out")):
        profile = str(small_institution / "profile")
        assert run(landing, tmp_path / out, small.CYCLE, "html,xlsx", institution=profile).success
        release = (tmp_path / out / "current" / small.CYCLE).resolve()
        made.append({p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()})
    assert made[0] == made[1]
    reports = {f"report/small-{small.CYCLE}.{lang}.{form}" for lang in ("en", "nl") for form in ("html", "xlsx")}
    assert {name for name in made[0] if name.startswith("report/")} == reports
    manifest = json.loads(made[0]["manifest.json"])
    assert manifest["reports"] == ["html", "xlsx"]
    assert made[0].keys() == {*manifest["files"], "manifest.json"} > reports
    assert len({(tmp_path / name / "pseudonym.key").read_text() for name in ("here", "out")}) == 2
    with duckdb.connect(str(tmp_path / "out" / "catalog.duckdb"), read_only=True) as catalog:
        assert catalog.execute("SELECT cycle, path FROM releases").fetchall() == [(small.CYCLE, str(release))]


def test_the_manifest_names_what_went_in_and_hashes_what_came_out(ran: SampleYear) -> None:
    manifest = json.loads((ran.release / "manifest.json").read_text())
    assert (manifest["reporting_year"], manifest["lacking"]) == (2020, [])
    assert (len(manifest["inputs"]), len(manifest["files"])) == (48, 38)
    kept = {ran.workspace.store / one["sha256"][:2] / one["sha256"]: one["sha256"] for one in manifest["inputs"]}
    for path, sha256 in (kept | {ran.release / name: of for name, of in manifest["files"].items()}).items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize(("cycle", "years", "rounds"), [("2019-05", {2019}, {1}), ("2020-09", {2019, 2020}, {1, 2, 3})])
def test_other_cycles_of_the_sample_run(
    ran: SampleYear, tmp_path: Path, cycle: str, years: set[int], rounds: set[int]
) -> None:
    assert run(ran.landing, tmp_path, cycle, assets=MONEY).success
    names = ("spending_overview", "spending_rounds")
    overview, by_round = (Workspace(tmp_path).read(cycle, "spending", name).to_pylist() for name in names)
    assert {r["reporting_year"] for r in overview} == years
    assert all(r["status"] == "ok" for r in overview)
    assert {r["round"] for r in by_round} <= rounds


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


def test_a_step_can_be_made_again_alone_and_says_in_a_sentence_what_it_lacks(own: SampleYear) -> None:
    made = [own.workspace.path(CYCLE, *one) for one in (("spending", "spending_overview"), (LINEAGE, "lineage_cells"))]
    before = [path.read_bytes() for path in made]
    for path in made:
        path.unlink()
    assert run(own.landing, own.workspace.root, assets=[*SPENDING, f"{LINEAGE}/lineage_cells"]).success
    assert [path.read_bytes() for path in made] == before
    own.workspace.path(CYCLE, "spending", "contributions").unlink()  # as in a cycle that an earlier version half made
    (failed,) = run(own.landing, own.workspace.root, assets=[f"{LINEAGE}/names"]).get_step_failure_events()
    raised = failed.step_failure_data.user_failure_data
    assert f"spending/contributions has not been made for cycle {CYCLE}" in raised.description
    assert raised.description.endswith("Materialise the assets before it first, or run the whole cycle.")


def students_of(ran: SampleYear) -> set[str]:
    with (ran.landing / "inschrijvingen" / "2020.csv").open(encoding="utf-8") as lines:
        return {row["student"] for row in csv.DictReader(lines, delimiter=";")}


def test_no_value_of_a_person_stands_in_what_dagster_keeps(ran_with_defects: Ran) -> None:
    students, events = students_of(ran_with_defects), ran_with_defects.events
    assert len(students) > 30_000
    assert "nothing_critical_failed" in events, "there is something to look through"
    for length in {len(student) for student in students}:
        assert not students & {events[at : at + length] for at in range(len(events))}


def test_no_identifier_of_a_person_is_kept_past_staging_and_nothing_is_pickled(ran: SampleYear) -> None:
    student = min(students_of(ran))
    for path in [*ran.workspace.root.glob("work/**/*"), *ran.workspace.root.glob("releases/**/*")]:
        if path.suffix == ".parquet":
            for column in pq.read_table(path).itercolumns():
                assert student not in column.to_pylist(), path
        elif path.is_file():
            assert student.encode() not in path.read_bytes(), path
    for folder, _, names in os.walk(ran.workspace.root):
        for name in names:
            with (Path(folder) / name).open("rb") as stream:
                assert stream.read(2) not in (b"\x80\x04", b"\x80\x05"), name


def test_what_the_document_says_of_each_known_defect_is_what_becomes_of_it(ran_with_defects: Ran) -> None:
    workspace = ran_with_defects.workspace
    lacking = [nl for nl, _ in workspace.read_json(CYCLE, "status", "missing")["lacking"]]
    sentences = " | ".join(lacking)
    assert "niet geleverd: facultair onderwijsjaarverslag 2019-2020, HA" in lacking
    assert "geleverd, maar de rij telt niet mee: studieadviseurs 2019-2020, FGGA" in lacking
    assert "rij 65, kolom Thema" in sentences, "places are told in the language of the reader"
    assert sentences.count("rij is apart gezet") == 2, "of the theme and of the advisers; a copy takes nothing away"
    overview = workspace.read(CYCLE, "spending", "spending_overview").to_pylist()
    assert {row["without"] for row in overview if row["reporting_year"] == 2020} == {"HA"}
    by_unit = workspace.read(CYCLE, "spending", "spending_by_unit").to_pylist()
    assert {row["status"] for row in (*overview, *by_unit) if row.get("unit") in (None, "FGGA")} == {"ok"}
    values = workspace.read(CYCLE, "indicators", "indicator_values").to_pylist()
    of_whole = [row for row in values if row["unit"] is None and row["reporting_year"] == 2020]
    assert "FGGA, HA" in {row["without"] for row in of_whole}
    assert any("zonder 1 rij die apart is gezet" in (row["note_nl"] or "") for row in of_whole)
    critical = {rule for rule, row in ran_with_defects.findings().items() if row["severity"] == "critical"}
    assert critical == {"control_totals.delivered_total"}
