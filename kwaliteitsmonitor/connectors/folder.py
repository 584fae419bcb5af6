"""A landing zone that is a folder on this machine.

Anyone who delivers may put anything there. What is read is what lies in the folder: a link is resolved, and followed
only to a regular file inside; opening goes down from the folder itself, step by step and without links, so that a
link put there between the look and the reading leads nowhere either.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.connectors.files import (
    DEEPEST,
    LEADS_OUT,
    NO_FILE,
    TO_FOLDER,
    TO_NOTHING,
    TOO_DEEP,
    UNREADABLE_NAME,
    Found,
    StillArriving,
    is_hidden,
    is_text,
    moment_of,
    refused,
)

BUFFER = 1 << 20


class Folder:
    """A folder and all in it. Errors of the operating system are left to the caller."""

    def __init__(self, root: Path, zone: ZoneInfo) -> None:
        self._root = os.path.realpath(root)
        self._zone = zone

    def is_there(self) -> bool:
        """Whether it is a folder."""
        return Path(self._root).is_dir()

    def files(self) -> Iterator[Found]:
        """Every file that is not hidden, in no order; one look per folder, and one per file at its size and stamp."""
        folders = [("", 0)]
        while folders:
            inside, depth = folders.pop()
            if depth > DEEPEST:
                yield refused(inside, TOO_DEEP, self._zone)
                continue
            for entry in self._entries(inside):
                path = f"{inside}/{entry.name}" if inside else entry.name
                if is_hidden(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((path, depth + 1))
                elif (file := self._file_at(path)) is not None:
                    yield file

    def _entries(self, inside: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, inside)) as entries:  # noqa: PTH118 - a name may be no text
                return list(entries)
        except FileNotFoundError:
            if not inside:
                raise
            return []  # it has gone since the folder above was looked into

    def look(self, paths: Collection[str]) -> dict[str, Found]:
        """The files at these paths as they are now; those that have gone are left out."""
        return {path: file for path in paths if (file := self._file_at(path)) is not None}

    def _file_at(self, path: str) -> Found | None:
        place = os.path.join(self._root, path)  # noqa: PTH118 - a name may be no text
        try:
            seen = os.lstat(place)
        except FileNotFoundError:
            return None
        arrived = moment_of(seen.st_mtime)
        if not is_text(path):
            return refused(path, UNREADABLE_NAME, self._zone, arrived)
        if stat.S_ISLNK(seen.st_mode):
            try:
                seen = Path(place).stat()
            except OSError:  # it leads nowhere, or in a circle
                return refused(path, TO_NOTHING, self._zone, arrived)
            if not self._holds(os.path.realpath(place)):
                return refused(path, LEADS_OUT, self._zone, arrived)
            if stat.S_ISDIR(seen.st_mode):
                return refused(path, TO_FOLDER, self._zone, arrived)
            arrived = moment_of(seen.st_mtime)
        if not stat.S_ISREG(seen.st_mode):
            return refused(path, NO_FILE, self._zone, arrived)
        stamp = f"{seen.st_dev}:{seen.st_ino}:{seen.st_size}:{seen.st_mtime_ns}:{seen.st_ctime_ns}"
        bare = refused(path, NO_FILE, self._zone, arrived)  # for its day
        return Found(path, seen.st_size, bare.received_on, arrived, stamp)

    def _holds(self, real: str) -> bool:
        return os.path.commonpath([self._root, real]) == self._root

    def open(self, path: str) -> io.BufferedReader:
        """The bytes of a file. Reading to the end raises `StillArriving` if the file changed on the way."""
        real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 - as above
        if not self._holds(real):
            raise PermissionError(path)
        *folders, name = Path(real).relative_to(self._root).parts
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in folders:
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                os.close(folder)
                folder = below
            # Without waiting: opening a pipe would, until someone writes to it.
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise PermissionError(path)
        return io.BufferedReader(_Whole(handle, path), BUFFER)


class _Whole(io.FileIO):
    """A file that was the same when reading it ended as when it began."""

    def __init__(self, handle: int, path: str) -> None:
        super().__init__(handle, "rb")
        self._path = path
        self._before = os.fstat(handle)

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        count = super().readinto(buffer)
        if not count and len(buffer):
            self._check()
        return count

    def readall(self) -> bytes:
        content = super().readall()
        self._check()
        return content

    def _check(self) -> None:
        now = os.fstat(self.fileno())
        same = (now.st_size, now.st_mtime_ns) == (self._before.st_size, self._before.st_mtime_ns)
        if not same or self.tell() != now.st_size:
            raise StillArriving(self._path)
