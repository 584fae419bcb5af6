"""The institution's own words for what it accounts for, in the language of a report: its plan, themes and units."""

from __future__ import annotations

from dataclasses import dataclass

from kwaliteitsmonitor.methods.figures.printing import Language
from schemas.profile.institution import HouseWords, Named


@dataclass(frozen=True)
class House:
    """What the institution calls things, one of them and several, as they stand within a sentence.

    Sentences that are made with these words give them no article but *een*: of what an institution calls its themes it
    is not known whether they take *de* or *het*.
    """

    plan: str
    theme: str
    themes: str
    measure: str
    measures: str
    unit: str
    units: str
    round: str
    rounds: str

    @classmethod
    def of(cls, words: HouseWords, language: Language) -> House:
        """The words in a language."""

        def one(named: Named) -> str:
            return named.nl if language == "nl" else named.en

        def several(named: Named) -> str:
            return named.nl_plural if language == "nl" else named.en_plural

        return cls(
            one(words.plan),
            one(words.theme),
            several(words.theme),
            one(words.measure),
            several(words.measure),
            one(words.unit),
            several(words.unit),
            one(words.round),
            several(words.round),
        )


def heading(text: str) -> str:
    """A text as a heading or the title of a column, with a capital; the rest is as it is."""
    return f"{text[:1].upper()}{text[1:]}"
