"""What reading a release takes: `python -m benchmarks.reporting`.

In one run, each a process of its own from start to end, imports included: a cycle; the report in all forms and
languages alone; the evidence of a figure; computing the release again; and what changed since the version before it,
of which one unit delivered its evaluations anew.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.__main__ import deliveries, once
from benchmarks.replaced import CYCLE, KEY, replace_one

FIGURES = ("indicator:2020:bko_share:all:all", "spending:2020:all")
TIMES = 3


def main() -> None:
    """Measure and print, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200_000, help="answers, over both years")
    answers = parser.parse_args().answers
    os.environ.update(KEY)
    program = str(Path(sys.executable).with_name("kwaliteitsmonitor"))
    with TemporaryDirectory(prefix="bench-") as folder:
        landing, out, reports = (Path(folder) / name for name in ("landing", "out", "reports"))
        shutil.copytree(deliveries(answers), landing)
        where = ["--out", str(out)]
        run = [program, "run", "--cycle", CYCLE, "--landing", str(landing), *where]
        cycle, _ = once(run)
        languages = json.loads((out / "current" / CYCLE / "manifest.json").read_text())["files"]
        forms = sorted(name for name in languages if name.startswith("report/"))
        render = statistics.median(
            sum(
                once([program, "report", "--cycle", CYCLE, "--form", "all", "--language", language, "--replace",
                      "--to", str(reports), *where])[0]
                for language in ("nl", "en")
            )
            for _ in range(TIMES)
        )  # fmt: skip
        verify, _ = once([program, "verify", CYCLE, *where])
        explain = max(
            statistics.median(once([program, "explain", f"{CYCLE}:{figure}", *where])[0] for _ in range(TIMES))
            for figure in FIGURES
        )
        replace_one(landing)
        once(run)
        differ = [program, "diff", f"{CYCLE}/v1", f"{CYCLE}/v2", *where]
        diff = statistics.median(once(differ)[0] for _ in range(TIMES))
    print(f"{answers:,} answers, {os.cpu_count()} cores, Python {sys.version.split()[0]}; cold processes\n")
    print("| what | time | against the cycle | aim |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| a cycle, its {len(forms)} reports included | {cycle:.1f} s | | |")
    print(f"| all forms of the report, in two languages | {render:.1f} s | {render / cycle:.0%} | 10 s |")
    print(f"| `verify`: hashes, and computing it again | {verify:.1f} s | {verify / cycle:.2f}× | 1.2× |")
    print(f"| `explain` | {explain:.2f} s | | 1 s |")
    print(f"| `diff` of two releases | {diff:.2f} s | | 2 s |")


if __name__ == "__main__":
    main()
