"""The releases that a sector view is made of: whole, of different institutions, and read from their tables alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import demand_whole
from schemas.errors import KwaliteitsmonitorError, UsageError

Row = Mapping[str, Any]
TABLES = ("indicator_values", "definitions", "spending_overview", "spending_by_national_theme", "crosswalk")
"""The tables that are read."""
CURRENCY = "EUR"
"""What amounts are in where a release does not say it: the published tables are declared in it."""


@dataclass(frozen=True)
class Source:
    """A release: its manifest, the SHA-256 of that, and the rows of its tables; a table that it lacks is empty."""

    manifest: Mapping[str, Any]
    sha256: str
    tables: Mapping[str, Sequence[Row]]

    @property
    def institution(self) -> str:
        """The id of the institution."""
        return str(self.manifest["institution"])

    @property
    def about(self) -> Mapping[str, str]:
        """What the release says of its institution; one of before it did so names the id alone."""
        said = self.manifest.get("about") or {}
        unsaid = {"nl": self.institution, "en": self.institution, "sector": "other", "currency": CURRENCY}
        return {**unsaid, "fiscal_year_begins": "01-01", **said}

    @property
    def status(self) -> str:
        """`draft` or `final`."""
        return manifest.FINAL if self.manifest.get("status") == manifest.FINAL else manifest.DRAFT

    def row(self) -> dict[str, Any]:
        """The release as a row of `sector_sources`."""
        signed = self.manifest.get("sign_off") or {}
        about = self.about
        return {
            "institution": self.institution,
            **{name: about[name] for name in ("nl", "en", "sector", "currency")},
            "cycle": self.manifest["cycle"],
            "reporting_year": self.manifest["reporting_year"],
            "release_status": self.status,
            "lacking": len(self.manifest["lacking"]),
            "profile_version": self.manifest["profile"]["version"],
            "profile_sha256": self.manifest["profile"]["sha256"],
            "code_sha256": self.manifest["code"]["sha256"],
            "seal": self.manifest["seal"],
            "manifest_sha256": self.sha256,
            "signed_off_on": _day(signed.get("date")),
            "signed_off_by": signed.get("role"),
        }


def sources(folders: Iterable[Path]) -> list[Source]:
    """The releases in these folders, by institution, so that the order in which they are named does not matter.

    Raises `UsageError` where there is no release or two are of the same institution, and `KwaliteitsmonitorError` where
    one is not what was published.
    """
    found: dict[str, tuple[Source, Path]] = {}
    for folder in folders:
        source = _source(folder)
        other = found.get(source.institution)
        if other is not None:
            raise UsageError(
                f"two releases are of '{source.institution}'",
                where=f"{other[1]} and {folder}",
                expected="one release of each institution",
                remedy="A figure would be added twice.",
            )
        found[source.institution] = source, folder
    return [found[institution][0] for institution in sorted(found)]


def _source(folder: Path) -> Source:
    """The release in a folder; a link such as `current/2021-03` is followed once, so that one release is read."""
    place = folder.resolve()
    if not (place / manifest.NAME).is_file():
        raise UsageError(
            "there is no release here",
            where=str(folder),
            expected="the folder of a release, or OUT/current/<cycle>",
        )
    content = (place / manifest.NAME).read_bytes()
    said = manifest.read(place)
    if "cycle" not in said or "institution" not in said:
        raise UsageError(
            "this is no release of an institution",
            where=str(folder),
            expected="a release; a sector view is made of releases, and not of another view",
        )
    demand_whole(place)
    names = {name: f"tables/{name}.parquet" for name in TABLES}
    tables = {name: _rows(place / path, said["files"][path]) for name, path in names.items() if path in said["files"]}
    return Source(said, hashlib.sha256(content).hexdigest(), {name: tables.get(name, []) for name in TABLES})


def _rows(path: Path, expected: str) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise KwaliteitsmonitorError(
            "the release changed while it was read",
            where=str(path),
            remedy="Name the folder of the release itself.",
        )
    return [dict(row) for row in pq.read_table(pa.BufferReader(content)).to_pylist()]


def _day(text: Any) -> Any:
    from datetime import date

    return date.fromisoformat(text) if isinstance(text, str) else None
