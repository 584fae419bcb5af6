"""A command that is asked to end does so in one sentence, with the exit code that shells expect; it can run again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli.interruption import end_if_interrupted, interruptible

PROFILE = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"
DELIVERIES = PROFILE.parent / "deliveries"
CYCLE = "2025-03"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("interruption")
    shutil.copytree(DELIVERIES, base / "landing")
    return base


def as_in_a_terminal() -> None:
    """Listen to these signals, which whoever started the tests in the background or by `nohup` had them ignore."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)


def ended(base: Path, when: str, asked: signal.Signals, *, group: bool) -> tuple[int, str]:
    """Run a cycle and send a signal once a line holds `when`; to all of its processes, as a terminal does, or to it."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--cycle", CYCLE, "--institution", str(PROFILE)]
    command += ["--landing", str(base / "landing"), "--out", str(base / "out"), "--reports", "none"]
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
    if group:
        os.killpg(process.pid, asked)
    else:
        process.send_signal(asked)
    return process.wait(timeout=120), "".join([*seen, process.stderr.read()])


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
    base: Path, when: str, asked: signal.Signals, group: bool, code: int
) -> None:
    exit_code, told = ended(base, when, asked, group=group)
    said = [line for line in told.splitlines() if "nderbroken" in line or "nterrupted" in line]
    assert (exit_code, len(said)) == (code, 1), told
    assert "Traceback" not in told
    assert "Error" not in told
    assert not (base / "out" / "current").exists()


def test_a_signal_that_another_handler_kept_to_itself_still_ends_the_run() -> None:
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


def test_handlers_are_put_back_afterwards() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with interruptible():
        pass
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
