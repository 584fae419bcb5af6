"""A disk that gives out at every file that a cycle writes, and the cycle run again once it works.

`python -m tests.faults.disk FOLDER` has each kind of call fail in a run of its own: each call of the C library
that writes, on each file or folder that a cycle writes. The first of its kind fails and all calls after it, or in one
of five runs that one alone. The pieces of a file are one kind: they are written one after the other, into a file that
nobody is shown yet. What is written over a release is tried over a release, and the rest from nothing.
`FOLDER/disk.jsonl` holds a line per attempt, and the command goes on where it was stopped.

The calls fail in the C library (`failing.c`), below whatever calls it: Python, Arrow, DuckDB, SQLite.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.foundation.errors.disk import BROKEN, DENIED, FULL, LOCKED, QUOTA, UNSURE
from tests.faults.forking import command, fork
from tests.faults.kills import ENVIRONMENT, Place, Start, lines_of
from tests.faults.outcome import differences, shown, whole
from tests.faults.small import CYCLE

HERE = Path(__file__).parent
BY_CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}"  # a run of Dagster, a hash
    r"|(?<=/sha256/)[0-9a-f]{2}\b|(?<=/evaluations/)[0-9a-f]{2}\b"  # the folder of a hash
    r"|(?<=-)[0-9]+(?=-)|(?<=/tmp/kwaliteitsmonitor-)[^/]*|(?<=/tmp/tmp)[^/]*"  # a process, folders for passing files
    r"|(?<=/tmp/)[a-z0-9_]{8}$|(?<=/tmp/#)[0-9]+|(?<=/compute_logs/)[a-z]{8}"
)
"""What differs from run to run in the name of a file."""
ERRORS = ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO")
SENTENCES = {"ENOSPC": FULL[0], "EDQUOT": QUOTA[0], "EROFS": LOCKED[0], "EACCES": DENIED[0], "EIO": BROKEN[0]}


def _tells(line: str, error: str) -> bool:
    return any(sentence in line for words in (SENTENCES[error], UNSURE[0]) for sentence in (words.nl, words.en))


def shim(folder: Path) -> Path:
    """The library that has calls fail, built in a folder; raises `FileNotFoundError` where there is no compiler."""
    made = folder / "failing.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("no C compiler")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-w", "-o", made, HERE / "failing.c", "-ldl"], check=True)
    return made


@dataclass(frozen=True)
class Kind:
    """A call of the C library on a file, and how many of them a run makes; what is of chance is `*` in the pattern."""

    call: str
    pattern: str
    calls: int


def kind_of(call: str, path: str) -> tuple[str, str]:
    """The call, and the path without what differs from run to run: hashes, process numbers, folders for passing files.

    What is left has no brackets and no question marks, so that it is a pattern of itself.
    """
    return call, BY_CHANCE.sub("*", path)


def kinds(place: Place, start: Start) -> list[Kind]:
    """Every kind of call that an undisturbed run makes, in the order in which they first come."""
    out, listed = place.begin(start.before), place.folder / "calls.txt"
    listed.unlink(missing_ok=True)
    printed = place.folder / "printed.txt"
    fault = _at(place) | {"FAULT_LIST": str(listed)}
    child = fork(lambda: command(place.arguments(out), judge_inside=True), printed, fault)
    assert child.ended() == 0, printed.read_text(encoding="utf-8")[-3000:]
    counted = Counter(kind_of(*line.split("\t")) for line in listed.read_text(encoding="utf-8").splitlines())
    return [Kind(call, pattern, calls) for (call, pattern), calls in counted.items()]


def failing(place: Place, out: Path, kind: Kind, error: str, times: int | None = None) -> tuple[int, str]:
    """Run the cycle while calls fail from the first of a kind on; gives the exit code and what was printed."""
    printed = place.folder.parent / f"{place.folder.name}-printed.txt"  # on a disk that works
    printed.unlink(missing_ok=True)
    fault = _at(place) | {
        "FAULT_CALL": kind.call,
        "FAULT_PATH": kind.pattern,
        "FAULT_ERRNO": str(getattr(errno, error)),
    }
    if times is not None:
        fault["FAULT_TIMES"] = str(times)
    child = fork(lambda: command(place.arguments(out), judge_inside=True), printed, fault)
    return child.ended(), printed.read_text(encoding="utf-8")


def _at(place: Place) -> dict[str, str]:
    """Which disk it is, with the folder for passing files on it."""
    passing = place.folder / "tmp"
    passing.mkdir(exist_ok=True)
    return {"FAULT_ROOT": f"{place.folder}/", "TMPDIR": str(passing)}


def attempt(place: Place, start: Start, kind: Kind, error: str, times: int | None = None) -> dict[str, Any]:
    """Run on a disk that gives out at a call, see what was said and shown, and run it again on one that works."""
    out = place.begin(start.before)
    code, printed = failing(place, out, kind, error, times)
    saw = shown(out, CYCLE)
    place.run(out)
    sentences = re.findall(r"^Error: .*", printed, re.MULTILINE)
    return {
        "call": kind.call,
        "path": kind.pattern.removeprefix(f"{place.folder}/"),
        "calls": kind.calls,
        "times": times,
        "error": error,
        "from": start.name,
        "exit code": code,
        "said": sentences,
        "right": code == 0 or (code == 1 and bool(sentences) and all(_tells(line, error) for line in sentences)),
        "trace": "Traceback" in printed,
        "shown": {start.new: "the new release", start.old: "the old release" if saw else "no release"}.get(saw, "?"),
        "differences": differences(whole(out), start.outcome),
        "printed": printed if "Traceback" in printed else "",
    }


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    library = folder.parent / f"{folder.name}-shim"
    library.mkdir(parents=True, exist_ok=True)
    wanted = {**ENVIRONMENT, "LD_PRELOAD": str(library / "failing.so")}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        shim(library)
        os.execve(sys.executable, [sys.executable, "-m", "tests.faults.disk", *sys.argv[1:]], os.environ | wanted)  # noqa: S606
    place = Place(folder, "disk.jsonl")
    starts = place.prepare()
    done = {(line["call"], line["path"]) for line in lines_of(place.lines)}
    for start in reversed(starts):  # over a release first: there is more that could be lost
        possible = kinds(place, start)
        calls = sum(kind.calls for kind in possible)
        print(f"{calls} calls of {len(possible)} kinds write in a run from {start.name}", flush=True)  # noqa: T201 - what the script is run for
        for kind in possible:
            name = kind.call, kind.pattern.removeprefix(f"{place.folder}/")
            if name in done:
                continue
            chance = random.Random("\t".join(name))
            error = ERRORS[0] if chance.random() < 0.6 else chance.choice(ERRORS[1:])
            line = attempt(place, start, kind, error, 1 if chance.random() < 0.2 else None)
            done.add(name)
            with place.lines.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")
    print(json.dumps(summary(lines_of(place.lines)), indent=1), flush=True)  # noqa: T201 - as above
    os._exit(0)


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What was seen, in numbers."""
    return {
        "kinds tried": len(lines),
        "calls that they stand for": sum(line["calls"] for line in lines),
        **{what: dict(Counter(str(line[what]) for line in lines)) for what in ("error", "from", "exit code", "shown")},
        "without the right sentence and exit code": sum(not line["right"] for line in lines),
        "with a stack trace": sum(line["trace"] for line in lines),
        "other bytes after the next run": sum(bool(line["differences"]) for line in lines),
    }


if __name__ == "__main__":
    main()
