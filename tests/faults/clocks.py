"""Cycles of a process whose calendar clock is wrong, years ahead or behind, while waits take as long as they do.

The C library tells the wrong time (`clock.c`, to be preloaded), as after a battery that ran out or a machine that was
brought back from an image. What the disk notes of files is the right time all the while.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.forking import command, fork, result_of
from tests.faults.kills import Place, Start
from tests.faults.outcome import differences, left, queried, shown, whole
from tests.faults.small import CYCLE

AHEAD = 10 * 365 * 86_400
DELIVERED = datetime(2024, 3, 1, tzinfo=UTC)
"""When the newest delivery comes in."""
BEFORE = datetime(2023, 3, 1, tzinfo=UTC)
"""A year before that."""
REMEMBERS = "delivered/fingerprints.json"
"""By which signs files are known to be unchanged, which may be thrown away; it holds nothing of files from later on."""


def shim(folder: Path) -> Path | None:
    """The library that tells the wrong time, built in a folder; none where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    made = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-w", "-o", made, source, "-ldl"], check=True)
    return made


def run_at(place: Place, out: Path, shift: int) -> tuple[int, int, str]:
    """Run the cycle on a clock that is so many seconds off: the exit code, the year that it was, what was printed."""
    year, printed = place.folder / "year.txt", place.folder / "clock.txt"
    printed.unlink(missing_ok=True)

    def work() -> int:
        ctypes.CDLL(None).shift_clock(ctypes.c_long(shift))
        year.write_text(str(datetime.now(UTC).year), encoding="utf-8")
        return command(place.arguments(out), judge_inside=True)

    code = fork(work, printed).ended()
    return code, int(year.read_text(encoding="utf-8")), printed.read_text(encoding="utf-8")


def jump(place: Place, start: Start) -> dict[str, Any]:
    """Run a cycle years ahead, in a workspace with nothing; and what came of it against an undisturbed run."""
    out = place.begin(None)
    code, year, printed = run_at(place, out, AHEAD)
    return {"code": code, "year": year, "printed": printed, "differences": against(out, start.outcome)}


def jump_back(place: Place, out: Path) -> dict[str, Any]:
    """Run it again in a workspace with a release, with a clock from before its deliveries came in."""
    code, year, printed = run_at(place, out, int((BEFORE - datetime.now(UTC)).total_seconds()))
    return {
        "code": code,
        "year": year,
        "printed": printed,
        "outcome": {name: digest for name, digest in whole(out).items() if name != REMEMBERS},
        "shown": shown(out, CYCLE),
        "left": left(out),
        "releases": [list(row) for row in result_of(lambda: queried(out), place.folder)["releases"]],
    }


def against(out: Path, outcome: dict[str, str]) -> list[str]:
    """What is not as an undisturbed run left it."""
    return [name for name in differences(whole(out), outcome) if name != REMEMBERS]
