"""Servers that a test starts on loopback, each on a free port, over a folder: WebDAV by password, SFTP also by key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER, PASSWORD, PASSPHRASE = "bezorger@uni.example", "wacht-w00rd-7c", "zin-van-4b"


@dataclass
class Dav:
    """A WebDAV server under way. `faults` are the answers that it gives first, by method; `asked` is what it was."""

    port: int
    faults: dict[str, list[int]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)

    def url(self, port: int | None = None) -> str:
        return f"webdav+http://127.0.0.1:{port or self.port}/remote.php/dav"

    def environment(self, password: str = PASSWORD) -> dict[str, str]:
        return {"KWALITEITSMONITOR_LANDING_USER": USER, "KWALITEITSMONITOR_LANDING_PASSWORD": password}


@contextmanager
def webdav(folder: Path) -> Iterator[Dav]:
    """A WebDAV server over a folder, under the path that Nextcloud has; basic authentication."""
    from cheroot.wsgi import Server
    from wsgidav.wsgidav_app import WsgiDAVApp

    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "mount_path": "/remote.php/dav",
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    dav = Dav(0)

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        dav.asked.append((method, path))
        if dav.faults.get(method):
            code = dav.faults[method].pop(0)
            start_response(f"{code} Not now", [("Content-Length", "0"), *dav.headers])
            return []
        mount = "/remote.php/dav"
        if not path.startswith(mount):
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = mount, path.removeprefix(mount) or "/"
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    server = Server(("127.0.0.1", 0), answering, numthreads=4)
    server.prepare()
    dav.port = server.bind_addr[1]
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield dav
    finally:
        server.stop()
        thread.join(timeout=10)


@dataclass
class Sftp:
    """An SFTP server under way: its port, a file with its host key as clients keep it, and the key of its user."""

    port: int
    known_hosts: Path
    key_file: Path
    attempts: list[str] = field(default_factory=list)

    def url(self, port: int | None = None) -> str:
        return f"sftp://127.0.0.1:{port or self.port}/"

    def environment(self, **more: str) -> dict[str, str]:
        given = {"USER": USER, "KNOWN_HOSTS": str(self.known_hosts), **more}
        return {f"KWALITEITSMONITOR_LANDING_{name}": value for name, value in given.items()}


@contextmanager
def sftp(folder: Path, keys: Path) -> Iterator[Sftp]:
    """An SFTP server over a folder, which lets its user in by password or by a key; `keys` is where its files go."""
    import asyncssh

    host, own = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    keys.mkdir()
    own.write_private_key(str(keys / "id"), passphrase=PASSPHRASE)
    known = keys / "known_hosts"
    known.write_text(f"* {host.export_public_key().decode()}")
    running = Sftp(0, known, keys / "id")

    class Door(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            running.attempts.append("password")
            return (username, password) == (USER, PASSWORD)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            running.attempts.append("key")
            return username == USER and key == own.convert_to_public()

    class Room(asyncssh.SFTPServer):
        def __init__(self, chan: Any) -> None:
            super().__init__(chan, chroot=str(folder).encode())

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> Any:
        return await asyncssh.listen("127.0.0.1", 0, server_host_keys=[host], server_factory=Door, sftp_factory=Room)

    listening = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=30)
    running.port = listening.sockets[0].getsockname()[1]
    try:
        yield running
    finally:

        async def stop() -> None:
            listening.close()
            await listening.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
