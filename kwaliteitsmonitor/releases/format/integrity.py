"""Whether a release is still what was published: every byte of it, no file less and no file more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.fault import Fault, Kind, not_what_was_published
from schemas.errors import KwaliteitsmonitorError, NewerFormatError


def faults(release: Path, under: str = "") -> list[Fault]:
    """Every file of a release that is not as it was published, by name; none if the release is whole.

    With `under` only the files whose name begins with it are looked at, and the manifest that says what they were.

    Raises `NewerFormatError` if a newer version of this program made it.
    """
    try:
        published = manifest.read(release).files
    except NewerFormatError:
        raise
    except KwaliteitsmonitorError:
        kind: Kind = "altered" if (release / manifest.NAME).exists() else "missing"
        return [Fault(manifest.NAME, kind)]
    faults = [] if manifest.is_sealed(release) else [Fault(manifest.NAME, "altered")]
    listed = {name: digest for name, digest in published.items() if name.startswith(under)}
    there = {name for name in _names(release) if name.startswith(under)} - {manifest.NAME}
    faults.extend(Fault(name, "missing") for name in set(listed) - there)
    faults.extend(Fault(name, "surplus") for name in there - set(listed))
    faults.extend(Fault(name, "altered") for name in set(listed) & there if sha256_of(release / name) != listed[name])
    return sorted(faults, key=lambda fault: (fault.file, fault.kind))


def demand_whole(release: Path, *, tables: bool = False) -> None:
    """Raise `KwaliteitsmonitorError` if a release, or with `tables` a table of it, is not what was published."""
    wrong = faults(release, f"{manifest.TABLES}/" if tables else "")
    if wrong:
        raise not_what_was_published(release, wrong)


def _names(release: Path) -> Iterator[str]:
    """The path of everything in a release that is not a folder, links and devices among them."""
    for path in release.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(release).as_posix()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a regular file; empty if there is none or it cannot be read."""
    if path.is_symlink() or not path.is_file():
        return ""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
