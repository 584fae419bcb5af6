"""Files that this process read lately: a run reads each table and record between its steps once.

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
    """Contents of files by path, as many as there is room for; those that were not asked for longest go first.

    `room` and what `size` gives are in bytes. What takes up more than a quarter of the room is not kept.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room, self._size = room, size
        self._kept: OrderedDict[Path, tuple[Sign, int, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: Path, read: Callable[[Path], T]) -> T:
        """What is in a file: what was read before, or what `read` gives. Raises what `read` raises."""
        sign = _sign(path)
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None and kept[0] == sign:
                self._kept.move_to_end(path)
                return kept[2]
        found = read(path)
        size = self._size(found)
        with self._lock:
            self._kept.pop(path, None)
            if size <= self._room // 4 and _sign(path) == sign:
                self._kept[path] = (sign, size, found)
            while sum(taken for _, taken, _ in self._kept.values()) > self._room:
                self._kept.popitem(last=False)
        return found


def _sign(path: Path) -> Sign:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
