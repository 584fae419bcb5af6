"""Killing whole cycles at random moments, and running them again.

`python -m tests.faults.kills FOLDER TIMES [SEED]` kills until so many were killed, and goes on where it was stopped:
each attempt is a line of `FOLDER/kills.jsonl`. Every attempt has a moment of its own, drawn from the seed and its
number. `python -m tests.faults.kills FOLDER` tells what was seen.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.releases.format.program import code_digest
from tests.faults.forking import Child, command, fork, result_of, warm
from tests.faults.outcome import APART, differences, left, queried, shown, whole
from tests.faults.small import CYCLE, KEY, older, write_small

SEED = 20220301
BESIDE_EACH = 10
"""Every tenth run has its rows judged in a process beside it, as a run by itself does; the others judge by themselves,
which saves starting Great Expectations anew. What they do otherwise is the same."""
IN_A_ROW = 4
"""How often a run is killed, each time going on from where the last left off, before one may come to its end."""
STEPS = ("delivered", "staged", "status", "facts", "disclosure", "indicators", "validation")
DAY = 86_400
ENVIRONMENT = {
    "KWALITEITSMONITOR_REPORTS": "none",
    "KWALITEITSMONITOR_PSEUDONYM_KEY": KEY,
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # those of jemalloc and of OpenBLAS are threads before a fork
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Start:
    """What a run begins with: a workspace of earlier, or none; and what an undisturbed run makes of it."""

    name: str
    before: Path | None
    old: str
    new: str
    outcome: dict[str, str]
    answers: dict[str, Any]


class Place:
    """The folder of an experiment: deliveries, workspaces to begin with, and the lines that tell of each attempt."""

    def __init__(self, folder: Path, lines: str = "kills.jsonl") -> None:
        self.folder = folder
        self.lines = folder / lines

    def arguments(self, out: Path, landing: str = "landing") -> list[str]:
        """The command that is killed."""
        return [
            "run",
            *("--institution", str(self.folder / "profile")),
            *("--cycle", CYCLE),
            *("--landing", str(self.folder / landing)),
            *("--out", str(out)),
        ]

    def prepare(self) -> list[Start]:
        """Make what is needed anew, import everything, and see what an undisturbed run makes of either start."""
        self._ready()
        earlier = self.folder / "earlier"
        self.run(earlier, "landing-before")
        return [self._start("nothing", None), self._start("a release", earlier)]

    def prepare_one(self) -> Start:
        """The same for a start from nothing alone, of which the run that imports everything is the undisturbed one."""
        self._ready()
        out = self.folder / "warm"
        return Start("nothing", None, "", shown(out, CYCLE), whole(out), result_of(lambda: queried(out), self.folder))

    def _ready(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path != self.lines:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        result_of(lambda: (write_small(self.folder), str(older(self.folder))), self.folder)
        warm(self.folder, self.arguments(self.folder / "warm"))
        gc.collect()
        gc.freeze()

    def _start(self, name: str, before: Path | None) -> Start:
        out = self.begin(before)
        old = shown(out, CYCLE)
        self.run(out)
        return Start(name, before, old, shown(out, CYCLE), whole(out), result_of(lambda: queried(out), self.folder))

    def begin(self, before: Path | None) -> Path:
        """A workspace to run in: an empty one, or a copy of one that has a release."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        if before is not None:
            shutil.copytree(before, out, symlinks=True)
        return out

    def run(self, out: Path, landing: str = "landing", *, beside: bool = False) -> float:
        """Run the cycle to its end; returns how many seconds it took."""
        began = time.monotonic()
        child = self.child(out, landing, beside=beside)
        code = child.ended()
        assert code == 0, f"exit code {code}: {child.printed.read_text(encoding='utf-8')[-3000:]}"
        return time.monotonic() - began

    def child(self, out: Path, landing: str = "landing", *, beside: bool = False) -> Child:
        printed = self.folder / "printed.txt"
        printed.unlink(missing_ok=True)
        passing = self.folder / "tmp"
        passing.mkdir(exist_ok=True)
        return fork(
            lambda: command(self.arguments(out, landing), judge_inside=not beside), printed, {"TMPDIR": str(passing)}
        )

    def attempt(
        self, number: int, seed: int, start: Start, longest: dict[bool, float], in_a_row: int = IN_A_ROW
    ) -> list[dict[str, Any]]:
        """Kill a run at a moment that nobody chose, and some of those that go on from there as well; look at what a
        reader sees each time; then run it to its end and compare. Returns a line for each run that was to be killed.
        """
        chance = random.Random(f"{seed}-{number}")
        beside = number % BESIDE_EACH == 0
        out = self.begin(start.before)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        kills: list[dict[str, Any]] = []
        for turn in range(in_a_row):
            group, moment = chance.random() < 0.5, chance.uniform(0.0, longest[beside])
            line = {"attempt": number, "turn": turn, "seed": seed, "moment": round(moment, 3)}
            child = self.child(out, beside=beside)
            time.sleep(moment)
            try:
                child.kill(group=group)
            except ProcessLookupError:
                group = False
            if child.ended() != -9:
                kills.append({**line, "killed": False})
                break
            kills.append({**line, "killed": True} | self._seen(out, start, child, group=group, beside=beside))
        took = self.run(out, beside=beside)
        longest[beside] = 0.7 * longest[beside] + 0.3 * took  # machines have other work at times
        end = self._end(out, start)
        return [line | end if line["killed"] else line for line in kills]

    def _seen(self, out: Path, start: Start, child: Child, *, group: bool, beside: bool) -> dict[str, Any]:
        """What there is right after a kill."""
        saw = shown(out, CYCLE)
        assert saw in (start.old, start.new), "neither the old release nor the new one is shown"
        unfinished, reached = self._unfinished(out), _reached(out)
        _age(out), _age(self.folder / "tmp")
        return {
            "code": code_digest()[:16],
            "kills": "the group" if group else "the process alone",
            "judged": "beside" if beside else "inside",
            "from": start.name,
            "shown": "the new release" if saw == start.new else "the old release" if saw else "no release",
            "reached": reached,
            "unfinished": len(unfinished),
            "processes left": child.left_behind(),
        }

    def _end(self, out: Path, start: Start) -> dict[str, Any]:
        """What there is once a run came to its end."""
        answers = result_of(lambda: queried(out), self.folder)
        same = answers["releases"] == start.answers["releases"] and answers["rows"] == start.answers["rows"]
        return {
            "unfinished after": self._unfinished(out),
            "differences": differences(whole(out), start.outcome),
            "catalog": same,
            "dagster": answers["damaged"],
            "under way": {k: v for k, v in answers["runs"].items() if k not in ("SUCCESS", "FAILURE", "CANCELED")},
        }

    def _unfinished(self, out: Path) -> list[str]:
        return left(out) + sorted(path.name for path in (self.folder / "tmp").iterdir())


def _reached(out: Path) -> str:
    """How far a run came: the last step of which something stands."""
    if any((out / "releases" / CYCLE).glob(".building-*")):
        return "publication"
    there = [step for step in STEPS if (out / "work" / CYCLE / step).is_dir()]
    return there[-1] if there else "before the first step"


def _age(folder: Path) -> None:
    """Make what was left as old as it would be for the next cycle, months later."""
    for path in folder.rglob("*"):
        if path.name.startswith(".") or folder.name == "tmp":
            then = time.time() - 2 * DAY
            os.utime(path, (then, then), follow_symlinks=False)


def kill(folder: Path, times: int, seed: int = SEED) -> list[dict[str, Any]]:
    """Kill until so many runs were killed, going on after those that `folder` tells of; returns every line."""
    place = Place(folder)
    starts = place.prepare()
    done = lines_of(place.lines)
    longest = {
        beside: place.run(place.begin(None), beside=beside) for beside in ((False, True) if times > 20 else (False,))
    }
    longest.setdefault(True, longest[False])
    print(f"seed {seed}, a run takes {longest[False]:.1f} s", flush=True)  # noqa: T201 - what the script is run for
    number = max((line["attempt"] for line in done), default=0)
    while sum(line["killed"] for line in done) < times:
        number += 1
        attempted = place.attempt(number, seed, starts[number % 2], longest)
        done += attempted
        with place.lines.open("a", encoding="utf-8") as lines:
            lines.writelines(json.dumps(line) + "\n" for line in attempted)
    return done


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What was seen, in numbers."""
    killed = [line for line in lines if line["killed"]]
    return {
        "killed": len(killed),
        "had ended before": len(lines) - len(killed),
        **{
            what: dict(Counter(line[what] for line in killed))
            for what in ("from", "shown", "kills", "judged", "reached")
        },
        "left something unfinished": sum(line["unfinished"] > 0 for line in killed),
        "unfinished after the next run": sum(bool(line["unfinished after"]) for line in killed),
        "other bytes after the next run": sum(
            any(not APART.fullmatch(name) for name in line["differences"]) for line in killed
        ),
        "another catalog": sum(not line["catalog"] for line in killed),
        "a damaged database of Dagster": sum(bool(line["dagster"]) for line in killed),
        "runs that Dagster thinks are under way": sum(bool(line["under way"]) for line in killed),
        "processes left behind": sum(bool(line["processes left"]) for line in killed),
    }


def main() -> None:
    folder, *more = sys.argv[1:]
    if more:
        if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
            os.execve(  # noqa: S606 - this very script, with no shell between
                sys.executable, [sys.executable, "-m", "tests.faults.kills", *sys.argv[1:]], os.environ | ENVIRONMENT
            )
        kill(Path(folder).absolute(), *map(int, more))
    seen = summary(lines_of(Path(folder) / "kills.jsonl"))
    print(json.dumps(seen, indent=1), flush=True)  # noqa: T201 - what the script is run for
    os._exit(0)  # DuckDB tells at length of what it has not given back


if __name__ == "__main__":
    main()
