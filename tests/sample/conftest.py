"""One clean and one spoiled sample for all tests here."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.sample import SampleSummary, write_sample
from schemas.profile import Profile, load_profile, profile_folder

RESPONSES = 20_000


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def sample(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(profile, tmp_path_factory.mktemp("clean"), responses=RESPONSES)


@pytest.fixture(scope="session")
def spoiled(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(profile, tmp_path_factory.mktemp("spoiled"), responses=RESPONSES, defects=True)
