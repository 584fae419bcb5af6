"""What a figure rests on, and the notes that stand with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from assets.indicators import delivered
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from schemas.words import words_of


def by_delivery(
    figure: str, part: str, contributions: Iterable[tuple[delivered.Given, Decimal]], unknown: int | None
) -> Iterator[Evidence]:
    """What each delivery contributed to a part of a figure; `unknown` people if it is not known how many."""
    contributions_of: dict[str, list[tuple[delivered.Given, Decimal]]] = {}
    for one, contribution in contributions:
        contributions_of.setdefault(one.delivery, []).append((one, contribution))
    for delivery, of in sorted(contributions_of.items()):
        sizes = [one.n for one, _ in of]
        people = sum(size for size in sizes if size is not None) if None not in sizes else unknown
        yield Evidence(figure, part, delivery, len(of), sum((amount for _, amount in of), Decimal(0)), people=people)


def noted(row: Mapping[str, Any], remarks: Iterable[str | None]) -> dict[str, str | None]:
    """The notes of a figure with more that is said of it, each kept in both languages, in a column per language."""
    more = [words_of(one) for one in remarks if one]
    return {
        name: "; ".join(dict.fromkeys(filter(None, [row[name], *(one.in_language(name[-2:]) for one in more)]))) or None
        for name in ("note_nl", "note_en")
    }
