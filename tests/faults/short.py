"""The short form of the kills and of the soak, from one process: `python -m tests.faults.short FOLDER`.

A run is killed twice in a row, ended, and compared; then cycles follow each other in one process.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.faults.forking import command, told
from tests.faults.kills import ENVIRONMENT, SEED, Place
from tests.faults.soak import change, measured

MOMENTS = 3.0
"""Seconds within which a run is killed: no machine ends one sooner."""
CYCLES = 3
IN_A_ROW = 2


def many(place: Place, out: Path) -> list[dict[str, int]]:
    """Run cycles in this process, of which one finds a delivery that changed; what there is after each."""
    found = []
    for number in range(CYCLES):
        if number == 1:
            change(place.folder / "landing", number)
        assert command(place.arguments(out), judge_inside=True) == 0
        found.append(measured(out))
    return found


def main() -> None:
    place = Place(Path(sys.argv[1]))
    start = place.prepare_one()
    found: dict[str, Any] = {"kills": place.attempt(1, SEED, start, {False: MOMENTS, True: MOMENTS}, IN_A_ROW)}
    found["soak"] = told(lambda: many(place, place.folder / "out"), place.folder)
    print(json.dumps(found), flush=True)  # noqa: T201 - what the script is run for
    os._exit(0)


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        sys.exit("the environment is not the one of `tests.faults.kills`")
    main()
