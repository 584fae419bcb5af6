"""A cycle run from the shell and by Dagster at once, and signed off and counted while it is under way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from kwaliteitsmonitor.foundation.cycle_lock import holding
from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.faults.outcome import left
from tests.faults.small import CYCLE, KEY, write_small
from tests.publication.publishing import tag_of

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds within which something must have happened, on a machine that has much other work."""
LAUNCHED = "\nrun_coordinator:\n  module: dagster.core.run_coordinator\n  class: DefaultRunCoordinator\n"
"""For Dagster to start a run at once, with no daemon that takes it from a queue."""


WAITS = "Een andere run werkt aan deze cyclus"
COMMANDS = {
    "finalise": ["finalise", "--cycle", CYCLE, "--role", "bestuur", "--reason", "vastgesteld"],
    "count": ["count"],
}
"""Commands that are given while a run is under way; the first is for the draft of the run before it."""


@dataclass
class Both:
    """What the run from the shell and that of Dagster said and came to, and two commands given meanwhile."""

    out: Path
    shell: int
    shell_said: str
    dagster: str
    dagster_said: str
    frozen: bool = False
    meanwhile: dict[str, tuple[int, str]] = field(default_factory=dict)


def until(happened: Callable[[], Any], what: str) -> Any:
    """What something gives once it gives anything."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := happened():
            return value
        time.sleep(0.02)
    pytest.fail(f"{what} did not happen within {PATIENCE:.0f} s")


def database_of(folder: Path) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(folder / "dagster"))


def messages(database: dg.DagsterInstance, run: str) -> list[str]:
    """What a run has told so far."""
    return [one.user_message for one in database.all_logs(run)] if database.has_run(run) else []


def finished(database: dg.DagsterInstance, run: str) -> bool:
    record = database.get_run_by_id(run)
    return record is not None and record.is_finished


def given_meanwhile(out: Path, environment: dict[str, str]) -> tuple[dict[str, tuple[int, str]], bool]:
    """What commands come to while the second run stands still in the middle, and whether it did."""
    second = until(lambda: holder(out), "that the second run holds the cycle")
    os.kill(second, signal.SIGSTOP)
    try:
        frozen = holder(out) == second
        ended = {}
        for name, arguments in COMMANDS.items():
            ran = subprocess.run(
                [sys.executable, "-m", "pipelines.cli", *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            ended[name] = (ran.returncode, ran.stderr + ran.stdout)
        return ended, frozen
    finally:
        os.kill(second, signal.SIGCONT)


def holder(out: Path) -> int:
    """The number of the process that holds the cycle, by what the system knows of locks; 0 for none."""
    inode = (out / "work" / CYCLE).stat().st_ino
    numbers = re.findall(rf"FLOCK +ADVISORY +WRITE (\d+) [0-9a-f:]+:{inode} ", Path("/proc/locks").read_text("ascii"))
    return int(numbers[0]) if numbers else 0


def environment_of(folder: Path) -> dict[str, str]:
    """The settings of a workspace, for the shell and for Dagster alike, and the folder of Dagster's database."""
    home = folder / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text(f"telemetry:\n  enabled: false\n{LAUNCHED}", encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KWALITEIT", "DAGSTER"))}
    return clean | {
        "DAGSTER_HOME": str(home),
        "KWALITEITSMONITOR_INSTITUTION": str(folder / "profile"),
        "KWALITEITSMONITOR_LANDING": str(folder / "landing"),
        "KWALITEITSMONITOR_OUT": str(folder / "out"),
        "KWALITEITSMONITOR_PSEUDONYM_KEY": KEY,
        "KWALITEITSMONITOR_REPORTS": "none",
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Two runs that both wait for a third, which is this process, and then go one after the other."""
    folder = tmp_path_factory.mktemp("at-once")
    write_small(folder)
    environment, out = environment_of(folder), folder / "out"
    run_id = "0" * 8 + "-1111-4111-8111-" + "2" * 12
    logs = folder / "shell.txt", folder / "dagster.txt"
    launch = ["-m", "dagster", "job", "launch", "-m", "pipelines.definitions", "-j", "cycle", "--run-id", run_id]
    subprocess.run([sys.executable, "-m", "pipelines.instance"], cwd=ROOT, env=environment, check=True)
    with logs[0].open("wb") as shell_log, logs[1].open("wb") as dagster_log, database_of(folder) as database:
        with holding(Workspace(out), CYCLE, "the test"):
            shell = subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "run", "--cycle", CYCLE],
                cwd=ROOT,
                env=environment,
                stdout=shell_log,
                stderr=shell_log,
            )
            launcher = subprocess.Popen(
                [sys.executable, *launch, "--tags", f'{{"dagster/partition": "{CYCLE}"}}'],
                cwd=ROOT,
                env=environment,
                stdout=dagster_log,
                stderr=dagster_log,
                start_new_session=True,
            )
            try:
                until(lambda: WAITS in logs[0].read_text("utf-8") or shell.poll(), "that the shell waits")
                until(
                    lambda: any("this one waits for it" in one for one in messages(database, run_id)),
                    "the same of Dagster",
                )
            except BaseException:
                os.killpg(launcher.pid, signal.SIGKILL)
                shell.kill()
                raise
        try:
            until(lambda: shell.poll() is not None or finished(database, run_id), "the end of the first run")
            meanwhile, frozen = given_meanwhile(out, environment)
            code = shell.wait(PATIENCE)
            until(lambda: finished(database, run_id), "the end of the run of Dagster")
        finally:
            shell.kill()
            os.killpg(launcher.pid, signal.SIGKILL)
            launcher.wait()
        run = database.get_run_by_id(run_id)
        assert run is not None
        return Both(
            out,
            code,
            logs[0].read_text("utf-8"),
            run.status.value,
            "\n".join(messages(database, run_id)),
            frozen,
            meanwhile,
        )


def test_what_is_signed_off_while_a_run_stands_in_the_middle_is_the_release_before_it_and_stays(both: Both) -> None:
    assert both.frozen
    code, printed = both.meanwhile["finalise"]
    assert (code, "Traceback" in printed, printed.count("\n")) == (0, False, 1)
    assert f"Uitgave {CYCLE} v2 is definitief" in printed
    assert (both.out / "current" / CYCLE).resolve().name == "v2"


def test_what_is_counted_meanwhile_is_known_already(both: Both) -> None:
    code, printed = both.meanwhile["count"]
    assert (code, "Traceback" in printed) == (0, False)
    assert re.findall(r"(\d+) geteld, (\d+) al bekend", printed) == [("0", "1"), ("0", "1")]


def test_both_runs_ended_and_made_one_draft_of_the_same_bytes(both: Both) -> None:
    """The second made all of it anew; of other bytes there would be another draft."""
    assert both.shell == 0, both.shell_said
    assert both.dagster == "SUCCESS", both.dagster_said
    assert WAITS in both.shell_said
    releases = sorted((both.out / "releases" / CYCLE).iterdir())
    assert [path.name for path in releases] == ["v1", "v2"]  # the draft, and what was signed off
    for path in releases:
        tag_of(path)  # every file is as its manifest says
    assert left(both.out) == []
