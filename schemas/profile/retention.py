"""How long an institution keeps what was delivered: the key `retention` of profile.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field as Key

from schemas.profile.strict import Strict
from schemas.tables import CATALOGUE
from schemas.words import Words

Years = Annotated[int, Key(ge=1, le=100)]

OTHER = "other"
KINDS: Mapping[str, Words] = {
    "answers": Words("antwoorden", "answers"),
    "enrolments": Words("inschrijvingen", "enrolments"),
    "staff": Words("personeel", "staff"),
    OTHER: Words("overige", "other"),
}
"""The kinds that retention tells apart, and what they are called."""
PERSONAL = tuple(kind for kind in KINDS if kind != OTHER)


class Retention(Strict):
    """How many years the bytes of a delivery are kept, after the year that they are about; `purge` removes them then.

    Staff of 2020 that are kept for seven years are kept until 31 December 2027. A delivery that holds several kinds is
    kept as long as the kind that is kept shortest. Figures, hashes and lineage of a release stay for ever.
    """

    answers: Years | None = Key(default=5, examples=[5])
    """Answers to evaluations, with the pseudonyms and open texts that came with them; nothing: never removed."""
    enrolments: Years | None = Key(default=7, examples=[7])
    """Enrolments, with student numbers; seven years is how long accounts are kept (art. 2:10 BW)."""
    staff: Years | None = Key(default=7, examples=[7])
    """Appointments, with staff numbers."""
    other: Years | None = Key(default=None, examples=[10])
    """What holds no row of a person: amounts, plans, reports of units, counts of who was invited; the rounds and
    plans are read by every later cycle of the agreements."""

    def years(self, kinds: Iterable[str]) -> int | None:
        """For how many years a delivery with these kinds is kept: the shortest of them; `None` if it never goes."""
        terms: list[int | None] = [getattr(self, kind) for kind in kinds]
        return min((years for years in terms if years is not None), default=None)


def kind_of(table: str) -> str:
    """The kind of a delivered table, as retention distinguishes them: that of its contract, else `other`."""
    return CATALOGUE[table].retention or OTHER
