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


ROWS = (Words("regel", "row"), Words("regels", "rows"))
LINES = (Words("regel", "line"), Words("regels", "lines"))
CELLS = (Words("cel", "cell"), Words("cellen", "cells"))
ANSWERS = (Words("antwoord", "answer"), Words("antwoorden", "answers"))
FILES = (Words("bestand", "file"), Words("bestanden", "files"))
DELIVERIES = (Words("levering", "delivery"), Words("leveringen", "deliveries"))
COLUMNS = (Words("kolom", "column"), Words("kolommen", "columns"))


def counted(count: int, of: tuple[Words, Words]) -> Words:
    """So many of something, with its name for one or for several.

    >>> counted(1, ROWS).nl, counted(0, ROWS).en
    ('1 regel', '0 rows')
    """
    name = of[0] if count == 1 else of[1]
    return Words(f"{count} {name.nl}", f"{count} {name.en}")


def half(said: str, language: str) -> str:
    """One language of what is said in both, with ` / ` between; all of it where it is said in one."""
    parts = said.split(" / ")
    if len(parts) % 2:
        return said
    middle = len(parts) // 2
    return " / ".join(parts[:middle] if language == "nl" else parts[middle:])
