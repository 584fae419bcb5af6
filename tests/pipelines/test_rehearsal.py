"""The rehearsal of a cycle to come: what would fail is said, and the real workspace is as it was."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health.check import Looked, Weight
from pipelines.cli.rehearse import rehearse as command
from pipelines.definitions import build_definitions
from pipelines.rehearsal import last_of_its_month, next_cycle, rehearse
from schemas.profile import load_profile, profile_folder
from tests.sample_year import SampleYear

NOW = datetime(2022, 1, 15, 7, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))


def rehearsed(settings: Settings, cycle: str) -> dict[str, Looked]:
    return {look.id: look for look in rehearse(settings, settings.profile.cycle(cycle), NOW, build_definitions)}


def files(workspace: Workspace, *folders: str) -> set[tuple[str, int]]:
    """Every file in these folders with its moment."""
    found = (path for folder in folders for path in (workspace.root / folder).rglob("*"))
    return {(str(path), path.lstat().st_mtime_ns) for path in found}


def test_last_year_works_with_the_code_of_now_and_nothing_real_is_touched(leiden_year: SampleYear) -> None:
    folders = ("releases", "current", "work", "delivered", "findings", "disclosure", "evaluations", "notices")
    before = files(leiden_year.workspace, *folders)
    settings = Settings(institution="leiden", landing=str(leiden_year.landing), out=str(leiden_year.workspace.root))
    looks = rehearsed(settings, "2022-03")
    for name in ("calendar", "schedule", "deadlines", "plan", "run", "landing", "key"):
        assert looks[name].problems == (), name
    assert looks["run"].wording.en.startswith("2021-03/v1 again in ")
    hidden = looks["hidden"]
    assert "Een correctie van één antwoord in één opleiding na publicatie: ten hoogste " in hidden.wording.nl
    assert "A correction of 4 answers in one programme after publication: at most " in hidden.wording.en
    assert [one.remedy.en for one in hidden.problems] == ["Complete profile.yaml, and run the cycle."]
    assert "which of these several people teach: " in hidden.problems[0].says.en
    assert looks["schedule"].wording.en == "launches 2022-03 on 2022-03-01 06:00"
    assert files(leiden_year.workspace, *folders) == before


def test_a_cycle_outside_the_agreements_would_not_run_and_the_rehearsal_says_so(tmp_path: Path) -> None:
    looks = rehearsed(Settings(institution="leiden", landing=str(tmp_path), out=str(tmp_path)), "2027-03")
    assert looks["calendar"].weight is Weight.BROKEN
    assert "outside the agreements, which end with 2024" in looks["calendar"].problems[0].says.en
    assert "no schedule launches cycle 2027-03" in looks["schedule"].problems[0].says.en
    assert looks["run"].weight is Weight.ATTENTION  # there is nothing to rehearse with


@pytest.mark.parametrize(
    ("today", "cycle"),
    [("2022-01-15", "2022-03"), ("2022-03-01", "2022-03"), ("2022-03-02", "2023-03"), ("2026-01-15", None)],
)
def test_the_next_march_is_rehearsed_unless_a_cycle_is_named(today: str, cycle: str | None) -> None:
    found = next_cycle(load_profile(profile_folder("leiden")), date.fromisoformat(today))
    assert (found.key if found else None) == cycle


def test_it_rehearses_with_the_newest_release_of_the_same_month(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.current.mkdir()
    for key in ("2020-03", "2021-03", "2021-05"):
        place = workspace.releases / key / "v1"
        place.mkdir(parents=True)
        (workspace.current / key).symlink_to(place)
    march = load_profile(profile_folder("leiden")).cycle("2022-03")
    assert last_of_its_month(workspace, march) == workspace.releases / "2021-03" / "v1"
    assert last_of_its_month(Workspace(tmp_path / "empty"), march) is None


def test_without_a_cycle_to_come_the_command_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--cycle", "2022-04", "--out", str(tmp_path)])
    assert "is geen cyclus" in str(result.exception)
