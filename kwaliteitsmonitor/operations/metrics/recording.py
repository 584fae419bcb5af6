"""Recording a run as it ends: from the events of its steps, what was staged, and what the system says of memory."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.foundation.errors.dagster_events import Entry
from kwaliteitsmonitor.foundation.errors.steps import is_gate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import CUT_OFF, Run, add, read, rows_of
from kwaliteitsmonitor.releases.format.program import code_digest, code_version
from schemas.profile import Profile

RECORDED = ("cycle", "take_up_")
"""The jobs of which runs are recorded, by how their names begin: those that read deliveries."""
PUBLISHED, UNCHANGED, BLOCKED, FAILED, DONE = "published", "unchanged", "blocked", "failed", "done"
"""What came of a run: a new release, the same one, a gate that was held, a step that failed, or a feed taken up."""


def is_recorded(job: str) -> bool:
    """Whether runs of a job are recorded."""
    return job.startswith(RECORDED)


def record(
    settings: Settings,
    run: str,
    job: str,
    cycle: str,
    began: datetime,
    events: Iterable[Entry],
    workspace: Workspace | None = None,
) -> Run:
    """Record a run that ends now; `events` are what Dagster recorded of it, `began` when it did.

    `workspace` is that of the run, if it keeps what the run read.
    """
    seen = list(events)
    profile, workspace = settings.profile, workspace or settings.workspace
    outcome, release = _outcome(seen)
    steps = _steps(seen)
    feeds = [feed.id for feed in profile.feeds if any(step == f"deliver_{feed.id}" for step in steps)]
    made = Run(
        run=run,
        job=job,
        cycle=cycle,
        started=_started(profile, began),
        seconds=round((datetime.now(UTC) - began).total_seconds(), 1),
        outcome=outcome,
        release=release,
        memory=peak_memory(),
        version=code_version(),
        code=code_digest()[:12],
        steps=steps,
        feeds=rows_of(workspace, profile, cycle, feeds),
    )
    add(workspace, made)
    return made


def record_cut_off(
    settings: Settings, run: str, job: str, cycle: str, began: datetime, events: Iterable[Entry]
) -> Run | None:
    """Record a run whose process is gone, until the last event that Dagster has of it; `None` if it has a record."""
    if any(known.run == run for known in read(settings.workspace)):
        return None
    seen = list(events)
    until = max((event.timestamp for event in seen), default=began.timestamp())
    made = Run(
        run=run,
        job=job,
        cycle=cycle,
        started=_started(settings.profile, began),
        seconds=round(max(until - began.timestamp(), 0.0), 1),
        outcome=CUT_OFF,
        steps=_steps(seen),
    )
    add(settings.workspace, made)
    return made


def _started(profile: Profile, began: datetime) -> str:
    return began.astimezone(ZoneInfo(profile.institution.timezone)).isoformat(timespec="seconds")


def peak_memory() -> int:
    """The most bytes that this process, or the largest one that it started and ended, held in memory at once."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    most = max(resource.getrusage(kind).ru_maxrss for kind in kinds)
    return int(most) * (1 if sys.platform == "darwin" else 1024)


def _steps(events: Sequence[Entry]) -> dict[str, float]:
    """The seconds that each step took that ended, well or not."""
    began: dict[str, float] = {}
    took: dict[str, float] = {}
    for event in events:
        happened = event.dagster_event
        kind, step = (happened.event_type_value, happened.step_key or "") if happened else ("", "")
        if kind == "STEP_START":
            began[step] = event.timestamp
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE") and step in began:
            took[step] = round(event.timestamp - began[step], 2)
    return took


def _outcome(events: Sequence[Entry]) -> tuple[str, str]:
    """What came of a run, and the release that it made or left as it was."""
    happened = [event.dagster_event for event in events if event.dagster_event is not None]
    wrong = [one.step_failure_data for one in happened if one.event_type_value == "STEP_FAILURE"]
    if wrong:
        return (BLOCKED if all(map(is_gate, wrong)) else FAILED), ""
    for one in happened:
        if one.event_type_value == "ASSET_MATERIALIZATION":
            metadata = one.step_materialization_data.materialization.metadata
            if "new" in metadata and "version" in metadata:
                return (PUBLISHED if metadata["new"].value else UNCHANGED), f"v{metadata['version'].value}"
    return DONE, ""
