"""The institution of which evaluations are counted, and its sample deliveries."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.sample import write_sample
from schemas.profile import Profile, load_profile, profile_folder

KEY = "4d8e1f07a2c95b3670be94d3c1f85a2e6b0973d4c8a1e5f2907b3c6d8e4f1a05"


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def sample(leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(leiden, folder, responses=6_000)
    return folder
