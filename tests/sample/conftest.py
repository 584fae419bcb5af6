"""The sample of a real university: what it chooses, what was published, and one clean and one spoiled landing zone."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.sample.choices import Choices, load_choices
from kwaliteitsmonitor.sample.making import SampleSummary, write_sample
from kwaliteitsmonitor.sample.targets import Targets, load_targets
from schemas.profile import Profile, load_profile, profile_folder

RESPONSES = 20_000


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def choices(profile: Profile) -> Choices:
    return load_choices(profile)


@pytest.fixture(scope="session")
def targets(profile: Profile, choices: Choices) -> Targets:
    return load_targets(profile, choices)


@pytest.fixture(scope="session")
def sample(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(profile, tmp_path_factory.mktemp("clean"), responses=RESPONSES)


@pytest.fixture(scope="session")
def spoiled(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(profile, tmp_path_factory.mktemp("spoiled"), responses=RESPONSES, defects=True)
