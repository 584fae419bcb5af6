"""Worksheets that nothing asks for: a sheet under another name than agreed is named, not passed over in silence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.files import grids
from kwaliteitsmonitor.readers.files.names import is_wanted
from kwaliteitsmonitor.readers.files.refusals import shown
from kwaliteitsmonitor.readers.files.workbooks import names_of
from schemas.errors import UnreadableError
from schemas.profile.feeds import FileSource
from schemas.spelling import fold
from schemas.tables import CATALOGUE
from schemas.words import Words
from schemas.workbooks import is_own_sheet

UNREAD = "unread_sheet"
MEANT = "sheet_meant"
"""Codes of notes: about worksheets that were left unread, and about one that probably is what was asked for."""
ALIKE = 0.7
"""From which likeness on, of 1, the name of a worksheet is held to be a mistaken form of another."""
_NUMBERED = re.compile(r"[\s_.(-]*(?:\d{4}\s*[-/]\s*\d{2,4}|\d+)\s*\)?\s*$")
"""What people and programs put after the name of a sheet: a year, or the number of a copy."""


@dataclass(frozen=True)
class Unread:
    """The worksheets of a workbook that no table of its source asks for, and the name of the one that a table does."""

    names: tuple[str, ...]
    wanted: str

    @classmethod
    def of(cls, path: Path, source: FileSource, wanted: str, year: int | None) -> Unread:
        """What is left of a kept workbook in a reporting year."""
        every = list(_wanted_sheets(source, year))
        left = (n for n in names_of(path) if not (every and is_wanted(n, every)) and not is_own_sheet(n))
        return cls(tuple(left), wanted)

    def like(self) -> tuple[str, ...]:
        """Those whose name is that of the table but for a year, the number of a copy or a slip."""
        return tuple(name for name in self.names if _alike(name, self.wanted))

    def notes(self, *, first: bool) -> Iterator[Note]:
        """What is to be said of a workbook in which the table was found.

        `first` says that it is the first table of its source: it tells of those that nothing is like as well.
        """
        like = self.like()
        if like:
            yield Note(MEANT, Words(
                f"niet gelezen: {_quoted(like)}; gelezen is het werkblad '{self.wanted}'",
                f"not read: {_quoted(like)}; read was the worksheet '{self.wanted}'",
            ))  # fmt: skip
        others = tuple(name for name in self.names if name not in like)
        if first and others:
            names = _quoted(others)
            yield Note(UNREAD, Words(f"niet gelezen werkbladen: {names}", f"worksheets that were not read: {names}"))

    def missed(self, path: Path, source: FileSource, fits: Callable[[Grid], bool]) -> Iterator[Note]:
        """What is to be said where the table was not found: what was left unread, and which of it is probably meant.

        `fits` says whether a worksheet has the headers of the table.
        """
        like = self.like() or self._by_headers(path, source, fits)
        if like:
            nl, en = ("het werkblad", "worksheet") if len(like) == 1 else ("een van de werkbladen", "one of worksheets")
            yield Note(MEANT, Words(
                f"wel is er {nl} {_quoted(like)}, niet gelezen, dat waarschijnlijk is bedoeld: "
                f"geef het de naam '{self.wanted}'",
                f"there is {en} {_quoted(like)}, which was not read and is probably meant: "
                f"give it the name '{self.wanted}'",
            ))  # fmt: skip
        elif self.names:
            names = _quoted(self.names)
            yield Note(UNREAD, Words(f"niet gelezen werkbladen: {names}", f"worksheets that were not read: {names}"))

    def _by_headers(self, path: Path, source: FileSource, fits: Callable[[Grid], bool]) -> tuple[str, ...]:
        try:
            return tuple(grid.name for grid in grids(path, source, self.names) if fits(grid)) if self.names else ()
        except UnreadableError:
            return ()


def _wanted_sheets(source: FileSource, year: int | None) -> Iterator[str]:
    """The worksheets that the tables of a source ask for, by name or pattern."""
    for name in source.tables:
        form = source.form(name, year)
        yield (form.sheet if form else "") or CATALOGUE[name].sheet
        if form:
            yield from (join.member for join in form.joins)


def _alike(name: str, wanted: str) -> bool:
    plain, other = fold(_NUMBERED.sub("", name)), fold(_NUMBERED.sub("", wanted.replace("*", "")))
    if not plain or not other:
        return False
    return plain == other or difflib.SequenceMatcher(None, plain, other).ratio() >= ALIKE


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in names)
