"""Writing to a terminal that cannot show every letter, and to a program that must get every letter."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata

PLAIN = "kwaliteitsmonitor.plain"
"""The name under which Python finds `in_plain_letters`."""

_PLAIN = {
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "×": "x",
    "±": "+/-",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "←": "<-",
    "€": "EUR",
    "✓": "v",
    "✗": "x",
    "●": "*",
    "○": "o",
    "•": "*",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
}


CUT_OFF = 141
"""The exit code if who read standard output went away, as of `| head -1`: 128 and the number of SIGPIPE."""


def is_cut_off(error: BaseException | None) -> bool:
    """Whether an error says, or comes of it, that nobody reads the output any more."""
    while error is not None:
        if isinstance(error, BrokenPipeError):
            return True
        error = error.__cause__ or error.__context__
    return False


def flushed(code: int) -> int:
    """Write what is still to be written, and give the exit code: another if nobody reads it any more.

    Python would try again when it ends, and print a trace of it.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        return code or CUT_OFF
    return code


def prepare() -> None:
    """Have both streams write what a terminal cannot show in plain letters, if they would raise an error."""
    codecs.register_error(PLAIN, in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape", "backslashreplace"):
            stream.reconfigure(errors=PLAIN)


def in_utf8() -> None:
    """Have standard output write UTF-8: what a program reads must not depend on the letters of a terminal."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What stands in for letters that a stream cannot write: the same without accents, else a question mark.

    An error handler in the sense of `codecs.register_error`. Raises the error if it is not one of writing.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_plain(sign) for sign in error.object[error.start : error.end]), error.end


def _plain(sign: str) -> str:
    text = _PLAIN.get(sign) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii")
    return text or "?"
