"""What separates the cells of a text: what the profile declares holds; `auto` finds out by a rule, and says so."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from kwaliteitsmonitor.readers.cells.grid import Note
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from schemas.profile.feeds import AUTO
from schemas.words import Words

_FIRST_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
MOST = 0.75
"""The share of rows that must have as many cells as each other, for what gives the most cells to be the delimiter."""
CANDIDATES = (";", ",", "\t", "|")
_NAMES = {
    ";": Words("puntkomma's", "semicolons"),
    ",": Words("komma's", "commas"),
    "\t": Words("tabs", "tabs"),
    "|": Words("verticale strepen (|)", "vertical bars (|)"),
}


@dataclass(frozen=True)
class Delimiter:
    """The character between cells, and what was decided about it.

    `in_first_line` says that the first line is no data: it names the delimiter (`sep=;`), as Excel understands it.
    """

    character: str
    notes: tuple[Note, ...] = ()
    in_first_line: bool = False


def delimiter_of(lines: Sequence[str], declared: str) -> Delimiter:
    """The delimiter of a text, by its first lines. Raises `UnreadableError` if it is not the declared one."""
    match = _FIRST_LINE.fullmatch(lines[0]) if lines else None
    if declared != AUTO:
        _check(lines, declared, match[1] if match else "")
        return Delimiter(declared, in_first_line=match is not None)
    if match:
        name = name_of(match[1])
        words = Words(
            f"gelezen met {name.nl} tussen de cellen, zoals de eerste regel zegt",
            f"read with {name.en} between cells, as the first line says",
        )
        return Delimiter(match[1], (Note("delimiter", words),), in_first_line=True)
    best = _best(lines)
    if best is None:
        words = Words(
            "geen scheidingsteken gevonden: gelezen als één kolom", "no delimiter found: read as a single column"
        )
        return Delimiter(CANDIDATES[0], (Note("delimiter", words),))
    name = _NAMES[best]
    words = Words(
        f"gelezen met {name.nl} tussen de cellen: zo past de kop op de regels eronder",
        f"read with {name.en} between cells: so the header fits the lines below it",
    )
    return Delimiter(best, (Note("delimiter", words),))


def name_of(delimiter: str) -> Words:
    """How a delimiter is called."""
    return _NAMES.get(delimiter, Words(f"'{delimiter}'", f"'{delimiter}'"))


def _check(lines: Sequence[str], declared: str, in_first_line: str) -> None:
    """Refuse a text that is separated by something else all along: it would be read as one column.

    `in_first_line` is the delimiter that the text itself names; empty if it names none.
    """
    expected = name_of(declared)
    agreed = Words(f"cellen gescheiden door {expected.nl}", f"cells separated by {expected.en}")
    again = Words("Exporteer het opnieuw in die vorm.", "Export it again in that form.")
    if len(declared) != 1 or declared in '"\r\n':
        what = Words(f"{expected.nl} kan geen scheidingsteken zijn", f"{expected.en} cannot separate cells")
        remedy = Words("Wijzig het profiel: één teken.", "Change the profile: one character.")
        raise RefusedFileError(what, remedy=remedy)
    if in_first_line == declared or (not in_first_line and any(width > 1 for width in _widths(lines, declared))):
        return
    used = in_first_line or _best(lines)
    if used is not None and used != declared:
        name = name_of(used)
        what = Words(f"de cellen zijn gescheiden door {name.nl}", f"its cells are separated by {name.en}")
        raise RefusedFileError(what, agreed, again)


def _best(lines: Sequence[str]) -> str | None:
    """The candidate that gives the header most cells, among those by which most rows have as many cells as it.

    Titles may stand above the header, so that it is the first row with as many cells as most rows have.
    """
    scores: list[tuple[float, str]] = []
    for candidate in CANDIDATES:
        widths = _widths(lines, candidate)
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=lambda width: (wide.count(width), width))
        agreeing = wide.count(usual) / len(widths)
        # Where rows differ too much, a share below one: less than any number of cells on which most agree.
        scores.append((usual if agreeing >= MOST else agreeing, candidate))
    return max(scores, key=itemgetter(0))[1] if scores else None


def _widths(lines: Sequence[str], delimiter: str) -> list[int]:
    """The number of cells of each row that holds something, as far as the lines can be read."""
    widths = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
    except csv.Error:
        pass
    return widths
