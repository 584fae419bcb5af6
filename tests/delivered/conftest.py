"""The institution, and a landing zone from which its feeds are collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.profile import Profile, load_profile, profile_folder
from tests.delivered.uptake import Uptake


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def uptake(tmp_path: Path, profile: Profile) -> Uptake:
    return Uptake(tmp_path, profile)
