"""What is wrong with a file of a release, and the one sentence in which every reader of releases says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

Kind = Literal["altered", "missing", "surplus", "unreadable"]
SHOWN = 5
"""So many faults are named in a sentence."""


@dataclass(frozen=True)
class Fault:
    """A file that is not as it was published; `surplus` is one that was no part of the release."""

    file: str
    kind: Kind

    def __str__(self) -> str:
        """The fault as a clause, in English."""
        return self.words.en

    @property
    def words(self) -> Words:
        """The fault as a clause, in both languages."""
        match self.kind:
            case "altered":
                nl, en = "is gewijzigd: het is niet wat is gepubliceerd", "was altered: it is not what was published"
            case "missing":
                nl, en = "ontbreekt", "is missing"
            case "surplus":
                nl, en = "hoort niet bij de uitgave", "is no part of the release"
            case "unreadable":
                nl, en = "is niet te lezen", "cannot be read"
        return Words(f"{self.file} {nl}", f"{self.file} {en}")


def not_what_was_published(release: Path, faults: Sequence[Fault]) -> KwaliteitsmonitorError:
    """The error that names what is wrong with a release."""
    clauses = [fault.words for fault in faults[:SHOWN]]
    nl, en = "; ".join(clause.nl for clause in clauses), "; ".join(clause.en for clause in clauses)
    return KwaliteitsmonitorError(
        Words(f"de uitgave is niet wat is gepubliceerd: {nl}", f"the release is not what was published: {en}"),
        where=f"{release.parent.name}/{release.name}",
        remedy=Words(
            "Zet haar terug uit een back-up; `kwaliteitsmonitor verify` zegt wat er mis mee is.",
            "Put it back from a backup; `kwaliteitsmonitor verify` says what is wrong with it.",
        ),
    )
