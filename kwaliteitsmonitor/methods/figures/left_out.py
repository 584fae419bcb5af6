"""The units that a sum leaves out: those whose round is missing, and those with a line that was set aside.

A sum over all units is made of the units that are there, and says without whom it is. A unit is left out of a theme
where it counts: if the plan gives it money, or another round has a line of it; of a unit of which neither is known,
everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kwaliteitsmonitor.methods.remarks import NOBODYS, UNKNOWN
from schemas.words import Words

EVERYONE = "alle eenheden / all units"
"""In place of a unit: every unit of a round."""

ALL_UNITS = Words("alle eenheden", "all units")

Round = tuple[int, int]
"""A year and the number of a round in it."""


def of_question(table: str, question: str | None) -> str:
    """By what a table is known of which only the answers to one question are lacking: `evaluations.content`."""
    return f"{table}.{question}" if question else table


@dataclass(frozen=True, order=True)
class Lost:
    """A line of a round that was set aside, by what is known of it: an empty unit or theme could not be read.

    A year and a round of zero stand for every one that the cycle reads. `waived` says that a decision does without it.
    """

    year: int
    round: int
    unit: str = ""
    theme: str = ""
    waived: bool = False

    def of(self, year: int, number: int) -> bool:
        """Whether it may be a line of this round."""
        return self.year in (0, year) and self.round in (0, number)


@dataclass(frozen=True, order=True)
class Gap:
    """A unit that a sum goes without, in one theme; `unit` is empty if nobody knows whose line was set aside."""

    unit: str
    theme: str
    waived: bool = False


@dataclass(frozen=True)
class Standing:
    """What is not there of the rounds of a cycle; `counts_in` gives, per unit, the themes in which it counts."""

    themes: tuple[str, ...]
    missing: Mapping[Round, Sequence[str]] = field(default_factory=dict)
    waived: Mapping[Round, Sequence[str]] = field(default_factory=dict)
    lost: Sequence[Lost] = ()
    counts_in: Mapping[str, Collection[str]] = field(default_factory=dict)

    def gaps(self, year: int, number: int) -> set[Gap]:
        """Every unit, per theme, that a round is without."""
        gaps = set()
        for units, waived in ((self.missing, False), (self.waived, True)):
            for unit in units.get((year, number), ()):
                themes = self.counts_in.get(unit) or self.themes
                gaps |= {Gap(unit, theme, waived) for theme in themes if unit != EVERYONE}
        for one in self.lost:
            if one.of(year, number):
                gaps |= {Gap(one.unit, t, one.waived) for t in self.themes if one.theme in ("", t)}
        return gaps


def left_out(gaps: Iterable[Gap], unit: str, theme: str) -> bool:
    """Whether a line of a unit and theme is left out of every sum."""
    return any(gap.unit == unit and gap.theme == theme for gap in gaps)


def among(gaps: Iterable[Gap], theme: str | None) -> list[Gap]:
    """The gaps in one theme, or in any, in order."""
    return sorted(gap for gap in gaps if theme in (None, gap.theme))


def units_of(gaps: Iterable[Gap]) -> list[str]:
    """The units of gaps, each once, in order; a line of nobody is not among them."""
    return sorted({gap.unit for gap in gaps if gap.unit})


def named(gaps: Sequence[Gap]) -> str | None:
    """The units that a sum goes without, as a column holds them; a question mark is a row of an unknown unit."""
    return ", ".join([*units_of(gaps), *([UNKNOWN] if any(not gap.unit for gap in gaps) else [])]) or None


def goes_without(gaps: Sequence[Gap], of: Words | None = None) -> tuple[Words, ...]:
    """What a sum is without: `zonder HA`, and again for those that a decision does without; nothing if it is whole.

    `of` says of what, if that is not the sum itself. What a decision does without is reported with the decision.
    """
    phrases = []
    for waived in (False, True):
        some = [gap for gap in gaps if gap.waived is waived]
        names = ", ".join(units_of(some))
        nl, en = (f" ({word})" if waived else "" for word in ("ontheffing", "waived"))
        if names:
            phrases.append(Words(f"zonder {names}{nl}", f"without {names}{en}"))
        if any(not gap.unit for gap in some):
            phrases.append(Words(f"{NOBODYS.nl}{nl}", f"{NOBODYS.en}{en}"))
    lead = Words(f"{of.nl} ", f"{of.en} ") if of else Words("", "")
    return tuple(Words(f"{lead.nl}{one.nl}", f"{lead.en}{one.en}") for one in phrases)


Missing = Mapping[tuple[str, int], Sequence[Words]]
"""Per delivered table and reporting year: what was required and is not there, in a sentence each."""


Lacking = Mapping[tuple[str, int], Collection[str]]
"""Per delivered table and reporting year the units of which something is not there; an empty one is all of it."""
