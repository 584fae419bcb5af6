"""Tests that may be skipped where everything that `.ci/run` installs is there, and why; no other may."""

from __future__ import annotations

CHOSEN = {
    "S3 is not tested": "moto with its server brings 60 packages",
    "Azure is not tested": "its libraries are an extra of their own",
    "SharePoint is not tested": "its libraries are an extra of their own",
    "the values for runs are not held against their schema": "dagster-k8s holds Dagster back",
    "no LibreOffice on the PATH": "it takes longer to install than all else; the formulas are read by openpyxl as well",
    "Spark is not tested": "`make test-spark` does, beside its own 400 MB",
    "there is no R with the package arrow": "an hour of compiling",
    "this copy of the code is under no version control": "as in a source archive",
}
"""By how the reason of a skip begins."""


def is_chosen(reason: str) -> bool:
    """Whether a skip for this reason is one that somebody chose."""
    return reason.removeprefix("Skipped: ").startswith(tuple(CHOSEN))
