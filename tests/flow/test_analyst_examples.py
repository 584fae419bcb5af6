"""What the documentation prints works as it stands: the examples for analysts, and the commands of the README."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.catalog import write_catalog
from tests.command_line import CommandLine
from tests.sample_year import SampleYear

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def place(ran: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the examples take it to be: a workspace of their own lies in `data/leiden`."""
    folder = tmp_path_factory.mktemp("analyst")
    write_catalog(ran.copied(folder / "data" / "leiden").workspace)
    return folder


@pytest.fixture(autouse=True)
def from_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    for name in ("INSTITUTION", "LANDING", "OUT", "CYCLE"):
        monkeypatch.delenv(f"KWALITEITSMONITOR_{name}", raising=False)


def test_the_examples_in_sql_run() -> None:
    (example,) = examples("sql")
    with duckdb.connect() as connection:
        for statement in duckdb.extract_statements(example):
            rows = connection.execute(statement).fetchall()
            assert rows or "attach" in statement.query, f"nothing comes of {statement.query}"


@pytest.mark.parametrize("example", examples("python"), ids=["first", "second"])
def test_the_examples_in_python_run(example: str, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    runpy.run_path(str(tmp_path / "example.py"))


def test_the_example_in_r_runs() -> None:
    (example,) = examples("r")
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", "library(arrow)"], capture_output=True).returncode:
        pytest.skip("there is no R with the package arrow")
    ran = subprocess.run([program, "-e", example], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr


def test_the_query_of_the_command_line_runs(place: Path, command: CommandLine) -> None:
    (sql,) = re.findall(r'kwaliteitsmonitor query "(.*?)"', PAGE)
    assert command.output("query", "--out", place / "data" / "leiden", sql)


def test_a_catalog_that_is_open_stays_with_its_release(place: Path) -> None:
    """Who reads a catalog while the next one is written sees the release that it was made for."""
    with duckdb.connect("data/leiden/catalog.duckdb", read_only=True) as connection:
        before = connection.execute("SELECT path FROM releases").fetchall()
        write_catalog(Workspace(place / "data" / "leiden"))
        assert connection.execute("SELECT count(*) FROM indicator_values").fetchall()[0][0] > 0
        assert connection.execute("SELECT path FROM releases").fetchall() == before
        assert Path(before[0][0]).parent.parent == (place / "data/leiden/releases").resolve()


def test_each_command_of_the_readme_ends_well_on_what_the_demo_made(
    ran: SampleYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    """The one that verifies has tests of its own."""
    demo = ran.copied(tmp_path / "data" / "leiden").workspace.root
    shutil.copytree(ran.landing, demo / "landing")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("these work as printed", 1)[1]
    activate, *commands = (shlex.split(line, comments=True) for line in re.findall(r"^    (.+)$", text, re.M))
    commands = commands[: next(at for at, words in enumerate(commands) if words[1] == "new-institution")]
    assert activate == [".", ".venv/bin/activate"]
    assert len(commands) > 10
    for _, *words in commands:
        if words[0] != "verify":
            shown = command.output(*words)
            assert words[0] != "status" or "ontbreekt" not in shown


def test_the_demo_lies_where_the_commands_look() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^DEMO \?= data/leiden$", makefile, re.MULTILINE)
    assert (ROOT / "institutions" / "default").read_text(encoding="utf-8").strip() == "leiden"
