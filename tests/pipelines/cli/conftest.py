"""What several commands are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.profile import load_profile, profile_folder
from tests.operations.backup.conftest import MadeUp, lines


@pytest.fixture
def made_up_workspace(tmp_path: Path) -> Path:
    """A small workspace of Leiden with a release that rests on bytes received."""
    made = MadeUp(tmp_path / "out", load_profile(profile_folder("leiden")))
    made.release(lines(10))
    return made.workspace.root
