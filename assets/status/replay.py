"""What lay in the landing zone when a release was made, as its manifest tells it."""

from __future__ import annotations

from pathlib import Path

from assets.status.recognition import Look
from kwaliteitsmonitor.releases.format.basis import basis_of


def recorded_look(release: str | Path) -> Look:
    """What was seen in the landing zone when a release was made."""
    return Look.from_json(basis_of(Path(release)).landing)
