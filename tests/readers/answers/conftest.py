"""The sample deliveries of the institution of which evaluations are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.sample import write_sample
from schemas.profile import Profile

KEY = "4d8e1f07a2c95b3670be94d3c1f85a2e6b0973d4c8a1e5f2907b3c6d8e4f1a05"


@pytest.fixture(scope="session")
def sample(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(profile, folder, responses=6_000)
    return folder
