"""The examples for analysts run as they stand in the documentation, on a release of the sample."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.catalog import write_catalog
from tests.command_line import CommandLine
from tests.sample_year import SampleYear

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analyst.md"


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def place(ran: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the examples take it to be: a workspace of their own lies in `data/leiden`."""
    folder = tmp_path_factory.mktemp("analyst")
    write_catalog(ran.copied(folder / "data" / "leiden").workspace)
    return folder


def test_there_is_an_example_in_each_language() -> None:
    assert [len(examples(language)) for language in ("sql", "python", "r")] == [1, 2, 1]


def test_the_examples_in_sql_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    with duckdb.connect() as connection:
        for statement in duckdb.extract_statements(examples("sql")[0]):
            rows = connection.execute(statement).fetchall()
            assert rows or "attach" in statement.query, f"nothing comes of {statement.query}"


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_in_python_run(place: Path, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "example.py").write_text(examples("python")[number], encoding="utf-8")
    monkeypatch.chdir(place)
    runpy.run_path(str(tmp_path / "example.py"))


def test_the_example_in_r_runs(place: Path) -> None:
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", "library(arrow)"], capture_output=True).returncode:
        pytest.skip("there is no R with the package arrow")
    ran = subprocess.run([program, "-e", examples("r")[0]], cwd=place, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr


def test_the_query_of_the_command_line_runs(place: Path, command: CommandLine) -> None:
    (sql,) = re.findall(r'kwaliteitsmonitor query "(.*?)"', PAGE.read_text(encoding="utf-8"))
    assert command.output("query", "--out", place / "data" / "leiden", sql)


def test_a_catalog_that_is_open_stays_with_its_release(place: Path) -> None:
    """Who reads a catalog while the next one is written sees the release that it was made for."""
    with duckdb.connect(str(place / "data/leiden/catalog.duckdb"), read_only=True) as connection:
        before = connection.execute("SELECT path FROM releases").fetchall()
        write_catalog(Workspace(place / "data" / "leiden"))
        assert connection.execute("SELECT count(*) FROM indicator_values").fetchall()[0][0] > 0
        assert connection.execute("SELECT path FROM releases").fetchall() == before
        assert Path(before[0][0]).parent.parent == (place / "data/leiden/releases").resolve()
