"""Signs that steer a terminal or turn the reading direction, and how they are written out so that they do nothing."""

from __future__ import annotations

import unicodedata

_NOT_SHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_IN_TEXT = frozenset("\n\t")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    r"""A text as it can be shown on one line: signs that end a line or do not show are written out.

    >>> visible("FGW\n.xlsx")
    'FGW\\n.xlsx'
    """
    return "".join(_written_out(sign) if unicodedata.category(sign) in _NOT_SHOWN else sign for sign in text)


def steering(text: str) -> str:
    r"""The first sign of a text that steers a terminal or turns the reading direction, written out; else empty.

    Ends of lines and tabs belong in a text, and so do the signs of soft hyphens and joined letters.

    >>> steering("Faculteit \x1b[31mrood")
    '\\x1b'
    """
    return next((_written_out(sign) for sign in text if _steers(sign)), "")


def without_steering(text: str) -> str:
    r"""A text of several lines as a terminal may get it: only ends of lines and tabs stay as they are.

    >>> without_steering("one\ntwo\x1b[2J")
    'one\ntwo\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(_written_out(sign) if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    return sign not in _IN_TEXT and (sign in _TURNING or unicodedata.category(sign) in ("Cc", "Zl", "Zp"))


def _written_out(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")
