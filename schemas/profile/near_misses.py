"""Names in a profile that lead nowhere, with the one that was likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

SHOWN = 60
"""Of a longer list of names only those that are near are shown."""


def unknown(file: str, key: str, found: Iterable[str], known: Sequence[str] | None, what: str) -> Iterable[str]:
    """A problem for each name that is not known; none where nobody can tell, because what is known is incomplete."""
    if known is None:
        return
    for name in found:
        if name not in known:
            yield f"{file}: {key}: there is no {what} '{name}'; expected {one_of(known)}{did_you_mean(name, known)}"


def one_of(known: Sequence[str]) -> str:
    """The names that there are, as far as they fit in a sentence."""
    return f"one of {', '.join(known)}" if len(known) <= SHOWN else f"one of {len(known)}"


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The name that comes nearest, as the end of a sentence; nothing where none does."""
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean '{near[0]}'" if near else ""
