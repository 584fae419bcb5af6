"""What the pages print is pasted into a shell as it stands, a block at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "deploy" / "README.md", *sorted((ROOT / "docs").glob("*.md")))


def _commands(page: Path) -> Iterator[list[str]]:
    """The commands of each indented block, lines that go on after a backslash as one."""
    for block in re.findall(r"(?:^ {4,}\S.*\n)+", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        yield re.sub(r"\\\n *", "", block).splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_is_pasted_into_an_installer_that_reads_what_comes_after_it(page: Path) -> None:
    for block in _commands(page):
        for number, line in enumerate(block):
            if "apt-get install" in line:
                assert "--yes" in line, f"{line.strip()}: asks, and takes the next line for the answer"
                assert number == len(block) - 1, f"{line.strip()}: what is pasted after it is lost"
