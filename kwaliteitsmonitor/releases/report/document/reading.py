"""A release as a report reads it: its rows, with the names that the profile gives to codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from kwaliteitsmonitor.methods.figures.house_words import House
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.methods.figures.printing import number as printed_number
from kwaliteitsmonitor.releases.format.notes import notes_of
from kwaliteitsmonitor.releases.format.reader import R, ReleaseReader
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.profile.themes import Theme
from schemas.profile.units import Unit
from schemas.rows import LineageRow
from schemas.values import AnyRow
from schemas.words import Words


class InBothLanguages(Protocol):
    """What the profile names in Dutch and in English."""

    @property
    def nl(self) -> str:
        """The Dutch name."""

    @property
    def en(self) -> str:
        """The English name."""


@dataclass(frozen=True)
class Reading:
    """A release read in one language, with the profile of its institution."""

    profile: Profile
    release: ReleaseReader
    language: Language

    def rows(self, kind: type[R], year: int | None = None) -> list[R]:
        """The rows of a table by their type, of one reporting year if that is given."""
        return [row for row in self.release.rows_of(kind) if year is None or row["reporting_year"] == year]

    @cached_property
    def evidence(self) -> Mapping[str, Sequence[LineageRow]]:
        """The rows of `lineage` by figure id."""
        by_figure: dict[str, list[LineageRow]] = {}
        for row in self.release.rows_of(LineageRow):
            by_figure.setdefault(row["figure_id"], []).append(row)
        return by_figure

    @cached_property
    def cycle(self) -> Cycle:
        """The cycle of the release."""
        return self.profile.cycle(self.release.manifest.cycle)

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        """The themes by id, in the order of the profile."""
        return {theme.id: theme for theme in self.profile.themes}

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The units by id, in the order of the profile."""
        return {unit.id: unit for unit in self.profile.units}

    @cached_property
    def house(self) -> House:
        """The institution's own words, in the language of the report."""
        return House.of(self.profile.institution.words, self.language)

    def say(self, nl: str, en: str) -> str:
        """What is said in the language of the report."""
        return nl if self.language == "nl" else en

    @property
    def total(self) -> str:
        """The header of a row that adds up the others."""
        return self.say("Totaal", "Total")

    def yes(self, value: bool) -> str:
        """Yes or no."""
        return self.say("ja", "yes") if value else self.say("nee", "no")

    def count(self, number: int) -> str:
        """How many, in the notation of the language."""
        return printed_number(Decimal(number), 0, self.language)

    def word(self, words: Mapping[str, Words], code: str | None) -> str:
        """The word for a code, or the code itself if there is none; nothing for no code."""
        if code is None:
            return ""
        return words[code].in_language(self.language) if code in words else code

    def named(self, thing: InBothLanguages) -> str:
        """The name of something that the profile names in both languages."""
        return thing.nl if self.language == "nl" else thing.en

    def theme(self, code: str | None) -> str:
        """The name of a theme, or its code if the profile has none of it; `Totaal` for no theme."""
        if code is None:
            return self.total
        return self.named(self.themes[code]) if code in self.themes else code

    def council(self, code: str) -> str:
        """The name of a council, or its code if the profile has none of it."""
        return next((self.named(c) for c in self.profile.institution.councils if c.id == code), code)

    def feed(self, code: str) -> str:
        """The name of a feed, or its code if the profile has none of it."""
        return next((self.named(feed) for feed in self.profile.feeds if feed.id == code), code)

    def day(self, value: date | None, *, short: bool = False) -> str:
        """A day as people write it, `31 december 2020` or short `31 dec 2020`; nothing for no day."""
        from babel.dates import format_date

        return (
            "" if value is None else str(format_date(value, "d MMM y" if short else "d MMMM y", locale=self.language))
        )

    def notes(self, row: AnyRow) -> tuple[str, ...]:
        """What a release says of a figure: breaks in its series, and what else there is to say.

        Releases of before the notes had a column for each language hold both languages in one.
        """
        return notes_of(row, self.language, self._breaks)

    def misprints(self, table: str, year: int, *subject: str | None) -> list[str]:
        """What is to be said of a figure that an earlier report printed wrong; see `schemas.profile.misprints`."""
        return [
            self.named(one)
            for one in self.profile.misprints
            if (one.table, one.reporting_year) == (table, year) and one.subject == tuple(s or "" for s in subject)
        ]

    @cached_property
    def _breaks(self) -> tuple[Words, ...]:
        of_indicators = [one for i in self.profile.indicators for one in i.breaks]
        every = [*self.profile.institution.evaluations.breaks, *of_indicators]
        return tuple(dict.fromkeys(Words(one.nl, one.en) for one in every))


def decimal(value: float | int | Decimal | None) -> Decimal | None:
    """A number of a table as an exact decimal; `None` stays `None`."""
    return None if value is None else Decimal(str(value))
