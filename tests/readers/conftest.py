"""The institution whose codes the contracts are bound to, and what stages files of answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.profile import Profile, load_profile, profile_folder
from tests.readers.answering import Answers


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def answers(tmp_path: Path, profile: Profile) -> Answers:
    return Answers(tmp_path, profile)


@pytest.fixture(scope="session")
def any_answers(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Answers:
    """The same for a test that makes many files, one after the other."""
    return Answers(tmp_path_factory.mktemp("answers"), profile)
