"""What docs/maturity.md claims is so, as far as a test can tell."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from schemas.packages import PACKAGES, ROOT

PAGE = (ROOT / "docs" / "maturity.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CRITERIA = {"B": 5, "S": 9, "G": 4}
"""How many criteria each level has at its source."""
FOR_THE_OWNER = {"B4", "B5"}
UNWANTED = (".ipynb", ".xlsx", ".xls", ".ods", ".parquet", ".db", ".sqlite", ".duckdb", ".pem", ".key", ".env")
CODE = {".py", ".j2", ".css", ".typ", ".js", ".svg", ".otf", ".ttf", ".txt", ".typed", ".conf"}


def test_every_criterion_of_every_level_has_evidence_and_a_mark() -> None:
    rows = re.findall(r"^\| ([BSG]\d)\. [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert [row[0] for row in rows] == [f"{level}{n}" for level, count in CRITERIA.items() for n in range(1, count + 1)]
    for number, evidence, mark in rows:
        assert len(evidence) > 40, number
        assert mark.strip() == ("for the owner" if number in FOR_THE_OWNER else "met"), number


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`((?:tests|assets|schemas|pipelines)/[^`]*)`", PAGE))))
def test_what_is_named_as_evidence_is_there(place: str) -> None:
    path, _, test = place.partition("::")
    assert (ROOT / path).exists(), place
    if test:
        nodes = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        assert test in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}, place


def test_no_notebook_and_no_delivery_is_under_version_control_and_what_computes_is_python_and_sql() -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this copy of the code is under no version control")
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = done.stdout.splitlines()
    allowed = ("tests/", "deploy/")  # broken files that tests read, and settings to fill in
    assert [name for name in tracked if name.endswith(UNWANTED) and not name.startswith(allowed)] == []
    assert {Path(name).suffix for name in tracked if name.startswith(tuple(f"{p}/" for p in PACKAGES))} <= CODE


def test_the_readme_says_how_to_begin_and_the_ci_runs_what_it_says() -> None:
    readme, ci, make = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run", "Makefile"))
    assert [command for command in ("make demo", "make test") if command not in readme] == []
    assert "make test" in ci
    recipe = make.partition("\ntest:")[2].partition("\n\n")[0]
    assert [tool for tool in ("ruff check", "mypy", "pytest") if tool not in recipe] == []


def test_code_is_packaged_typed_strictly_held_to_a_standard_and_in_the_changelog() -> None:
    project, tool = PROJECT["project"], PROJECT["tool"]
    assert set(PACKAGES) <= set(tool["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert project["scripts"]["kwaliteitsmonitor"] == "pipelines.cli:main"
    assert (tool["mypy"]["strict"], set(tool["mypy"]["packages"])) == (True, set(PACKAGES))
    assert {"D", "E", "F", "N", "S"} <= set(tool["ruff"]["lint"]["select"])
    assert tool["ruff"]["lint"]["pydocstyle"]["convention"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## .*({re.escape(project['version'])}|[Uu]nreleased|[Nn]ext)", changelog, re.MULTILINE)


def test_every_step_of_the_flow_and_folder_of_the_library_has_tests_of_its_own() -> None:
    tests = {path.name for path in (ROOT / "tests").iterdir() if any(path.rglob("test_*.py"))}
    folders = [one.parent.name for top in ("assets", "kwaliteitsmonitor") for one in (ROOT / top).glob("*/__init__.py")]
    assert set(folders) - {"common"} <= tests


def test_every_reader_has_a_page() -> None:
    text = PAGE.partition("## Who reads what")[2]
    for reader in ("data engineer", "administrator", "faculty controller", "policy adviser", "analyst", "auditor"):
        (line,) = [line for line in text.splitlines() if line.startswith(f"| {reader}")]
        pages = re.findall(r"\]\(([^)#]+)\)", line)
        assert pages
        assert all((ROOT / "docs" / page).is_file() for page in pages), line
