"""Tables that this process read lately: a run reads each table between its steps once.

A table is known by its path and by the file that lies there. A step that writes it anew puts another file in its place,
and so does another process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import pyarrow as pa

ROOM = 256 * 1024 * 1024
"""Bytes of tables that are kept in memory; those that were not asked for longest go first."""

Sign = tuple[int, int, int]


class TablesRead:
    """Tables by path, as many as there is room for; a table that takes up a quarter of it is not kept."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[Path, tuple[Sign, pa.Table]] = OrderedDict()
        self._lock = Lock()

    def table(self, path: Path, read: Callable[[Path], pa.Table]) -> pa.Table:
        """The table in a file: the one that was read before, or what `read` gives. Raises what `read` raises."""
        sign = _sign(path)
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None and kept[0] == sign:
                self._kept.move_to_end(path)
                return kept[1]
        found = read(path)
        with self._lock:
            self._kept.pop(path, None)
            if found.nbytes <= self._room // 4 and _sign(path) == sign:
                self._kept[path] = (sign, found)
            while sum(table.nbytes for _, table in self._kept.values()) > self._room:
                self._kept.popitem(last=False)
        return found


def _sign(path: Path) -> Sign:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
