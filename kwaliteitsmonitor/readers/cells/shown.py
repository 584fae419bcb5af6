"""A cell as a spreadsheet shows it, in the notation of the language: not as the program holds it."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.cells.texts import Cell
from schemas.words import Words
from schemas.written import MINUS, number

_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?(?:e[-+]\d{2,3})?)(%?)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?")
_YES_OR_NO = {True: Words("WAAR", "TRUE"), False: Words("ONWAAR", "FALSE")}


def shown(cell: Cell) -> Words:
    """What a cell shows, in Dutch and in English: `17`, `88,6%`, `20-11-2020 14:00`; a text as it was typed.

    >>> shown(17.0).nl, shown(Percentage(0.886)).nl, shown(datetime(2020, 11, 20, 14, 0)).nl
    ('17', '88,6%', '20-11-2020 14:00')
    """
    if isinstance(cell, bool):
        return _YES_OR_NO[cell]
    if isinstance(cell, Percentage):
        share = _as_typed(number(Decimal(f"{100 * cell:.15g}"), grouped=False))
        return Words(f"{share.nl}%", f"{share.en}%")
    if isinstance(cell, int | float | Decimal):
        return _as_typed(number(cell, grouped=False)) if Decimal(str(cell)).is_finite() else Words(str(cell), str(cell))
    if isinstance(cell, datetime):
        clock = "" if cell.time() == time(0) else f" {cell:%H:%M}"
        return Words(f"{cell:%d-%m-%Y}{clock}", f"{cell:%Y-%m-%d}{clock}")
    if isinstance(cell, date):
        return Words(f"{cell:%d-%m-%Y}", f"{cell:%Y-%m-%d}")
    return Words(str(cell), str(cell))


def as_shown(kept: str) -> Words:
    """What a cell shows of which only the text of its value was kept, as Python writes that; other text as it is.

    >>> as_shown("17.0").nl, as_shown("88.6%").nl, as_shown("2020-11-20 14:00:00").nl, as_shown("FGW").nl
    ('17', '88,6%', '20-11-2020 14:00', 'FGW')
    """
    if match := _NUMBER.fullmatch(kept):
        whole_code = "." not in kept and "e" not in kept
        number = Words(match[1], match[1]) if whole_code else shown(Decimal(match[1]))
        return Words(f"{number.nl}{match[2]}", f"{number.en}{match[2]}")
    try:
        at = datetime.fromisoformat(kept) if _DAY.fullmatch(kept) else None
    except ValueError:
        at = None
    if at is None:
        return shown(_TRUTHS.get(kept, kept))
    return shown(at)


def kept_as_shown(kept: str, expected: str) -> Words:
    """What staging kept of cells, as a spreadsheet shows it; `expected` is what it said to be expected there.

    A text that is in the wrong notation stays as it was typed: the notation is what there is to mend.
    """
    if "in de notatie" in expected or "in the notation" in expected:
        return Words(kept, kept)
    parts = [as_shown(part) for part in kept.split(" / ")]
    return Words(" / ".join(part.nl for part in parts), " / ".join(part.en for part in parts))


_TRUTHS = {"True": True, "False": False}


def _as_typed(number: Words) -> Words:
    """A number with the minus of a keyboard, as a spreadsheet shows it."""
    return Words(number.nl.replace(MINUS, "-"), number.en.replace(MINUS, "-"))
