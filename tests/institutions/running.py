"""Running a cycle of any institution in this process."""

from __future__ import annotations

from pathlib import Path

from tests.sample_year import run


def run_cycle(institution: str | Path, landing: Path, out: Path, cycle: str, *, reports: str = "none") -> Path:
    """Run a cycle, which must succeed; returns the folder of its release."""
    result = run(landing, out, cycle, reports, institution=str(institution))
    assert result.success, [event.step_key for event in result.get_step_failure_events()]
    return (out / "current" / cycle).resolve()
