"""The notes of a row of a release, in one language: from its column, or from the one that earlier releases have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kwaliteitsmonitor.releases.format import fields
from schemas.values import AnyRow
from schemas.words import Words, both, half, items, things, words_in_list, words_of

_NUMBERED = re.compile(r"(?:-\d+|-×|<\d+): ")
_EACH_FILTER = re.compile(rf"; (?={_NUMBERED.pattern})")
COLUMNS = ("break_note", "note")
"""Where notes stand, in a column per language: `note_nl` and so on."""


def notes_in(row: AnyRow, column: str, language: str, breaks: Iterable[Words] = ()) -> tuple[str, ...]:
    """What a column such as `note` says in `nl` or `en`, a text for each thing.

    A release of before there was a column per language (`note_nl`, `note_en`) has both in one. There, `breaks` that the
    profile gives are told apart first: what people typed in them may look like what parts one thing from the next.
    """
    if f"{column}_{language}" in row:
        return tuple(items(fields.text(row[f"{column}_{language}"])))
    return halves(fields.text(row.get(column)), language, breaks)


def notes_of(row: AnyRow, language: str, breaks: Iterable[Words] = ()) -> tuple[str, ...]:
    """All that a release says of a figure in `nl` or `en`: breaks in its series, and what else there is to say."""
    return tuple(one for column in COLUMNS for one in notes_in(row, column, language, breaks))


def text_in(row: AnyRow, column: str, language: str) -> str:
    """What a column such as `detail` says in `nl` or `en` as one text; empty for nothing."""
    if f"{column}_{language}" in row:
        return fields.text(row[f"{column}_{language}"]) or ""
    return half(fields.text(row.get(column)) or "", language)


def words_in(row: AnyRow, column: str) -> tuple[Words, ...]:
    """What a column says in both languages, for each thing; as one if it says more in one of them."""
    nl, en = (notes_in(row, column, language) for language in ("nl", "en"))
    if len(nl) == len(en):
        return tuple(Words(*of) for of in zip(nl, en, strict=True))
    return (Words("; ".join(nl), "; ".join(en)),)


def filters_in(row: AnyRow) -> tuple[Words, ...]:
    """What filters left out of a row of `lineage`, a thing each: `-12: reason`, or `<5: reason` of few people.

    A release of before there was a column per language has both in one: `-12: reden / reason; <5: reden / reason`.
    """
    if "filter_nl" in row:
        return tuple(words_in_list(Words(*(fields.text(row[f"filter_{to}"]) or "" for to in ("nl", "en")))))
    return tuple(_filter_before(one) for one in _EACH_FILTER.split(fields.text(row.get("filter")) or "") if one)


def _filter_before(text: str) -> Words:
    numbered = _NUMBERED.match(text)
    if numbered is None:
        return words_of(text)
    reason = words_of(text[numbered.end() :])
    return Words(numbered[0] + reason.nl, numbered[0] + reason.en)


def halves(text: str | None, language: str, breaks: Iterable[Words] = ()) -> tuple[str, ...]:
    """One language of a text that says things in both, a text for each; see `notes_in`."""
    rest = text or ""
    met = []
    for known in breaks:
        kept = both(known)
        if kept in rest:
            rest = rest.replace(kept, "").strip()
            met.append(known.in_language(language))
    return (*met, *(half(one, language) for one in things(rest)))
