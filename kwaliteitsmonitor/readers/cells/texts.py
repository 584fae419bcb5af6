"""A cell as text, before anything is understood of it: whether it holds something, how it reads, what it may not be."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from kwaliteitsmonitor.readers.cells.numbers import Percentage
from schemas.spelling import composed
from schemas.words import Words

Cell: TypeAlias = str | bytes | bool | int | float | Decimal | date | time | timedelta | None
"""What a cell of a file holds before it is read: of what type, the program says by which the file is opened."""

LONGEST_TEXT = 2000
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)
"""Characters that do not show: controls, marks of writing direction, and those without width."""


class Refused(ValueError):  # noqa: N818 - no error of the program: a finding about a cell
    """The cell does not hold what its field asks for; `expected` says what was expected."""

    def __init__(self, nl: str, en: str) -> None:
        self.expected = Words(nl, en)
        super().__init__(en)

    @classmethod
    def of(cls, words: Words) -> Refused:
        """The refusal that asks for this."""
        return cls(words.nl, words.en)


def is_blank(raw: Cell) -> bool:
    """Whether a cell holds nothing, or nothing but spaces."""
    return not raw.strip() if isinstance(raw, str) else raw is None


def text_of(raw: Cell) -> str:
    """A cell as text: a whole number without a point, a date as `2020-10-01`. Raises `Refused` for what has no text."""
    if isinstance(raw, str):
        return composed(raw.strip())
    if isinstance(raw, Percentage):
        return str(raw)
    if isinstance(raw, float) and math.isfinite(raw):
        return str(int(raw)) if raw.is_integer() else str(raw)
    if isinstance(raw, datetime) and raw.time() == time(0):
        return raw.date().isoformat()
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()
    if isinstance(raw, bool | int | Decimal):
        return str(raw)
    raise Refused("tekst", "text")


def pseudonym(identifier: str, key: bytes) -> str:
    """The keyed hash (BLAKE2b, 128 bits) that stands for a person's identifier from staging on."""
    return hashlib.blake2b(identifier.encode(), key=key, digest_size=16).hexdigest()
