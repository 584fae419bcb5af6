"""What Dagster itself knows: daemons that live, schedules, runs that hang or were killed, and what stopped a step."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from kwaliteitsmonitor.exchange.notices.ledger import ALERTS, Ledger
from kwaliteitsmonitor.exchange.notices.sending import Channels
from kwaliteitsmonitor.foundation.cycle_lock import RUN, holding
from kwaliteitsmonitor.operations.health.check import Looked, Weight
from kwaliteitsmonitor.operations.metrics.records import Run, add
from pipelines import daemons
from pipelines.alerts import due
from pipelines.execution import failures
from pipelines.failures import what_went_wrong
from pipelines.jobs import health_job, rehearsal_job
from pipelines.monitoring import HEALTH
from pipelines.schedules import health_schedule, rehearsal_schedule
from schemas.errors import KwaliteitsmonitorError, NewerFormatError, SourceError
from schemas.profile import load_profile, profile_folder
from schemas.words import Words
from tests.exchange.notices.conftest import MailServer
from tests.pipelines.conftest import CYCLE, Watched
from tests.sample_year import QUIET


@pytest.fixture
def kept() -> Iterator[dg.DagsterInstance]:
    """A Dagster with a database of its own, as the daemon has."""
    with dg.DagsterInstance.local_temp() as instance:
        yield instance


def looked(watched: Watched, instance: dg.DagsterInstance, now: datetime | None = None) -> dict[str, Looked]:
    looks = daemons.look(["cycle_march", "alerts"], instance, watched.settings, now or datetime.now(UTC))
    return {look.id: look for look in looks}


def job_of(step: dg.OpDefinition) -> dg.JobDefinition:
    @dg.job(name="cycle")
    def job() -> None:
        step()

    return job


def under_way(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that Dagster thinks is under way, and that says nothing."""

    @dg.op
    def step() -> None: ...

    tags = {"dagster/partition": CYCLE, "institution": "leiden"}
    run = instance.create_run_for_job(job_of(step), tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.report_engine_event("begins", run)
    return run


def test_where_there_never_was_a_daemon_that_is_worth_knowing_and_a_dead_one_is_broken(
    watched: Watched, kept: dg.DagsterInstance
) -> None:
    def beating(ago: float) -> Looked:
        for name in kept.get_required_daemon_types():
            kept.add_daemon_heartbeat(DaemonHeartbeat(datetime.now(UTC).timestamp() - ago, name, "1", []))
        return looked(watched, kept)["daemons"]

    assert looked(watched, kept)["daemons"].weight is Weight.ATTENTION
    dead = beating(86_400)
    assert dead.weight is Weight.BROKEN
    assert "nothing runs by itself" in dead.problems[0].says.en
    assert beating(0).weight is Weight.WELL


def test_schedules_that_are_off_are_named_as_long_as_there_is_a_cycle_to_come(
    watched: Watched, kept: dg.DagsterInstance
) -> None:
    during, after = (looked(watched, kept, datetime(y, 2, 1, tzinfo=UTC))["switched_on"] for y in (2021, 2027))
    assert [problem.says.en for problem in during.problems] == ["Not switched on: cycle_march, alerts"]
    assert after.problems == ()


def test_a_run_that_is_silent_for_long_is_named_and_a_failure_until_the_same_run_went_well(
    watched: Watched, gated: Callable[..., Any]
) -> None:
    run = under_way(watched.instance)
    assert looked(watched, watched.instance)["runs"].problems == ()
    (silent,) = looked(watched, watched.instance, datetime.now(UTC) + timedelta(hours=3))["runs"].problems
    assert f"The run {run.run_id[:8]} of cycle {CYCLE} (STARTED) has given no sign for" in silent.says.en
    gated(watched.instance)
    (failed,) = looked(watched, watched.instance)["runs"].problems
    assert "critical rules failed" in failed.says.en
    assert not failed.alert  # the sensor tells of it
    gated(watched.instance, False)
    assert looked(watched, watched.instance)["runs"].problems == ()


def test_a_run_that_was_killed_is_found_by_the_cycle_that_it_let_go_of(watched: Watched) -> None:
    workspace, run = watched.settings.workspace, under_way(watched.instance)
    folder = workspace.root / "work" / CYCLE

    def look(minutes: int) -> list[str]:
        moment = datetime.now(UTC) + timedelta(minutes=minutes)
        channels, ledger = Channels(webhook="http://127.0.0.1:1"), Ledger(workspace, ALERTS)
        alerts = due(watched.instance, watched.settings, ledger, moment - timedelta(days=1), moment, channels)
        return [alert.key[0] for alert in alerts if alert.key[0] == "failed"]

    with holding(workspace, CYCLE, run.run_id):
        handle = os.open(folder, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        assert look(10) == []  # silent, and still there
    assert (folder / RUN).read_text().strip() == run.run_id
    assert look(1) == []  # gone a moment ago: it may be about to say so itself
    assert look(10) == ["failed"]
    ended = watched.instance.get_run_by_id(run.run_id)
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.FAILURE
    assert "its process is gone" in what_went_wrong(watched.instance, ended).sentence.en


OURS = {"what": "it is not what was written", "where": "/data/disclosure/1.json", "expected": "the bytes: all"}
SENTENCE = "/data/disclosure/1.json: it is not what was written; expected the bytes: all. Put it back from a backup."
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/work/Jan Jansen.parquet")
NO_ROOM = Words(
    "step choose: de schijf is vol. Maak ruimte en draai het opnieuw.",
    "step choose: the disk is full. Make room, and run it again.",
)


@pytest.mark.parametrize(
    ("error", "cause", "shell", "sentence"),
    [
        *(
            (kind(**OURS, remedy="Put it back from a backup."), cause, SENTENCE, Words(SENTENCE, SENTENCE))
            for kind in (KwaliteitsmonitorError, NewerFormatError, SourceError)
            for cause in (None, ValueError("Jan Jansen"))
        ),
        (FULL, None, NO_ROOM.en, NO_ROOM),
        (RuntimeError("the table of Jan Jansen"), FULL, NO_ROOM.en, NO_ROOM),
        (ValueError("Jan Jansen gave a 3"), None, "step choose failed (ValueError)", None),
    ],
)
def test_what_stopped_a_step_is_told_as_it_is_said_and_of_any_other_error_the_kind_alone(
    error: Exception, cause: Exception | None, shell: str, sentence: Words | None
) -> None:
    @dg.op
    def choose() -> None:
        raise error from cause

    with dg.DagsterInstance.ephemeral() as database:
        result = job_of(choose).execute_in_process(instance=database, run_config=QUIET, raise_on_error=False)
        told = what_went_wrong(database, result.dagster_run)
    code = getattr(error, "exit_code", 1)
    assert [(words.en, exit_code) for words, exit_code in failures(result)] == [(shell, code)]
    assert (told.step, told.exit_code, told.blocked) == ("choose", code, False)
    assert sentence in (None, told.sentence)
    assert "Jansen" not in told.sentence.nl + told.sentence.en
    assert ("ValueError" in told.sentence.en) is (sentence is None)


def test_the_hourly_job_tells_what_is_broken_and_does_not_fail(watched: Watched, mailing: MailServer) -> None:
    add(watched.workspace, Run("1", "cycle", "2020-09", "2020-09-01T06:00:00+02:00", 28.5, "published", "v1"))
    result = watched.run(HEALTH)
    assert result.success
    (check,) = result.get_asset_check_evaluations()
    (mail,) = mailing.received
    assert not check.passed
    for text in (str(check.description), mail.get_content()):
        assert "no database is named for 'finance'" in text
    (made,) = [event.materialization for event in result.get_asset_materialization_events()]
    assert [row.data["cycle"] for row in made.metadata["cycles"].records] == ["2020-09"]


def test_the_look_is_hourly_and_the_rehearsal_two_months_before_the_first_cycle_of_a_year() -> None:
    profile = load_profile(profile_folder("leiden"))
    schedules = (health_schedule(profile, health_job(profile)), rehearsal_schedule(profile, rehearsal_job(profile)))
    assert [(one.name, one.cron_schedule, one.execution_timezone) for one in schedules] == [
        ("health", "10 * * * *", "Europe/Amsterdam"),
        ("rehearsal", "30 7 15 1 *", "Europe/Amsterdam"),
    ]
