"""The files that come with the tables of a release, rendered from the folder with the tables.

One place says which they are, so that a run, a sign-off and a verification make the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from kwaliteitsmonitor.releases.format.manifest import Manifest, same
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.release import Extra
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile
from schemas.report_forms import FOLDER


def extra_files(profile: Profile, earlier: Path | None) -> Extra:
    """What makes the other files of a release of an institution: the report, in the forms that its manifest names.

    `earlier` is the release that councils saw before this one, since which a report says what changed
    (`kwaliteitsmonitor.releases.diff.releases.changes`); none if there is none.
    """

    def reports(folder: Path) -> Iterator[tuple[str, bytes]]:
        release = ReleaseReader(folder)
        if release.manifest.reports:
            yield from _made_before(release) or _rendered(profile, release, earlier)

    return reports


def _rendered(profile: Profile, release: ReleaseReader, earlier: Path | None) -> Iterable[tuple[str, bytes]]:
    from kwaliteitsmonitor.releases.report.forms import rendered

    since = None if earlier is None else ReleaseReader(earlier)
    return rendered(profile, release, forms=release.manifest.reports, since=since)


def _made_before(release: ReleaseReader) -> list[tuple[str, bytes]]:
    """The reports of a version beside this one that is the same in all that a report follows from, and whole.

    Rendering takes longer than all else where nothing changed. A report follows from the tables and the manifest: the
    same of both, made by the same code and libraries, give the same reports.
    """
    for version in release.folder.parent.glob("v*"):
        try:
            other = ReleaseReader(version).manifest
        except KwaliteitsmonitorError:
            continue
        if same(_but_reports(release.manifest), _but_reports(other)):
            names = [name for name in other.files if _is_report(name)]
            contents = [(name, path.read_bytes()) for name in names if (path := version / name).is_file()]
            if names and all(sha256(content).hexdigest() == other.files[name] for name, content in contents):
                return contents if len(contents) == len(names) else []
    return []


def _but_reports(of: Manifest) -> Manifest:
    return of.with_files({name: digest for name, digest in of.files.items() if not _is_report(name)})


def _is_report(name: str) -> bool:
    return name.startswith(f"{FOLDER}/")
