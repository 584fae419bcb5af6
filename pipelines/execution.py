"""Running the job of a cycle in this process, and what stopped it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.errors.steps import is_gate, is_interrupted, kind_of, sentence_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.judge import judge
from schemas.words import Words

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.execution.plan.objects import StepFailureData

    from assets.common.resources import Institution
    from kwaliteitsmonitor.foundation.errors.disk import Told

Build = Callable[["Institution"], "dg.Definitions"]
"""Gives the definitions of an institution: `pipelines.definitions.build_definitions`."""

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def without_telemetry() -> None:
    """Have Dagster send nothing of what runs in this process to its makers."""
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


def execute_again(build: Build, institution: Institution, cycle: str) -> dg.ExecuteInProcessResult:
    """Run a cycle with an instance of Dagster that keeps nothing, and give what Dagster says of it.

    Raises `KeyboardInterrupt` if the run was asked to stop.
    """
    from pipelines.ephemeral import ephemeral_instance
    from pipelines.jobs import CYCLE_JOB

    judge().start()
    job = build(institution).resolve_job_def(CYCLE_JOB)
    with ephemeral_instance() as instance:
        result = job.execute_in_process(
            run_config=QUIET, instance=instance, partition_key=cycle, raise_on_error=False, tags={"cycle": cycle}
        )
    if was_stopped(result):
        raise KeyboardInterrupt
    return result


def was_stopped(result: dg.ExecuteInProcessResult) -> bool:
    """Whether a run ended because it was asked to, within a step or between two."""
    return any(is_interrupted(error) for error in _errors(result))


def _errors(result: dg.ExecuteInProcessResult) -> list[Told | None]:
    return [getattr(event.event_specific_data, "error", None) for event in result.all_events if event.is_failure]


def failures(result: dg.ExecuteInProcessResult) -> list[tuple[Words, int]]:
    """The sentence and the exit code of each step that failed by itself; the gate is not one of them."""
    return [
        sentence_of(data, step) or (_unknown(step, kind_of(data.error)), 1)
        for step, data in _step_failures(result)
        if not is_gate(data)
    ]


def _unknown(step: str, kind: str) -> Words:
    return Words(f"stap {step} is mislukt ({kind})", f"step {step} failed ({kind})")


def _step_failures(result: dg.ExecuteInProcessResult) -> list[tuple[str, StepFailureData]]:
    """Each step that failed, with what Dagster recorded of it."""
    events = (event for event in result.all_events if event.event_type_value == "STEP_FAILURE")
    return [(event.step_key or "", event.step_failure_data) for event in events]


def blocking(workspace: Workspace, cycle: str) -> list[str]:
    """The critical rules that failed, or could not be judged, and were not waived, in the last run of a cycle."""
    rows = workspace.read(cycle, "validation", "quality_results").to_pylist()
    return sorted(
        {
            r["rule"]
            for r in rows
            if r["severity"] == "critical" and r["outcome"] != "passed" and not r["waived_because"]
        }
    )
