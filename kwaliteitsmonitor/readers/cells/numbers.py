"""Numbers as people write them: read exactly, in a declared notation.

A text that does not fit the notation is no number: whether `7.057` is seven thousand or seven is for the notation to
say, and never for a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.profile.forms import Locale

SPACES = dict.fromkeys(map(ord, "\u2007\u2009\u200a\u202f"), "\u00a0")
"""Thin, narrow and figure spaces, each read as a no-break space."""


class Measure(StrEnum):
    """What a number says of itself: nothing, that it is in euro or thousands of euro, or that it is a share."""

    PLAIN = ""
    EURO = "€"
    THOUSANDS = "k€"
    PERCENT = "%"
    PERMILLE = "‰"


OF_ONE = {Measure.PERCENT: Decimal("0.01"), Measure.PERMILLE: Decimal("0.001")}
"""What a number is multiplied by to be a fraction."""


@dataclass(frozen=True)
class Written:
    """A number as it is written: its value, not yet multiplied by what it is measured in."""

    value: Decimal
    measure: Measure


class Percentage(float):
    """A fraction that its cell shows as a percentage."""

    def __str__(self) -> str:
        return f"{Decimal(f'{100 * self:.15g}').normalize():f}%"


LONGEST = 60
"""No number takes more characters; a longer text is not even looked at."""

_GAPS = re.compile("[ \u00a0]{2,}")
_GAP = "[ \u00a0]?"
_SIGN = "[-+\u2212\u2013]"
_CURRENCY = r"k\s?€|€\s?k\b|€|k\s?eur\b|euro?\b"
_WHOLE = {
    "nl": r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:\u00a0\d{3})+|(?:['’]\d{3})+)|\d+",
    "en": r"[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\u00a0\d{3})+|(?:['’]\d{3})+)|\d+",
}
_CENTS = {"nl": r",[-\u2013\u2014]{1,2}|,\d+", "en": r"\.[-\u2013\u2014]{1,2}|\.\d+"}
PERCENT = r"%|procent(?:en)?|per\s?cent|pct\.?"
"""The sign and the words of a percentage."""
PERMILLE = r"‰|promille|per\s?mille?"
_ISO = re.compile(
    rf"(?P<number>[+-]?\d+(?:\.\d+)?)(?:{_GAP}(?:(?P<percent>{PERCENT})|(?P<permille>{PERMILLE})))?",
    re.ASCII | re.IGNORECASE,
)
_LOCAL = {
    locale: re.compile(
        rf"(?P<open>\()?{_GAP}(?P<sign>{_SIGN})?{_GAP}(?P<before>{_CURRENCY})?{_GAP}(?P<inner>\()?{_GAP}"
        rf"(?P<second>{_SIGN})?{_GAP}(?P<whole>{_WHOLE[locale]})(?P<cents>{_CENTS[locale]})?{_GAP}"
        rf"(?P<close>\))?{_GAP}(?P<after>{_CURRENCY}|k|{PERCENT}|{PERMILLE})?{_GAP}(?P<last>[-\u2212\u2013])?{_GAP}(?P<end>\))?",
        re.ASCII | re.IGNORECASE,
    )
    for locale in ("nl", "en")
}
_GROUPING = str.maketrans("", "", ".,'’\u00a0")


def written(text: str, locale: Locale) -> Written | None:
    """The number that a text is in a notation, or `None`.

    Dutch and English (`1.234,5` and `1,234.5`) know `€`, `k€` and `%`, a minus before or behind, negatives in brackets,
    no cents as `,-`, and no-break spaces or apostrophes between thousands. `iso` knows digits and a decimal point.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if locale == "iso":
        return _iso(text.translate(SPACES))
    match = _LOCAL[locale].fullmatch(_GAPS.sub(" ", text.translate(SPACES)))
    if match is None:
        return None
    measure = _measure(match["before"], match["after"])
    negative = _negative(match)
    if measure is None or negative is None:
        return None
    cents = (match["cents"] or "")[1:]
    without_cents = bool(cents) and not cents.isdecimal()
    if without_cents and measure in OF_ONE:
        return None
    digits = match["whole"].translate(_GROUPING)
    value = Decimal(digits if without_cents or not cents else f"{digits}.{cents}")
    return Written(-value if negative else value, measure)


def _iso(text: str) -> Written | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    measure = Measure.PERCENT if match["percent"] else Measure.PERMILLE if match["permille"] else Measure.PLAIN
    return Written(Decimal(match["number"]), measure)


def _measure(before: str | None, after: str | None) -> Measure | None:
    """What a number is measured in by what stands before and behind it; `None` if they do not go together."""
    first, last = ("".join((mark or "").lower().split()) for mark in (before, after))
    if last == "k":
        return Measure.THOUSANDS if first in ("€", "eur", "euro") else None
    if first and last:
        return None
    mark = first or last
    if not mark:
        return Measure.PLAIN
    if re.fullmatch(PERCENT, mark):
        return Measure.PERCENT
    if re.fullmatch(PERMILLE, mark):
        return Measure.PERMILLE
    return Measure.THOUSANDS if "k" in mark else Measure.EURO


def _negative(match: re.Match[str]) -> bool | None:
    """Whether a number is negative, by a minus or by brackets; `None` if both are there or one is not closed."""
    opened, closed = bool(match["open"]) + bool(match["inner"]), bool(match["close"]) + bool(match["end"])
    signs = [sign for sign in (match["sign"], match["second"], match["last"]) if sign]
    if opened != closed or opened > 1 or len(signs) + opened > 1:
        return None
    return bool(opened) or (bool(signs) and signs[0] != "+")
