"""Rows that are a total of others, however people call them: such a row is never data, and is reported as left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from kwaliteitsmonitor.readers.cells.grid import Note
from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.forms.headers import text_in
from kwaliteitsmonitor.readers.forms.rows import Rows
from schemas.spelling import fold
from schemas.words import Words

TOTAL = Words("een totaal van andere rijen", "a total of other rows")
WHOLE = "whole"
_OF_THE_WHOLE = Words("'totaal' is gelezen als het geheel", "'total' was read as the whole")

_KIND = r"(?:sub|deel|eind|tussen|grand|generaal|general|overall|over-all|column|row|kolom|rij)"
_WORD = (
    rf"(?:(?:{_KIND}[\s\-]*)?(?:totaal(?:bedrag|telling|som|generaal)?|totale|totalen|totals?)"
    r"|(?:op|tussen|eind)?telling|som|sum|summe|gesamt(?:summe)?|insgesamt|[σ∑])"
)
_BEGINS = re.compile(rf"[\W\d_]*{_WORD}(?!\w)[\s:.\-=*]*(?:\([^)]*\))?[\s\d:/.\-=*]*(.*?)[\W_]*", re.DOTALL)
_ENDS = re.compile(rf"[\W\d_]*(.+?)[\s(\[:\-]+{_WORD}[\W\d_]*", re.DOTALL)
_WHOLE_LIST = (
    r"al(?:le|l)\s+(?:de\s+|the\s+)?(?:faculteiten|faculties|eenheden|units|scholen|schools|academies|opleidingen|programmes"
    r"|thema['’]?s|themes|maatregelen|measures)"
)
_SHORT = re.compile(rf"\W*(?:tot|t o t a a l|t o t a l|overall|(?:het\s+)?geheel|{_WHOLE_LIST})\W*")
_GENERIC = re.compile(
    r"(?:\W|\d|_|\b(?:van|voor|over|per|of|for|in|de|het|the|alle|all|hele|gehele|whole|generaal|general|général|euro|eur|keur"
    r"|k|faculteit(?:en)?|faculty|faculties|universiteit|university|instelling|institution|hogeschool|school|schools"
    r"|scholen|eenheid|eenheden|units?|academies?|afdeling(?:en)?|departments?|onderde(?:el|len)|thema(?:['’]?s)?|themes?"
    r"|maatregel(?:en)?|measures?|programma(?:['’]?s)?|programmes?|opleiding(?:en)?|bedrag(?:en)?|amounts?|budget|begroot"
    r"|begroting|besteed|bestedingen|uitgaven|realisatie|gerealiseerd|realised|spending|jaar|year|jaren|years)\b)*"
)
_HINT = re.compile(r"tot|telling|som|sum|gesamt|[σ∑]|t o t|overall|geheel|all")
"""What every text that calls something a total has in it, folded: most columns have it nowhere."""


def rest_of_total(text: str) -> str | None:
    """What a text that calls something a total says beside that word; `None` if it is no such text.

    >>> rest_of_total("Subtotaal: FGW"), rest_of_total("Totaal faculteit"), rest_of_total("Totaalaanpak")
    ('fgw', '', None)
    """
    folded = fold(text)
    if not _HINT.search(folded):
        return None
    if _SHORT.fullmatch(folded):
        return ""
    match = _BEGINS.fullmatch(folded) or _ENDS.fullmatch(folded)
    if match is None:
        return None
    return "" if _GENERIC.fullmatch(match[1]) else match[1].strip()


def is_total(text: str) -> bool:
    """Whether a text says no more than that something is a total: `Eindtotaal`, `Totaal faculteit`, `Grand total`."""
    return rest_of_total(text) == ""


@dataclass(frozen=True)
class Labels:
    """The columns in which a total may be called so, by their positions.

    `names` are those of names of which the profile has a list, each with what tells whether a text is one of them;
    `words` those by which rows are told apart in words of their own, of which `codes` are codes, and `years` those of
    years and other numbers that do so. `needed` are all columns that must be filled in for a row to be data. `whole`
    are those of names that are empty if a row is about the whole institution, or all levels: there a total is no sum of
    other rows to leave out.
    """

    names: Mapping[int, Callable[[str], bool]]
    words: frozenset[int] = frozenset()
    codes: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    needed: frozenset[int] = frozenset()
    whole: Mapping[int, Callable[[str], bool]] = field(default_factory=dict)

    def is_name(self, text: str) -> bool:
        """Whether a text is a name of one of the lists of the profile."""
        return any(known(text) for known in (*self.names.values(), *self.whole.values()))


def without_totals(rows: Rows, labels: Labels) -> None:
    """Leave out the rows that are a total of others, under a name of a unit or a theme or anywhere in a row of none.

    A text that says more than that it is a total is one if it goes on with a name, or if the row names nothing
    else. In words of their own a total is one if the rows that it is of are there too.
    """
    if not rows.numbers:
        return
    by_column = {
        index: rests_in_column for index in range(len(rows.columns)) if (rests_in_column := _rests(rows.columns[index]))
    }
    totals: set[int] = set()
    for index, rests in by_column.items():
        if index in labels.names:
            totals |= _under_names(rows, labels, index, rests)
        else:
            totals |= _anywhere(rows, labels, index, rests)
        if index in labels.words:
            totals |= _in_words(rows, labels, index, rests)
    rows.keep([at not in totals for at in range(len(rows.numbers))], TOTAL)


def emptied_for_the_whole(rows: Rows, labels: Labels) -> list[Note]:
    """Empty the cells that call a row the total if an empty cell says so, and tell of which rows that is."""
    emptied: set[int] = set()
    for index, known in labels.whole.items():
        totals = {text for text, rest in _rests(rows.columns[index]).items() if not rest and not known(text)}
        if totals:
            column = rows.columns[index]
            emptied |= {at for at, cell in enumerate(column) if isinstance(cell, str) and cell in totals}
            rows.columns[index] = [None if isinstance(c, str) and c in totals else c for c in column]
    return [Note(WHOLE, _OF_THE_WHOLE, tuple(rows.numbers[at] for at in sorted(emptied)))] if emptied else []


def _rests(column: Sequence[Cell]) -> dict[str, str]:
    """The texts of a column that call something a total, each with what they say beside that."""
    texts = {cell for cell in column if isinstance(cell, str)}
    if not _HINT.search(fold("\n".join(texts))):
        return {}
    return {text: rest for text in texts if (rest := rest_of_total(text)) is not None}


def _under_names(rows: Rows, labels: Labels, index: int, rests: Mapping[str, str]) -> set[int]:
    known = labels.names[index]
    totals = {text: rest for text, rest in rests.items() if not known(text)}
    others = [other for other in labels.names if other != index]
    positions = set()
    for at, cell in enumerate(rows.columns[index]):
        if isinstance(cell, str) and cell in totals:
            rest = totals[cell]
            alone = any(is_blank(rows.columns[other][at]) for other in others)
            if not rest or alone or any(is_name(rest) for is_name in labels.names.values()):
                positions.add(at)
    return positions


def _in_words(rows: Rows, labels: Labels, index: int, rests: Mapping[str, str]) -> set[int]:
    """The rows whose own word is that of a total, beside parts of it: rows that nothing else tells apart from it."""
    others = sorted({*labels.names, *labels.words, *labels.years} - {index})
    parts: dict[Hashable, list[int]] = defaultdict(list)
    for at in range(len(rows.numbers)):
        parts[tuple(fold(text_in(rows.columns[other][at])) for other in others)].append(at)
    column = rows.columns[index]
    if index in labels.codes:  # a course may be called SOM, or Total Quality
        rests = {text: rest for text, rest in rests.items() if not rest and "tota" in fold(text)}
    whole: set[int] = set()
    for positions in parts.values():
        totals = {at for at in positions if isinstance(column[at], str) and column[at] in rests}
        if len(totals) < len(positions):
            whole |= totals
    return whole


def _anywhere(rows: Rows, labels: Labels, index: int, rests: Mapping[str, str]) -> set[int]:
    """The rows that a text anywhere calls a total, if they lack a name that data must have, or a number there."""
    exact = {text for text, rest in rests.items() if not rest}
    return {
        at
        for at, cell in enumerate(rows.columns[index])
        if isinstance(cell, str)
        and cell in exact
        and (index in labels.years or any(is_blank(rows.columns[other][at]) for other in labels.needed))
    }
