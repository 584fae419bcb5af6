"""Which worksheets or members are asked for, by name or pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas.spelling import fold


def asked(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is asked for: by itself or by a pattern, `*` for any text; case and spacing do not count.

    Where nothing is asked for, everything is.
    """
    return not wanted or any(_pattern(pattern).fullmatch(fold(name)) for pattern in wanted)


def asked_exactly(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is asked for by itself."""
    return fold(name) in {fold(pattern) for pattern in wanted}


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, fold(pattern).split("*"))), re.DOTALL)
