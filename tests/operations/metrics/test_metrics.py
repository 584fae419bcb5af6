"""How a run went is recorded by the run itself, kept as a line, and drawn with its words and its table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from xml.etree import ElementTree

from kwaliteitsmonitor.foundation.errors.dagster_events import Entry
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.charting import drawing, in_words, page, set_aside, table
from kwaliteitsmonitor.operations.metrics.recording import is_recorded, peak_memory, record
from kwaliteitsmonitor.operations.metrics.records import CUT_OFF, Rows, Run, add, read
from tests.sample_year import SampleYear


def run(cycle: str, **more: object) -> Run:
    identity = {"run": f"id-{cycle}", "job": "cycle", "cycle": cycle, "started": f"{cycle}-01T06:00:00+01:00"}
    figures = {"seconds": 28.5, "outcome": "published", "release": "v1", "memory": 512 << 20, "steps": {"release": 3.0}}
    return Run(**{**identity, **figures, "feeds": {"staff": Rows(100, 98, 2)}, **more})  # type: ignore[arg-type]


def test_a_cycle_leaves_one_record_with_its_rows_steps_and_memory(leiden_year: SampleYear) -> None:
    (made,) = [one for one in read(leiden_year.workspace) if one.job == "cycle"]
    assert (made.cycle, made.outcome, made.release) == ("2021-03", "published", "v1")
    assert made.feeds["staff"].received == made.feeds["staff"].accepted + made.feeds["staff"].quarantined > 0
    assert made.steps["release"] > 0
    assert sum(made.steps.values()) <= made.seconds + 1
    assert made.memory > 50 << 20


def test_what_came_of_a_run_follows_from_its_events(tmp_path: Path) -> None:
    began = datetime(2021, 3, 1, 6, 0, tzinfo=UTC).timestamp()

    def event(kind: str, step: str, seconds: float = 0.0, **metadata: object) -> Entry:
        """An event as Dagster keeps it, so many seconds after the run began."""
        values = {name: SimpleNamespace(value=value) for name, value in metadata.items()}
        happened = SimpleNamespace(
            event_type_value=kind,
            step_key=step,
            step_materialization_data=SimpleNamespace(materialization=SimpleNamespace(metadata=values)),
            step_failure_data=SimpleNamespace(error=None, user_failure_data=None),
        )
        return cast("Entry", SimpleNamespace(dagster_event=happened, timestamp=began + seconds))

    settings = Settings(institution="leiden", out=str(tmp_path))
    ran = [event("STEP_START", "release", 1.0), event("STEP_SUCCESS", "release", 3.5)]
    made = "ASSET_MATERIALIZATION"
    for name, last, outcome in (
        ("taken up", event(made, "stage_bfr"), ("done", "")),
        ("new", event(made, "release", new=True, version=2), ("published", "v2")),
        ("the same", event(made, "release", new=False, version=1), ("unchanged", "v1")),
        ("failed", event("STEP_FAILURE", "release", 3.5), ("failed", "")),
    ):
        one = record(settings, name, "cycle", "2021-03", datetime.now(UTC), [*ran, last])
        assert (one.outcome, one.release, one.steps) == (*outcome, {"release": 2.5})
    assert [one.run for one in read(settings.workspace)] == ["taken up", "new", "the same", "failed"]
    assert [is_recorded(job) for job in ("cycle", "take_up_bfr", "reminders")] == [True, True, False]
    assert peak_memory() > 10 << 20


def test_records_are_added_and_one_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add(workspace, run("2020-03"))
    with (tmp_path / "metrics" / "runs.jsonl").open("a") as file:
        file.write('{"run": "torn')
    add(workspace, run("2021-03"))
    assert [one.cycle for one in read(workspace)] == ["2020-03", "2021-03"]
    assert read(workspace)[1].rows == Rows(100, 98, 2)


def test_a_chart_is_said_in_words_too_and_stands_with_its_table() -> None:
    runs = [run("2020-03", seconds=20.0, version="<0.1>"), run("2021-03")]
    drawn = ElementTree.fromstring(drawing(runs))  # noqa: S314 - our own drawing
    texts = {child.tag.rpartition("}")[2]: child.text for child in drawn}
    assert (drawn.get("role"), texts["title"]) == ("img", "Hoe de cycli liepen")
    assert "duur (seconden): eerst 20,0, nu 28,5" in str(texts["desc"])
    made = page(runs, table(runs, "en"), "en")
    assert made.count("<tr>") == 3
    assert "&lt;0.1&gt;" in made
    assert "How the cycles went" in made
    assert in_words([]) == "Er zijn nog geen runs vastgelegd."
    assert (set_aside(run("2021-03", feeds={}, outcome=CUT_OFF)), set_aside(runs[0])) == (0.0, 0.02)
