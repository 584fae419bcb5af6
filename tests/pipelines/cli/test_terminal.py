"""What is printed holds on any terminal: letters that it lacks, and signs that would steer it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli.terminal import PLAIN, prepare
from schemas.visible import steering, visible, without_steering

PROFILE = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"


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


def test_a_command_ends_well_on_a_terminal_with_plain_letters_only(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "pipelines.cli", "status", "--cycle", "2025-03"]
    command += ["--institution", str(PROFILE), "--out", str(tmp_path / "out"), "--landing", str(tmp_path)]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()


def test_what_a_program_reads_is_utf8_whatever_the_terminal_can_show(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    script = "from pipelines.cli.terminal import *; prepare(); in_utf8(); print('geïnd €')"
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert ran.stdout.decode("utf-8").strip() == "geïnd €"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x9b31m", "\x07", "\u202e", "\u2066", "\u2028", "\r"])
def test_signs_that_steer_a_terminal_are_written_out(sign: str) -> None:
    for shown in (visible(f"a{sign}b"), without_steering(f"a{sign}b")):
        assert shown.isprintable(), shown
    assert steering(f"a{sign}b")


@pytest.mark.parametrize("text", ["Faculteit Letteren", "één\nregel\tverder", "co\u00adöperatie", "€ 7"])
def test_plain_texts_are_left_as_they_are(text: str) -> None:
    assert steering(text) == ""
    assert without_steering(text) == text


def test_an_error_that_quotes_a_name_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.cli.commands import kwaliteitsmonitor

    assert kwaliteitsmonitor.main(["status", "--cycle", "2021-\x1b[2J03"]) == 2
    assert "\x1b" not in capsys.readouterr().err
