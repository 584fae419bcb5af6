"""Odd use of every command, from its own parser: one sentence, the right exit code, no trace, no sign that steers."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.misuse import demand_text
from pipelines.cli.terminal import CUT_OFF
from schemas.errors import UsageError

ROOT = Path(__file__).parents[3]
FIVE_SCHOOLS = ROOT / "tests" / "institutions" / "five_schools"
CYCLE = "2025-03"
RUNS = {"run", "rehearse", "verify", "backup", "count", "sample", "restore", "mirror", "upgrade", "new-institution"}
"""Commands that would do real work with an option that they can use: of these only what they refuse is tried."""
STATES = {"health", "rehearse", "verify", "diff"}
"""Commands of which exit code 1 says that something is the matter with what they look at."""
ODD = {
    "empty": "",
    "blank": " ",
    "a path that is not there": "no/such/path",
    "a path through a file": "a_file/below",
    "a file": "a_file",
    "too long": "x" * 5000,
    "a cycle that is not there": "1999-03",
    "another kind of address": "foo://x",
    "signs of markup": "[red]{x}",
    "signs that steer": "a\x1b[2J",
    "no text": "a\udcff",
}
NEVER = {"signs that steer", "no text"}


def commands() -> list[str]:
    return sorted(kwaliteitsmonitor.commands)


def valued(command: str) -> list[click.Parameter]:
    """What a command takes a value for."""
    return [one for one in kwaliteitsmonitor.commands[command].params if not getattr(one, "is_flag", False)]


@pytest.fixture
def usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """By option what a command can use; the current folder is one with a file in it."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "a_file").write_text("x", encoding="utf-8")
    monkeypatch.chdir(here)
    return {
        "--institution": str(FIVE_SCHOOLS / "profile"),
        "--landing": str(FIVE_SCHOOLS / "deliveries"),
        "--out": str(tmp_path / "out"),
        "--cycle": CYCLE,
        "--to": str(tmp_path / "to"),
        "--role": "bestuur",
        "--reason": "vastgesteld",
        "sql": "select 1",
        "profile": str(FIVE_SCHOOLS / "profile"),
        "figure_id": f"{CYCLE}:spending:2024:all",
        "folder": str(tmp_path / "new"),
        **dict.fromkeys(("release", "old", "new", "releases"), CYCLE),
    }


def called(command: str, usable: dict[str, str], odd: click.Parameter, value: str) -> tuple[int, str]:
    """Call a command with what it needs, and with one odd value; its exit code, and all that it said."""
    options, arguments = [command], []
    for one in valued(command):
        name = one.name if isinstance(one, click.Argument) else one.opts[-1]
        given = value if one is odd else usable.get(str(name)) if one.required or name in OF_ALL else None
        if given is None:
            assert not one.required, f"{command}: no usable value for {name}"
        elif isinstance(one, click.Argument):
            arguments.append(given)
        else:
            options += [str(name), given]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = kwaliteitsmonitor.main([*options, *arguments])
    return code, out.getvalue() + err.getvalue()


OF_ALL = ("--institution", "--landing", "--out")


@pytest.mark.parametrize("kind", sorted(ODD))
@pytest.mark.parametrize("command", commands())
def test_what_a_command_cannot_use_is_told_in_a_sentence(usable: dict[str, str], command: str, kind: str) -> None:
    for odd in valued(command):
        if command in RUNS and kind not in NEVER and odd.opts[-1] not in ("--cycle", "--out", "--institution"):
            continue
        if command in RUNS and kind not in NEVER and (odd.opts[-1] == "--out" and kind not in ("too long", "a file")):
            continue
        code, said = called(command, usable, odd, ODD[kind])
        told = f"{command} {odd.opts[-1]} {kind}: {code}\n{said}"
        assert "should not" not in said, told
        assert "Traceback" not in said, told
        assert "\x1b" not in said, told
        assert code in ({0, 1, 2, 3, 4} if command in STATES else {0, 2, 3, 4}), told
        if kind in NEVER:
            assert code == 2, told
        if code:
            assert said.strip(), told


@pytest.mark.parametrize("command", ["status", "template", "feedback", "remind"])
def test_a_cycle_of_no_agreements_is_refused(usable: dict[str, str], command: str) -> None:
    (odd,) = (one for one in valued(command) if one.opts == ["--cycle"])
    usable["--feed"], usable["--unit"] = "", ""
    code, said = called(command, usable, odd, "1999-03")
    assert (code, said.count("Error:")) == (2, 1), said


def test_a_setting_that_steers_is_named_and_not_shown() -> None:
    with pytest.raises(UsageError) as refused:
        demand_text([], {"KWALITEITSMONITOR_SMTP_URL": "smtp://a:se\x1bcret@host", "OTHER": "\x1b"})
    assert "KWALITEITSMONITOR_SMTP_URL" in str(refused.value)
    assert "cret" not in str(refused.value)


SHELL = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "TERM": "dumb"}


@pytest.mark.parametrize("command", commands())
def test_a_plain_terminal_shows_the_help_of_each_command(command: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    with redirect_stdout(out):
        assert kwaliteitsmonitor.main([command, "--help"]) == 0


@pytest.mark.parametrize(
    ("called_with", "buffered"), [(["status", "--cycle", CYCLE], []), (["settings"], ["-u"]), (["--help"], [])]
)
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, called_with: list[str], buffered: list[str]) -> None:
    """`| head -1`: the rest is not wanted, and that is told nowhere."""
    shutil.copytree(FIVE_SCHOOLS / "profile", tmp_path / "profile")
    where = ["--institution", str(tmp_path / "profile"), "--out", str(tmp_path / "out"), "--landing", str(tmp_path)]
    command = [
        sys.executable,
        *buffered,
        "-m",
        "pipelines.cli",
        *called_with,
        *(where if "--cycle" in called_with else []),
    ]
    process = subprocess.Popen(command, env=SHELL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == CUT_OFF
