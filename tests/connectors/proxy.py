"""A TCP proxy on loopback that a test controls: it passes bytes on, and cuts a connection where the test says so."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

NOT_READY = {
    "starting": b"the database system is starting up",
    "recovering": b"the database system is not yet accepting connections",  # from PostgreSQL 14, as it reads its log
}


class Proxy:
    """Passes connections on to `target`, which makes a socket to the server.

    `plan` says of each connection in turn what happens to it: a number of bytes from the server after which it is
    reset, `starting` or `recovering` for a PostgreSQL that answers so, or `None` for a connection that is left alone.
    The last of the plan holds for every connection after it. `watch` is called with how many bytes of a connection came
    from the server, before the last of them are passed on; it may take its time.
    """

    def __init__(
        self,
        target: Callable[[], socket.socket],
        plan: Iterable[int | str | None] = (None,),
        watch: Callable[[int], None] = lambda passed: None,
    ) -> None:
        self._target = target
        self._plan = list(plan)
        self._watch = watch
        self.connections = 0
        self.cut = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *error: Any) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            happens = self._plan[min(self.connections, len(self._plan) - 1)]
            self.connections += 1
            threading.Thread(target=self._serve, args=(client, happens), daemon=True).start()

    def _serve(self, client: socket.socket, happens: int | str | None) -> None:
        if isinstance(happens, str):
            _say_not_ready(client, NOT_READY[happens])
            return
        try:
            server = self._target()
        except OSError:
            client.close()
            return
        self._open += [client, server]
        threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
        if _pass_on(server, client, happens if isinstance(happens, int) else None, self._watch):
            self.cut += 1
            _reset(client)
            server.close()


def _pass_on(
    source: socket.socket,
    sink: socket.socket,
    limit: int | None = None,
    watch: Callable[[int], None] = lambda passed: None,
) -> bool:
    """Copy bytes until the source ends or the limit is reached; returns whether it was the limit."""
    passed = 0
    with suppress(OSError):
        while chunk := source.recv(16_384):
            if limit is not None and passed + len(chunk) >= limit:
                sink.sendall(chunk[: limit - passed])
                return True
            passed += len(chunk)
            watch(passed)
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    return False


def _reset(connection: socket.socket) -> None:
    """Close it as a connection that breaks off, without the usual goodbye."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    connection.close()


def _say_not_ready(client: socket.socket, words: bytes) -> None:
    """Answer in PostgreSQL's protocol as a server does that is not yet ready (SQLSTATE 57P03)."""
    with suppress(OSError):
        if client.recv(8)[4:] in (struct.pack("!i", 80877103), struct.pack("!i", 80877104)):
            client.sendall(b"N")  # no encryption; what follows is the greeting itself
        client.recv(4096)
        fields = b"SFATAL\0VFATAL\0C57P03\0M" + words + b"\0\0"
        client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)
    client.close()


def of_postgresql(url: str, *plan: int | str | None) -> Proxy:
    """A proxy on TCP to a PostgreSQL server that itself listens to a socket in a folder."""
    folder = sa.make_url(url).query["host"]

    def target() -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.5432")
        return server

    return Proxy(target, plan)
