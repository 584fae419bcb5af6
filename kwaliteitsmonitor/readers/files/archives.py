"""A ZIP of related texts: each member that is asked for is a text of its own, by the rules for texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.names import is_wanted
from kwaliteitsmonitor.readers.files.packages import Package, opened
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, shown
from kwaliteitsmonitor.readers.files.texts import delimited
from schemas.profile.feeds import FileSource
from schemas.words import Words

_PACKED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst")
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BINARY = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"%PDF-", b"\xd0\xcf\x11\xe0", b"PAR1")


def texts_in(path: Path, source: FileSource, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The texts of a ZIP whose path in it, or name alone, is asked for; all where nothing is asked for.

    Raises `UnreadableError`.
    """
    with opened(path, limits) as package:
        names = [name for name in package.members if not _litter(name)]
        for name in names:
            if name.casefold().endswith(_PACKED):
                raise _nested(name)
        return [
            _text(package, name, source)
            for name in names
            if is_wanted(name, wanted) or is_wanted(name.rsplit("/", 1)[-1], wanted)
        ]


def _litter(name: str) -> bool:
    return name.startswith(_LITTER) or name.rsplit("/", 1)[-1] in _LITTER


def _text(package: Package, name: str, source: FileSource) -> Grid:
    with SpooledTemporaryFile(max_size=16 * MB) as spool:
        for number, piece in enumerate(package.chunks(name)):
            if number == 0 and piece.startswith(_BINARY):
                raise _nested(name)
            spool.write(piece)
        try:
            return delimited(spool, source, name, package.limits)
        except RefusedFileError as error:
            raise error.at(shown(name)) from None


def _nested(name: str) -> RefusedFileError:
    return RefusedFileError(
        Words(f"{shown(name)} is geen tekstbestand", f"{shown(name)} is not a text file"),
        Words(
            "een ZIP-bestand met tekstbestanden, zonder ZIP-bestanden erin",
            "a ZIP file of text files, without ZIP files in it",
        ),
        Words("Pak het opnieuw in, met de tekstbestanden zelf.", "Pack it again, with the text files themselves."),
    )
