"""What a command cannot use, whichever command it is: signs that steer a terminal, and paths that lead nowhere."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping

from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.visible import steering, visible
from schemas.words import Words

SHOWN = 200
"""The characters that are shown of something that cannot be used."""
_PATHS = {
    errno.ENOTDIR: Words("een deel van dit pad is een bestand en geen map", "a part of this path is a file, no folder"),
    errno.EISDIR: Words("dit is een map en geen bestand", "this is a folder, no file"),
    errno.EEXIST: Words("hier staat al iets anders", "something else is here already"),
    errno.ENAMETOOLONG: Words("deze naam is te lang", "this name is too long"),
    errno.ELOOP: Words("dit pad verwijst naar zichzelf", "this path leads to itself"),
}


def demand_text(arguments: Iterable[str], environment: Mapping[str, str]) -> None:
    """Raise `UsageError` if an argument, or a setting of ours in the environment, is not a text to print or keep.

    It would steer the terminal on which it is shown again, or is no text that files can hold. Its value is written out
    for an argument, and left out for a setting, which may be a secret.
    """
    for argument in arguments:
        _demand(argument, visible(argument))
    for name, value in environment.items():
        if name.startswith(PREFIX):
            _demand(value, name)


def _demand(text: str, where: str) -> None:
    broken = any("\ud800" <= sign <= "\udfff" for sign in text)
    if not broken and not steering(text):
        return
    raise UsageError(
        Words("dit is geen gewone tekst", "this is no plain text"),
        where=where if len(where) <= SHOWN else f"{where[:SHOWN]}…",
        expected=Words("UTF-8 zonder stuurtekens", "UTF-8 without signs that steer a terminal"),
    )


def of_path(error: BaseException) -> KwaliteitsmonitorError | None:
    """The sentence for an error that says a path cannot be used as it is; none for another."""
    if not isinstance(error, OSError) or error.errno not in _PATHS:
        return None
    where = visible(str(error.filename)) if error.filename is not None else ""
    return UsageError(
        _PATHS[error.errno],
        where=where if len(where) <= SHOWN else f"{where[:SHOWN]}…",
        remedy=Words("Noem een andere plaats.", "Name another place."),
    )
