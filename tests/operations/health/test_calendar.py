"""The calendar: a cycle that should have run, agreements that are over, and a clock that was set back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.vault.store import Arrival, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health import calendar
from kwaliteitsmonitor.operations.health.check import Weight
from schemas.profile import Profile, load_profile, profile_folder

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def test_a_cycle_that_did_not_run_is_said_from_the_third_of_its_month_on(leiden: Profile, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "releases" / "2020-09" / "v1").mkdir(parents=True)
    workspace.current.mkdir()
    (workspace.current / "2020-09").symlink_to(tmp_path / "releases" / "2020-09" / "v1")
    assert calendar.last(workspace, leiden, date(2021, 3, 2)).weight is Weight.WELL
    (problem,) = calendar.last(workspace, leiden, date(2021, 3, 3)).problems
    assert problem.says.en == "Cycle 2021-03 should have run and has published nothing"
    assert calendar.last_expected(leiden, date(2027, 1, 1)) == leiden.cycle("2025-09")


def test_of_agreements_that_are_over_one_thing_is_said_and_nothing_is_broken(leiden: Profile, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (workspace.current / "2021-03").mkdir(parents=True)
    look = calendar.last(workspace, leiden, date(2026, 11, 30))
    assert look.weight is Weight.ATTENTION
    (problem,) = look.problems
    assert "liepen tot en met 2024" in problem.says.nl
    assert "had moeten" not in problem.says.nl
    assert "2025-09" in problem.remedy.nl


def test_a_clock_that_was_set_back_is_said(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    receive(workspace, "staff", [Arrival("a.csv", "0" * 64, 1, NOW.date(), NOW)])
    assert calendar.clock(workspace, NOW).weight is Weight.WELL
    assert calendar.clock(workspace, NOW - timedelta(days=1)).weight is Weight.BROKEN
