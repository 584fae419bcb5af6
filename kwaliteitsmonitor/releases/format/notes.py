"""The notes of a row of a release, in one language: from its column, or from the one that earlier releases have."""

from __future__ import annotations

from collections.abc import Iterable

from kwaliteitsmonitor.releases.format import fields
from schemas.values import AnyRow
from schemas.words import Words, both, half, items, things

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
