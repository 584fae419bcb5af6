"""A landing zone on a server, reached by fsspec.

What passes (a server that is busy or restarting, a connection that is cut) is tried again, over a new connection. A
file is copied whole before anyone reads it, into a temporary file without a name, and compared with what the server
said of it before and after: what is handed on is one version of it, from the first byte to the last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.connectors.files import (
    COARSE,
    DEEPEST,
    NO_FILE,
    REMOTE_LINK,
    TOO_DEEP,
    UNREADABLE_NAME,
    Found,
    StillArriving,
    is_hidden,
    is_text,
    moment_of,
    refused,
)
from kwaliteitsmonitor.connectors.server import Server
from kwaliteitsmonitor.foundation.addresses import ANSWER_SECONDS, Address
from kwaliteitsmonitor.foundation.filesystem import FileSystem, Info
from kwaliteitsmonitor.foundation.retrying import Patience

T = TypeVar("T")
IN_MEMORY = 8 << 20
CHUNK = 1 << 20
VERSIONS = 3
"""A file that is replaced while it is read is read anew so many times in all."""
_STAMPS = ("mtime", "LastModified", "last_modified", "modified", "created")
_TAGS = ("ETag", "etag", "eTag", "md5Hash", "content_md5", "checksum")


class Remote:
    """A folder on a server. Raises `TriedError` if it cannot be reached, and `UsageError` as `reach` does."""

    def __init__(self, place: Address, zone: ZoneInfo, environment: Mapping[str, str], patience: Patience) -> None:
        self._place = place
        self._zone = zone
        self._server = Server(place, environment, "landing zone", patience)
        self._seen: dict[str, Found] = {}

    def is_there(self) -> bool:
        """Whether it is a folder."""
        try:
            return bool(self._server.ask(lambda fs: fs.info(self._server.root))["type"] == "directory")
        except Exception as error:
            if isinstance(getattr(error, "error", None), FileNotFoundError):
                return False
            raise

    def files(self) -> Iterator[Found]:
        """Every file that is not hidden, in no order; one question per folder."""
        # Not by `find` or `walk` of fsspec, which pass over a folder below the first that cannot be listed.
        folders = [("", 0)]
        while folders:
            inside, depth = folders.pop()
            if depth > DEEPEST:
                yield refused(inside, TOO_DEEP, self._zone)
                continue
            for path, info in self._listed(inside):
                if info["type"] == "directory":
                    folders.append((path, depth + 1))
                else:
                    self._seen[path] = self._file_of(path, info)
                    yield self._seen[path]

    def _listed(self, inside: str) -> Iterator[tuple[str, Info]]:
        folder = self._full(inside)

        def ask(fs: FileSystem) -> Sequence[Info]:
            fs.invalidate_cache()
            return fs.ls(folder, detail=True)

        for info in self._server.ask(ask):
            name = str(info["name"]).rstrip("/")
            last = name.rpartition("/")[2]
            # An object store lists a folder in itself, as a file without bytes.
            if not last or name.strip("/") == folder.strip("/") or is_hidden(last):
                continue
            yield (f"{inside}/{last}" if inside else last), info

    def look(self, paths: Collection[str]) -> dict[str, Found]:
        """The files at these paths as they are now; those that have gone are left out."""
        wanted = set(paths)
        files = {}
        for inside in {path.rpartition("/")[0] for path in wanted}:
            files.update({path: self._file_of(path, info) for path, info in self._listed(inside) if path in wanted})
        return files

    def _file_of(self, path: str, info: Info) -> Found:
        arrived = next((m for key in _STAMPS if (m := moment_of(info.get(key))) is not None), None)
        if not is_text(path):
            return refused(path, UNREADABLE_NAME, self._zone, arrived)
        if info["type"] == "link" or info.get("islink"):
            return refused(path, REMOTE_LINK, self._zone, arrived)
        if info["type"] != "file":
            return refused(path, NO_FILE, self._zone, arrived)
        day = (arrived or datetime.now(UTC)).astimezone(self._zone).date()
        size = int(info.get("size") or 0)
        return Found(path, size, day, arrived, _fingerprint(info, size, arrived))

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file, whole. Raises `StillArriving` if it changes again and again while it is read."""
        before = self._seen.get(path) or self._now(path)
        for _ in range(VERSIONS):
            copy = self._server.ask(lambda fs: _copied(fs, self._full(path)))
            after = self._now(path)
            if _same(before, after) and copy.seek(0, 2) == after.size:
                copy.seek(0)
                return copy
            copy.close()
            before = after
        raise StillArriving(path)

    def _now(self, path: str) -> Found:
        def ask(fs: FileSystem) -> Info:
            fs.invalidate_cache()
            return fs.info(self._full(path))

        return self._file_of(path, self._server.ask(ask))

    def _full(self, path: str) -> str:
        full = f"{self._server.root.rstrip('/')}/{path}" if path and self._server.root else path or self._server.root
        return quote(full) if self._place.kind == "sharepoint" else full  # its library puts the path into an address


def _same(before: Found, after: Found) -> bool:
    tagged = bool(before.fingerprint and after.fingerprint)
    return (before.size, before.arrived) == (after.size, after.arrived) and (
        not tagged or before.fingerprint == after.fingerprint
    )


def _fingerprint(info: Info, size: int, arrived: datetime | None) -> str:
    """The server's own tag of the content, with size and stamp; without one, size and stamp.

    Stamps may be as coarse as a second: a file that has only just been written may be written again under the same
    one, so it has no fingerprint yet.
    """
    item = info.get("item_info") or {}  # as Microsoft Graph tells it
    tag = item.get("cTag") or next((str(tag) for key in _TAGS if (tag := info.get(key))), "")
    stamp = arrived.isoformat() if arrived else ""
    if tag and not tag.startswith("W/"):
        return f"{tag}:{size}:{stamp}"
    if arrived is None or (datetime.now(UTC) - arrived).total_seconds() < COARSE:
        return ""
    return f"{tag}:{size}:{stamp}"


def _copied(fs: FileSystem, path: str) -> SpooledTemporaryFile[bytes]:
    copy: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY, prefix="delivery-")  # noqa: SIM115
    client = getattr(fs, "client", None)
    chunks = _over_http(client, path) if client is not None and hasattr(client, "http") else _read(fs, path)
    try:
        for chunk in chunks:
            copy.write(chunk)
    except BaseException:
        copy.close()
        raise
    return copy


def _read(fs: FileSystem, path: str) -> Iterator[bytes]:
    with fs.open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


class _Answer(Protocol):
    """An answer over HTTP whose bytes are still to come."""

    def raise_for_status(self) -> object: ...

    def iter_raw(self, chunk_size: int) -> Iterator[bytes]: ...


class _Http(Protocol):
    def stream(
        self, method: str, url: object, *, headers: Mapping[str, str], follow_redirects: bool, timeout: float
    ) -> AbstractContextManager[_Answer]: ...


class _WebDav(Protocol):
    """What is asked of the client of a file system over WebDAV."""

    http: _Http

    def join_url(self, path: str) -> object: ...


def _over_http(client: _WebDav, path: str) -> Iterator[bytes]:
    """The bytes of a file over WebDAV, by one request.

    Not by `open` of its file system, which after a cut goes on from where it was: perhaps in another version.
    """
    url = client.join_url(path)
    plain = {"Accept-Encoding": "identity"}
    with client.http.stream("GET", url, headers=plain, follow_redirects=True, timeout=ANSWER_SECONDS) as answer:
        answer.raise_for_status()
        yield from answer.iter_raw(CHUNK)
