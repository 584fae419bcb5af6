"""What stands in rows of amounts: an amount by the name of its column, and notes by their language."""

from __future__ import annotations

from decimal import Decimal

from kwaliteitsmonitor.releases.format import fields
from schemas.values import AnyRow, Row
from schemas.words import Notes, items


def amount(row: AnyRow, name: str) -> Decimal | None:
    """The amount in a column of a row; `None` if it is empty. Raises `TypeError` if it holds something else."""
    return fields.amount(row[name])


def notes_in(row: Notes, language: str) -> list[str]:
    """The notes of a row in Dutch (`nl`) or in English."""
    return items(row["note_nl"] if language == "nl" else row["note_en"])


def as_values(notes: Notes) -> Row:
    """Notes as values of a row of which not every field has a type of its own."""
    return {"note_nl": notes["note_nl"], "note_en": notes["note_en"]}
