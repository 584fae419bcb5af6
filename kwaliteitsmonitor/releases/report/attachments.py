"""The files that come with the tables of a release, rendered from the folder in which the tables stand already.

One place says which they are, so that a run, a sign-off and a verification make the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.release import Extra
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile
from schemas.report_forms import FOLDER


def extra_files(profile: Profile, earlier: Path | None) -> Extra:
    """What makes the other files of a release of an institution: the report, in the forms that its manifest names.

    `earlier` is the release that councils saw before this one, since which a report says what changed
    (`kwaliteitsmonitor.releases.diff.releases.changes`); none where there is none.
    """

    def reports(folder: Path) -> Iterator[tuple[str, bytes]]:
        said = manifest.read(folder)
        forms = said.get("reports", ())
        if forms:
            yield from _made_before(folder, said) or _rendered(profile, folder, forms, earlier)

    return reports


def _rendered(
    profile: Profile, folder: Path, forms: Sequence[str], earlier: Path | None
) -> Iterable[tuple[str, bytes]]:
    from kwaliteitsmonitor.releases.report.forms import rendered

    return rendered(profile, folder, forms=forms, since=earlier)


def _made_before(folder: Path, said: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The reports of a version beside this one that is the same in all that a report follows from, and whole.

    Rendering takes longer than all else where nothing changed. A report follows from the tables and the manifest: the
    same of both, made by the same code and libraries, give the same reports.
    """
    for version in folder.parent.glob("v*"):
        try:
            other = manifest.read(version)
        except KwaliteitsmonitorError:
            continue
        if manifest.same(_but_reports(said), _but_reports(other)):
            names = [name for name in other["files"] if _is_report(name)]
            contents = [(name, path.read_bytes()) for name in names if (path := version / name).is_file()]
            if names and all(sha256(c).hexdigest() == other["files"][name] for name, c in contents):
                return contents if len(contents) == len(names) else []
    return []


def _but_reports(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "files": {name: digest for name, digest in said["files"].items() if not _is_report(name)}}


def _is_report(name: str) -> bool:
    return name.startswith(f"{FOLDER}/")
