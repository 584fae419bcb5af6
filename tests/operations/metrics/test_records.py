"""Records of runs are added to a file of lines; one that was cut short is passed over."""

from __future__ import annotations

from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import Rows, Run, add, read


def run(cycle: str, **more: object) -> Run:
    """The record of a cycle that published a release."""
    identity = {"run": f"id-{cycle}", "job": "cycle", "cycle": cycle, "started": f"{cycle}-01T06:00:00+01:00"}
    figures = {"seconds": 28.5, "outcome": "published", "release": "v1", "memory": 512 << 20, "steps": {"release": 3.0}}
    return Run(**{**identity, **figures, "feeds": {"staff": Rows(100, 98, 2)}, **more})  # type: ignore[arg-type]


def test_records_are_added_and_one_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add(workspace, run("2020-03"))
    with (tmp_path / "metrics" / "runs.jsonl").open("a") as file:
        file.write('{"run": "torn')
    add(workspace, run("2021-03"))
    assert [one.cycle for one in read(workspace)] == ["2020-03", "2021-03"]
    assert read(workspace)[1].rows == Rows(100, 98, 2)
