"""The `metrics` command: the years as a table for people and for programs, and as a chart."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import add
from pipelines.cli.metrics import metrics
from schemas.errors import UsageError
from tests.operations.metrics.test_records import run


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A workspace with the records of three years."""
    workspace = Workspace(tmp_path / "out")
    for year in (2019, 2020, 2021):
        add(workspace, run(f"{year}-03", seconds=20.0 + year - 2019))
        add(workspace, run(f"{year}-05"))
    add(workspace, run("2021-06", job="take_up_bfr"))
    return workspace.root


def shown(years: Path, *options: str) -> str:
    where = ["--institution", "leiden", "--out", str(years)]
    result = CliRunner().invoke(metrics, [*options, *where], standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0
    return result.output


def test_the_years_are_a_table_for_people_and_for_programs(years: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(shown(years, "--cycle", "03", "--format", "csv"))))
    assert [(one["cycle"], one["seconds"], one["rows_quarantined"]) for one in rows] == [
        ("2019-03", "20.0", "2"),
        ("2020-03", "21.0", "2"),
        ("2021-03", "22.0", "2"),
    ]
    assert [one["cycle"] for one in json.loads(shown(years, "--last", "1", "--format", "json"))] == ["2021-05"]
    assert [one["job"] for one in json.loads(shown(years, "--all", "--last", "1", "--format", "json"))] == [
        "take_up_bfr"
    ]
    assert "6 runs. duur (seconden): eerst 20,0, nu 28,5, hoogste 28,5" in shown(years)


def test_a_chart_is_drawn_in_the_form_of_its_name_and_in_no_other(years: Path, tmp_path: Path) -> None:
    shown(years, "--chart", str(tmp_path / "runs.svg"))
    assert (tmp_path / "runs.svg").read_text(encoding="utf-8").startswith("<svg")
    shown(years, "--chart", str(tmp_path / "runs.html"))
    assert (tmp_path / "runs.html").read_text(encoding="utf-8").count("<tr>") == 7
    with pytest.raises(UsageError, match="a chart is not written as"):
        shown(years, "--chart", str(tmp_path / "runs.docx"))
    with pytest.raises(UsageError, match="there is nothing to draw"):
        shown(tmp_path / "empty", "--chart", str(tmp_path / "runs.svg"))
