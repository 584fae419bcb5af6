"""What `run` says of each step as it is made."""

from __future__ import annotations

import io

import dagster as dg
import pytest
from dagster._core.utils import make_new_run_id
from rich.console import Console

from pipelines.cli.run import _Progress


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"dagster/row_count": 1}, "1 rij"),
        ({"dagster/row_count": 1200}, "1.200 rijen"),
        ({"dagster/row_count": 0}, "0 rijen"),
        ({"deliveries": 1}, "1 levering"),
        ({"deliveries": 2}, "2 leveringen"),
    ],
)
def test_a_step_says_how_many_it_made_in_the_right_number(metadata: dict[str, int], said: str) -> None:
    @dg.asset(name="made")
    def made() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=metadata)

    out, run_id = io.StringIO(), make_new_run_id()
    job = dg.Definitions(assets=[made], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_event_listener(run_id, _Progress(Console(file=out, width=100), 1))
        assert job.execute_in_process(instance=instance, run_id=run_id).success
    (line,) = [one for one in out.getvalue().splitlines() if "made" in one]
    assert line.endswith(f" {said}")
