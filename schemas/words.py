"""A sentence in the two languages in which people read it: Dutch for who delivers and reports, English beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Words:
    """The same thing said in Dutch and in English."""

    nl: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `nl` or `en`."""
        return self.nl if language == "nl" else self.en
