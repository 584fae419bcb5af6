"""The sentence in which a file is refused: what is wrong with it, what was expected, what its sender can do.

It is in both languages, and quotes nothing from the file but names of worksheets and members.
"""

from __future__ import annotations

from schemas.errors import UnreadableError
from schemas.words import Words

NOTHING = Words("", "")
EXPORT_AGAIN = Words("Exporteer het bestand opnieuw en lever het nog eens.", "Export it again and deliver it again.")
SAVE_AS_XLSX = Words(
    "Open het in Excel, sla het op als .xlsx en lever het nog eens.",
    "Open it in Excel, save it as .xlsx and deliver it again.",
)
NAME_SHOWN = 80


class RefusedFileError(UnreadableError):
    """A file that cannot be read; `words` is the whole sentence in Dutch and English."""

    def __init__(self, what: Words, expected: Words = NOTHING, remedy: Words = NOTHING, where: str = "") -> None:
        super().__init__(what.en, where=where, expected=expected.en, remedy=remedy.en)
        self._parts = (what, expected, remedy)
        sentence = f"{where}: {what.nl}" if where else what.nl
        if expected.nl:
            sentence = f"{sentence}; verwacht werd {expected.nl}"
        self.words = Words(f"{sentence}. {remedy.nl}".rstrip() if remedy.nl else f"{sentence}.", self.sentence())

    def at(self, where: str) -> RefusedFileError:
        """The same, with the place where it is so."""
        return RefusedFileError(*self._parts, where=where)


def why_unread(error: UnreadableError) -> Words:
    """Why a file cannot be read, in Dutch and in English if it is said in both."""
    return error.words if isinstance(error, RefusedFileError) else Words(str(error), str(error))


def shown(name: str) -> str:
    """The name of a member or worksheet as it can stand in a sentence: printable, and not endless."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain if len(plain) <= NAME_SHOWN else f"{plain[: NAME_SHOWN - 1]}…"


def number_nl(value: int) -> str:
    """A whole number as Dutch writes it: 1.048.576."""
    return f"{value:,}".replace(",", ".")
