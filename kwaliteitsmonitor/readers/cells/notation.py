"""Check that a column has one notation: Dutch or English numbers, k€ or €, percentages, dates in one form.

Each cell is read in the notation that was declared, or refused. A column that mixes notations is reported as well: a
cell that was read correctly in one may be meant in another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from kwaliteitsmonitor.readers.cells.numbers import PERCENT, PERMILLE, Measure, Percentage, written
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, is_blank
from schemas.contract import Kind
from schemas.profile.forms import Locale
from schemas.words import Words


class Notation(StrEnum):
    """How a number or a date is written, as far as cells in one column should agree on it."""

    DECLARED = "declared"
    OTHER = "other"
    THOUSANDS = "thousands"
    PERCENTAGE = "percentage"
    DATE = "date"
    YEAR_FIRST = "year_first"
    DAY_FIRST = "day_first"


NUMBERS = Words("getallen in Nederlandse en Engelse notatie door elkaar", "Dutch and English numbers mixed")
AMOUNTS = Words("bedragen in euro en in duizenden (k€) door elkaar", "amounts in euro and in thousands (k€) mixed")
PERCENTAGES = Words("percentages en gewone getallen door elkaar", "percentages and plain numbers mixed")
DATES = Words("datums in verschillende vormen door elkaar", "dates in different forms mixed")

_NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER})
_MARKED = re.compile(rf"€|k|eur|{PERCENT}|{PERMILLE}", re.IGNORECASE)
_SEPARATED = re.compile(r"\d[.,'’\u00a0\u202f\u2009]\d")
_OTHERS: Mapping[Locale, tuple[Locale, ...]] = {"nl": ("en",), "en": ("nl",), "iso": ("en", "nl")}

_OF_MEASURE = {
    Measure.PERCENT: Notation.PERCENTAGE,
    Measure.PERMILLE: Notation.PERCENTAGE,
    Measure.THOUSANDS: Notation.THOUSANDS,
}

Mixed = Sequence[tuple[Words, list[int]]]
"""What is mixed in a column, and the positions of the cells that are written otherwise than most."""


def mixed(cells: Sequence[Cell], refused: Collection[int], reader: CellReader) -> Mixed:
    """The notations that a column mixes. `refused` are the positions of cells that could not be read."""
    if reader.field.kind in _NUMERIC:
        if not {str, Percentage} & set(map(type, cells)):
            return ()
        of_cell = _by_cell(cells, lambda raw: _number(raw, reader))
        mixes = _mixed_numbers(of_cell, cells, refused)
        # Where the row says what its number measures, a percentage and a fraction are the same share.
        return [one for one in mixes if not (one[0] is PERCENTAGES and reader.field.measured_by)]
    if reader.field.kind is Kind.DATE and not reader.date_format:
        if str not in set(map(type, cells)):
            return ()
        of_cell = _by_cell(cells, _date)
        met = {n for at, n in enumerate(of_cell) if n is not None and at not in refused}
        if len(met) > 1:
            return ((DATES, _fewest(of_cell, met, refused)),)
    return ()


def _mixed_numbers(of_cell: Sequence[Notation | None], cells: Sequence[Cell], refused: Collection[int]) -> Mixed:
    mixes: list[tuple[Words, list[int]]] = []
    others = [at for at in refused if of_cell[at] is Notation.OTHER]
    if others and any(
        isinstance(cell, str) and _SEPARATED.search(cell) and at not in refused for at, cell in enumerate(cells)
    ):
        mixes.append((NUMBERS, sorted(others)))
    for notation, label in ((Notation.THOUSANDS, AMOUNTS), (Notation.PERCENTAGE, PERCENTAGES)):
        marked = {at for at, n in enumerate(of_cell) if n is notation}
        plain = {at for at, n in enumerate(of_cell) if n is Notation.DECLARED}
        if marked and plain:
            mixes.append((label, sorted(marked if len(marked) <= len(plain) else plain)))
    return mixes


def _fewest(of_cell: Sequence[Notation | None], met: Collection[Notation], refused: Collection[int]) -> list[int]:
    """The positions of all but the notation that most cells have."""
    counts = {notation: sum(n is notation for n in of_cell) for notation in sorted(met)}
    most = max(counts, key=lambda notation: counts[notation])
    return [at for at, n in enumerate(of_cell) if n in met and n is not most and at not in refused]


def _by_cell(cells: Sequence[Cell], notation: Callable[[Cell], Notation | None]) -> list[Notation | None]:
    """The notation of each cell. A column repeats its texts, so that each is looked at once."""
    known: dict[Hashable, Notation | None] = {}
    notations = []
    for cell in cells:
        if not isinstance(cell, str):
            notations.append(notation(cell))
            continue
        if cell not in known:
            known[cell] = notation(cell)
        notations.append(known[cell])
    return notations


def _number(raw: Cell, reader: CellReader) -> Notation | None:
    """How a number is written; `None` for what is no number in any notation."""
    if isinstance(raw, Percentage):
        return Notation.PERCENTAGE
    if not isinstance(raw, str):
        return None if raw is None else Notation.DECLARED
    try:
        part = reader.part(raw)
    except Refused:
        return None
    if not isinstance(part, str) or is_blank(part):
        return None
    number = written(part, reader.locale)
    if number is None:
        return Notation.OTHER if any(written(part, other) for other in _OTHERS[reader.locale]) else None
    if not _MARKED.search(part):
        return Notation.DECLARED
    return _OF_MEASURE.get(number.measure, Notation.DECLARED)


def _date(raw: Cell) -> Notation | None:
    if isinstance(raw, date):
        return Notation.DATE
    if not isinstance(raw, str) or is_blank(raw):
        return None
    return Notation.YEAR_FIRST if re.match(r"\d{4}", raw.strip()) else Notation.DAY_FIRST
