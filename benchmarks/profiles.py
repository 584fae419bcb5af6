"""What the number of installed profiles costs a cycle: nothing, as a cycle reads its own profile alone.

`profiles` makes a folder with one profile and a folder with fifty, and times whole cycles of the same institution and
the same deliveries with each, in processes of their own, by turns: what else the machine does falls on both alike.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
INSTITUTION = "leiden"
CYCLE = "2021-03"

RUN = """
import sys
from pathlib import Path
from schemas.profile import loading

loading.PROFILES = Path(sys.argv[1])
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.run import run_cycle

settings = Settings.from_environment(institution=sys.argv[2], landing=sys.argv[3], out=sys.argv[4])
raise SystemExit(run_cycle(settings, sys.argv[5]))
"""


def profiles(installed: int = 50, responses: int = 5_000, times: int = 3) -> tuple[float, float]:
    """The median seconds of a cycle where one profile is installed, and where so many are."""
    from kwaliteitsmonitor.sample import write_sample
    from schemas.profile import load_profile, profile_folder

    with TemporaryDirectory(prefix="bench-") as folder:
        landing, own = Path(folder) / "landing", profile_folder(INSTITUTION)
        write_sample(load_profile(own), landing, responses=responses)
        places = {number: _installed(Path(folder) / f"of-{number}", own, number) for number in (1, installed)}
        seconds_by: dict[int, list[float]] = {number: [] for number in places}
        for turn in range(times):
            for number, place in places.items():
                seconds_by[number].append(_timed(place, landing, Path(folder) / f"out-{number}-{turn}"))
        return statistics.median(seconds_by[1]), statistics.median(seconds_by[installed])


def _installed(place: Path, own: Path, number: int) -> Path:
    """A folder with the profile and as many copies of it, under other names, as make so many."""
    for name in (INSTITUTION, *(f"other-{one:02d}" for one in range(1, number))):
        shutil.copytree(own, place / name)
    return place


def _timed(place: Path, landing: Path, out: Path) -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", RUN, str(place), INSTITUTION, str(landing), str(out), CYCLE]
    environment = {**os.environ, "KWALITEITSMONITOR_REPORTS": "none"}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    return time.monotonic() - began


def main() -> None:
    """Measure and print."""
    one, many = profiles()
    print(f"a cycle with 1 profile installed: {one:.1f} s; with 50: {many:.1f} s ({many / one:.2f} times as long)")


if __name__ == "__main__":
    main()
