"""What the forms of a report have in common: languages, the words that they add, and text that they can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.printing import Language, number, percentage
from kwaliteitsmonitor.releases.report.document.model import Document, Section, Style, Table
from schemas.errors import UsageError
from schemas.words import Words

LOCALES: dict[Language, str] = {"nl": "nl-NL", "en": "en-GB"}
"""The language of a form, as files state it."""

CONTENTS = Words("Inhoud", "Contents")
NOTES = Words("Noten", "Notes")
PAGE = Words("Pagina", "Page")
OF = Words("van", "of")

SIZES: Mapping[Style, int] = {"thousands": 1000, "millions": 1_000_000}
"""How much of the currency makes one, where amounts are not shown one by one."""

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that no XML may hold, or that say nothing on paper."""


def language_of(document: Document) -> Language:
    """The language of the document.

    Raises:
        UsageError: the report is not made in that language.
    """
    if document.language not in LOCALES:
        known = " or ".join(f"`{language}`" for language in LOCALES)
        raise UsageError(f"there is no report in language `{document.language}`", expected=known)
    return document.language


def readable(text: str) -> str:
    """The text without characters that a file for readers cannot hold."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def printed(value: Decimal, style: Style, decimals: int, language: Language) -> str:
    """A number as the report prints it in a style."""
    if style == "percentage":
        return percentage(value, decimals, language)
    return number(value / SIZES.get(style, 1), decimals, language)


def title_of(table: Table, column: int) -> str:
    """The header of a column with the unit in which it is read: `Begroot (k€)`."""
    one = table.columns[column]
    if not one.measure or one.measure == one.title:
        return one.title
    return f"{one.title} ({one.measure})" if one.title else one.measure


def sections_of(document: Document) -> Iterable[Section]:
    """Every section, in reading order."""
    waiting = list(reversed(document.sections))
    while waiting:
        section = waiting.pop()
        yield section
        waiting.extend(reversed(section.sections))
