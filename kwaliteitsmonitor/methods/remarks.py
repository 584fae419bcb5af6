"""What there is to say of a figure before it is worded: remarks with their parameters.

A remark that mentions people holds their number as `PeopleCount`, so that the disclosure gate can hide it without
looking at words. Nothing here is worded until the gate has decided (`kwaliteitsmonitor.methods.figures.wording`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from schemas.words import ROWS, Words, counted

UNKNOWN = "?"
"""In place of a unit: a row was set aside of which nobody knows whose it is."""

NOBODYS = Words("zonder een rij van een onbekende eenheid", "without a row of an unknown unit")

NOT_SHOWN = "×"
"""In place of a number that is suppressed."""


@dataclass(frozen=True)
class PeopleCount:
    """A number of people, or of answers that people gave; `below` a threshold if only that may be known of it.

    It is hidden if both are `None`.
    """

    number: int | None = None
    below: int | None = None

    @classmethod
    def counted(cls, number: int, threshold: int) -> PeopleCount:
        """A number as it may be published: of one below the threshold, only that it is."""
        return cls(below=threshold) if number < threshold else cls(number)

    @property
    def is_one(self) -> bool:
        """Whether it is known to be one, so that its noun is singular."""
        return self.number == 1

    def __str__(self) -> str:
        if self.number is not None:
            return str(self.number)
        return NOT_SHOWN if self.below is None else f"<{self.below}"


HIDDEN = PeopleCount()
"""A number of people that is not shown."""


@dataclass(frozen=True)
class Remark(ABC):
    """Something to be said of a figure. A field that counts people or their answers is a `PeopleCount`."""

    @abstractmethod
    def words(self) -> Words:
        """The remark in Dutch and English."""

    def without_people(self) -> Self:
        """The same remark with every number of people hidden."""
        counts = [field.name for field in fields(self) if isinstance(getattr(self, field.name), PeopleCount)]
        return replace(self, **dict.fromkeys(counts, HIDDEN))


Remarks = tuple[Remark, ...]


@dataclass(frozen=True)
class Sentence(Remark):
    """A sentence that stands as it is: one of ours without numbers of people, or one that the profile gives."""

    text: Words

    def words(self) -> Words:
        """The sentence itself."""
        return self.text


@dataclass(frozen=True)
class WithoutUnits(Remark):
    """That a figure goes without these units; a question mark is a row of an unknown unit."""

    units: tuple[str, ...]

    def words(self) -> Words:
        """As `zonder FGW`; a row of nobody is said as such."""
        names = ", ".join(unit for unit in self.units if unit != UNKNOWN)
        phrases = [Words(f"zonder {names}", f"without {names}")] if names else []
        phrases += [NOBODYS] if UNKNOWN in self.units else []
        return Words("; ".join(one.nl for one in phrases), "; ".join(one.en for one in phrases))


@dataclass(frozen=True)
class RowsAside(Remark):
    """That a figure goes without so many rows that were set aside: a number that is reported of each delivery."""

    rows: int

    def words(self) -> Words:
        """As `zonder 2 rijen die apart zijn gezet`."""
        rows = counted(self.rows, ROWS)
        nl, en = ("is", "was") if self.rows == 1 else ("zijn", "were")
        return Words(f"zonder {rows.nl} die apart {nl} gezet", f"without {rows.en} that {en} set aside")


def sentences(texts: Iterable[Words]) -> Remarks:
    """A remark for each sentence."""
    return tuple(map(Sentence, texts))


def going_without(units: Sequence[str]) -> Remarks:
    """That a figure goes without these units; nothing without any."""
    return (WithoutUnits(tuple(units)),) if units else ()


def without_people(remarks: Iterable[Remark]) -> Remarks:
    """The remarks with every number of people hidden."""
    return tuple(one.without_people() for one in remarks)
