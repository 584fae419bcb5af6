"""How a run went is recorded by the run itself, whatever came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.metrics.recording import is_recorded, peak_memory, record
from kwaliteitsmonitor.operations.metrics.records import read
from tests.sample_year import SampleYear

BEGAN = datetime(2021, 3, 1, 6, 0, tzinfo=UTC)


def event(kind: str, step: str = "", seconds: float = 0.0, **metadata: object) -> Any:
    """An event as Dagster keeps it, so many seconds after the run began."""
    values = {name: SimpleNamespace(value=value) for name, value in metadata.items()}
    data = SimpleNamespace(materialization=SimpleNamespace(metadata=values), error=None, user_failure_data=None)
    happened = SimpleNamespace(event_type_value=kind, step_key=step, event_specific_data=data)
    return SimpleNamespace(dagster_event=happened, timestamp=BEGAN.timestamp() + seconds)


def test_a_cycle_leaves_one_record_with_its_rows_steps_and_memory(leiden_year: SampleYear) -> None:
    (made,) = [one for one in read(leiden_year.workspace) if one.job == "cycle"]
    assert (made.cycle, made.outcome, made.release) == ("2021-03", "published", "v1")
    assert made.feeds["staff"].received == made.feeds["staff"].accepted + made.feeds["staff"].quarantined > 0
    assert made.steps["release"] > 0
    assert sum(made.steps.values()) <= made.seconds + 1
    assert made.memory > 50 << 20


def test_what_came_of_a_run_follows_from_its_events(tmp_path: Path) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path))
    ran = [event("STEP_START", "release", 1.0), event("STEP_SUCCESS", "release", 3.5)]
    outcomes = {}
    for name, last in {
        "taken up": event("ASSET_MATERIALIZATION", "stage_bfr"),
        "new": event("ASSET_MATERIALIZATION", "release", new=True, version=2),
        "the same": event("ASSET_MATERIALIZATION", "release", new=False, version=1),
        "failed": event("STEP_FAILURE", "release", 3.5),
    }.items():
        made = record(settings, name, "cycle", "2021-03", datetime.now(UTC), [*ran, last])
        outcomes[name] = (made.outcome, made.release)
        assert made.steps == {"release": 2.5}
    assert outcomes == {
        "taken up": ("done", ""),
        "new": ("published", "v2"),
        "the same": ("unchanged", "v1"),
        "failed": ("failed", ""),
    }
    assert [one.run for one in read(settings.workspace)] == list(outcomes)
    assert [is_recorded(job) for job in ("cycle", "take_up_bfr", "reminders")] == [True, True, False]
    assert peak_memory() > 10 << 20
