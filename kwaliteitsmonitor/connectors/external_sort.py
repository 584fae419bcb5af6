"""Sort rows of text that may not fit in memory.

Rows are collected up to a limit, sorted, and written to a temporary file without a name, which disappears when it is
closed, also by a kill. At the end the files are merged. The same rows come out in the same order, in whatever order
they went in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from tempfile import TemporaryFile
from typing import IO

Row = tuple[str, ...]
ROWS = 25_000
TEXT = 8_000_000
"""At most so many rows, and about so many characters, are in memory at once."""
FILES = 64
"""At most so many files are open at once; more are merged into one first."""


class SortedRows:
    """Rows that are sorted as lists of text. Use it as a context: leaving it removes what it put away."""

    def __init__(self, rows: int = ROWS, text: int = TEXT, files: int = FILES) -> None:
        self._limits = (rows, text, files)
        self._rows: list[Row] = []
        self._characters = 0
        self._files: list[IO[str]] = []
        self._open = ExitStack()
        self.count = 0

    def __enter__(self) -> SortedRows:
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every row: the same object may be filled again."""
        self._open.close()
        self._files, self._rows, self._characters, self.count = [], [], 0, 0

    def add(self, row: Row) -> None:
        """Take in one row."""
        rows, text, files = self._limits
        self._rows.append(row)
        self._characters += sum(map(len, row))
        self.count += 1
        if len(self._rows) >= rows or self._characters >= text:
            self._put_away(sorted(self._rows))
            self._rows, self._characters = [], 0
            if len(self._files) >= files:
                self._merge_files()

    def __iter__(self) -> Iterator[Row]:
        """Every row, in order. To be gone through once."""
        return merge(*map(_read, self._files), sorted(self._rows))

    def _put_away(self, rows: Iterable[Row]) -> None:
        temporary = TemporaryFile("w+", encoding="ascii", newline="\n", prefix="pull-")  # noqa: SIM115 - `clear` closes it
        file = self._open.enter_context(temporary)
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
        self._files.append(file)

    def _merge_files(self) -> None:
        files, self._files = self._files, []
        self._put_away(merge(*map(_read, files)))
        for file in files:
            file.close()


def _read(file: IO[str]) -> Iterator[Row]:
    file.seek(0)
    return (tuple(json.loads(line)) for line in file)
