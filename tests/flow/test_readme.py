"""The commands that the README prints work on what `make demo` makes, as printed and in their order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.sample_year import SampleYear

ROOT = Path(__file__).resolve().parents[2]


def printed() -> list[list[str]]:
    """The commands of the block after `make demo`, without the one that verifies: that has tests of its own."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("these work as printed", 1)[1]
    block = re.search(r"\n\n((?:    .+\n)+)", text)
    assert block is not None
    lines = [shlex.split(line, comments=True) for line in block[1].splitlines()]
    assert lines[0] == [".", ".venv/bin/activate"]
    return [words[1:] for words in lines[1:] if words[:2] != ["kwaliteitsmonitor", "verify"]]


def test_each_command_of_the_readme_ends_well_on_what_the_demo_made(
    ran: SampleYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    shutil.copytree(ran.workspace.root, tmp_path / "data" / "leiden", symlinks=True)
    shutil.copytree(ran.landing, tmp_path / "data" / "leiden" / "landing")
    monkeypatch.chdir(tmp_path)
    for name in ("INSTITUTION", "LANDING", "OUT", "CYCLE"):
        monkeypatch.delenv(f"KWALITEITSMONITOR_{name}", raising=False)
    commands = printed()
    assert len(commands) > 10
    for words in commands:
        shown = command.output(*words)
        assert words[0] != "status" or "ontbreekt" not in shown


def test_the_demo_lies_where_the_commands_look() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^DEMO \?= data/leiden$", makefile, re.MULTILINE)
    assert (ROOT / "institutions" / "default").read_text(encoding="utf-8").strip() == "leiden"
