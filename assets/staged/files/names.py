"""Which worksheets or members are asked for, by name or pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence


def asked(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is asked for: by itself or by a pattern, `*` for any text; case and spacing do not count.

    Where nothing is asked for, everything is.
    """
    return not wanted or any(_pattern(pattern).fullmatch(plain(name)) for pattern in wanted)


def asked_exactly(name: str, wanted: Sequence[str]) -> bool:
    """Whether a name is asked for by itself."""
    return plain(name) in {plain(pattern) for pattern in wanted}


def plain(name: str) -> str:
    """A name without what people do not see in it."""
    return " ".join(name.split()).casefold()


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, plain(pattern).split("*"))), re.DOTALL)
