"""The cycle of a small institution with real deliveries, run once for all tests that look at what it published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE, HERE
from tests.sample_year import made_once

PROFILE = HERE / "profile"


def make(place: Path) -> None:
    shutil.copytree(HERE / "deliveries", place / "landing")
    run_cycle(PROFILE, place / "landing", place / "out", CYCLE, reports="html")


@contextmanager
def five_schools(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with its deliveries in `landing` and its workspace in `out`; to look at, not to change."""
    with made_once(factory, "five-schools", make) as place:
        yield place
