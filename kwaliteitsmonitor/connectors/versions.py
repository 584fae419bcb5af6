"""Under which name the next version of a delivery goes into the landing zone."""

from __future__ import annotations

from pathlib import PurePosixPath

from schemas.profile.feeds import FileSource, SqlSource


def next_place(source: FileSource | SqlSource, path: str, unit: str, version: int) -> str:
    """Where the next version goes: beside the first, under a name of its own where the source takes one.

    `path` is where the version with this number lies, `unit` the one that delivered it, empty for a central delivery.
    """
    there = PurePosixPath(path)
    if not isinstance(source, FileSource) or "{suffix}" not in source.path:
        return path
    stem = unit if unit and there.stem.startswith(unit) else there.stem
    return str(there.with_name(f"{stem}_v{version + 1}{there.suffix}"))
