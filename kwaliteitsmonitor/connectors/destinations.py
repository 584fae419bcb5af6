"""Where copies go: a folder on this machine, or object storage by fsspec.

A name that is there holds all of its bytes: a file is put beside its place and moved there, an object appears once all
of it has arrived. What opens object storage is read from the environment, as for a landing zone; an address holds no
secret. Of a backup these are `KWALITEITSMONITOR_BACKUP_USER`, `KWALITEITSMONITOR_BACKUP_PASSWORD`,
`KWALITEITSMONITOR_BACKUP_TOKEN`, `KWALITEITSMONITOR_BACKUP_TENANT` and `KWALITEITSMONITOR_BACKUP_ENDPOINT`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, TypeVar

from kwaliteitsmonitor.connectors.errors import cause_of
from kwaliteitsmonitor.connectors.server import Server
from kwaliteitsmonitor.foundation.addresses import PREFIX as LANDING
from kwaliteitsmonitor.foundation.addresses import Address, address
from kwaliteitsmonitor.foundation.errors.disk import storage_error
from kwaliteitsmonitor.foundation.filesystem import FileSystem
from kwaliteitsmonitor.foundation.retrying import Patience, TriedError
from kwaliteitsmonitor.foundation.workspace import flush, replacing
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.words import Words

T = TypeVar("T")
CHUNK = 1 << 20
PATIENCE = Patience(attempts=3)
"""A run waits for the mirror of its release; what is not there in time is brought up to date later."""
OBJECT_STORES = ("s3", "azure", "other")
"""The kinds of address where an object appears whole or not at all; `other` is what else fsspec knows, such as gs://."""
FILES_BY_NET = ("sftp", "webdav", "sharepoint", "http", "https", "ftp")


class AlteredError(KwaliteitsmonitorError):
    """Bytes that arrived are not those whose hash was given; nothing was put."""


class Destination(Protocol):
    """A place for copies, in which names are paths with `/`."""

    @property
    def url(self) -> str:
        """Its address, without secrets."""

    def sizes(self, under: str) -> dict[str, int]:
        """The name and size in bytes of all that stands under a folder, whole files alone."""

    def put(self, name: str, source: Path | bytes, sha256: str) -> None:
        """Have a name hold these bytes, in one step; raises `KwaliteitsmonitorError` if they are others."""

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a name. Raises `KwaliteitsmonitorError` if it is not there."""

    def remove(self, name: str) -> None:
        """Take a name away."""


PLACES = {"backup": Words("back-up", "backup"), "mirror": Words("spiegel", "mirror")}
FAILING = {
    "cannot be reached": "kan niet worden bereikt",
    "cannot be listed": "kan niet worden opgevraagd",
    "cannot be written to": "kan niet worden beschreven",
    "cannot be read": "kan niet worden gelezen",
}


def destination(
    url: str, prefix: str, what: str, environment: Mapping[str, str], patience: Patience = PATIENCE
) -> Destination:
    """A place for copies by its address; `what` says what it is, `prefix` how the names of its variables begin.

    Raises `UsageError` for an address that holds a secret or where no object store is, and `SourceError` if it
    cannot be reached.
    """
    place = address(url, prefix, what)
    if place.kind == "local":
        return Folder(place.folder.expanduser().absolute())
    if place.kind not in OBJECT_STORES or place.parts.scheme in FILES_BY_NET:
        raise UsageError(
            Words(
                f"kopieën kunnen niet worden bewaard op '{place.parts.scheme}://'",
                f"copies cannot be kept at '{place.parts.scheme}://'",
            ),
            where=PLACES.get(what, what),
            expected=Words(
                "een map, of objectopslag zoals s3:// of abfs://",
                "a folder, or object storage such as s3:// or abfs://",
            ),
            remedy=Words(
                "Koppel die server aan als map, of kopieer de map er op een andere manier naartoe.",
                "Mount that server as a folder, or copy the folder there by other means.",
            ),
        )
    own = {f"{LANDING}{name.removeprefix(prefix)}": v for name, v in environment.items() if name.startswith(prefix)}
    return ObjectStore(place, own, what, patience)


class Folder:
    """A folder on this machine, made if it is not there; for its owner alone unless it is open to all."""

    def __init__(self, root: Path, *, open_to_all: bool = False) -> None:
        self.root = root
        self._file, self._folder = (0o644, 0o755) if open_to_all else (0o600, 0o700)

    @property
    def url(self) -> str:
        """Its path."""
        return str(self.root)

    def sizes(self, under: str) -> dict[str, int]:
        """The files under a folder; what a killed process left beside its place is none."""
        sizes = {}
        for folder, _, names in os.walk(self.root / under):
            inside = Path(folder)
            for name in names:
                if not name.startswith("."):
                    path = inside / name
                    sizes[path.relative_to(self.root).as_posix()] = path.stat().st_size
        return sizes

    def put(self, name: str, source: Path | bytes, sha256: str) -> None:
        """Copy beside its place, hash what was copied, and move it there once it is on the disk."""
        with _streamed(source) as stream:
            self.take(name, stream, sha256)

    def take(self, name: str, stream: IO[bytes], sha256: str) -> None:
        """Put what a stream gives, to its end, as `put` does."""
        path = self.root / name
        with self._at_hand():
            self._make(path.parent)
            self._put(path, stream, sha256)

    def _put(self, path: Path, stream: IO[bytes], sha256: str) -> None:
        with replacing(path) as partial:
            total = hashlib.sha256()
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as copy:
                os.fchmod(copy.fileno(), self._file)
                for chunk in _read_of(stream, path.name):
                    total.update(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
            if total.hexdigest() != sha256:
                raise _changed(path.relative_to(self.root).as_posix(), self.url)
        flush(path.parent)

    @contextmanager
    def _at_hand(self) -> Iterator[None]:
        """Raise `SourceError` if the folder, or the disk that it is on, does not take what is written."""
        try:
            yield
        except OSError as error:
            failure = storage_error(error)
            why = failure.words if failure else cause_of(error)
            raise SourceError(
                Words("in de map kan niet worden geschreven: ", "the folder does not take what is written: ").then(why),
                where=self.url,
                remedy=failure.cure
                if failure
                else Words("Kijk naar de map en de schijf.", "Look at the folder and the disk."),
            ) from error

    def _make(self, folder: Path) -> None:
        """Make a folder and those that it lies in, down from the root, with the rights of this place."""
        if not folder.is_dir():
            if folder != self.root:
                self._make(folder.parent)
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(self._folder)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""
        try:
            return (self.root / name).open("rb")
        except OSError as error:
            raise _lacking(name, self.url, cause_of(error)) from None

    def remove(self, name: str) -> None:
        """Take a file away."""
        with self._at_hand():
            (self.root / name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what killed processes left beside its place. Nobody else may be writing here."""
        for path in self.root.rglob(".*"):
            if path.is_file():
                path.unlink(missing_ok=True)


class ObjectStore:
    """A bucket or container, or a part of one. Each question that fails and may succeed later is asked again."""

    def __init__(self, place: Address, environment: Mapping[str, str], what: str, patience: Patience) -> None:
        self._place = place
        self._what = what
        self._server = Server(place, environment, what, patience)
        self._ask("cannot be reached", lambda fs: fs.exists(self._server.root))

    @property
    def url(self) -> str:
        """Its address."""
        return self._place.url

    def sizes(self, under: str) -> dict[str, int]:
        """The objects under a part of it."""
        begin = f"{self._server.root.rstrip('/')}/"

        def ask(fs: FileSystem) -> dict[str, int]:
            fs.invalidate_cache()
            objects = fs.find(self._full(under), detail=True)
            return {
                str(n).removeprefix(begin): int(i.get("size") or 0) for n, i in objects.items() if i["type"] == "file"
            }

        return self._ask("cannot be listed", ask)

    def put(self, name: str, source: Path | bytes, sha256: str) -> None:
        """Put an object, and read it back: what is there has this hash, or is taken away again."""
        full = self._full(name)

        def ask(fs: FileSystem) -> None:
            if isinstance(source, bytes):
                fs.pipe_file(full, source)
            else:
                fs.put_file(str(source), full)

        self._ask("cannot be written to", ask)
        with self.open(name) as stream:
            there = hashed(stream)
        if there != sha256:
            self.remove(name)
            raise _changed(name, self.url)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of an object."""
        try:
            return self._ask("cannot be read", lambda fs: fs.open(self._full(name), "rb"))
        except SourceError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise _lacking(name, self.url, Words("dat object bestaat niet", "there is no such object")) from None
            raise

    def remove(self, name: str) -> None:
        """Take an object away."""
        self._ask("cannot be written to", lambda fs: fs.rm_file(self._full(name)))

    def _full(self, name: str) -> str:
        return f"{self._server.root.rstrip('/')}/{name}" if name else self._server.root

    def _ask(self, failing: str, question: Callable[[FileSystem], T]) -> T:
        try:
            return self._server.ask(question)
        except TriedError as tried:
            if isinstance(tried.error, KwaliteitsmonitorError):
                raise tried.error from None
            what = PLACES.get(self._what, Words(self._what, self._what))
            why = cause_of(tried.error).then(tried.often)
            raise SourceError(
                Words(f"de {what.nl} {FAILING[failing]}: ", f"the {what.en} {failing}: ").then(why),
                where=self.url,
                remedy=Words(
                    "Kijk naar het adres, naar wat het opent, en naar de server.",
                    "Look at the address, at what opens it, and at the server.",
                ),
            ) from tried.error


def hashed(stream: IO[bytes]) -> str:
    """The SHA-256 of a stream, read to its end."""
    total = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        total.update(chunk)
    return total.hexdigest()


def _streamed(source: Path | bytes) -> IO[bytes]:
    """The bytes of a source, to be closed. Raises `FileNotFoundError` if the file went away."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _read_of(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """The bytes of a stream in pieces. Raises `SourceError` if they cannot be read, so that no other is blamed."""
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except OSError as error:
        raise SourceError(
            Words("de bytes ervan kunnen niet worden gelezen: ", "its bytes cannot be read: ").then(cause_of(error)),
            where=name,
            remedy=Words(
                "Kijk naar de schijf of de server waarvan wordt gekopieerd, en doe het opnieuw.",
                "Look at the disk or the server that is copied from, and do it again.",
            ),
        ) from error


def _changed(name: str, where: str) -> AlteredError:
    return AlteredError(
        Words(
            f"wat naar {name} is gekopieerd, is niet wat er is gelezen",
            f"what was copied to {name} is not what was read",
        ),
        where=where,
        remedy=Words(
            "Doe het opnieuw; blijft het zo, dan is een van de twee schijven kapot.",
            "Do it again; where it stays, one of the two disks is failing.",
        ),
    )


def _lacking(name: str, where: str, why: Words) -> KwaliteitsmonitorError:
    return KwaliteitsmonitorError(
        Words(f"{name} kan niet worden gelezen: {why.nl}", f"{name} cannot be read: {why.en}"), where=where
    )
