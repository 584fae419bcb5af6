"""Everything that is looked at: each thing by itself, with a remedy, and nothing of a person in what is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.store import Arrival, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health import calendar, disk
from kwaliteitsmonitor.operations.health.check import Looked, Weight, guarded, problems, worst
from kwaliteitsmonitor.operations.health.checks import as_json, examine
from kwaliteitsmonitor.operations.health.disk import Measured
from kwaliteitsmonitor.operations.health.sources import look as look_at_sources
from kwaliteitsmonitor.operations.health.upkeep import libraries
from schemas.profile import load_profile, profile_folder
from schemas.words import Words

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)
LEIDEN = load_profile(profile_folder("leiden"))


def test_a_new_workspace_lacks_its_sources_and_someone_to_tell(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    looks = examine(Settings(institution="leiden", out=str(tmp_path), mirror="/elsewhere"), NOW)
    by_id = {one.id: one for one in looks}
    assert list(by_id)[:4] == ["profile", "timezone", "disk", "clock"]
    well = ("profile", "timezone", "landing", "key", "certificates", "next_cycle")
    assert {by_id[name].weight for name in well} == {Weight.WELL}
    assert by_id["landing"].wording.en == f"0 files in {tmp_path}/landing"
    assert by_id["key"].wording.en == "is made by the first run"
    assert "no database is named for 'finance'" in by_id["database finance"].problems[0].says.en
    assert by_id["channels"].problems[0].says.en == "Nobody is told when something goes wrong"
    assert by_id["mirror"].problems[0].says.en == "No copy of releases was made yet"
    assert "backup" not in by_id
    assert as_json(looks, NOW)["moment"] == "2021-02-20T09:00:00+00:00"
    assert all(one.remedy.nl for look in looks for one in look.problems)


def test_a_landing_zone_and_a_key_that_do_not_do_are_said(tmp_path: Path) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path), landing=str(tmp_path / "gone"), pseudonym_key="short")
    looks = {one.id: one for one in look_at_sources(settings)}
    assert "there is no such landing zone" in looks["landing"].problems[0].says.en
    assert "the key for pseudonyms" in looks["key"].problems[0].says.en


def test_a_profile_that_does_not_load_is_all_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert [one.id for one in examine(Settings(institution=str(tmp_path)), NOW)] == ["profile"]


def test_libraries_that_are_not_those_of_the_lock_deserve_attention(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:0\nnot-there==1.0\n")
    look = libraries(lock)
    assert look.weight is Weight.ATTENTION
    assert "click" in look.problems[0].says.en
    assert "not-there" not in look.problems[0].says.en


def test_a_look_that_fails_by_itself_keeps_no_other_and_quotes_nothing() -> None:
    def look() -> Looked:
        raise ValueError("J. Jansen")

    failed, well = guarded("one", Words("een", "one"), look), Looked("one", Words("een", "one"))
    assert failed.weight is Weight.BROKEN
    assert "Jansen" not in str(failed)
    assert (worst([well]), problems([well])) == (Weight.WELL, [])


def test_a_cycle_that_did_not_run_is_said_from_the_third_of_its_month_on(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "releases" / "2020-09" / "v1").mkdir(parents=True)
    workspace.current.mkdir()
    (workspace.current / "2020-09").symlink_to(tmp_path / "releases" / "2020-09" / "v1")
    assert calendar.last(workspace, LEIDEN, date(2021, 3, 2)).weight is Weight.WELL
    (problem,) = calendar.last(workspace, LEIDEN, date(2021, 3, 3)).problems
    assert problem.says.en == "Cycle 2021-03 should have run and has published nothing"
    assert calendar.last_expected(LEIDEN, date(2027, 1, 1)) == LEIDEN.cycle("2025-09")


def test_of_agreements_that_are_over_one_thing_is_said_and_nothing_is_broken(tmp_path: Path) -> None:
    (Workspace(tmp_path).current / "2021-03").mkdir(parents=True)
    look = calendar.last(Workspace(tmp_path), LEIDEN, date(2026, 11, 30))
    (problem,) = look.problems
    assert look.weight is Weight.ATTENTION
    assert "liepen tot en met 2024" in problem.says.nl
    assert "had moeten" not in problem.says.nl
    assert "2025-09" in problem.remedy.nl


def test_a_clock_that_was_set_back_is_said(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    receive(workspace, "staff", [Arrival("a.csv", "0" * 64, 1, NOW.date(), NOW)])
    assert calendar.clock(workspace, NOW).weight is Weight.WELL
    assert calendar.clock(workspace, NOW - timedelta(days=1)).weight is Weight.BROKEN


@pytest.mark.parametrize(
    ("free", "days"), [([100, 90, 80, 70], 19), ([100, 100, 100, 100], None), ([70, 80, 90, 100], None), ([9, 8], None)]
)
def test_the_day_is_known_on_which_a_cycle_will_not_fit_any_more(free: list[int], days: int | None) -> None:
    history = [Measured(date(2021, 2, 4 + 3 * number), one << 30) for number, one in enumerate(free)]
    assert disk.runs_out(history, 4 << 30) == (date(2021, 2, 13) + timedelta(days) if days else None)


def test_the_fullness_of_a_day_is_noted_once_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    disk.note(Workspace(tmp_path), Measured(date(2021, 2, 1), 5))
    with (tmp_path / "upkeep" / "disk.jsonl").open("a") as file:
        file.write('{"day": "2021-')
    kept = disk.note(Workspace(tmp_path), Measured(date(2021, 2, 1), 7))
    assert [(one.day.day, one.free) for one in kept] == [(1, 7)]


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    look = disk.look(Workspace(tmp_path / "file" / "out"), date(2021, 2, 20))
    assert look.weight is Weight.BROKEN
    assert "cannot be written to" in look.problems[0].says.en
