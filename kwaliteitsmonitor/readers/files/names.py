"""Which worksheets of a workbook, or members of a ZIP, are wanted: by name or by pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas.spelling import fold


def is_wanted(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is wanted: by itself or by a pattern, in which `*` stands for any text.

    Case and spacing do not count. If `wanted` is empty, every name is wanted.
    """
    return not wanted or any(_pattern(pattern).fullmatch(fold(name)) for pattern in wanted)


def is_wanted_by_name(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name itself is wanted, and not just fits a pattern."""
    return fold(name) in {fold(pattern) for pattern in wanted}


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, fold(pattern).split("*"))), re.DOTALL)
