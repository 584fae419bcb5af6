"""Servers that a test starts on loopback, each on a free port: WebDAV and SFTP over a folder, and S3 in memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

USER, PASSWORD, PASSPHRASE = "bezorger@uni.example", "wacht-w00rd-7c", "zin-van-4b"
MOUNT = "/remote.php/dav"
S3_KEY, S3_SECRET = "AKIASLEUTEL", "geheime-sleutel-5d"


def landing_variables(**values: str) -> dict[str, str]:
    """The variables of the environment that open a landing zone."""
    return {f"KWALITEITSMONITOR_LANDING_{name}": value for name, value in values.items()}


@dataclass
class Dav:
    """A WebDAV server under way. `faults` are the answers that it gives first, by method; `asked` its requests."""

    port: int
    faults: dict[str, list[int]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)

    def url(self, port: int | None = None) -> str:
        return f"webdav+http://127.0.0.1:{port or self.port}{MOUNT}"

    def environment(self, password: str = PASSWORD) -> dict[str, str]:
        return landing_variables(USER=USER, PASSWORD=password)


@contextmanager
def serving(application: Callable[..., Iterable[bytes]]) -> Iterator[int]:
    """A web server over an application, on a port of its own."""
    from cheroot.wsgi import Server

    server = Server(("127.0.0.1", 0), application, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join(timeout=10)


@contextmanager
def webdav(folder: Path) -> Iterator[Dav]:
    """A WebDAV server over a folder, under the path that Nextcloud has; basic authentication."""
    pytest.importorskip("webdav4", reason="WebDAV is not tested: install the 'dev' extra")
    from wsgidav.wsgidav_app import WsgiDAVApp

    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "mount_path": MOUNT,
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
        faults = dav.faults.get(method)
        if faults or not path.startswith(MOUNT):
            code = faults.pop(0) if faults else 404
            start_response(f"{code} Not now", [("Content-Length", "0"), *dav.headers])
            return []
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = MOUNT, path.removeprefix(MOUNT) or "/"
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    with serving(answering) as dav.port:
        yield dav


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
        return landing_variables(**{"USER": USER, "KNOWN_HOSTS": str(self.known_hosts), **more})


@cache
def _keys() -> tuple[Any, Any, bytes]:
    """The key of the server, that of its user, and the latter behind its passphrase: which takes long to make."""
    import asyncssh

    host, own = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    return host, own, own.export_private_key(passphrase=PASSPHRASE)


@contextmanager
def sftp(folder: Path, keys: Path) -> Iterator[Sftp]:
    """An SFTP server over a folder, which lets its user in by password or by a key; `keys` is where its files go."""
    pytest.importorskip("sshfs", reason="SFTP is not tested: install the 'dev' extra")
    import asyncssh

    host, own, behind_passphrase = _keys()
    keys.mkdir()
    (keys / "id").write_bytes(behind_passphrase)
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


@dataclass(frozen=True)
class Bucket:
    """A bucket of a server that speaks S3: its name, a client of it, and the environment that opens it."""

    name: str
    client: Any
    environment: dict[str, str]

    def put(self, path: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=path, Body=content)


@contextmanager
def s3() -> Iterator[Bucket]:
    """A new bucket. Skips where the server is not installed."""
    lacking = "S3 is not tested: install moto with its server"
    moto = pytest.importorskip("moto.server", reason=lacking)
    boto = pytest.importorskip("botocore.session", reason=lacking)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    opening = {"aws_access_key_id": S3_KEY, "aws_secret_access_key": S3_SECRET, "region_name": "us-east-1"}
    client = boto.Session().create_client("s3", endpoint_url=endpoint, **opening)
    name = f"leveringen-{uuid4().hex[:8]}"  # the server remembers buckets of servers that are gone
    client.create_bucket(Bucket=name)
    try:
        yield Bucket(name, client, landing_variables(USER=S3_KEY, PASSWORD=S3_SECRET, ENDPOINT=endpoint))
    finally:
        server.stop()
