"""Text as the fonts of the PDF can print it: an accessible PDF may hold no character without a shape."""

from __future__ import annotations

import unicodedata

from kwaliteitsmonitor.releases.report.document.wording import readable

_PRINTED = (
    (0x20, 0x7E),
    (0xA0, 0x4FF),  # Latin, Greek, Cyrillic and what stands on letters
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x2044, 0x2052),
    (0x2054, 0x205E),
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x211E),
    (0x2122, 0x2122),
    (0x2190, 0x22FF),  # arrows and mathematics
    (0x2500, 0x25FF),
)
"""The characters for which the fonts that come with typst have a shape, first and last of each range."""
LACKING = "□"
"""What is printed for a character that the fonts do not have, such as an emoji in an explanation."""


def printable(text: str) -> str:
    """The text with a box for what the fonts do not have; marks that steer text and are not seen are left out."""
    composed = unicodedata.normalize("NFC", readable(text))
    return "".join(_shown(one) for one in composed)


def _shown(one: str) -> str:
    if one in "\n\t":
        return one
    category = unicodedata.category(one)
    if category == "Cf" and one != "\u00ad":
        return ""
    if category in {"Zs", "Zl", "Zp"}:
        return one if one in " \u00a0\u202f" else " "
    code = ord(one)
    known = category != "Cn" and any(first <= code <= last for first, last in _PRINTED)
    return one if known or category in {"Zs"} else LACKING
