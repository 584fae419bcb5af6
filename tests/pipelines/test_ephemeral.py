"""An instance of Dagster that keeps nothing: jobs run with it, and what it does not know is an error."""

from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines.ephemeral import ephemeral_instance

CYCLES = dg.StaticPartitionsDefinition(["2021-03"])


@dg.asset(partitions_def=CYCLES)
def rows() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult()


@dg.asset(partitions_def=CYCLES, deps=[rows], check_specs=[dg.AssetCheckSpec("holds", asset="figures")])
def figures(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    if context.run.tags.get("fails"):
        raise ValueError("as it was told to")
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def run(instance: dg.DagsterInstance, **tags: str) -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions([rows, figures], jobs=[dg.define_asset_job("cycle")])
    job = definitions.resolve_job_def("cycle")
    return job.execute_in_process(partition_key="2021-03", instance=instance, raise_on_error=False, tags=tags)


def test_a_job_of_partitions_and_checks_runs_and_its_events_can_be_read() -> None:
    with ephemeral_instance() as instance:
        good, bad = run(instance), run(instance, fails="yes")
        assert (good.success, bad.success) == (True, False)
        (check,) = good.get_asset_check_evaluations()
        assert check.passed
        made = instance.get_records_for_run(good.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
        assert [one.event_log_entry.get_dagster_event().asset_key for one in made] == [rows.key, figures.key]
        failed = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
        (last,) = instance.get_records_for_run(bad.run_id, of_type=failed, limit=1, ascending=False).records
        assert last.event_log_entry.get_dagster_event().event_type is dg.DagsterEventType.RUN_FAILURE
        assert not instance.get_records_for_run(good.run_id, of_type=failed).records


def test_a_question_that_it_has_no_answer_to_is_an_error() -> None:
    with ephemeral_instance() as instance:
        run(instance)
        with pytest.raises(AttributeError):
            instance.fetch_run_status_changes(dg.DagsterEventType.RUN_SUCCESS, limit=1)
