"""What is wrong in a profile while it is being checked: by its path in the data, before its line is looked up."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""The way to a value within a file: keys, and positions in lists from 0. In a table: the row from 0 and the column."""


@dataclass(frozen=True)
class Fault:
    """A mistake at a place in a file; becomes a `schemas.problems.Problem` once its line and key are looked up.

    `line` is given where the place is no value (text that is not YAML). `first` is the path of an earlier entry that
    the mistake is about, such as the first of two with the same id: its line is told along. `rests_on` are other
    places, file and path, by which it was judged: where there is a mistake in one of those, nothing is said.
    """

    file: str
    path: Path
    actual: str
    expected: str = ""
    hint: str = ""
    line: int = 0
    first: Path | None = None
    rests_on: tuple[tuple[str, Path], ...] = ()
