"""What could be read of a profile's files, each entry with its place, to hold them against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from schemas.profile.feeds import Feed
from schemas.profile.indicators import Indicator
from schemas.profile.institution import Institution
from schemas.profile.misprints import Misprint
from schemas.profile.questions import Question
from schemas.profile.reference_values import ReferenceValue
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Classification, Measure, NationalTheme, Theme, Themes
from schemas.profile.units import Unit
from schemas.spelling import fold

Model = TypeVar("Model")
Entries = tuple[tuple[int, Model], ...]
"""The entries of a file that could be read, each with its position in the file from 0."""


@dataclass(frozen=True)
class Contents:
    """What could be read of a profile's files; of a file with problems, the entries without.

    `incomplete` are the files with problems. What refers to one of those is left alone: it may be right once that file
    is.
    """

    institution: Institution | None
    themes_file: Themes | None
    units: Entries[Unit] = ()
    measures: Entries[Measure] = ()
    classifications: Entries[Classification] = ()
    questions: Entries[Question] = ()
    indicators: Entries[Indicator] = ()
    reference_values: Entries[ReferenceValue] = ()
    feeds: Entries[Feed] = ()
    plan: Entries[PlanLine] = ()
    programmes: Entries[Programme] = ()
    misprints: Entries[Misprint] = ()
    incomplete: frozenset[str] = field(default=frozenset())

    @property
    def themes(self) -> Sequence[Theme]:
        """The institution's own themes."""
        return self.themes_file.themes if self.themes_file else ()

    @property
    def national(self) -> Sequence[NationalTheme]:
        """The national themes."""
        return self.themes_file.national if self.themes_file else ()

    def if_known(self, file: str, names: Sequence[str]) -> list[str] | None:
        """Names that a file gives, or none if the file is incomplete, so that what refers to it cannot be judged."""
        return None if file in self.incomplete else list(dict.fromkeys(names))

    @property
    def unit_ids(self) -> list[str] | None:
        """The ids of the units."""
        return self.if_known("units.yaml", [unit.id for _, unit in self.units])

    @property
    def unit_names(self) -> dict[str, str]:
        """The id of a unit for each other name of it, as names are compared."""
        return {fold(name): u.id for _, u in self.units for name in (u.id, u.nl, u.en, *u.aliases)}

    @property
    def theme_names(self) -> dict[str, str]:
        """The id of a theme for each other name of it, as names are compared."""
        return {fold(name): t.id for t in self.themes for name in (t.id, t.nl, t.en)}

    @property
    def theme_ids(self) -> list[str] | None:
        """The ids of the institution's own themes."""
        return self.if_known("themes.yaml", [theme.id for theme in self.themes])

    @property
    def indicator_ids(self) -> list[str] | None:
        """The ids of the indicators."""
        return self.if_known("indicators.yaml", [indicator.id for _, indicator in self.indicators])

    @property
    def question_ids(self) -> list[str] | None:
        """The ids of the questions."""
        return self.if_known("questions.yaml", [question.id for _, question in self.questions])


def models(entries: Entries[Model]) -> tuple[Model, ...]:
    """The entries without their places."""
    return tuple(model for _, model in entries)
