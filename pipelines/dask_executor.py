"""The executor that gives the steps of a run to the workers of a Dask scheduler that is there already.

It is that of `dagster-dask`, with two things otherwise. What a step needs travels as one object: Dask looks into the
arguments of a task, which Dagster's records refuse. And a task is known by its run as well as by its step: two runs at
the same time are two runs, where by the step alone the second would be given the events of the first.

A worker that dies loses its steps to the others; a step that was done already is done again, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg
from dagster_dask.executor import DaskExecutor, query_on_dask_worker


@dg.executor(
    name="dask",
    requirements=dg.multiple_process_executor_requirements(),
    config_schema={"address": dg.Field(dg.StringSource, description="The address of the scheduler: tcp://host:8786.")},
)
def spreading_executor(context: dg.InitExecutorContext) -> SpreadingExecutor:
    """The executor over the workers of the scheduler at `address`."""
    return SpreadingExecutor(str(context.executor_config["address"]))


class SpreadingExecutor(DaskExecutor):
    """Gives each step to a worker once those before it are done."""

    def __init__(self, address: str) -> None:
        super().__init__("existing", {"address": address})  # type: ignore[no-untyped-call]

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        """Run the steps of a plan, and give their events as steps are done."""
        import distributed

        connected: Any = distributed.Client
        as_completed: Any = distributed.as_completed
        with connected(self.cluster_configuration["address"]) as client:
            futures: dict[str, Any] = {}
            for step in (step for level in execution_plan.get_steps_to_execute_by_level() for step in level):
                before = [
                    futures[key]
                    for step_input in step.step_inputs
                    for key in step_input.dependency_keys
                    if key in futures
                ]
                work = partial(
                    query_on_dask_worker,
                    recon_job=plan_context.reconstructable_job,
                    dagster_run=plan_context.dagster_run,
                    run_config=plan_context.run_config,
                    step_keys=[step.key],
                    instance_ref=plan_context.instance.get_ref(),
                    known_state=execution_plan.known_state,
                )
                futures[step.key] = client.submit(work, before, key=f"{plan_context.dagster_run.run_id}.{step.key}")
            for _, events in as_completed(list(futures.values()), with_results=True):
                yield from events
