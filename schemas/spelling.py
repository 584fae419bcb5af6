"""Compare texts as people see them, whatever program wrote them.

An accent may be part of its letter or a sign of its own after it (NFC and NFD), a space may be one that does not break,
and there may be marks that do not show at all, such as where a word may be broken. None of these makes two words
different.
"""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Marks without width: where a word may or may not be broken, and in which direction it is read."""


def composed(text: str) -> str:
    """The text with each accent as part of its letter (NFC), as Windows writes it and a Mac does not."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """The text as people see it: composed, with single spaces and without marks that do not show."""
    return " ".join(composed(text if text.isascii() else _UNSEEN.sub("", text)).split())


def fold(text: str) -> str:
    r"""A text by which spellings are compared: as people see it, in one case.

    >>> fold("Opleidings\u00adcode\u00a0Belgie\u0308") == fold("opleidingscode  BELGIË")
    True
    """
    return composed(one_line(text).casefold())
