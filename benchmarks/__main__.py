"""`make bench`: a whole cycle against the bare script, at three sizes, in time and memory.

Each measurement is a process of its own, from start to end, imports included, with a new output folder. Pipeline and
bare script take turns, so that what else the machine does falls on both. Shown are medians; ratios are of medians in
this run. Deliveries are made once and kept in `.bench/`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".bench"
SIZES = {200_000: 5, 1_000_000: 3, 10_000_000: 3}


@dataclass(frozen=True)
class Measured:
    """The median wall time in seconds and the highest peak memory in MB over some runs."""

    seconds: float
    megabytes: float


def once(command: Sequence[str]) -> tuple[float, float]:
    """Seconds from start to end of a process, and its peak memory in MB."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return elapsed, usage.ru_maxrss / 1024


def deliveries(answers: int) -> Path:
    """Sample deliveries with so many answers, made where they are not there yet."""
    folder = KEPT / str(answers)
    if not (folder / ".kwaliteitsmonitor-sample").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        KEPT.mkdir(exist_ok=True)
        program = str(Path(sys.executable).with_name("kwaliteitsmonitor"))
        subprocess.run(
            [program, "sample", "--to", str(folder), "--responses", str(answers)],
            check=True,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
    return folder


def compare(answers: int, times: int) -> tuple[Measured, Measured]:
    """Pipeline and bare script on the same deliveries, in turns."""
    landing = deliveries(answers)
    program = str(Path(sys.executable).with_name("kwaliteitsmonitor"))
    taken: dict[str, list[tuple[float, float]]] = {"pipeline": [], "bare": []}
    with TemporaryDirectory(prefix="bench-") as folder:
        for turn in range(times):
            out = f"{folder}/{turn}"
            taken["bare"].append(once([sys.executable, "benchmarks/bare.py", str(landing), f"{out}-bare"]))
            taken["pipeline"].append(
                once([program, "run", "--cycle", "2021-03", "--landing", str(landing), "--out", out])
            )
            shutil.rmtree(out, ignore_errors=True)
    pipeline, bare = (
        Measured(statistics.median(s for s, _ in runs), max(m for _, m in runs)) for runs in taken.values()
    )
    return pipeline, bare


def main() -> None:
    """Measure and print, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES), help="numbers of answers")
    arguments = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of "
        f"{', '.join(str(SIZES.get(n, 3)) for n in arguments.sizes)} cold runs each\n"
    )
    print("| answers | `run --cycle 2021-03` | bare script | ratio | peak memory | bare script | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for answers in arguments.sizes:
        ours, bare = compare(answers, SIZES.get(answers, 3))
        print(
            f"| {answers:,} | {ours.seconds:.1f} s | {bare.seconds:.1f} s | {ours.seconds / bare.seconds:.1f}× "
            f"| {ours.megabytes:.0f} MB | {bare.megabytes:.0f} MB | {ours.megabytes / bare.megabytes:.2f}× |",
            flush=True,
        )


if __name__ == "__main__":
    main()
