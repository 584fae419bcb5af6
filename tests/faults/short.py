"""The short form of the kills and of the soak, and jumps of the clock: `python -m tests.faults.short FOLDER`.

All from one process, that everything is imported into once. A run is killed twice in a row, ended, and compared; then
cycles follow each other in one process; then they run with a clock that is years off, if it can be.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.faults.clocks import DELIVERED, REMEMBERS, jump, jump_back
from tests.faults.forking import command, result_of
from tests.faults.kills import ENVIRONMENT, SEED, Place
from tests.faults.outcome import whole
from tests.faults.soak import change, measured

MOMENTS = 3.0
"""Seconds within which a run is killed: no machine ends one sooner."""
CYCLES = 2
IN_A_ROW = 2


def many(place: Place, out: Path) -> list[dict[str, int]]:
    """Run cycles in this process, of which the first finds a delivery that changed; what there is after each."""
    made = []
    os.utime(change(place.folder / "landing", 1), (DELIVERED.timestamp(), DELIVERED.timestamp()))
    for _ in range(CYCLES):
        assert command(place.arguments(out), judge_inside=True) == 0
        made.append(measured(out))
    return made


def main() -> None:
    place = Place(Path(sys.argv[1]))
    start, out = place.prepare_one(), place.folder / "out"
    seen: dict[str, Any] = {}
    shifts = hasattr(ctypes.CDLL(None), "shift_clock")
    if shifts:
        seen["ahead"] = jump(place, start)
        out.rename(place.folder / "shifted")
    seen["kills"] = place.attempt(1, SEED, start, {False: MOMENTS, True: MOMENTS}, IN_A_ROW)
    seen["soak"] = result_of(lambda: many(place, out), place.folder)
    if shifts:
        # The workspace that was years ahead, and now finds the delivery that changed as the other one just did.
        seen["back"] = jump_back(place, place.folder / "shifted")
        seen["undisturbed"] = {name: digest for name, digest in whole(out).items() if name != REMEMBERS}
    print(json.dumps(seen), flush=True)  # noqa: T201 - what the script is run for
    os._exit(0)


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        sys.exit("the environment is not the one of `tests.faults.kills`")
    main()
