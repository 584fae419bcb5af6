"""Computing a release again: the job of a cycle, in this process, in a folder that is gone afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kwaliteitsmonitor.foundation.scratch import ScratchFolder
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.verify.sandbox import stand_in
from pipelines.execution import execute_again, failures, without_telemetry
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words


@contextmanager
def recomputed(release: Path, workspace: Workspace) -> Iterator[Path]:
    """The folder of a draft recomputed from the inputs of a release; it is removed when the context ends.

    Nothing is read from a landing zone or a database, and nothing of the workspace is written to. Raises
    `KwaliteitsmonitorError` if an input of the release is missing, or if the run does not get to a release.
    """
    with ScratchFolder("verify") as folder:
        root = Path(folder)
        profile = stand_in(release, workspace, root)
        cycle = ReleaseReader(release).manifest.cycle
        _run(release, profile, root, cycle)
        draft = current(Workspace(root), cycle)
        if draft is None:
            raise KwaliteitsmonitorError(
                "computing it again did not get to a release: validation finds something critical that it did not then",
                where=str(release),
            )
        yield draft


def _run(release: Path, profile: Path, root: Path, cycle: str) -> None:
    from assets.common.resources import Institution
    from pipelines.definitions import build_definitions

    without_telemetry()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    own = ReleaseReader(release).manifest
    # Signing off renders the report of a final release; that of its draft is not needed.
    reports = "none" if own.is_final else ",".join(own.reports) or "none"
    resource = Institution(
        institution=str(profile), landing=str(root), out=str(root), reproduces=str(release), reports=reports
    )
    wrong = failures(execute_again(build_definitions, resource, cycle))
    if wrong:
        sentence, code = wrong[0]
        nl, en = sentence.nl.rstrip("."), sentence.en.rstrip(".")
        wrongly = Words(f"opnieuw berekenen is niet gelukt: {nl}", f"computing it again failed: {en}")
        error = KwaliteitsmonitorError(wrongly, where=str(release))
        error.exit_code = code
        raise error
