"""How long a cycle takes after one unit replaced one delivery, against a whole cycle: `python -m benchmarks.replaced`.

In one run, each a process of its own from start to end, imports included: a cycle in a new workspace, the cycle after
one unit delivered its evaluations of one year anew, the cycle once more when nothing changed, and the cycle after the
replacement in a copy of the workspace in which nothing was counted. Both releases must be the same to the byte.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.__main__ import deliveries, once

CYCLE = "2021-03"
REPLACED = "evaluaties/2019-2020/cursus"
KEY = {"KWALITEITSMONITOR_PSEUDONYM_KEY": "9c41e7a2d05f3b86b7e0254c8d19fa63"}


def replace_one(landing: Path) -> tuple[str, int]:
    """Deliver the largest evaluation of a unit again, with one answer less; its name, and the answers in it."""
    path = max((landing / REPLACED).glob("*.parquet"), key=lambda p: p.stat().st_size)
    rows: pa.Table = pq.read_table(path)
    path.unlink()  # the file may share its bytes with the deliveries that are kept for other benchmarks
    pq.write_table(rows.slice(0, rows.num_rows - 1), path)
    return path.stem, rows.num_rows


def release(out: Path) -> dict[str, bytes]:
    """The files of the current release."""
    folder = (out / "current" / CYCLE).resolve()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cycle(landing: Path, out: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of a cycle in a process of its own."""
    program = str(Path(sys.executable).with_name("kwaliteitsmonitor"))
    return once([program, "run", "--cycle", CYCLE, "--landing", str(landing), "--out", str(out)])


def main() -> None:
    """Measure and print, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10_000_000, help="answers, over both years")
    answers = parser.parse_args().answers
    os.environ.update(KEY)
    with TemporaryDirectory(prefix="bench-") as folder:
        landing, out, fresh = (Path(folder) / name for name in ("landing", "out", "fresh"))
        shutil.copytree(deliveries(answers), landing)
        measured = {"whole cycle": cycle(landing, out)}
        shutil.copytree(out, fresh, symlinks=True, ignore=shutil.ignore_patterns("evaluations", "work"))
        unit, number = replace_one(landing)
        measured[f"one delivery replaced ({unit}, {number:,} answers)"] = cycle(landing, out)
        measured["nothing changed"] = cycle(landing, out)
        measured["that delivery replaced, nothing counted before"] = cycle(landing, fresh)
        with_counts, without = release(out), release(fresh)
        different = {n for n in with_counts.keys() | without.keys() if with_counts.get(n) != without.get(n)}
    whole = measured["whole cycle"][0]
    print(f"{answers:,} answers, {os.cpu_count()} cores, Python {sys.version.split()[0]}; one run of each, in turn\n")
    print("| cycle | time | of the whole cycle | peak memory |")
    print("| --- | ---: | ---: | ---: |")
    for name, (seconds, megabytes) in measured.items():
        print(f"| {name} | {seconds:.1f} s | {seconds / whole:.0%} | {megabytes:.0f} MB |")
    if different:
        sys.exit(f"\nThe release after the replacement is another one: {', '.join(sorted(different))}")
    print("\nThe release after the replacement is the same to the byte as without what was counted before.")


if __name__ == "__main__":
    main()
