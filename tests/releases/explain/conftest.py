from __future__ import annotations

import pytest

from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from tests.sample_year import SampleYear


@pytest.fixture(scope="session")
def released(leiden_year: SampleYear) -> Released:
    """The release of a whole cycle, as someone reads it who has nothing else."""
    return Released(ReleaseReader(leiden_year.release))
