"""The releases that a sector view is made of: whole, of different institutions, and read from their tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.releases.format.manifest import DRAFT, FINAL, Manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.sector.tables import Published
from schemas.errors import UsageError
from schemas.rows import (
    CrosswalkRow,
    DefinitionsRow,
    IndicatorValuesRow,
    SectorSourcesRow,
    SpendingByNationalThemeRow,
    SpendingOverviewRow,
)

CURRENCY = "EUR"
"""What amounts are in if a release does not say it: the published tables are declared in it."""


@dataclass(frozen=True)
class Source:
    """A release: its manifest, and the rows of its tables; a table that it lacks is empty."""

    manifest: Manifest
    tables: Published

    @property
    def institution(self) -> str:
        """The id of the institution."""
        return self.manifest.institution

    @property
    def about(self) -> Mapping[str, str]:
        """What the release says of its institution; one of before it did so names the id alone."""
        unsaid = {"nl": self.institution, "en": self.institution, "sector": "other", "currency": CURRENCY}
        return {**unsaid, "fiscal_year_begins": "01-01", **self.manifest.about}

    @property
    def status(self) -> str:
        """`draft` or `final`."""
        return FINAL if self.manifest.is_final else DRAFT

    @property
    def has_spending(self) -> bool:
        """Whether the institution accounts for money, by national theme or not."""
        return bool(self.tables.spending)

    @property
    def national(self) -> Sequence[SpendingByNationalThemeRow]:
        """The spending by national theme, which is what is added up."""
        return self.tables.national

    def row(self) -> SectorSourcesRow:
        """The release as a row of `sector_sources`."""
        own, about = self.manifest, self.about
        signed = own.sign_off
        return {
            "institution": self.institution,
            "nl": about["nl"],
            "en": about["en"],
            "sector": about["sector"],
            "currency": about["currency"],
            "cycle": own.cycle,
            "reporting_year": own.reporting_year,
            "release_status": self.status,
            "lacking": len(own.lacking),
            "profile_version": own.profile.version,
            "profile_sha256": own.profile.sha256,
            "code_sha256": own.code.sha256,
            "seal": own.seal,
            "manifest_sha256": own.sha256,
            "signed_off_on": None if signed is None else signed.on,
            "signed_off_by": None if signed is None else signed.role,
        }


def sources(folders: Iterable[Path]) -> list[Source]:
    """The releases in these folders, by institution, so that the order in which they are named does not matter.

    Raises `UsageError` if there is no release or two are of the same institution, and `KwaliteitsmonitorError` if
    one is not what was published.
    """
    by_institution: dict[str, tuple[Source, Path]] = {}
    for folder in folders:
        source = _source(folder)
        other = by_institution.get(source.institution)
        if other is not None:
            raise UsageError(
                f"two releases are of '{source.institution}'",
                where=f"{other[1]} and {folder}",
                expected="one release of each institution",
                remedy="A figure would be added twice.",
            )
        by_institution[source.institution] = source, folder
    return [by_institution[institution][0] for institution in sorted(by_institution)]


def _source(folder: Path) -> Source:
    release = ReleaseReader(folder, whole=True)
    if not release.manifest.is_of_institution:
        raise UsageError(
            "this is no release of an institution",
            where=str(folder),
            expected="a release; a sector view is made of releases, and not of another view",
        )
    tables = Published(
        indicators=release.rows_of(IndicatorValuesRow),
        definitions=release.rows_of(DefinitionsRow),
        spending=release.rows_of(SpendingOverviewRow),
        national=release.rows_of(SpendingByNationalThemeRow),
        crosswalk=release.rows_of(CrosswalkRow),
    )
    return Source(release.manifest, tables)
