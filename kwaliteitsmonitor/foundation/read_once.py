"""Files that a run read or wrote lately: it reads each table and record between its steps once.

A file is known by its path and by what lies there. A step that writes it anew puts another file in its place, and so
does another process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
Sign = tuple[int, int, int]


class ReadOnce(Generic[T]):
    """Contents of files by path, as many as there is room for; those that were not read for longest go first.

    `room` and what `size` gives are in bytes. What takes up more than a quarter of the room is not kept.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room, self._size = room, size
        self._kept: OrderedDict[Path, tuple[Sign, int, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, read: Callable[[Path], T]) -> T:
        """The contents of a file: those that are kept, or what `read` gives. Raises what `read` raises."""
        sign = _sign(path)
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None and kept[0] == sign:
                self._kept.move_to_end(path)
                return kept[2]
        contents = read(path)
        self._keep(path, sign, contents)
        return contents

    def put(self, path: Path, contents: T) -> None:
        """Keep the contents of a file that was just written."""
        self._keep(path, _sign(path), contents)

    def _keep(self, path: Path, sign: Sign, contents: T) -> None:
        size = self._size(contents)
        with self._lock:
            self._kept.pop(path, None)
            if size <= self._room // 4 and _sign(path) == sign:
                self._kept[path] = (sign, size, contents)
            while sum(taken for _, taken, _ in self._kept.values()) > self._room:
                self._kept.popitem(last=False)


def _sign(path: Path) -> Sign:
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
