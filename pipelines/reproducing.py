"""Computing a release again: the job of a cycle, in this process, in a folder that is gone afterwards."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.publication import manifest
from assets.publication.places import current
from assets.reproduction.standing_in import stand_in
from assets.validation.judge import judge
from assets.workspace import Workspace
from pipelines.cli.running import QUIET, failures, was_stopped
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words


@contextmanager
def recomputed(release: Path, workspace: Workspace) -> Iterator[Path]:
    """The folder of a draft that is computed again from what a release rests on; gone when the context ends.

    Nothing is read from a landing zone or a database, and nothing of the workspace is written to. Raises
    `KwaliteitsmonitorError` where something that the release rests on is missing, or where the run does not get to a
    release.
    """
    root = Path(tempfile.mkdtemp(prefix="kwaliteitsmonitor-verify-"))  # for its owner's eyes only
    try:
        profile = stand_in(release, workspace, root)
        cycle = str(manifest.read(release)["cycle"])
        _run(release, profile, root, cycle)
        found = current(Workspace(root), cycle)
        if found is None:
            raise KwaliteitsmonitorError(
                "computing it again did not get to a release: validation finds something critical that it did not then",
                where=str(release),
            )
        yield found
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _run(release: Path, profile: Path, root: Path, cycle: str) -> None:
    import dagster as dg

    from assets.resources import Institution
    from pipelines.definitions import build_definitions
    from pipelines.jobs import CYCLE_JOB

    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    judge().start()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    said = manifest.read(release)
    # Signing off renders the report of a final release; that of its draft is not needed.
    reports = "none" if said["status"] == manifest.FINAL else ",".join(said.get("reports", ())) or "none"
    resource = Institution(
        institution=str(profile), landing=str(root), out=str(root), reproduces=str(release), reports=reports
    )
    job: Any = build_definitions(resource).resolve_job_def(CYCLE_JOB)
    with dg.DagsterInstance.ephemeral() as memory:
        result = job.execute_in_process(
            run_config=QUIET, instance=memory, partition_key=cycle, raise_on_error=False, tags={"cycle": cycle}
        )
    if was_stopped(result):
        raise KeyboardInterrupt
    wrong = failures(result)
    if wrong:
        sentence, code = wrong[0]
        nl, en = sentence.nl.rstrip("."), sentence.en.rstrip(".")
        wrongly = Words(f"opnieuw berekenen is niet gelukt: {nl}", f"computing it again failed: {en}")
        error = KwaliteitsmonitorError(wrongly, where=str(release))
        error.exit_code = code
        raise error
