"""The institution whose workbooks are made, and a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Profile, load_profile, profile_folder


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")
