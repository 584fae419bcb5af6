"""The sensor over the landing zone: what it has taken up, what it leaves, and what it says.

With a Dagster, a landing zone and a workspace of its own; ticks and runs happen when a test says so.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines import sensors
from pipelines.definitions import build_definitions
from schemas.profile import load_profile, profile_folder
from tests.sample_year import QUIET

CYCLE = "2021-03"
FEED = "evaluation_population"
TAKE_UP = f"take_up_{FEED}"
FILE = "evaluatiepopulatie/2019-2020.csv"
HEADER = "evaluation;academic_year;unit;programme;level;course;invited\n"
LEIDEN = load_profile(profile_folder("leiden"))
PROGRAMME = next(p for p in LEIDEN.programmes if p.funded and p.croho_type == "ba" and p.unit)
KEY = "KWALITEITSMONITOR_PSEUDONYM_KEY"


def row(invited: int, course: str = "C1") -> str:
    """A line of the delivery."""
    return f"course;2019-2020;{PROGRAMME.unit};{PROGRAMME.programme};Ba;{course};{invited}\n"


@dataclass
class Monitor:
    """One institution: `tick` has the sensor look, `run` does what it asked for, as the daemon of Dagster would."""

    landing: Path
    workspace: Workspace
    instance: dg.DagsterInstance
    resource: Institution
    definitions: dg.Definitions
    cursor: str | None = None
    ran: list[str] = field(default_factory=list)

    def put(self, content: str, path: str = FILE, *, age: float = 3600.0) -> Path:
        """Lay a file in the landing zone, `age` seconds ago."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        os.utime(file, (time.time() - age,) * 2)
        return file

    def tick(self) -> tuple[list[dg.RunRequest], str]:
        """What the sensor asks for, and why it asks for nothing where it does."""
        sensor = self.definitions.resolve_sensor_def("landing_zone")
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"institution": self.resource}
        ) as context:
            result: Any = sensor(context)
        if isinstance(result, dg.SkipReason):
            return [], str(result.skip_message)
        self.cursor = result.cursor
        reason = result.skip_reason.skip_message if result.skip_reason else ""
        return list(result.run_requests or []), str(reason)

    def jobs(self) -> list[str | None]:
        """The jobs that the sensor asks for."""
        return [request.job_name for request in self.tick()[0]]

    def run(self, request: dg.RunRequest) -> Any:
        """The run that was asked for. Dagster refuses a run key that it has run before, and so does this."""
        assert request.run_key is not None
        assert request.run_key not in self.ran
        self.ran.append(request.run_key)
        return self.definitions.resolve_job_def(str(request.job_name)).execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key,
            tags={**request.tags, "dagster/run_key": request.run_key},
            run_config=QUIET,
            raise_on_error=False,
        )

    def take_up(self) -> list[bool]:
        """Tick, and run everything that was asked for; whether each went well."""
        return [self.run(request).success for request in self.tick()[0]]

    def invited(self) -> list[int]:
        """What the last run staged of the delivery."""
        staged: list[int] = self.workspace.read(CYCLE, "staged", FEED).column("invited").to_pylist()
        return staged


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Institution, dg.Definitions]:
    """Where the institution of a module is, and its definitions, which take a second to make."""
    folder = tmp_path_factory.mktemp("monitor")
    resource = Institution(institution="leiden", landing=str(folder / "landing"), out=str(folder / "out"))
    return folder, resource, build_definitions(resource)


@pytest.fixture
def monitor(place: tuple[Path, Institution, dg.Definitions], monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    """The institution with nothing delivered, nothing made and nothing run."""
    monkeypatch.setenv("KWALITEITSMONITOR_CYCLE", CYCLE)
    folder, resource, definitions = place
    for inside in folder.iterdir():
        shutil.rmtree(inside)
    (folder / "landing").mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Monitor(folder / "landing", Workspace(folder / "out"), instance, resource, definitions)


def test_a_delivery_is_taken_up_once_and_again_only_when_its_bytes_are_others(monitor: Monitor) -> None:
    assert monitor.tick() == ([], f"Cycle {CYCLE}: nothing new in the landing zone.")
    file = monitor.put(HEADER + row(120))
    ((request,), _), ((again,), _) = monitor.tick(), monitor.tick()
    assert (request.job_name, request.partition_key) == (TAKE_UP, CYCLE)
    assert (request.tags["cycle"], request.tags["feed"]) == (CYCLE, FEED)
    assert str(request.run_key).startswith(f"leiden-{CYCLE}-{FEED}-")
    assert request.run_key == again.run_key  # before the run has ended the same is asked for: Dagster refuses it
    result = monitor.run(request)
    assert result.success
    assert monitor.invited() == [120]
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    assert {name for name in made if not name.startswith("status/")} == {
        f"delivered/{FEED}",
        f"staged/{FEED}",
        f"staged/{FEED}_record",
    }
    assert {"status/delivery_status", "status/missing", "status/quarantine"} <= made
    assert monitor.jobs() == []
    for dates in (None, (0, 0)):  # touched: a new date, the same bytes
        os.utime(file, dates)
        assert monitor.jobs() == []
    monitor.put(HEADER + row(125))
    assert monitor.take_up() == [True]
    assert monitor.invited() == [125]
    assert monitor.jobs() == []
    # Neither losing the cursor nor the database of Dagster has it taken up again.
    monitor.cursor = "something else entirely"
    assert monitor.jobs() == []
    known = monitor.instance
    with dg.DagsterInstance.ephemeral() as fresh:
        monitor.instance, monitor.cursor = fresh, None
        assert monitor.jobs() == []
    monitor.instance = known
    # Going back to an earlier version is a change like any other; removed, it was delivered all the same.
    monitor.put(HEADER + row(120), age=600)
    assert monitor.take_up() == [True]
    file.unlink()
    assert monitor.jobs() == []
    assert monitor.invited() == [120]
    assert len(monitor.ran) == 3


def test_while_a_run_is_under_way_no_other_is_asked_for(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    ((request,), _) = monitor.tick()
    job = monitor.definitions.resolve_job_def(str(request.job_name))
    monitor.instance.create_run_for_job(job, tags=dict(request.tags))
    assert monitor.tick() == ([], f"{TAKE_UP}: a run is under way.")


def test_what_the_cycle_took_up_is_not_taken_up_again_nor_a_copy_of_it(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    keys = [dg.AssetKey(["delivered", FEED]), *(dg.AssetKey(["staged", name]) for name in (FEED, f"{FEED}_record"))]
    monitor.definitions.resolve_job_def("cycle").execute_in_process(
        instance=monitor.instance, partition_key=CYCLE, asset_selection=keys
    )
    assert monitor.jobs() == []
    monitor.put(HEADER + row(120), "evaluatiepopulatie/2019-2020 (2).csv")
    assert monitor.jobs() == []


def test_a_file_of_another_cycle_and_one_that_is_still_being_written_are_left(monitor: Monitor) -> None:
    monitor.put(HEADER, "evaluatiepopulatie/2022-2023.csv")
    monitor.put("", age=0)  # a program makes the file first and fills it then
    assert monitor.jobs() == []


def test_only_the_feeds_that_changed_are_run_and_bytes_that_were_read_once_are_not_read_again(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor.put(HEADER + row(120))
    monitor.put("programme;name\n", "croho/opleidingen.csv")
    requests, _ = monitor.tick()
    assert [request.job_name for request in requests] == [TAKE_UP, "take_up_programmes"]
    for request in requests:
        monitor.run(request)
    monitor.put(HEADER + row(120) + row(7, "C2"))
    assert monitor.jobs() == [TAKE_UP]
    monitor.take_up()
    monkeypatch.setattr(Landing, "open", lambda *_: pytest.fail("a file that did not change was read"))
    assert monitor.jobs() == []


def test_a_look_that_takes_long_goes_on_where_it_stopped(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "BUDGET", -1.0)
    monitor.put(HEADER + row(120))
    feeds = [feed for feed in LEIDEN.feeds if sensors.comes_by_file(feed)]
    assert [job for _ in feeds for job in monitor.jobs()] == [TAKE_UP]


def test_one_feed_that_cannot_be_read_does_not_keep_the_others(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor.put(HEADER + row(120))
    lost = monitor.put("programme;name\n", "croho/opleidingen.csv")
    listed = sensors.ListedOnce.files

    def files(zone: sensors.ListedOnce) -> object:
        present = listed(zone)
        lost.unlink(missing_ok=True)  # between being listed and being read
        return present

    monkeypatch.setattr(sensors.ListedOnce, "files", files)
    assert monitor.jobs() == [TAKE_UP]


@pytest.mark.parametrize(
    ("named", "sentences"),
    [
        (CYCLE, ["there is no such landing zone"]),
        ("", ["The agreements ended with 2024: there is no open cycle, and nothing to take up or to ask for."]),
        ("2021-04", ["2021-04", "expected"]),
        ("2999-03", ["2999-03", "expected"]),
        ("march", ["march", "expected"]),
    ],
)
def test_a_landing_zone_or_cycle_that_is_not_there_is_said_in_one_sentence_and_fails_nothing(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, named: str, sentences: list[str]
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_CYCLE", named)
    monitor.landing.rmdir()
    requests, reason = monitor.tick()
    assert requests == []
    assert all(sentence in reason for sentence in sentences)
    assert "\n" not in reason


def test_a_run_that_fails_is_tried_three_times_and_then_left_to_a_person_and_keeps_no_other_feed_waiting(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "too short")  # staging refuses to begin
    monitor.put(HEADER + row(120))
    assert monitor.take_up() == [False]
    requests, reason = monitor.tick()
    assert requests == []
    assert "failed; it is tried again after" in reason
    monkeypatch.setattr(sensors, "PAUSES", (timedelta(0), timedelta(0)))
    assert [monitor.take_up(), monitor.take_up()] == [[False], [False]]
    requests, reason = monitor.tick()
    assert requests == []
    assert "did not take up these deliveries; look into it" in reason
    assert len(set(monitor.ran)) == 3
    monitor.put("programme;name\n", "croho/opleidingen.csv")
    assert monitor.jobs() == ["take_up_programmes"]
    monkeypatch.delenv(KEY)
    monitor.put(HEADER + row(121))  # other bytes are another matter
    assert monitor.jobs() == [TAKE_UP, "take_up_programmes"]
