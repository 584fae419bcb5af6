from __future__ import annotations

import pytest

from schemas.profile.loading import load_profile, profile_folder
from schemas.profile.models import Profile


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))
