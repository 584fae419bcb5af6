"""Every case that the documentation lists is shown by a test that there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.limits import LIMITS, MB

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "hostile-input.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
CASES = PAGE.partition("## The cases")[2].partition("\n`python -m")[0]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_each_test_that_is_named_is_there(path: str) -> None:
    assert {name for file, name in NAMED if file == path} <= functions_of(ROOT / path)


def test_each_case_names_a_test() -> None:
    rows = [line for line in CASES.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 50
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+` \|$", row)] == []


def test_the_limits_are_those_of_the_code() -> None:
    for value in (
        f"| {LIMITS.file_bytes // MB} MB |",
        f"| {LIMITS.inflated_bytes // (1024 * MB)} GB |",
        f"| {LIMITS.inflation} to 1 |",
        f"| {LIMITS.members:,} |",
        f"| {LIMITS.box // 1_000_000} million cells |",
        f"| {LIMITS.rows:,} × {LIMITS.columns:,} |",
        f"| {LIMITS.cells // 1_000_000} million cells, {LIMITS.lines // 1_000_000} million rows |",
        f"| {LIMITS.cell_characters:,} characters |",
        f"| {LIMITS.line_characters // 1_000_000} million characters |",
    ):
        assert value in PAGE
