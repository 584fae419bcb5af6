"""Odd use of every command, from its own parser: one sentence, the right exit code, no trace, no sign that steers."""

from __future__ import annotations

import io
import os
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
COMMANDS = sorted(kwaliteitsmonitor.commands)
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
}
NEVER = {"signs that steer": "a\x1b[2J", "no text": "a\udcff"}
OF_ALL = ("--institution", "--landing", "--out")


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
        chosen = value if one is odd else usable.get(str(name)) if one.required or name in OF_ALL else None
        if chosen is None:
            assert not one.required, f"{command}: no usable value for {name}"
        elif isinstance(one, click.Argument):
            arguments.append(chosen)
        else:
            options += [str(name), chosen]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = kwaliteitsmonitor.main([*options, *arguments])
    return code, out.getvalue() + err.getvalue()


def is_refused(command: str, option: str, kind: str) -> bool:
    """Whether a command refuses such a value before it does real work."""
    if command not in RUNS:
        return True
    return option in ("--cycle", "--institution") or (option == "--out" and kind in ("too long", "a file"))


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_cannot_use_is_told_in_a_sentence(usable: dict[str, str], command: str) -> None:
    tried = [(odd, kind, value) for kind, value in ODD.items() for odd in valued(command)]
    for odd, kind, value in tried:
        if is_refused(command, odd.opts[-1], kind):
            code, text = called(command, usable, odd, value)
            what = f"{command} {odd.opts[-1]} {kind}: {code}\n{text}"
            assert not [sign for sign in ("should not", "Traceback", "\x1b") if sign in text], what
            assert code in ({0, 1, 2, 3, 4} if command in STATES else {0, 2, 3, 4}), what
            assert not code or text.strip(), what
    for odd, value in ((odd, value) for odd in valued(command) for value in NEVER.values()):
        code, text = called(command, usable, odd, value)
        assert (code, "\x1b" in text, "Traceback" in text) == (2, False, False), f"{command} {odd.opts[-1]}\n{text}"


@pytest.mark.parametrize("command", ["status", "template", "feedback", "remind"])
def test_a_cycle_of_no_agreements_is_refused(usable: dict[str, str], command: str) -> None:
    (odd,) = (one for one in valued(command) if one.opts == ["--cycle"])
    code, text = called(command, usable | {"--feed": "", "--unit": ""}, odd, "1999-03")
    assert (code, text.count("Error:")) == (2, 1), text


def test_a_setting_that_steers_is_named_and_not_shown() -> None:
    with pytest.raises(UsageError) as refused:
        demand_text([], {"KWALITEITSMONITOR_SMTP_URL": "smtp://a:se\x1bcret@host", "OTHER": "\x1b"})
    assert "KWALITEITSMONITOR_SMTP_URL" in str(refused.value)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_plain_terminal_shows_the_help_of_each_command(command: str) -> None:
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")):
        assert kwaliteitsmonitor.main([command, "--help"]) == 0


@pytest.mark.parametrize("words", [["status", "--cycle", CYCLE], ["settings"], ["--help"]])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, words: list[str]) -> None:
    """`| head -1`: the rest is not wanted, and that is told nowhere."""
    where = ["--institution", str(FIVE_SCHOOLS / "profile"), "--out", str(tmp_path / "out"), "--landing", str(tmp_path)]
    buffered = ["-u"] if words == ["settings"] else []
    command = [sys.executable, *buffered, "-m", "pipelines.cli", *words, *(where if "--cycle" in words else [])]
    plain = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "TERM": "dumb"}
    process = subprocess.Popen(command, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == CUT_OFF
