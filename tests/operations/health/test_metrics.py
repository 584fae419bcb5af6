"""How runs went is recorded by the runs themselves, whatever came of them, and shown as a table and a chart."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import Rows, Run, add, read
from pipelines.cli.commands import kwaliteitsmonitor
from tests.operations.health.conftest import Watched
from tests.sample_year import SampleYear


def run(cycle: str, **more: object) -> Run:
    known = {"run": f"id-{cycle}", "job": "cycle", "cycle": cycle, "started": f"{cycle}-01T06:00:00+01:00"}
    figures = {"seconds": 28.5, "outcome": "published", "release": "v1", "memory": 512 << 20, "steps": {"release": 3.0}}
    return Run(**{**known, **figures, "feeds": {"staff": Rows(100, 98, 2)}, **more})  # type: ignore[arg-type]


def test_a_cycle_leaves_one_record_with_its_rows_steps_and_memory(leiden_year: SampleYear) -> None:
    (made,) = [one for one in read(leiden_year.workspace) if one.job == "cycle"]
    assert (made.cycle, made.outcome, made.release) == ("2021-03", "published", "v1")
    assert made.feeds["staff"].received == made.feeds["staff"].accepted + made.feeds["staff"].quarantined > 0
    assert made.steps["release"] > 0
    assert sum(made.steps.values()) <= made.seconds + 1
    assert made.memory > 50 << 20


def test_a_cycle_logs_each_delivery_with_its_feed_unit_and_counts_and_nobody(leiden_year: SampleYear) -> None:
    (file,) = (leiden_year.workspace.root / "logs").glob("*.jsonl")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert all({"time", "level", "run", "job", "cycle", "message"} <= set(line) for line in lines)
    staged = [line for line in lines if line["message"] == "delivery staged" and line.get("feed") == "faculty_report"]
    assert {line["unit"] for line in staged} >= {"FGW", "LUMC"}
    assert all(len(line["delivery"]) == 12 and line["step"] == "stage_faculty_report" for line in staged)
    assert lines[0]["message"] == "run begins"
    assert lines[-1]["message"] == "run success"


def test_a_run_that_fails_is_recorded_and_logged_as_such(watched: Watched) -> None:
    watched.run("take_up_bfr")
    (made,) = read(watched.workspace)
    assert (made.job, made.outcome, made.release) == ("take_up_bfr", "failed", "")
    (file,) = (watched.out / "logs").glob("*.jsonl")
    errors = [one for line in file.read_text().splitlines() if (one := json.loads(line))["level"] == "error"]
    assert "no database is named for 'finance'" in errors[0]["message"]
    assert errors[0]["feed"] == "bfr"


@pytest.mark.parametrize(("asked", "files"), [("none", 0), ("file", 1)])
def test_the_log_goes_where_the_environment_says(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, asked: str, files: int
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_LOG", asked)
    watched.run("take_up_bfr")
    assert len(list((watched.out / "logs").glob("*.jsonl"))) == files


def test_the_log_may_go_to_a_folder_or_to_stderr(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_LOG", str(tmp_path / "elsewhere"))
    watched.run("take_up_bfr")
    assert len(list((tmp_path / "elsewhere").glob("*.jsonl"))) == 1
    monkeypatch.setenv("KWALITEITSMONITOR_LOG", "stderr")
    watched.run("take_up_bfr")
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith('{"time"')]
    assert said[0]["message"] == "run begins"


def test_records_are_added_and_one_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add(workspace, run("2020-03"))
    path = tmp_path / "metrics" / "runs.jsonl"
    with path.open("a") as file:
        file.write('{"run": "torn')
    add(workspace, run("2021-03"))
    assert [one.cycle for one in read(workspace)] == ["2020-03", "2021-03"]
    assert read(workspace)[1].rows == Rows(100, 98, 2)


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A workspace with the records of three years."""
    workspace = Workspace(tmp_path / "out")
    for year in (2019, 2020, 2021):
        add(workspace, run(f"{year}-03", seconds=20.0 + year - 2019, version="<0.1>"))
        add(workspace, run(f"{year}-05"))
    return workspace.root


def test_the_years_are_a_table_for_people_and_for_programs(years: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--institution", "leiden", "--out", str(years)]
    assert kwaliteitsmonitor.main(["metrics", "--cycle", "03", "--format", "csv", *where]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(one["cycle"], one["seconds"], one["rows_quarantined"]) for one in rows] == [
        ("2019-03", "20.0", "2"),
        ("2020-03", "21.0", "2"),
        ("2021-03", "22.0", "2"),
    ]
    assert kwaliteitsmonitor.main(["metrics", "--last", "1", "--format", "json", *where]) == 0
    assert [one["cycle"] for one in json.loads(capsys.readouterr().out)] == ["2021-05"]
    assert kwaliteitsmonitor.main(["metrics", *where]) == 0
    assert "6 runs. duur (seconden): eerst 20,0, nu 28,5, hoogste 28,5" in capsys.readouterr().out


def test_the_chart_is_told_in_words_and_stands_with_its_table(years: Path, tmp_path: Path) -> None:
    where = ["--institution", "leiden", "--out", str(years)]
    assert kwaliteitsmonitor.main(["metrics", "--chart", str(tmp_path / "runs.svg"), *where]) == 0
    drawn = ElementTree.parse(tmp_path / "runs.svg").getroot()  # noqa: S314 - our own drawing
    texts = {child.tag.rpartition("}")[2]: child.text for child in drawn}
    assert drawn.get("role") == "img"
    assert texts["title"] == "Hoe de cycli liepen"
    assert "duur (seconden): eerst 20,0, nu 28,5" in str(texts["desc"])
    assert kwaliteitsmonitor.main(["metrics", "--chart", str(tmp_path / "runs.html"), *where]) == 0
    page = (tmp_path / "runs.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == 7
    assert "&lt;0.1&gt;" in page
    assert kwaliteitsmonitor.main(["metrics", "--chart", str(tmp_path / "runs.docx"), *where]) == 2
