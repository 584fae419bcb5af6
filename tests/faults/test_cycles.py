"""Whole cycles, killed and run again, after each other, and with a clock that is years off.

The first two are short for `make kills-cycle` and `make soak`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults.clocks import BEFORE, shim
from tests.faults.kills import ENVIRONMENT, summary
from tests.faults.small import CYCLE
from tests.faults.soak import slope


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("cycles")
    library = shim(folder)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.short", folder / "cycles"],
        env=os.environ | ENVIRONMENT | ({"LD_PRELOAD": str(library)} if library else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return outcome


def test_a_cycle_that_is_killed_again_and_again_ends_with_the_bytes_of_one_that_was_not(seen: dict[str, Any]) -> None:
    kills = summary(seen["kills"])
    assert kills["killed"] > 1
    assert set(kills["shown"]) <= {"no release", "the new release"}
    for nothing in (
        "other bytes after the next run",
        "unfinished after the next run",
        "another catalog",
        "a damaged database of Dagster",
        "runs that Dagster thinks are under way",
        "processes left behind",
    ):
        assert kills[nothing] == 0, (nothing, seen["kills"])


def test_cycles_after_each_other_leave_nothing_open_and_nothing_behind(seen: dict[str, Any]) -> None:
    """Memory is measured over two hundred of them, by `make soak`; two say nothing about it."""
    *_, before, last = seen["soak"]
    assert last["threads"] <= before["threads"]
    assert last["open"] <= before["open"]
    assert (last["children"], last["unfinished"]) == (before["children"], 0)
    assert last["files"] == before["files"]
    assert last["releases"] == 2


@pytest.fixture(scope="module")
def jumped(seen: dict[str, Any]) -> dict[str, Any]:
    if "ahead" not in seen:
        pytest.skip("a clock that is wrong is made by a C library: install gcc")
    return seen


def test_a_cycle_on_a_clock_ten_years_ahead_gives_the_same_bytes(jumped: dict[str, Any]) -> None:
    ahead = jumped["ahead"]
    assert ahead["code"] == 0, ahead["printed"]
    assert ahead["year"] >= datetime.now(UTC).year + 9
    assert ahead["differences"] == []


def test_a_cycle_on_a_clock_from_before_its_newest_receipt_and_release_goes_on_with_the_same_bytes(
    jumped: dict[str, Any],
) -> None:
    """What came in stays in order: the receipts, the newest delivery, and the release that counts."""
    back = jumped["back"]
    assert back["code"] == 0, back["printed"]
    assert back["year"] == BEFORE.year
    assert back["outcome"] == jumped["undisturbed"]
    assert back["releases"] == [[CYCLE, 2]]
    assert back["left"] == []


def test_growth_is_told_from_a_series_that_goes_up_and_down() -> None:
    assert slope([100, 130, 100, 130, 100, 130, 100]) == pytest.approx(0.0, abs=1.1)
    assert slope([100, 131, 102, 133, 104, 135, 106]) == pytest.approx(1.0, abs=1.1)
    assert slope([7]) == 0.0
