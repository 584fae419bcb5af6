"""Find rows with only a text: a note below a table, or a heading in it. They are reported as left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.forms.rows import Rows
from schemas.words import Words

ALONE = Words("met alleen een tekst", "with a text alone")
_FEWEST = 2
"""So many cells that data must have are empty in a row that is no data; with one, a cell was forgotten."""


def without_remarks(rows: Rows, needed: Collection[int], is_name: Callable[[str], bool]) -> Rows:
    """The rows without those that are a text of several words alone, in one cell or in several that are merged.

    `needed` are the columns that must be filled in for a row to be data. A name of the profile that stands alone is
    what is left of a row of data, and is no remark.
    """
    if not needed:
        return rows
    kept = []
    for at in range(len(rows.numbers)):
        text = _alone(column[at] for column in rows.columns)
        wanting = sum(is_blank(rows.columns[index][at]) or rows.columns[index][at] == text for index in needed)
        kept.append(text is None or wanting < min(_FEWEST, len(needed)) or not _is_remark(text, is_name))
    rows.keep(kept, ALONE)
    short = [number for number, text in rows.short.items() if _is_remark(text, is_name)]
    if not short:
        return rows
    rows.left.setdefault(ALONE, []).extend(short)
    return replace(rows, ragged=tuple(number for number in rows.ragged if number not in set(short)))


def _is_remark(text: str, is_name: Callable[[str], bool]) -> bool:
    return (len(text.split()) > 1 or text.strip().endswith(":")) and not is_name(text)


def _alone(cells: Iterable[Cell]) -> str | None:
    """The text that all cells of a row hold which hold anything; `None` if that is more, or no text."""
    text: str | None = None
    for cell in cells:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or (text is not None and cell != text):
            return None
        text = cell
    return text
