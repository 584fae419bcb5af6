"""Counting spread over worker processes that share a PostgreSQL: the same to the byte, also when one is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg

from assets.common.resources import Institution
from assets.staged.evaluation_years import count_year
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.definitions import build_definitions
from pipelines.jobs import COUNT_YEAR_JOB, SCHEDULER
from tests.spread.cluster import PATIENCE, ROOT, Cluster

CYCLE = "2021-03"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def launched(year: str, scheduler: str) -> subprocess.Popen[str]:
    """A run of an academic year in a process of its own, whose steps go to the workers of a scheduler."""
    tags = f'{{"dagster/partition": "{year}"}}'
    command = ["-m", "dagster", "job", "execute", "-m", "pipelines.definitions", "-j", COUNT_YEAR_JOB, "--tags", tags]
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, SCHEDULER: scheduler},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def cycle(landing: str, out: Path) -> dict[str, bytes]:
    """The files of the release of a cycle that is run in this process."""
    definitions = build_definitions(Institution(institution="leiden", landing=landing, out=str(out)))
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("cycle").execute_in_process(
            instance=instance, partition_key=CYCLE, run_config=QUIET, raise_on_error=False
        )
    assert result.success
    return tree((out / "current" / CYCLE).resolve())


def begun(instance: dg.DagsterInstance) -> set[tuple[int, str]]:
    """Which process began which step."""
    found = [entry for run in instance.get_runs() for entry in instance.all_logs(run.run_id)]
    return {
        (entry.dagster_event.pid, entry.dagster_event.step_key)
        for entry in found
        if entry.dagster_event is not None and entry.dagster_event.event_type_value == "STEP_START"
    }


def wait_for_a_step_of(worker: int, run: subprocess.Popen[str]) -> None:
    """Wait until a process has begun a step of the run; it has not ended by then, for it has much to import."""
    until = time.monotonic() + PATIENCE
    with dg.DagsterInstance.get() as instance:
        while worker not in {pid for pid, _ in begun(instance)}:
            assert run.poll() is None, run.communicate()[0][-3000:]
            assert time.monotonic() < until, "no step came to the worker"
            time.sleep(0.05)


def test_a_year_spread_over_two_workers_of_which_one_is_killed_is_the_same_to_the_byte(
    cluster: Cluster, environment: dict[str, str], out: Path, tmp_path: Path
) -> None:
    run = launched("2019-09", cluster.address)
    wait_for_a_step_of(cluster.workers[0].pid, run)
    killed = cluster.kill(0)
    said, _ = run.communicate(timeout=2 * PATIENCE)
    assert run.returncode == 0, said[-3000:]

    with dg.DagsterInstance.get() as instance:
        steps = begun(instance)
        (told,) = instance.get_asset_keys()
        counted = instance.get_latest_materialization_event(told)
    assert {pid for pid, _ in steps} == {worker.pid for worker in cluster.workers}
    taken_over = {step for pid, step in steps if pid == killed}
    assert taken_over
    assert {(cluster.workers[1].pid, step) for step in taken_over} <= steps

    landing, alone = environment["KWALITEITSMONITOR_LANDING"], tmp_path / "alone"
    in_one = count_year(Settings.from_environment(out=str(alone)), 2020)
    assert counted is not None
    assert counted.asset_materialization is not None
    assert counted.asset_materialization.metadata["accepted"].value == in_one.total().accepted > 0
    assert tree(out / "evaluations") == tree(alone / "evaluations")
    assert cycle(landing, out) == cycle(landing, tmp_path / "never counted")
