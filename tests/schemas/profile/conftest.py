from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.profile.loading import load_profile, profile_folder
from schemas.profile.models import Profile
from tests.schemas.profile.copies import ProfileCopy


@pytest.fixture
def copy(tmp_path: Path) -> ProfileCopy:
    return ProfileCopy(Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile")))


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))
