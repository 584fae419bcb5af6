"""The rehearsal of a cycle to come: what would fail is said, and the real workspace is as it was."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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
LEIDEN = load_profile(profile_folder("leiden"))


def rehearsed(landing: Path, out: Path, cycle: str) -> dict[str, Looked]:
    settings = Settings(institution="leiden", landing=str(landing), out=str(out))
    return {look.id: look for look in rehearse(settings, LEIDEN.cycle(cycle), NOW, build_definitions)}


def test_last_year_works_with_the_code_of_now_and_nothing_real_is_touched(leiden_year: SampleYear) -> None:
    root = leiden_year.workspace.root

    def files() -> set[tuple[str, int]]:
        """Every file that counts with its moment."""
        folders = ("releases", "current", "work", "delivered", "findings", "disclosure", "evaluations", "notices")
        paths = (path for folder in folders for path in (root / folder).rglob("*"))
        return {(str(path), path.lstat().st_mtime_ns) for path in paths}

    before = files()
    looks = rehearsed(leiden_year.landing, root, "2022-03")
    for name in ("calendar", "schedule", "deadlines", "plan", "run", "landing", "key"):
        assert looks[name].problems == (), name
    assert looks["run"].wording.en.startswith("2021-03/v1 again in ")
    hidden = looks["hidden"]
    assert "Een correctie van één antwoord in één opleiding na publicatie: ten hoogste " in hidden.wording.nl
    assert "A correction of 4 answers in one programme after publication: at most " in hidden.wording.en
    assert [one.remedy.en for one in hidden.problems] == ["Complete profile.yaml, and run the cycle."]
    assert "which of these several people teach: " in hidden.problems[0].says.en
    assert looks["schedule"].wording.en == "launches 2022-03 on 2022-03-01 06:00"
    assert files() == before


def test_a_cycle_outside_the_agreements_would_not_run_and_the_rehearsal_says_so(tmp_path: Path) -> None:
    looks = rehearsed(tmp_path, tmp_path, "2027-03")
    assert looks["calendar"].weight is Weight.BROKEN
    assert "outside the agreements, which end with 2024" in looks["calendar"].problems[0].says.en
    assert "no schedule launches cycle 2027-03" in looks["schedule"].problems[0].says.en
    assert looks["run"].weight is Weight.ATTENTION  # there is nothing to rehearse with


def test_the_next_march_is_rehearsed_with_the_newest_release_of_that_month(tmp_path: Path) -> None:
    cycles = {"2022-01-15": "2022-03", "2022-03-01": "2022-03", "2022-03-02": "2023-03", "2026-01-15": None}
    coming = {day: next_cycle(LEIDEN, date.fromisoformat(day)) for day in cycles}
    assert {day: cycle and cycle.key for day, cycle in coming.items()} == cycles
    workspace, march = Workspace(tmp_path), LEIDEN.cycle("2022-03")
    workspace.current.mkdir()
    for key in ("2020-03", "2021-03", "2021-05"):
        place = workspace.releases / key / "v1"
        place.mkdir(parents=True)
        (workspace.current / key).symlink_to(place)
    assert last_of_its_month(workspace, march) == workspace.releases / "2021-03" / "v1"
    assert last_of_its_month(Workspace(tmp_path / "empty"), march) is None
    refused = CliRunner().invoke(command, ["--cycle", "2022-04", "--out", str(tmp_path)])
    assert "is geen cyclus" in str(refused.exception)
