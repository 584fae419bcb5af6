"""One whole cycle for all tests of this folder: deliveries, workspace and release."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from tests.sample_year import SampleYear


@pytest.fixture(scope="session")
def ran(leiden_year: SampleYear) -> SampleYear:
    """The sample of a whole year, published."""
    return leiden_year


@pytest.fixture(scope="session")
def released(ran: SampleYear) -> Released:
    """Its release, as someone reads it who has nothing else."""
    return Released(ReleaseReader(ran.release))


@pytest.fixture
def landing(ran: SampleYear) -> Path:
    """Where the deliveries are."""
    return ran.landing
