"""A whole year of the sample and its cycle, made once for all workers of a test run.

A cycle takes as long as thousands of other tests, and most that need one only look at it. The first worker makes it,
under a lock, in the folder that all workers of a run share; the others wait and read. Nobody changes what is there: who
wants to, copies it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.sample import write_sample
from pipelines.definitions import build_definitions
from schemas.profile import load_profile, profile_folder

CYCLE = "2021-03"
RESPONSES = 20_000
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class SampleYear:
    """Where the deliveries of the sample are, and the workspace in which its cycle was run."""

    landing: Path
    workspace: Workspace

    @property
    def told(self) -> dict[str, dict[str, int]]:
        """What Dagster was told of each asset: the names of the metadata, of a lineage of columns how many it has."""
        told: dict[str, dict[str, int]] = json.loads((self.workspace.root.parent / "told.json").read_text())
        return told

    @property
    def release(self) -> Path:
        """The release that counts."""
        return (self.workspace.current / CYCLE).resolve()


def run(landing: Path, out: Path, cycle: str = CYCLE, reports: str = "", *, counted: Workspace | None = None) -> Any:
    """Run a cycle in this process, with a Dagster that forgets.

    What was `counted` in another workspace is known in this one: for tests of something else than evaluations.
    """
    if counted is not None:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copytree(counted.root / "evaluations", out / "evaluations")
        shutil.copy2(counted.root / "pseudonym.key", out)
    where = Institution(institution="leiden", landing=str(landing), out=str(out), reports=reports)
    definitions = build_definitions(where)
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def("cycle").execute_in_process(
            instance=instance, partition_key=cycle, run_config=QUIET, raise_on_error=False
        )


def sample_year(factory: pytest.TempPathFactory) -> SampleYear:
    """The sample's year, made by whoever comes first."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-year"
    shared.mkdir(exist_ok=True)
    landing, out, done = shared / "zone", shared / "out", shared / "done"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            for left_over in (landing, out):
                shutil.rmtree(left_over, ignore_errors=True)
            write_sample(load_profile(profile_folder("leiden")), landing, responses=RESPONSES)
            result = run(landing, out)
            assert result.success
            (shared / "told.json").write_text(json.dumps(_told(result)))
            done.touch()
    return SampleYear(landing, Workspace(out))


def _told(result: Any) -> dict[str, dict[str, int]]:
    made = (event.materialization for event in result.get_asset_materialization_events())
    return {
        one.asset_key.path[-1]: {name: len(getattr(m.value, "deps_by_column", ())) for name, m in one.metadata.items()}
        for one in made
    }
