"""What Dagster itself knows: daemons that live, schedules that are on, runs that hang, failed or were killed."""

from __future__ import annotations

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
from pipelines import daemons
from pipelines.alerts import due
from pipelines.failures import what_went_wrong
from tests.pipelines.conftest import CYCLE, Watched


@pytest.fixture
def kept() -> Iterator[dg.DagsterInstance]:
    """A Dagster with a database of its own, as the daemon has."""
    with dg.DagsterInstance.local_temp() as instance:
        yield instance


def looked(watched: Watched, instance: dg.DagsterInstance, now: datetime | None = None) -> dict[str, Looked]:
    names = ["cycle_march", "alerts"]
    found = daemons.look(names, instance, watched.settings, now or datetime.now(UTC))
    return {look.id: look for look in found}


def under_way(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that Dagster thinks is under way, and that says nothing."""

    @dg.op
    def step() -> None: ...

    @dg.job(name="cycle")
    def job() -> None:
        step()

    tags = {"dagster/partition": CYCLE, "institution": "leiden"}
    run = instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.report_engine_event("begins", run)
    return run


def test_where_there_never_was_a_daemon_that_is_worth_knowing_and_a_dead_one_is_broken(
    watched: Watched, kept: dg.DagsterInstance
) -> None:
    assert looked(watched, kept)["daemons"].weight is Weight.ATTENTION
    long_ago = datetime.now(UTC).timestamp() - 86_400
    for name in kept.get_required_daemon_types():
        kept.add_daemon_heartbeat(DaemonHeartbeat(long_ago, name, "1", []))
    dead = looked(watched, kept)["daemons"]
    assert dead.weight is Weight.BROKEN
    assert "nothing runs by itself" in dead.problems[0].says.en
    for name in kept.get_required_daemon_types():
        kept.add_daemon_heartbeat(DaemonHeartbeat(datetime.now(UTC).timestamp(), name, "1", []))
    assert looked(watched, kept)["daemons"].weight is Weight.WELL


def test_schedules_that_are_off_are_named_as_long_as_there_is_a_cycle_to_come(
    watched: Watched, kept: dg.DagsterInstance
) -> None:
    during = looked(watched, kept, datetime(2021, 2, 1, tzinfo=UTC))["switched_on"]
    assert [problem.says.en for problem in during.problems] == ["Not switched on: cycle_march, alerts"]
    assert looked(watched, kept, datetime(2027, 2, 1, tzinfo=UTC))["switched_on"].problems == ()


def test_a_run_that_is_silent_for_long_is_named(watched: Watched) -> None:
    run = under_way(watched.instance)
    assert looked(watched, watched.instance)["runs"].problems == ()
    later = datetime.now(UTC) + timedelta(hours=3)
    (problem,) = looked(watched, watched.instance, later)["runs"].problems
    assert f"The run {run.run_id[:8]} of cycle {CYCLE} (STARTED) has given no sign for" in problem.says.en


def test_a_failure_counts_until_the_same_run_went_well(watched: Watched, gated: Callable[..., Any]) -> None:
    gated(watched.instance)
    (problem,) = looked(watched, watched.instance)["runs"].problems
    assert "critical rules failed" in problem.says.en
    assert not problem.alert  # the sensor tells of it
    gated(watched.instance, False)
    assert looked(watched, watched.instance)["runs"].problems == ()


def test_a_run_that_was_killed_is_found_by_the_cycle_that_it_let_go_of(watched: Watched) -> None:
    settings = watched.settings
    run = under_way(watched.instance)
    ledger = Ledger(settings.workspace, ALERTS)

    def look(after: timedelta) -> list[str]:
        moment = datetime.now(UTC) + after
        since = moment - timedelta(days=1)
        found = due(watched.instance, settings, ledger, since, moment, Channels(webhook="http://127.0.0.1:1"))
        return [alert.key[0] for alert in found if alert.key[0] == "failed"]

    with holding(settings.workspace, CYCLE, run.run_id):
        folder = os.open(settings.workspace.root / "work" / CYCLE, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(folder)
        assert look(timedelta(minutes=10)) == []  # silent, and still there
    assert (settings.workspace.root / "work" / CYCLE / RUN).read_text().strip() == run.run_id
    assert look(timedelta(minutes=1)) == []  # gone a moment ago: it may be about to say so itself
    assert look(timedelta(minutes=10)) == ["failed"]
    found = watched.instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status is dg.DagsterRunStatus.FAILURE
    assert "its process is gone" in what_went_wrong(watched.instance, found).sentence.en
