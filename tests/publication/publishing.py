"""Publishing a small release from a process of its own, which a test may stop, continue or kill.

Run as `python -m tests.publication.publishing WHAT FOLDER [TIMES]`, such as `kill_at_random_moments /tmp/there 200`.
Each attempt is a fork of a process that has everything imported; the parent itself only hashes files.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.release import Release, is_final, publish
from kwaliteitsmonitor.releases.signoff.signing import SignOff, finalise
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import line, mean, profile, table

CYCLE = "2021-03"
WHO = profile(indicators=[mean()])


def tables(tag: str) -> dict[str, Any]:
    """A few tables, of which one says the tag."""
    words = {f"{what}_{language}": tag for what in ("label", "definition") for language in ("nl", "en")}
    definition = {"indicator": "satisfaction", "version": tag, "theme": "small_classes", "kind": "mean"}
    definition |= words | {"unit_of_measure": "score", "direction": "neutral", "valid_from": 2019}
    amounts = dict.fromkeys(("budget", "realised", "difference"), line(budget="10.50")["budget"])
    overview = {"reporting_year": 2020, "cycle": CYCLE, "round": 3, "status": "ok"} | amounts
    return {
        "definitions": table("definitions", [definition]),
        "spending_overview": table("spending_overview", [overview | {"figure_id": f"{CYCLE}:spending:2020:all"}]),
        "corrections": table("corrections", []),
        "quality_results": table("quality_results", []),
    }


def inputs(tag: str) -> list[dict[str, Any]]:
    delivered = {"feed": "bfr", "period": "2020-3", "unit": None, "file": f"{tag}.csv", "sha256": "0" * 64}
    return [delivered | {"version": 1, "status": "accepted"}]


def publish_made_up(out: Path, tag: str, lacking: tuple[Words, ...] = ()) -> Release:
    return publish(Workspace(out), WHO, WHO.cycle(CYCLE), tables(tag), inputs(tag), lacking)


def sign_off(out: Path, reason: str = "adopted") -> Release:
    return finalise(Workspace(out), WHO, CYCLE, SignOff("board", date(2021, 4, 20), reason))


def tag_of(release: Path) -> str:
    """The tag of a release, once every file in it is what the manifest says and no other file is there."""
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    there = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert there == {*manifest["files"], "manifest.json"}, there
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == sha256, name
    return str(manifest["inputs"][0]["file"]).removesuffix(".csv")


def shown(out: Path) -> str | None:
    """The tag of the release that counts, which is whole; none where there is no release yet."""
    release = current(Workspace(out), CYCLE)
    return None if release is None else tag_of(release)


def versions(out: Path) -> list[str]:
    """The tags of all releases in order; each is whole and no number is left out."""
    home = out / "releases" / CYCLE
    found = {int(p.name[1:]): p for p in home.glob("v*")} if home.is_dir() else {}
    assert sorted(found) == list(range(1, len(found) + 1))
    return [tag_of(found[number]) for number in sorted(found)]


def leftovers(out: Path) -> list[str]:
    """What a killed run may leave behind."""
    return sorted(p.name for folder in ("releases", "current") for p in (out / folder).rglob(".*"))


def tree(folder: Path) -> dict[str, str]:
    """The bytes and rights of every file under a folder."""
    return {
        p.relative_to(folder).as_posix(): f"{p.stat().st_mode & 0o777:o} {hashlib.sha256(p.read_bytes()).hexdigest()}"
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def fork(work: Callable[..., Any], *arguments: Any) -> int:
    child = os.fork()
    if child == 0:
        try:
            work(*arguments)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    return child


def ended(child: int) -> int:
    """0 where a child ended well, the number of the signal where it was killed."""
    status = os.waitpid(child, 0)[1]
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0, "an attempt failed"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def apart(work: Callable[..., Any], *arguments: Any) -> int:
    return ended(fork(work, *arguments))


def at_step(number: int, out: Path, number_of_signal: int, work: Callable[..., Any], *arguments: Any) -> None:
    """Work on a folder, and send this process a signal before the operating system is asked for the nth thing of it."""
    steps = count(1)

    def hook(event: str, about: tuple[Any, ...]) -> None:
        mine = event.split(".")[0] in ("open", "os", "shutil") and any(str(out) in str(a) for a in about)
        if mine and next(steps) == number:
            os.kill(os.getpid(), number_of_signal)

    sys.addaudithook(hook)
    work(out, *arguments)


def copied(workspace: Path, to: Path) -> Path:
    return Path(shutil.copytree(workspace, to, symlinks=True)) if workspace.exists() else to


def kill_at_each_step(out: Path) -> None:
    """Kill a run before each of its steps, the very first one and one after another.

    Each time the release of before is shown (or none) or the whole of the new one, and a new run works.
    """
    for before in ((), ("first",)):
        states = set()
        for tag in before:
            apart(publish_made_up, out / "before", tag)
        for step in count(1):
            place = copied(out / "before", out / f"{len(before)}-{step}")
            killed = apart(at_step, step, place, signal.SIGKILL, publish_made_up, "new")
            assert shown(place) in (*(before or (None,)), "new"), step
            states |= {("new", shown(place) == "new"), ("left", bool(leftovers(place)))}
            apart(publish_made_up, place, "new")
            assert (shown(place), versions(place), leftovers(place)) == ("new", [*before, "new"], []), step
            shutil.rmtree(place)
            if not killed:
                assert step > 20, "there are more steps than that"
                break
        assert states >= {("left", True), ("new", True), ("new", False)}, states


def kill_a_sign_off_at_its_steps(out: Path) -> None:
    """Kill a sign-off before every 25th of its steps, and before all of the last, in which it takes its place.

    Each time the draft is shown or the final release, whole, and a second sign-off works.
    """
    apart(publish_made_up, out / "draft", "a")
    step, stride, states = 1, 25, set()
    while stride:
        place = copied(out / "draft", out / f"{stride}-{step}")
        killed = apart(at_step, step, place, signal.SIGKILL, sign_off)
        assert shown(place) == "a", step
        if not killed:
            step, stride = (step - 49, 1) if stride > 1 else (step, 0)
            continue
        states.add((is_final(place / "current" / CYCLE), len(versions(place))))
        apart(sign_off_and_publish, place)
        assert (versions(place), number_shown(place), leftovers(place)) == (["a", "a", "b"], 2, []), step
        assert is_final(place / "current" / CYCLE), step
        step += stride
    assert states == {(False, 1), (False, 2), (True, 2)}, states


def sign_off_and_publish(out: Path) -> None:
    """Sign off what a killed process did not, and publish something else."""
    if not is_final(out / "current" / CYCLE):
        sign_off(out)
    publish_made_up(out, "b")


def publish_and_sign_off(out: Path, start: int) -> None:
    """One release after the other, of which every other is signed off, until somebody kills it."""
    for number in range(start, start + 1000):
        publish_made_up(out, f"r{number}")
        if number % 2:
            sign_off(out, f"because of r{number}")


def kill_at_random_moments(out: Path, times: int = 10) -> None:
    """Kill runs that publish and sign off at moments that no one chose; tell how it went."""
    chance = random.Random(20210420)
    met: Counter[str] = Counter()
    for attempt in range(times):
        place = out / str(attempt // 10)  # a folder for ten attempts: what is there is looked through each time
        before = number_shown(place)
        child = fork(publish_and_sign_off, place, attempt * 1000)
        time.sleep(chance.uniform(0.0, 0.7))
        os.kill(child, signal.SIGKILL)
        assert ended(child) == signal.SIGKILL
        met["something half built was left"] += bool(leftovers(place))
        tag, now = shown(place), number_shown(place)
        assert (tag is None) == (now == 0)
        assert now >= before, "what counts never goes back"
        assert len(versions(place)) >= now, "every release that is there is whole"
        kind = "nothing was shown yet" if tag is None else "a draft was shown, whole"
        met["a final release was shown, whole" if now and is_final(place / "current" / CYCLE) else kind] += 1
        apart(publish_made_up, place, f"after {attempt}")
        assert (versions(place)[-1], leftovers(place)) == (f"after {attempt}", [])
    print(json.dumps({"times killed": times, **met}))  # noqa: T201 - what the script is run for


def number_shown(out: Path) -> int:
    """The version of the release that counts; 0 where there is none."""
    release = current(Workspace(out), CYCLE)
    return 0 if release is None else int(release.name[1:])


def at_once(out: Path) -> None:
    """Runs at the same time: different releases each get a version, the same release gets one."""
    for attempt in range(8):
        place, same = out / str(attempt), attempt % 2 == 0
        tags = ["same"] * 4 if same else [f"t{i}" for i in range(4)]
        for child in [fork(publish_made_up, place, tag) for tag in tags]:
            assert ended(child) == 0
        there = versions(place)
        assert sorted(there) == sorted({*tags})
        assert (shown(place), leftovers(place)) == (there[-1], []), "the newest version counts"


def leave_the_living(out: Path) -> None:
    """A run that is still building is left alone by another, and finishes."""
    for step in (12, 18):
        place = out / str(step)
        slow = fork(at_step, step, place, signal.SIGSTOP, publish_made_up, "slow")
        os.waitpid(slow, os.WUNTRACED)
        building = [name for name in leftovers(place) if name.startswith(".building-")]
        assert len(building) == 1
        apart(publish_made_up, place, "quick")
        assert (shown(place), leftovers(place)) == ("quick", building)
        os.kill(slow, signal.SIGCONT)
        assert ended(slow) == 0
        assert (versions(place), shown(place), leftovers(place)) == (["quick", "slow"], "slow", [])


def warm() -> None:
    """Import what publishing imports when it is first used, so that no fork has to."""
    import pandas  # noqa: F401 - pyarrow looks for it

    import kwaliteitsmonitor.releases.diff.forms
    import kwaliteitsmonitor.releases.diff.releases  # noqa: F401 - a sign-off imports them when it follows another

    code_digest()  # of one code for all of them, also where someone edits it meanwhile

    for name, made in tables("warm").items():
        made.to_pylist()
        CATALOGUE[name].bind(WHO.code_lists())


def process(what: str, out: Path, **environment: str) -> str:
    """Do what a function of this module does in a process of its own, and give what it prints."""
    command = [sys.executable, "-m", "tests.publication.publishing", what, str(out)]
    own, here = os.environ | environment, Path(__file__).parents[2]
    done = subprocess.run(command, cwd=here, env=own, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    warm()
    globals()[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:]))
