"""The disk: when a cycle will not fit any more, and what is noted of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health import disk
from kwaliteitsmonitor.operations.health.check import Weight
from kwaliteitsmonitor.operations.health.disk import Measured


@pytest.mark.parametrize(
    ("free", "days"), [([100, 90, 80, 70], 19), ([100, 100, 100, 100], None), ([70, 80, 90, 100], None), ([9, 8], None)]
)
def test_the_day_is_known_on_which_a_cycle_will_not_fit_any_more(free: list[int], days: int | None) -> None:
    history = [Measured(date(2021, 2, 4 + 3 * number), one << 30) for number, one in enumerate(free)]
    assert disk.runs_out(history, 4 << 30) == (date(2021, 2, 13) + timedelta(days) if days else None)


def test_the_fullness_of_a_day_is_noted_once_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    disk.note(workspace, Measured(date(2021, 2, 1), 5))
    with (tmp_path / "upkeep" / "disk.jsonl").open("a") as file:
        file.write('{"day": "2021-')
    kept = disk.note(workspace, Measured(date(2021, 2, 1), 7))
    assert [(one.day.day, one.free) for one in kept] == [(1, 7)]


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    look = disk.look(Workspace(tmp_path / "file" / "out"), date(2021, 2, 20))
    assert look.weight is Weight.BROKEN
    assert "cannot be written to" in look.problems[0].says.en
