"""Many cycles after each other, and what grows: memory, threads, open files, children, files, Dagster's database.

`python -m tests.faults.soak FOLDER TIMES` runs them in one process, which is harder than a daemon is: that has one per
run. Each run is a line of `FOLDER/soak.jsonl`. Every fifth cycle finds a delivery that changed, so that releases come
out; the others find everything as it was.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.faults.forking import command
from tests.faults.kills import ENVIRONMENT, Place, lines_of
from tests.faults.small import write_small

WARM = 10
"""Runs after which a process has everything it will ever load; growth is measured from there on."""
CHANGED_EACH = 5
RESIDENT_PER_RUN = 150 * 1024
"""Bytes by which memory may grow per run, over a long series: a fifth of a thousandth of what a process takes."""


def resident() -> int:
    """The bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


class _Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33 and newer."""

    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
    )]  # fmt: skip


def in_use() -> int:
    """The bytes that the C library has given out and not got back; 0 where it cannot tell.

    What a process has beside them is room that is kept for the next time, and what libraries take from the kernel.
    """
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = _Mallinfo
    numbers = mallinfo()
    return int(numbers.uordblks + numbers.hblkhd)


def measured(out: Path) -> dict[str, int]:
    """What this process and the workspace hold now."""
    gc.collect()
    files = [path for path in out.rglob("*") if path.is_file() and not path.is_symlink()]
    ours = [path for path in files if not path.is_relative_to(out / "dagster")]
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return {
        "resident": resident(),
        "given out": in_use(),
        "objects": len(gc.get_objects()),
        "threads": threading.active_count(),
        "open": len(list(Path("/proc/self/fd").iterdir())),
        "children": len(children),
        "files": len(ours),
        "unfinished": sum(path.name.startswith(".") for path in ours),
        "dagster": sum(path.stat().st_size for path in files if path.is_relative_to(out / "dagster")),
        "releases": len(list((out / "releases").glob("*/v*"))),
    }


def change(landing: Path, number: int) -> Path:
    """Have a unit deliver its answers once more, with one answer more; returns the file."""
    path = landing / "answers" / "2020-2021" / "U1.csv"
    with path.open("a", encoding="utf-8") as delivered:
        delivered.write(f"course;50001;Ba;50001-101;content;4;S-{number:06d}\n")
    then = 1_640_995_200 + number
    os.utime(path, (then, then))
    return path


def soak(folder: Path, times: int) -> list[dict[str, Any]]:
    """Run so many cycles in this process; returns what was measured after each."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    place, out = Place(folder, "soak.jsonl"), folder / "out"
    write_small(folder)
    for number in range(1, times + 1):
        if number % CHANGED_EACH == 0:
            change(folder / "landing", number)
        began = time.monotonic()
        code = command(place.arguments(out))
        assert code == 0, f"run {number} ended with {code}"
        line = {"run": number, "took": round(time.monotonic() - began, 2), **measured(out)}
        with place.lines.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
    return lines_of(place.lines)


def slope(values: list[int]) -> float:
    """By how much a series grows per step, by least squares."""
    count = len(values)
    middle, mean = (count - 1) / 2, sum(values) / count
    spread = sum((at - middle) ** 2 for at in range(count))
    return sum((at - middle) * (value - mean) for at, value in enumerate(values)) / spread if spread else 0.0


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What grew per run after the first ones, and what there was at the end."""
    after = lines[min(WARM, len(lines) // 2) :]
    return {
        "cycles": len(lines),
        "releases": lines[-1]["releases"],
        **{
            f"{what} per run": round(slope([line[what] for line in after]), 2)
            for what in ("resident", "given out", "objects", "dagster")
        },
        **{
            what: [min(line[what] for line in after), max(line[what] for line in after)]
            for what in ("resident", "given out", "objects", "threads", "open", "children", "files", "unfinished")
        },
    }


def main() -> None:
    folder, *more = sys.argv[1:]
    if more:
        os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.startswith("KWALITEITS")})
        soak(Path(folder).absolute(), int(more[0]))
    seen = summary(lines_of(Path(folder) / "soak.jsonl"))
    print(json.dumps(seen, indent=1))  # noqa: T201 - what the script is run for
    if seen["resident per run"] > RESIDENT_PER_RUN and seen["cycles"] > 2 * WARM:
        sys.exit("memory grows")


if __name__ == "__main__":
    main()
