"""`python -m benchmarks.scale`: a whole cycle at 1, 10 and 100 million answers: how time and memory grow.

The same university each time, with more respondents: the number of counts grows little, the number of answers tenfold.
Each measurement is a cold `kwaliteitsmonitor run` of one cycle on deliveries that lie there, imports included. From the
growth between the two largest sizes follows what more answers would take, by the same straight line; what that says of
sizes beyond the largest that was measured is an estimate, and is marked so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.__main__ import KEPT, Measured, deliveries, once

SIZES = (1_000_000, 10_000_000, 100_000_000)
BEYOND = (500_000_000, 5_000_000_000)


def run(answers: int, times: int) -> Measured:
    """A cycle over so many answers: the median of its seconds, and its highest peak memory in MB."""
    landing = deliveries(answers)
    program = str(Path(sys.executable).with_name("kwaliteitsmonitor"))
    taken: list[tuple[float, float]] = []
    # Beside the deliveries: a temporary folder may lie in memory, which is what is measured.
    with TemporaryDirectory(prefix="scale-", dir=KEPT) as folder:
        for turn in range(times):
            out = f"{folder}/{turn}"
            taken.append(once([program, "run", "--cycle", "2021-03", "--landing", str(landing), "--out", out]))
            shutil.rmtree(out, ignore_errors=True)
    return Measured(statistics.median(s for s, _ in taken), max(m for _, m in taken))


def main() -> None:
    """Measure and print, as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES), help="numbers of answers")
    parser.add_argument("--times", type=int, default=1, help="how often each is measured")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {arguments.times} cold runs each\n")
    print("| answers | cycle | per million more | growth against linear | peak memory |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    runs = {answers: run(answers, arguments.times) for answers in sorted(arguments.sizes)}
    before: dict[int, int] = {later: earlier for earlier, later in pairwise(runs)}
    for answers, measured in runs.items():
        more = linear = ""
        if earlier := before.get(answers):
            seconds = measured.seconds - runs[earlier].seconds
            more = f"{seconds / (answers - earlier) * 1_000_000:.2f} s"
            linear = f"{measured.seconds / runs[earlier].seconds / (answers / earlier):.2f}×"
        print(f"| {answers:,} | {measured.seconds:.1f} s | {more} | {linear} | {measured.megabytes:.0f} MB |")
    if len(runs) > 1:
        largest = max(runs)
        earlier = before[largest]
        slope = (runs[largest].seconds - runs[earlier].seconds) / (largest - earlier)
        print("\nEstimated from the last two:")
        for answers in BEYOND:
            print(f"- {answers:,} answers: {(runs[largest].seconds + slope * (answers - largest)) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
