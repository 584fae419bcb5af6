"""Read columns of names: one spelling for each, words for nothing, and cells that were written otherwise.

Cells that are read otherwise than they are written are reported by number and place, never by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from kwaliteitsmonitor.readers.cells.identifiers import Padded, one_spelling, stands_for_nothing
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell
from schemas.contract import Field
from schemas.values import Value
from schemas.words import Words

RESPELLED = Words(
    'gelezen als de naam zelf, zonder .0, ="…", apostrof, dubbele spaties of verschil in hoofdletters',
    'read as the name itself, without .0, ="…", an apostrophe, double spaces or a difference in capitals',
)
EMPTIED = Words("gelezen als leeg: er staat een woord of teken voor niets", "read as empty: a word or sign for nothing")
ZEROS = Words(
    "verschillen alleen in nullen ervoor van een ander kenmerk en tellen als een ander: schrijf ze op één manier",
    "differ from another in zeros before it alone and count as another: write them in one way",
)

Positions = Sequence[int]


def spellings(texts: Callable[[], Iterable[Cell]], reader: CellReader) -> Mapping[str, str]:
    """For texts of a column that differ from another in capitals alone, the one that is read for both.

    `texts` are asked for only if no list of the profile says how names are spelled, and capitals tell none apart.
    """
    field = reader.field
    if not field.identifier or field.codes or field.case_matters:
        return {}
    return one_spelling((text for text in texts() if isinstance(text, str)), field.known)


def in_one_spelling(cells: Sequence[Cell], spellings: Mapping[str, str]) -> Sequence[Cell]:
    """The cells of a column with one spelling for each name."""
    return [spellings.get(cell, cell) if isinstance(cell, str) else cell for cell in cells] if spellings else cells


def respelled(
    cells: Sequence[Cell], spellings: Mapping[str, str], reader: CellReader, refused: Mapping[int, Words]
) -> Positions:
    """The positions of cells whose name is read otherwise than it is written there."""
    if not reader.field.identifier:
        return []
    distinct = {cell for cell in cells if isinstance(cell, str | Padded)}
    otherwise = {cell for cell in distinct if cell in spellings or reader.respells(cell)}
    if not otherwise:
        return []
    return [
        at
        for at, cell in enumerate(cells)
        if isinstance(cell, str | Padded) and cell in otherwise and at not in refused
    ]


def rightly_empty(field: Field, refused: Mapping[int, Words], others: Callable[[str], Sequence[Value]]) -> Positions:
    """The positions of cells with a word for nothing, in rows that have no such name: those are empty.

    `others` gives the values of another field of the same rows.
    """
    if not field.empty_where or not refused:
        return []
    nothing = stands_for_nothing(field)
    values = {name: others(name) for name in field.empty_where}
    return [
        at
        for at, expected in refused.items()
        if expected == nothing and all(values[name][at] == value for name, value in field.empty_where.items())
    ]


def with_other_zeros(cells: Sequence[Cell], field: Field) -> Positions:
    """The positions of numbers with zeros before them, as `0123456`, if the same number stands there with fewer.

    If a list says which names there are, it says which zeros they have.
    """
    if not field.identifier or field.codes:
        return []
    zeros: dict[str, set[str]] = {}
    for text in {cell.strip() if isinstance(cell, str) else str(cell) for cell in cells if isinstance(cell, str | int)}:
        if text.isdecimal():
            zeros.setdefault(text.lstrip("0"), set()).add(text)
    longer = {text for alike in zeros.values() if len(alike) > 1 for text in alike - {min(alike, key=len)}}
    return [at for at, cell in enumerate(cells) if isinstance(cell, str) and cell.strip() in longer] if longer else []
