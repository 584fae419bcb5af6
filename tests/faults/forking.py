"""A process that has everything imported and forks a child per attempt, so that a whole cycle takes a second or two.

The parent never starts a thread, or a child would inherit half of it; it only hashes files. The child does what the
command `kwaliteitsmonitor` does, in a session of its own, so that all it starts can be found and killed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Child:
    """A child that works in a session of its own; what it prints goes to a file."""

    pid: int
    printed: Path

    def ended(self) -> int:
        """Wait until it has ended: its exit code, or minus the number of the signal that killed it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self, *, group: bool) -> None:
        """Kill it at once, alone or with all that it started."""
        (os.killpg if group else os.kill)(self.pid, signal.SIGKILL)

    def left_behind(self, patience: float = 30.0) -> list[str]:
        """The processes of its session that live on after so many seconds."""
        until = time.monotonic() + patience
        while (alive := of_session(self.pid)) and time.monotonic() < until:
            time.sleep(0.05)
        return alive


def fork(work: Callable[[], int], printed: Path, environment: dict[str, str] | None = None) -> Child:
    """Begin work in a child; its exit code is what the work returns, 70 where it raised."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, printed)
    code = 70
    try:
        os.setsid()
        handle = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(environment or {})
        import tempfile

        tempfile.tempdir = None  # the folder for passing files is that of this child
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        import atexit

        atexit._run_exitfuncs()  # as a process that ends by itself does: the judge is told to go
        os._exit(code)


def result_of(work: Callable[[], Any], folder: Path) -> Any:
    """What work in a child returns, by way of a file with JSON."""
    answer = folder / ".result.json"
    answer.unlink(missing_ok=True)

    def tell() -> int:
        answer.write_text(json.dumps(work()), encoding="utf-8")
        return 0

    child = fork(tell, folder / "result.txt")
    assert child.ended() == 0, (folder / "result.txt").read_text(encoding="utf-8")
    return json.loads(answer.read_text(encoding="utf-8"))


def command(arguments: Sequence[str], *, judge_inside: bool = False) -> int:
    """Do what the command line does with these arguments, in this process; returns the exit code."""
    from kwaliteitsmonitor.methods.checks.judge import judge
    from pipelines.cli.commands import kwaliteitsmonitor

    if judge_inside:
        judge()._broken = True  # as where the process beside the run cannot be started
    return int(kwaliteitsmonitor.main(list(arguments)))


def warm(folder: Path, arguments: Sequence[str]) -> None:
    """Import what a command imports, as a first child that runs it tells; and digest the code once for all."""
    from kwaliteitsmonitor.releases.format.program import code_digest

    code_digest()

    def modules() -> list[str]:
        assert command(arguments, judge_inside=True) == 0
        return [name for name in sys.modules if "." not in name or not name.startswith(("__main__", "tests"))]

    for name in result_of(modules, folder):
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - some say that they exist and cannot be imported by name
            continue
    threads = len(list(Path("/proc/self/task").iterdir()))
    # Arrow has one from its import on, and reckons with a fork.
    assert threads <= 2, f"the parent has {threads} threads; a child would inherit what they hold"


def of_session(session: int) -> list[str]:
    """The processes of a session that are alive, by command."""
    alive = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                alive.append(stat.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except (OSError, ValueError, IndexError):
            continue
    return alive
