from __future__ import annotations

import pytest

from schemas.profile import Profile, load_profile, profile_folder


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))
