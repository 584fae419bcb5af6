"""The institution, a workspace, and databases to pull from: SQLite, and a PostgreSQL server of our own."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Profile, load_profile, profile_folder
from tests.postgresql import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy address of a database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'finance.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def closed() -> int:
    """A port that nobody listens to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
