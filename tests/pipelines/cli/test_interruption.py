"""A command on a terminal: letters that it lacks, signs that would steer it, and being asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli.interruption import SIGNALS, end_if_interrupted, interruptible
from pipelines.cli.terminal import PLAIN, prepare
from schemas.visible import steering, visible, without_steering
from tests.command_line import CommandLine

PROFILE = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"
CYCLE = "2025-03"


def as_in_a_terminal() -> None:
    """Listen to these signals, which whoever started the tests in the background or by `nohup` had them ignore."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("when", "asked", "group", "code"),
    [
        ("cycle", signal.SIGINT, True, 130),
        ("delivered/", signal.SIGINT, True, 130),
        ("staged/", signal.SIGTERM, False, 143),
        ("facts/", signal.SIGHUP, True, 129),
    ],
)
def test_a_run_that_is_asked_to_end_says_so_in_one_sentence(
    tmp_path: Path, when: str, asked: signal.Signals, group: bool, code: int
) -> None:
    """Once a line holds `when`; the signal goes to all processes of the run, as a terminal sends it, or to the one."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--cycle", CYCLE, "--institution", str(PROFILE)]
    command += ["--landing", str(PROFILE.parent / "deliveries"), "--out", str(tmp_path / "out"), "--reports", "none"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=as_in_a_terminal,
    )
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if when in line:
            break
    (os.killpg if group else os.kill)(process.pid, asked)
    exit_code, text = process.wait(timeout=120), "".join([*seen, process.stderr.read()])
    sentences = [line for line in text.splitlines() if "nderbroken" in line or "nterrupted" in line]
    assert (exit_code, len(sentences)) == (code, 1), text
    assert "Traceback" not in text
    assert "Error" not in text
    assert not (tmp_path / "out" / "current").exists()


def test_a_signal_that_another_handler_kept_to_itself_still_ends_the_run_and_handlers_are_put_back() -> None:
    handlers = [signal.getsignal(one) for one in SIGNALS]
    with interruptible() as asked:
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            end_if_interrupted()
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                end_if_interrupted()
            assert asked.exit_code == 143
        finally:
            signal.signal(signal.SIGTERM, before)
    end_if_interrupted()
    assert [signal.getsignal(one) for one in SIGNALS] == handlers


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("geïnd: € 7.057 − € 361", "geind: EUR 7.057 - EUR 361"),
        ("3,4 ± 1,1 ×", "3,4 +/- 1,1 x"),
        ("één ✓, twee ✗", "een v, twee x"),
        ("학교", "??"),
    ],
)
def test_letters_that_a_terminal_lacks_are_written_plainly(text: str, plain: str) -> None:
    prepare()
    assert text.encode("ascii", errors=PLAIN).decode("ascii") == plain


def test_a_command_ends_well_where_there_are_plain_letters_only_and_a_program_reads_utf8(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = ["-m", "pipelines.cli", "status", "--cycle", CYCLE, "--institution", str(PROFILE)]
    command += ["--out", str(tmp_path / "out"), "--landing", str(tmp_path)]
    script = r"from pipelines.cli.terminal import *; prepare(); in_utf8(); print('ge\xefnd \u20ac')"
    shown, read = (
        subprocess.run([sys.executable, *words], env=environment, capture_output=True, check=True).stdout
        for words in (command, ["-c", script])
    )
    assert shown.isascii()
    assert read.decode("utf-8").strip() == "geïnd €"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x9b31m", "\x07", "\u202e", "\u2066", "\u2028", "\r"])
def test_signs_that_steer_a_terminal_are_written_out(sign: str) -> None:
    for shown in (visible(f"a{sign}b"), without_steering(f"a{sign}b")):
        assert shown.isprintable(), shown
    assert steering(f"a{sign}b")


@pytest.mark.parametrize("text", ["Faculteit Letteren", "één\nregel\tverder", "co\u00adöperatie", "€ 7"])
def test_plain_texts_are_left_as_they_are(text: str) -> None:
    assert (steering(text), without_steering(text)) == ("", text)


def test_an_error_that_quotes_a_name_does_not_steer_the_terminal(command: CommandLine) -> None:
    assert "\x1b" not in command.refusal("status", "--cycle", "2021-\x1b[2J03")
