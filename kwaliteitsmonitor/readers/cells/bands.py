"""Map numbers to words: the progress of a measure in per cent, if the contract has words for it.

A form gives each word the number from which it holds. Percentages and plain numbers are never taken for each other: a
form that speaks of `45%` refuses a cell that says 45, and the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.numbers import Measure, Percentage, written
from kwaliteitsmonitor.readers.cells.texts import Cell
from schemas.profile.forms import Locale
from schemas.words import Words

PERCENT = "%"


class OutsideBandsError(ValueError):
    """The number has no word; `expected` says which numbers have one."""

    def __init__(self, nl: str, en: str) -> None:
        self.expected = Words(nl, en)
        super().__init__(en)


def banded(raw: Cell, bands: Mapping[str, str], locale: Locale) -> Cell:
    """The word for a number: that of the highest number in `bands` that is not above it.

    What is no number is returned as it is: it may be a word itself. Raises `OutsideBandsError` for a number below all
    bands, and for one that is written otherwise than they are.

    >>> banded("45%", {"0%": "not_started", "1%": "on_course", "100%": "done"}, "en")
    'on_course'
    """
    reading = _number(raw, locale)
    if reading is None:
        return raw
    value, is_percentage = reading
    known = {_threshold(number): (number, word) for number, word in bands.items()}
    if is_percentage != any(number.endswith(PERCENT) for number in bands):
        if is_percentage:
            raise OutsideBandsError("een getal zonder procentteken", "a number without a per cent sign")
        raise OutsideBandsError("een percentage, als 45%", "a percentage, as 45%")
    below = [threshold for threshold in known if threshold <= value]
    if not below:
        lowest, _ = known[min(known)]
        raise OutsideBandsError(f"een getal vanaf {lowest}", f"a number from {lowest} on")
    return known[max(below)][1]


def _threshold(number: str) -> Decimal:
    return Decimal(number.removesuffix(PERCENT).strip()) / (100 if number.endswith(PERCENT) else 1)


def _number(raw: Cell, locale: Locale) -> tuple[Decimal, bool] | None:
    """The number in a cell, and whether it is written as a percentage; `None` if there is none."""
    if isinstance(raw, Percentage):
        return Decimal(f"{raw:.15g}"), True
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float | Decimal):
        return Decimal(f"{raw:.15g}") if isinstance(raw, float) else Decimal(raw), False
    number = written(raw, locale) if isinstance(raw, str) else None
    if number is None or number.measure not in (Measure.PLAIN, Measure.PERCENT):
        return None
    percentage = number.measure is Measure.PERCENT
    return number.value / 100 if percentage else number.value, percentage
