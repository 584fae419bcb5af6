"""What the tests of security share: a workspace of their own, which they may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.sample_year import SampleYear


@pytest.fixture
def workspace(leiden_year: SampleYear, tmp_path: Path) -> Workspace:
    """A copy of the sample's workspace, as an administrator would have it."""
    return leiden_year.copied(tmp_path / "out").workspace
