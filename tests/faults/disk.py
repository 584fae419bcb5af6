"""A disk that gives out at every write of a cycle, and the cycle run again once it works.

`python -m tests.faults.disk FOLDER EACH` has each EACH-th call that writes fail in a run of its own, and all calls
after it; `FOLDER/disk.jsonl` holds a line per attempt, and the command goes on where it was stopped. The calls fail in
the C library (`failing.c`), below whatever calls it: Python, Arrow, DuckDB, SQLite.
"""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from assets.storage_errors import UNSURE
from tests.faults.forking import command, fork
from tests.faults.kills import ENVIRONMENT, Place, Start, lines_of
from tests.faults.outcome import differences, shown, whole
from tests.faults.small import CYCLE

HERE = Path(__file__).parent
ERRORS = ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO")
SENTENCES = {
    "ENOSPC": "the disk is full",
    "EDQUOT": "the quota for this user is used up",
    "EROFS": "the disk can only be read",
    "EACCES": "there is no permission to write",
    "EIO": "the disk does not work as it should",
}


def shim(folder: Path) -> Path:
    """The library that has calls fail, built in a folder; raises `FileNotFoundError` where there is no compiler."""
    made = folder / "failing.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("no C compiler")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-w", "-o", made, HERE / "failing.c", "-ldl"], check=True)
    return made


def failing(place: Place, out: Path, first: int, error: str, times: int | None = None) -> tuple[int, str]:
    """Run the cycle while calls that write fail from the given one on; gives the exit code and what was printed."""
    printed = place.folder.parent / f"{place.folder.name}-printed.txt"  # on a disk that works
    printed.unlink(missing_ok=True)
    fault = {**_where(place, out), "FAULT_FROM": str(first), "FAULT_ERRNO": str(getattr(errno, error))}
    if times is not None:
        fault["FAULT_TIMES"] = str(times)
    passing = place.folder / "tmp"
    passing.mkdir(exist_ok=True)
    child = fork(lambda: command(place.arguments(out), judge_inside=True), printed, {**fault, "TMPDIR": str(passing)})
    return child.ended(), printed.read_text(encoding="utf-8")


def _where(place: Place, out: Path) -> dict[str, str]:
    """Which calls fail: all on the disk. The many by which Dagster keeps its memory fail too, and do not count."""
    return {"FAULT_ROOT": f"{place.folder}/", "FAULT_APART": f"{out}/dagster/"}


def count(place: Place, start: Start) -> int:
    """How many calls of an undisturbed run write."""
    import ctypes

    out, told = place.begin(start.before), place.folder / "count.txt"

    def work() -> int:
        os.environ["FAULT_COUNT"] = str(told)
        code = command(place.arguments(out), judge_inside=True)
        ctypes.CDLL(None).fault_tell()
        return code

    child = fork(work, place.folder / "printed.txt", _where(place, out))
    assert child.ended() == 0, (place.folder / "printed.txt").read_text(encoding="utf-8")[-3000:]
    return int(told.read_text(encoding="utf-8"))


def attempt(place: Place, start: Start, first: int, error: str, times: int | None = None) -> dict[str, Any]:
    """Run on a disk that gives out at a call, see what was said and shown, and run it again on one that works."""
    out = place.begin(start.before)
    code, printed = failing(place, out, first, error, times)
    saw = shown(out, CYCLE)
    place.run(out)
    said = re.findall(r"^Error: .*", printed, re.MULTILINE)
    return {
        "call": first,
        "times": times,
        "error": error,
        "from": start.name,
        "exit code": code,
        "said": said,
        "right": code == 0
        or (code == 1 and bool(said) and all(SENTENCES[error] in line or UNSURE[0] in line for line in said)),
        "trace": "Traceback" in printed,
        "shown": {start.new: "the new release", start.old: "the old release" if saw else "no release"}.get(saw, "?"),
        "differences": differences(whole(out), start.outcome),
        "printed": printed if "Traceback" in printed else "",
    }


def main() -> None:
    folder, each = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    library = folder.parent / f"{folder.name}-shim"
    library.mkdir(parents=True, exist_ok=True)
    wanted = {**ENVIRONMENT, "LD_PRELOAD": str(library / "failing.so")}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        shim(library)
        os.execve(sys.executable, [sys.executable, "-m", "tests.faults.disk", *sys.argv[1:]], os.environ | wanted)  # noqa: S606
    place = Place(folder, "disk.jsonl")
    starts = place.prepare()
    chance = random.Random(each)
    done = {(line["call"], line["from"]) for line in lines_of(place.lines)}
    for start in starts:
        total = count(place, start)
        print(f"{total} calls write in a run from {start.name}", flush=True)  # noqa: T201 - what the script is run for
        for first in range(1 + chance.randrange(each), total + 1, each):
            error = ERRORS[0] if chance.random() < 0.6 else chance.choice(ERRORS[1:])
            times = 1 if chance.random() < 0.2 else None
            if (first, start.name) not in done:
                line = attempt(place, start, first, error, times)
                with place.lines.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(line) + "\n")
    print(json.dumps(summary(lines_of(place.lines)), indent=1), flush=True)  # noqa: T201 - as above
    os._exit(0)


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What was seen, in numbers."""
    return {
        "tried": len(lines),
        **{what: dict(Counter(str(line[what]) for line in lines)) for what in ("error", "from", "exit code", "shown")},
        "without the right sentence and exit code": sum(not line["right"] for line in lines),
        "with a stack trace": sum(line["trace"] for line in lines),
        "other bytes after the next run": sum(bool(line["differences"]) for line in lines),
    }


if __name__ == "__main__":
    main()
