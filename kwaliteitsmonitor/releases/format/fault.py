"""What is wrong with a file of a release, and the one sentence in which every reader of releases says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemas.errors import KwaliteitsmonitorError

Kind = Literal["altered", "missing", "surplus", "unreadable"]
SHOWN = 5
"""So many faults are named in a sentence."""


@dataclass(frozen=True)
class Fault:
    """A file that is not as it was published; `surplus` is one that was no part of the release."""

    file: str
    kind: Kind

    def __str__(self) -> str:
        """The fault as a clause."""
        match self.kind:
            case "altered":
                return f"{self.file} was altered: it is not what was published"
            case "missing":
                return f"{self.file} is missing"
            case "surplus":
                return f"{self.file} is no part of the release"
            case "unreadable":
                return f"{self.file} cannot be read"


def not_what_was_published(release: Path, faults: Sequence[Fault]) -> KwaliteitsmonitorError:
    """The error that names what is wrong with a release."""
    return KwaliteitsmonitorError(
        f"the release is not what was published: {'; '.join(map(str, faults[:SHOWN]))}",
        where=f"{release.parent.name}/{release.name}",
        remedy="Put it back from a backup; `kwaliteitsmonitor verify` says what is wrong with it.",
    )
