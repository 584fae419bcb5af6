"""Running a cycle of any institution in this process."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from assets.common.resources import Institution
from pipelines.definitions import build_definitions
from tests.sample_year import QUIET


def run_cycle(institution: str | Path, landing: Path, out: Path, cycle: str, *, reports: str = "none") -> Path:
    """Run a cycle, which must succeed; returns the folder of its release."""
    where = Institution(institution=str(institution), landing=str(landing), out=str(out), reports=reports)
    definitions = build_definitions(where)
    with dg.DagsterInstance.ephemeral() as instance:
        ran = definitions.resolve_job_def("cycle").execute_in_process(
            instance=instance, partition_key=cycle, run_config=QUIET, raise_on_error=False
        )
    failed = [event.step_key for event in ran.get_step_failure_events()]
    assert ran.success, failed
    return (out / "current" / cycle).resolve()
