"""How long it takes to find that nothing changed: a landing zone with a thousand deliveries, all taken up before.

`nothing_changed` makes such a landing zone and workspace once, and then times processes of their own that collect the
deliveries of every feed by file, as the sensor does, imports included, and end with what they found.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
CYCLE = "2021-03"
LONG_AGO = 1_608_289_200  # 18 December 2020, noon
"""The modification time of every file, in seconds since 1970: none of them has just arrived."""

COLLECT = """
import sys
from pathlib import Path
from assets.delivered.collect import collect
from assets.staged.uptake import ListedOnce
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import load_profile, profile_folder

landing, out, cycle = sys.argv[1:4]
profile = load_profile(profile_folder("leiden"))
zone = ListedOnce(landing, profile.institution.timezone)
found = 0
for feed in profile.feeds:
    found += len(collect(Workspace(Path(out)), profile, profile.cycle(cycle), feed, zone, None))
print(found)
"""


def nothing_changed(deliveries: int = 1_000, size: int = 200_000, times: int = 3) -> tuple[float, float]:
    """Seconds of a cold process that takes up so many deliveries of `size` bytes, and the median when nothing changed.

    Raises `RuntimeError` where a process finds another number of deliveries than there are.
    """
    with TemporaryDirectory(prefix="bench-") as folder:
        landing, out = Path(folder) / "landing", Path(folder) / "out"
        _fill(landing, deliveries, size)
        first = _timed(landing, out, deliveries)
        return first, statistics.median(_timed(landing, out, deliveries) for _ in range(times))


def _fill(landing: Path, deliveries: int, size: int) -> None:
    """Versions of a report, each with bytes of its own."""
    folder = landing / "onderwijsjaarverslag" / "2019-2020"
    folder.mkdir(parents=True)
    for number in range(deliveries):
        path = folder / f"FGW_v{number + 1}.xlsx"
        path.write_bytes(f"{number:08d}".encode() * (size // 8))
        os.utime(path, (LONG_AGO + number, LONG_AGO + number))


def _timed(landing: Path, out: Path, deliveries: int) -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", COLLECT, str(landing), str(out), CYCLE]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    elapsed = time.monotonic() - began
    if int(done.stdout) != deliveries:
        raise RuntimeError(f"{done.stdout.strip()} deliveries were found; expected {deliveries}")
    return elapsed


def main() -> None:
    """Measure and print."""
    first, again = nothing_changed()
    print(f"1,000 deliveries of 200 kB: {first:.1f} s to take them up, {again:.2f} s to find that nothing changed")


if __name__ == "__main__":
    main()
