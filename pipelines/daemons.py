"""What runs the pipeline, as Dagster knows it: daemons that live, schedules that are on, runs that hang or failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorState

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.check import Looked, Problem, attention, broken, guarded
from pipelines.alerts import partition_of
from pipelines.failures import what_went_wrong
from schemas.words import Words

DAEMONS = Words("daemons van Dagster", "daemons of Dagster")
SWITCHED_ON = Words("roosters en sensoren", "schedules and sensors")
RUNS = Words("runs", "runs")
SILENT = timedelta(hours=1)
"""A run that has said nothing for so long hangs."""
RECENT = timedelta(days=7)
"""A run that failed so long ago and was not repeated since is told of."""
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def look(
    names: Sequence[str], instance: dg.DagsterInstance, settings: Settings, now: datetime, location: str = ""
) -> Iterator[Looked]:
    """How Dagster stands. `names` are the schedules and sensors of this institution, the cycles' own first."""
    if not instance.is_ephemeral:  # one that is gone with its process has no daemon and no schedule
        yield guarded("daemons", DAEMONS, lambda: _daemons(instance))
        yield guarded("switched_on", SWITCHED_ON, lambda: _switched_on(instance, names, settings, now, location))
    yield guarded("runs", RUNS, lambda: _runs(instance, settings, now, location))


def _daemons(instance: dg.DagsterInstance) -> Looked:
    """Whether each daemon that is needed gave a sign of life lately."""
    statuses = instance.get_daemon_statuses()
    needed = [status for status in statuses.values() if status.required]
    dead = sorted(status.daemon_type.lower() for status in needed if not status.healthy)
    beats = [status.last_heartbeat.timestamp for status in statuses.values() if status.last_heartbeat]
    last = datetime.fromtimestamp(max(beats), UTC).isoformat(timespec="seconds") if beats else ""
    if not dead:
        return Looked(
            "daemons",
            DAEMONS,
            Words(f"laatste teken van leven {last or 'nog nooit'}", f"last sign of life {last or 'never'}"),
        )
    says = Words(
        f"De daemon van Dagster leeft niet ({', '.join(dead)}; laatste teken: {last or 'nog nooit'}): "
        "er draait niets vanzelf",
        f"The daemon of Dagster is not alive ({', '.join(dead)}; last sign: {last or 'never'}): nothing runs by itself",
    )
    remedy = Words(
        "Start de dienst dagster-daemon en kijk in het logboek ervan.",
        "Start the service dagster-daemon and look into its log.",
    )
    # Where there never was one, the pipeline is run from the shell; that is a choice, and worth knowing.
    weigh = broken if beats else attention
    return Looked("daemons", DAEMONS, last or Words("nog nooit", "never"), (weigh("daemons", says, remedy),))


def _switched_on(
    instance: dg.DagsterInstance, names: Sequence[str], settings: Settings, now: datetime, location: str
) -> Looked:
    on = {state.name for state in instance.all_instigator_state() if state.is_running and _is_of(state, location)}
    off = [name for name in names if name not in on]
    count = len(names) - len(off)
    detail = Words(f"{count} van {len(names)} staan aan", f"{count} of {len(names)} are on")
    if not off or settings.profile.open_cycle(now.date()) is None:
        return Looked("switched_on", SWITCHED_ON, detail)
    says = Words(f"Niet aangezet: {', '.join(off)}", f"Not switched on: {', '.join(off)}")
    remedy = Words("Zet ze aan in Dagster, onder Automation.", "Switch them on in Dagster, under Automation.")
    weigh = broken if on and any(_is_needed(name) for name in off) else attention
    return Looked("switched_on", SWITCHED_ON, detail, (weigh("switched_on", says, remedy),))


def _is_needed(name: str) -> bool:
    return name.startswith("cycle_") or name in ("alerts", "health")


def _is_of(state: InstigatorState, location: str) -> bool:
    return not location or state.repository_selector.location_name == location


def _runs(instance: dg.DagsterInstance, settings: Settings, now: datetime, location: str) -> Looked:
    mine = {"institution": settings.profile.id}
    under_way = instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY, tags=mine))
    problems = [problem for record in under_way if (problem := _silent(instance, record, now, location))]
    recent = instance.get_run_records(dg.RunsFilter(updated_after=now - RECENT, tags=mine))
    newest: dict[tuple[str, str], dg.DagsterRun] = {}
    for record in recent:  # the newest comes first
        run = record.dagster_run
        if _runs_here(run, location) and run.is_finished:
            newest.setdefault((run.job_name, partition_of(run)), run)
    failed = [run for run in newest.values() if run.status is dg.DagsterRunStatus.FAILURE]
    problems.extend(_failed(instance, run) for run in failed)
    return Looked(
        "runs",
        RUNS,
        Words(
            f"{len(under_way)} bezig, {len(recent)} in een week", f"{len(under_way)} under way, {len(recent)} in a week"
        ),
        tuple(problems),
    )


def _runs_here(run: dg.DagsterRun, location: str) -> bool:
    origin = run.remote_job_origin
    return origin is None or not location or origin.location_name == location


def _silent(instance: dg.DagsterInstance, record: dg.RunRecord, now: datetime, location: str) -> Problem | None:
    """That a run hangs, or waits for a process that does not come, where its last event is too long ago."""
    run = record.dagster_run
    if not _runs_here(run, location):
        return None
    last = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
    moment = last[0].event_log_entry.timestamp if last else record.create_timestamp.timestamp()
    silence = now - datetime.fromtimestamp(moment, UTC)
    if silence < SILENT:
        return None
    about = f"{run.job_name} {partition_of(run)}".strip()
    hours = int(silence.total_seconds() // 3600)
    return broken(
        f"run {run.run_id}",
        Words(
            f"De run {run.run_id[:8]} van {about} ({run.status.value}) geeft al {hours} uur geen teken",
            f"The run {run.run_id[:8]} of {about} ({run.status.value}) has given no sign for {hours} hours",
        ),
        Words(
            "Beëindig hem in Dagster en start de taak opnieuw; van een cyclus wordt niets half gepubliceerd.",
            "End it in Dagster and start the job again; of a cycle nothing is published by half.",
        ),
    )


def _failed(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Problem:
    wrong = what_went_wrong(instance, run)
    about = f"{run.job_name} {partition_of(run)}".strip()
    return Problem(
        f"failed {run.run_id}",
        Words(f"{about} is niet gelukt: {wrong.sentence.nl}", f"{about} failed: {wrong.sentence.en}"),
        Words(
            "Verhelp wat de zin noemt en draai de taak opnieuw.", "Mend what the sentence names and run the job again."
        ),
        alert=False,  # the sensor `alerts` tells of it
    )
