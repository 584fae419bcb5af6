"""Names in a profile that lead nowhere, with the one that was likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from schemas.profile.faults import Fault, Path
from schemas.spelling import fold

SHOWN = 60
"""Of a longer list of names only those that are near are shown."""


Spelled = Mapping[str, str]
"""The id for each other name of what has one, such as the Dutch name of a theme."""


def unknown(
    file: str, path: Path, names: Iterable[str], known: Sequence[str] | None, what: str, spelled: Spelled | None = None
) -> Iterator[Fault]:
    """A fault for each name that is not known; none if nobody can tell, because what is known is incomplete.

    `spelled` are other names by which somebody may call what has an id: the id is then what was meant.
    """
    if known is not None:
        for name in names:
            if name not in known:
                meant = (spelled or {}).get(fold(name))
                hint = f"did you mean '{meant}'" if meant else did_you_mean(name, known)
                yield Fault(file, path, f"there is no {what} '{name}'", one_of(known), hint)


def unknown_in(
    file: str, path: Path, names: Iterable[str], known: Sequence[str] | None, what: str, spelled: Spelled | None = None
) -> Iterator[Fault]:
    """The same for names that stand in a list under `path`, each with its own place, or for the keys of a mapping."""
    keys = isinstance(names, dict)
    for at, name in enumerate(names):
        yield from unknown(file, (*path, name if keys else at), [name], known, what, spelled)


def one_of(known: Sequence[str]) -> str:
    """The names that there are, as far as they fit in a sentence.

    >>> one_of(["wo", "hbo"]), one_of([])
    ('one of wo, hbo', 'none, because there are none')
    """
    if not known:
        return "none, because there are none"
    return f"one of {', '.join(known)}" if len(known) <= SHOWN else f"one of {len(known)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that comes nearest, in whatever case; empty if none does."""
    by_case = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), by_case, 1)
    return by_case[near[0]] if near else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The name that comes nearest, as the end of a sentence; nothing if none does.

    >>> did_you_mean("WO", ["wo", "hbo"]), did_you_mean("x", ["wo"])
    ("did you mean 'wo'", '')
    """
    near = nearest(name, known)
    return f"did you mean '{near}'" if near else ""
