"""What a figure rests on, and the notes that stand with it."""

from __future__ import annotations

from decimal import Decimal

from assets.indicators.delivered import Given
from assets.indicators.evidence import by_delivery, noted
from kwaliteitsmonitor.methods.figures.evidence import Evidence


def of(delivery: str, n: int | None) -> Given:
    return Given("North", Decimal(1), n, None, None, None, delivery, 2)


def test_each_delivery_contributes_the_sum_of_its_rows_and_is_about_their_people_if_all_are_known() -> None:
    parts = [
        (of("b", 4), Decimal(2)),
        (of("a", 30), Decimal("0.5")),
        (of("b", None), Decimal(3)),
        (of("a", 10), Decimal(1)),
    ]
    assert list(by_delivery("f", "weighted", parts, unknown=0)) == [
        Evidence("f", "weighted", "a", 2, Decimal("1.5"), people=40),
        Evidence("f", "weighted", "b", 2, Decimal(5), people=0),
    ]


def test_notes_are_kept_once_in_both_languages_after_those_that_there_are() -> None:
    row = {"note_nl": "zonder East", "note_en": None}
    words = ["zonder East / without East", None, "n is niet bekend / n is not known"]
    assert noted(row, words) == {
        "note_nl": "zonder East; n is niet bekend",
        "note_en": "without East; n is not known",
    }
    assert noted(dict.fromkeys(("note_nl", "note_en")), [None]) == {"note_nl": None, "note_en": None}
