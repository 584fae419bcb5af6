"""What stands in rows of amounts: an amount by the name of its column, and notes by their language."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from schemas.values import AnyRow
from schemas.words import items


class Noted(TypedDict):
    """A row that has notes."""

    note_nl: str | None
    note_en: str | None


def amount(row: AnyRow, name: str) -> Decimal | None:
    """The amount in a column of a row; `None` if there is none."""
    value = row[name]
    return value if isinstance(value, Decimal) else None


def notes(row: Noted, language: str) -> list[str]:
    """The notes of a row in Dutch (`nl`) or in English."""
    return items(row["note_nl"] if language == "nl" else row["note_en"])
