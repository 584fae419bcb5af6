"""A sentence in the two languages in which people read it: Dutch for who delivers and reports, English beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, order=True)
class Words:
    """The same thing said in Dutch and in English."""

    nl: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `nl` or `en`."""
        return self.nl if language == "nl" else self.en

    def then(self, more: Words | str) -> Words:
        """This with something after it; what is no `Words` is the same in both languages."""
        nl, en = (more.nl, more.en) if isinstance(more, Words) else (more, more)
        return Words(f"{self.nl}{nl}", f"{self.en}{en}")


def within(text: str) -> str:
    """A label as it stands within a sentence: with a small letter, but for an abbreviation.

    >>> within("Studiejaar"), within("BFR")
    ('studiejaar', 'BFR')
    """
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


ROWS = (Words("rij", "row"), Words("rijen", "rows"))
ROWS_SET_ASIDE = (
    Words("rij is apart gezet", "row is set aside"),
    Words("rijen zijn apart gezet", "rows are set aside"),
)
ALL_ROWS_SET_ASIDE = Words("alle rijen apart gezet", "all rows set aside")
TABLES_UNUSED = (
    Words("tabel is leeg of mist een kolom", "table is empty or lacks a column"),
    Words("tabellen zijn leeg of missen een kolom", "tables are empty or lack a column"),
)
QUESTIONS_SET_ASIDE = (
    Words("vraag waarvan de antwoorden apart zijn gezet", "question of which the answers are set aside"),
    Words("vragen waarvan de antwoorden apart zijn gezet", "questions of which the answers are set aside"),
)
LINES = (Words("regel", "line"), Words("regels", "lines"))
CELLS = (Words("cel", "cell"), Words("cellen", "cells"))
ANSWERS = (Words("antwoord", "answer"), Words("antwoorden", "answers"))
FILES = (Words("bestand", "file"), Words("bestanden", "files"))
DELIVERIES = (Words("levering", "delivery"), Words("leveringen", "deliveries"))
COLUMNS = (Words("kolom", "column"), Words("kolommen", "columns"))


def counted(count: int, of: tuple[Words, Words]) -> Words:
    """So many of something, with its name for one or for several.

    >>> counted(1, ROWS).nl, counted(0, ROWS).en
    ('1 rij', '0 rows')
    """
    name = of[0] if count == 1 else of[1]
    return Words(f"{count} {name.nl}", f"{count} {name.en}")


def joined(said: Iterable[Words]) -> Words | None:
    """Several things as one, each once; `None` for nothing.

    >>> joined([Words("a", "b"), Words("c", "d"), Words("a", "b")])
    Words(nl='a; c', en='b; d')
    """
    each_once = list(dict.fromkeys(said))
    if not each_once:
        return None
    return Words("; ".join(one.nl for one in each_once), "; ".join(one.en for one in each_once))


STROKE = " / "
"""Stands between Dutch and English where both are kept in one text."""
SEMICOLON = "; "
"""Stands between several things that are said, each in both languages."""
FIXED = "\u00a0"
"""A space that does not break: around a sign that people typed it tells that sign from one that parts."""


def both(words: Words) -> str:
    """A sentence in both languages as it is kept in one text, whatever people typed in it; `words_of` parts it again.

    >>> words_of(both(Words("zie mail / bijlage 2", "see mail")))
    Words(nl='zie mail / bijlage 2', en='see mail')
    """
    return f"{typed(words.nl, STROKE)}{STROKE}{typed(words.en, STROKE)}"


def listed(texts: Iterable[str]) -> str:
    """Several things that are said in one language, each once, in one text; `items` parts them again.

    >>> items(listed(["nieuw; geldt zo", "zonder HA"]))
    ['nieuw; geldt zo', 'zonder HA']
    """
    return SEMICOLON.join(dict.fromkeys(typed(one, SEMICOLON) for one in texts if one))


def items(text: str | None) -> list[str]:
    """The things that `listed` put in one text; none of an empty one."""
    return [one.replace(f";{FIXED}", SEMICOLON) for one in (text or "").split(SEMICOLON) if one]


class Notes(TypedDict):
    """What is said of a figure, in a column per language; `None` for nothing."""

    note_nl: str | None
    note_en: str | None


def listed_words(said: Iterable[Words]) -> Words:
    """Several things that are said, each once, in one text per language; `words_in_list` parts them again.

    >>> words_in_list(listed_words([Words("elders", "elsewhere"), Words("buiten", "elsewhere")]))
    [Words(nl='elders', en='elsewhere'), Words(nl='buiten', en='elsewhere')]
    """
    every = dict.fromkeys(said)
    nl, en = (SEMICOLON.join(typed(one.in_language(to), SEMICOLON) for one in every) for to in ("nl", "en"))
    return Words(nl, en)


def words_in_list(listed: Words) -> list[Words]:
    """The things that `listed_words` put in a text per language."""
    return [Words(nl, en) for nl, en in zip(items(listed.nl), items(listed.en), strict=True)]


def in_columns(said: Callable[[str], Iterable[str]]) -> Notes:
    """What is said in each language, in a column of its own.

    >>> in_columns(lambda language: ["zonder HA"] if language == "nl" else [])
    {'note_nl': 'zonder HA', 'note_en': None}
    """
    return {"note_nl": listed(said("nl")) or None, "note_en": listed(said("en")) or None}


def noted(said: Iterable[Words]) -> Notes:
    """What is said of a figure, in a column per language.

    >>> noted([Words("zonder HA", "without HA"), Words("zonder OB", "without OB")])
    {'note_nl': 'zonder HA; zonder OB', 'note_en': 'without HA; without OB'}
    """
    every = list(said)
    return in_columns(lambda language: (one.in_language(language) for one in every))


def each(texts: Iterable[str | None]) -> str:
    """Several things, each as `both` keeps it, in one text; `things` parts them again."""
    return SEMICOLON.join(typed(one, SEMICOLON) for one in texts if one)


def things(text: str) -> list[str]:
    """The things in a text, each in both languages; the text as one thing if it is no such list."""
    parts = [one for one in text.split(SEMICOLON) if one]
    if all(one.count(STROKE) == 1 for one in parts):
        return parts
    return [text] if text else []


def words_of(text: str) -> Words:
    """What is kept in both languages in its two; what is said in one is the same in both."""
    parts = text.split(STROKE)
    middle = len(parts) // 2
    halves = (parts, parts) if len(parts) % 2 else (parts[:middle], parts[middle:])
    nl, en = (STROKE.join(one).replace(f"{FIXED}/{FIXED}", STROKE) for one in halves)
    return Words(nl, en)


class WordsRecord(TypedDict):
    """What is said in both languages, as JSON holds it."""

    nl: str
    en: str


def as_record(words: Words | None) -> WordsRecord | None:
    """Words as JSON holds them; nothing said is null."""
    return None if words is None else {"nl": words.nl, "en": words.en}


def of_record(kept: WordsRecord | str | None) -> Words | None:
    """What `as_record` gave, or what an earlier version kept as one text in both languages; an empty one is nothing."""
    if not kept:
        return None
    return words_of(kept) if isinstance(kept, str) else Words(kept["nl"], kept["en"])


def half(text: str, language: str) -> str:
    """One language of what is said in both; all of it if it is said in one. Not for what a person typed."""
    return words_of(text).in_language(language)


def typed(text: str, sign: str) -> str:
    """A text in which a sign that parts texts is told from that, and looks the same to who reads it."""
    return text.replace(sign, sign.replace(" ", FIXED))
