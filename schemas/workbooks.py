"""Sheets and columns of our own workbooks that are no part of the delivery, and that reading skips.

A faculty delivers a template once it is filled in, and a workbook with feedback once it is mended. Both hold more than
the delivery: an explanation, lists to choose from, last year's values, what was found. All of it is known by its name.
"""

from __future__ import annotations

import re

from schemas.spelling import fold
from schemas.words import Words

EXPLANATION = Words("Toelichting", "Explanation")
LISTS = Words("Lijsten", "Lists")
FEEDBACK = Words("Terugkoppeling", "Feedback")
COMPARISON = Words("Ter vergelijking", "For comparison")

_OWN_SHEETS = {fold(word) for words in (EXPLANATION, LISTS, FEEDBACK) for word in (words.nl, words.en)}
_COMPARISON = re.compile(rf"\s*(?:{COMPARISON.nl}|{COMPARISON.en}) \([^()]*\):.*", re.IGNORECASE | re.DOTALL)


def is_own_sheet(name: str) -> bool:
    """Whether a worksheet of this name is no part of a delivery, where no contract or form asks for it by name."""
    return fold(name) in _OWN_SHEETS


def comparison_header(language: str, period: str, label: str) -> str:
    """The header of a column with an earlier period's values, as `Ter vergelijking (2018-2019): Fte`."""
    return f"{COMPARISON.in_language(language)} ({period}): {label}"


def is_comparison(header: object) -> bool:
    """Whether a column under this header holds an earlier period's values, which are not delivered again."""
    return isinstance(header, str) and bool(_COMPARISON.fullmatch(header))
