"""The sensor over the landing zone: what it has taken up, what it leaves, and what it says."""

from __future__ import annotations

import os
from datetime import timedelta

import dagster as dg
import pytest

from kwaliteitsmonitor.connectors.landing import Landing
from pipelines import sensors
from schemas.profile import load_profile, profile_folder
from tests.pipelines.sensors.conftest import CYCLE, FEED, HEADER, Monitor

PROGRAMME = next(
    p for p in load_profile(profile_folder("leiden")).programmes if p.funded and p.croho_type == "ba" and p.unit
)


def row(invited: int, course: str = "C1") -> str:
    """A line of the delivery."""
    return f"course;2019-2020;{PROGRAMME.unit};{PROGRAMME.programme};Ba;{course};{invited}\n"


def invited(monitor: Monitor) -> list[int]:
    """What the last run staged of the delivery."""
    staged: list[int] = monitor.workspace.read(CYCLE, "staged", FEED).column("invited").to_pylist()
    return staged


def test_a_delivery_is_taken_up_once_and_again_only_when_its_bytes_are_others(monitor: Monitor) -> None:
    assert monitor.tick() == ([], f"Cycle {CYCLE}: nothing new in the landing zone.")

    file = monitor.put(HEADER + row(120))
    ((request,), _) = monitor.tick()
    assert (request.job_name, request.partition_key) == (f"take_up_{FEED}", CYCLE)
    assert (request.tags["cycle"], request.tags["feed"]) == (CYCLE, FEED)
    assert str(request.run_key).startswith(f"leiden-{CYCLE}-{FEED}-")
    result = monitor.run(request)
    assert result.success
    assert invited(monitor) == [120]
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    status = {"status/delivery_status", "status/obligations", "status/quarantine"}
    assert made == {f"delivered/{FEED}", f"staged/{FEED}", *status}
    assert monitor.tick()[0] == []

    os.utime(file)  # touched: a new date, the same bytes
    os.utime(file, (0, 0))
    assert monitor.tick()[0] == []

    monitor.put(HEADER + row(125))
    assert [r.success for r in monitor.take_up()] == [True]
    assert invited(monitor) == [125]
    assert monitor.tick()[0] == []

    file.unlink()  # removed: it was delivered all the same
    assert monitor.tick()[0] == []
    assert invited(monitor) == [125]

    assert len(monitor.ran) == 2


def test_going_back_to_an_earlier_version_is_taken_up_like_any_other_change(monitor: Monitor) -> None:
    for number, age in ((120, 3600), (125, 1800), (120, 900), (125, 600)):
        monitor.put(HEADER + row(number), age=age)
        assert [r.success for r in monitor.take_up()] == [True]
        assert invited(monitor) == [number]
        assert monitor.tick()[0] == []


def test_a_tick_before_the_run_has_ended_asks_for_the_same_run_and_for_no_other(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    ((first,), _) = monitor.tick()
    ((second,), _) = monitor.tick()
    assert first.run_key == second.run_key  # Dagster refuses it
    job = monitor.definitions.resolve_job_def(str(first.job_name))
    monitor.instance.create_run_for_job(job, tags=dict(first.tags))
    assert monitor.tick() == ([], f"take_up_{FEED}: a run is under way.")


def test_losing_the_cursor_or_the_database_of_dagster_has_nothing_taken_up_again(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    monitor.take_up()
    monitor.cursor = "something else entirely"
    assert monitor.tick()[0] == []
    with dg.DagsterInstance.ephemeral() as fresh:
        monitor.instance, monitor.cursor = fresh, None
        assert monitor.tick()[0] == []


def test_what_the_cycle_took_up_is_not_taken_up_again_nor_a_copy_of_it(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    keys = [dg.AssetKey(["delivered", FEED]), dg.AssetKey(["staged", FEED])]
    monitor.definitions.resolve_job_def("cycle").execute_in_process(
        instance=monitor.instance, partition_key=CYCLE, asset_selection=keys
    )
    assert monitor.tick()[0] == []
    monitor.put(HEADER + row(120), "evaluatiepopulatie/2019-2020 (2).csv")
    assert monitor.tick()[0] == []


def test_a_file_of_another_cycle_and_one_that_is_still_being_written_are_left(monitor: Monitor) -> None:
    monitor.put(HEADER, "evaluatiepopulatie/2022-2023.csv")
    monitor.put("", age=0)  # a program makes the file first and fills it then
    assert monitor.tick()[0] == []
    monitor.put(HEADER + row(120))
    assert [r.success for r in monitor.take_up()] == [True]
    assert invited(monitor) == [120]


def test_only_the_feeds_that_changed_are_run(monitor: Monitor) -> None:
    monitor.put(HEADER + row(120))
    monitor.put("programme;name\n", "croho/opleidingen.csv")
    requests, _ = monitor.tick()
    assert [request.job_name for request in requests] == [f"take_up_{FEED}", "take_up_programmes"]
    for request in requests:
        monitor.run(request)
    monitor.put(HEADER + row(120) + row(7, "C2"))
    requests, _ = monitor.tick()
    assert [request.job_name for request in requests] == [f"take_up_{FEED}"]


def test_bytes_that_were_read_once_are_not_read_again(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        monitor.put(HEADER + row(number), f"evaluatiepopulatie/2019-2020 ({number}).csv", age=3600 - number)
    monitor.take_up()

    def opened(*_: object) -> None:
        pytest.fail("a file that did not change was read")

    monkeypatch.setattr(Landing, "open", opened)
    assert monitor.tick()[0] == []


def test_a_look_that_takes_long_goes_on_where_it_stopped(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "BUDGET", -1.0)
    monitor.put(HEADER + row(120))
    jobs: list[str] = []
    feeds = [feed for feed in load_profile(profile_folder("leiden")).feeds if sensors.comes_by_file(feed)]
    for _ in feeds:
        requests, _reason = monitor.tick()
        jobs.extend(str(request.job_name) for request in requests)
    assert jobs == [f"take_up_{FEED}"]


def test_a_landing_zone_that_is_not_there_is_said_in_one_sentence_and_fails_nothing(monitor: Monitor) -> None:
    monitor.landing.rmdir()
    requests, reason = monitor.tick()
    assert requests == []
    assert "there is no such landing zone" in reason
    assert "\n" not in reason


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
    requests, _ = monitor.tick()
    assert [request.job_name for request in requests] == [f"take_up_{FEED}"]


def test_after_the_last_year_there_is_nothing_to_take_up(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KWALITEITSMONITOR_CYCLE")
    monitor.put(HEADER + row(120))
    assert monitor.tick() == (
        [],
        "The agreements ended with 2024: there is no open cycle, and nothing to take up or to ask for.",
    )


@pytest.mark.parametrize("named", ["2021-04", "2999-03", "march"])
def test_a_cycle_that_is_none_is_said_and_fails_nothing(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_CYCLE", named)
    requests, reason = monitor.tick()
    assert requests == []
    assert named in reason
    assert "expected" in reason


def test_a_run_that_fails_is_tried_three_times_and_then_left_to_a_person(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONYM_KEY", "too short")  # staging refuses to begin
    monitor.put(HEADER + row(120))
    assert [r.success for r in monitor.take_up()] == [False]
    requests, reason = monitor.tick()
    assert requests == []
    assert "failed; it is tried again after" in reason

    monkeypatch.setattr(sensors, "PAUSES", (timedelta(0), timedelta(0)))
    assert [r.success for r in monitor.take_up()] == [False]
    assert [r.success for r in monitor.take_up()] == [False]
    requests, reason = monitor.tick()
    assert requests == []
    assert "did not take up these deliveries; look into it" in reason
    assert len(set(monitor.ran)) == 3

    monkeypatch.delenv("KWALITEITSMONITOR_PSEUDONYM_KEY")
    monitor.put(HEADER + row(121))  # other bytes are another matter
    assert [r.success for r in monitor.take_up()] == [True]
    assert monitor.tick()[0] == []


def test_what_fails_in_the_end_does_not_keep_other_feeds_waiting(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensors, "PAUSES", ())
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONYM_KEY", "too short")
    monitor.put(HEADER + row(120))
    monitor.take_up()
    monitor.put("programme;name\n", "croho/opleidingen.csv")
    requests, _ = monitor.tick()
    assert [request.job_name for request in requests] == ["take_up_programmes"]
