"""A release that a test changed, with a manifest over it as if it had been published so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import sha256_of


def sealed_anew(release: Path, *without: str, **entries: Any) -> Path:
    """Have the manifest of a release name the files that are there, and say what else it is to say, or not to say."""
    known = manifest.parsed(release)
    assert known is not None
    content = {name: value for name, value in known.content.items() if name not in without}
    path = release / manifest.NAME
    there = (one for one in sorted(release.rglob("*")) if one.is_file() and one != path)
    files = {one.relative_to(release).as_posix(): sha256_of(one) for one in there}
    path.chmod(0o644)
    path.write_bytes(manifest.written(content | entries, files))
    return release
