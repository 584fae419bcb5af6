"""Select the rows of a file that are data: below the header, inside the table, and not excluded by the form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.forms.headers import Headers, text_in
from schemas.profile.forms import Form, Skip
from schemas.spelling import composed, fold, one_line
from schemas.words import Words

ABOVE = Words("boven de kop", "above the header")
BELOW = Words("onder de tabel", "below the table")
ANOTHER_RECORD = Words("van een andere soort dan gevraagd", "of another kind than asked for")


@dataclass
class Rows:
    """The rows of a table that are data, by column, with their numbers in the file.

    `ragged` are the numbers of rows with another number of cells than the header, which are in no column. `left` gives
    the numbers of the rows that are no data, by the reason. `short` gives, of those ragged rows in which nothing but a
    text stands, that text.
    """

    numbers: Sequence[int]
    columns: list[Sequence[Cell]]
    ragged: tuple[int, ...] = ()
    left: dict[Words, list[int]] = field(default_factory=dict)
    short: Mapping[int, str] = field(default_factory=dict)

    def keep(self, wanted: Sequence[bool], reason: Words) -> None:
        """Keep the rows that are wanted, and count the others with the reason."""
        if all(wanted):
            return
        dropped = [number for number, kept in zip(self.numbers, wanted, strict=True) if not kept]
        self.left.setdefault(reason, []).extend(dropped)
        self.numbers = list(compress(self.numbers, wanted))
        self.columns = [list(compress(column, wanted)) for column in self.columns]


def sliced(grid: Grid, form: Form) -> tuple[Grid, tuple[int, ...]]:
    """A grid of lines cut into cells of fixed width, and the numbers of the lines that are too short for that."""
    cuts = [(start - 1, start - 1 + length) for start, length in form.slices.values()]
    needed = max(end for _, end in cuts)
    cells: list[list[str]] = []
    numbers: list[int] = []
    short: list[int] = []
    for number, row in zip(grid.numbers, grid.cells, strict=True):
        line = str(row[0]) if row and row[0] is not None else ""
        if len(line) >= needed:
            cells.append([line[start:end] for start, end in cuts])
            numbers.append(number)
        elif line.strip():
            short.append(number)
    return Grid(grid.name, cells, numbers, notes=grid.notes), tuple(short)


def width_of_lines(form: Form) -> Words:
    """What is expected of a line that is too short to be cut."""
    needed = max(start - 1 + length for start, length in form.slices.values())
    return Words(f"een regel van ten minste {needed} tekens", f"a line of at least {needed} characters")


def data_rows(grid: Grid, form: Form, headers: Headers) -> Rows:
    """The rows under the headers, until the table ends, that hold something and have as many cells as the headers."""
    left: dict[Words, list[int]] = {}
    above = [
        number
        for number, row in zip(grid.numbers[: max(headers.first, 0)], grid.cells, strict=False)
        if not all(map(is_blank, row))
    ]
    if above:
        left[ABOVE] = above
    start = headers.last + 1
    numbers, rows = list(grid.numbers[start:]), list(grid.cells[start:])
    blank = _blank(numbers, rows, {number for number, _ in grid.flaws})
    width = len(headers.texts)
    ragged: tuple[int, ...] = ()
    short: dict[int, str] = {}
    if blank or form.until or form.header == "none" or set(map(len, rows)) - {width}:
        numbered = [pair for at, pair in enumerate(zip(numbers, rows, strict=True)) if at not in blank]
        if form.until:
            numbered = _before_the_end(numbered, form.until, left)
        if form.header == "none" and not form.slices:
            numbered = _of_the_record(numbered, form.where, left)
            width = len(numbered[0][1]) if numbered else width
        numbered = _without_notes(numbered, width, form.skip, left)
        short = _texts_alone(numbered, width)
        numbered, ragged = _even(numbered, width)
        numbers, rows = [number for number, _ in numbered], [row for _, row in numbered]
    columns: list[Sequence[Cell]] = list(map(list, zip(*rows, strict=True))) or [[]] * width
    columns += [[None] * len(numbers)] * (len(headers.texts) - width)
    return Rows(numbers, columns, ragged, left, short)


def _blank(numbers: Sequence[int], rows: Sequence[Sequence[Cell]], flawed: Collection[int]) -> set[int]:
    """The positions of rows that hold nothing. Nearly every row begins with something, which is asked first."""
    doubtful = [
        at for at, row in enumerate(rows) if not row or not row[0] or (row[0].__class__ is str and row[0].isspace())
    ]
    return {at for at in doubtful if all(map(is_blank, rows[at])) and numbers[at] not in flawed}


Numbered = list[tuple[int, Sequence[Cell]]]


def _before_the_end(numbered: Numbered, pattern: str, left: dict[Words, list[int]]) -> Numbered:
    ends = re.compile(composed(pattern), re.IGNORECASE)
    for at, (_, row) in enumerate(numbered):
        first = next((cell for cell in row if not is_blank(cell)), None)
        if ends.fullmatch(text_in(first)):
            left.setdefault(BELOW, []).extend(number for number, _ in numbered[at:])
            return numbered[:at]
    return numbered


def _of_the_record(numbered: Numbered, where: Mapping[str, Sequence[str]], left: dict[Words, list[int]]) -> Numbered:
    """Of rows without a header, which may have as many cells as their kind of record has, those of the kind wanted."""
    wanted = [(int(header) - 1, set(map(fold, values))) for header, values in where.items()]
    kept: Numbered = []
    for number, row in numbered:
        if all(at < len(row) and fold(text_in(row[at])) in values for at, values in wanted):
            kept.append((number, row))
        else:
            left.setdefault(ANOTHER_RECORD, []).append(number)
    return kept


def _without_notes(numbered: Numbered, width: int, skips: Iterable[Skip], left: dict[Words, list[int]]) -> Numbered:
    """The rows without those that have another number of cells and a cell that a form says makes them no data."""
    anywhere = [one for one in skips if not one.header]
    kept: Numbered = []
    for number, row in numbered:
        texts = [] if len(row) == width else list(map(text_in, row))
        reason = next((_as(one) for one in anywhere if any(map(_pattern(one).fullmatch, texts))), None)
        if reason is None:
            kept.append((number, row))
        else:
            left.setdefault(reason, []).append(number)
    return kept


def _pattern(one: Skip) -> re.Pattern[str]:
    return re.compile(composed(one.matches), re.IGNORECASE)


def _as(one: Skip) -> Words:
    """Why a row is no data: the text that it holds, if the profile names one; a pattern is nothing for readers."""
    if re.fullmatch(r"[\w ,:-]+", one.matches):
        return Words(f"als '{one.matches}'", f"as '{one.matches}'")
    return Words("zonder gegevens, volgens de afspraken over dit bestand", "without data, as agreed of this file")


def _even(numbered: Numbered, width: int) -> tuple[Numbered, tuple[int, ...]]:
    """The rows that have a cell for each header and nothing beyond, and the numbers of the others."""
    even: Numbered = []
    ragged: list[int] = []
    for number, row in numbered:
        if len(row) < width or not all(map(is_blank, row[width:])):
            ragged.append(number)
        else:
            even.append((number, row[:width]))
    return even, tuple(ragged)


def _texts_alone(numbered: Numbered, width: int) -> dict[int, str]:
    """Of rows that are shorter than the header and hold a single cell, a text, that text by the number of the row."""
    texts = {}
    for number, row in numbered:
        if len(row) < width:
            filled = [cell for cell in row if not is_blank(cell)]
            if len(filled) == 1 and isinstance(filled[0], str):
                texts[number] = filled[0]
    return texts


def skip(rows: Rows, skips: Iterable[Skip], at: Mapping[str, int]) -> None:
    """Leave out the rows that a form says are no data, such as subtotals; `at` gives the column of a header."""
    for one in skips:
        pattern = _pattern(one)
        if one.header and fold(one.header) not in at:
            continue
        columns = [rows.columns[at[fold(one.header)]]] if one.header else rows.columns
        matching = [False] * len(rows.numbers)
        for column in columns:
            texts = {cell for cell in column if isinstance(cell, str)} if not one.header else {*map(text_in, column)}
            hits = {text for text in texts if pattern.fullmatch(one_line(text))}
            if hits:
                cells = column if not one.header else map(text_in, column)
                matching = [
                    match or (isinstance(cell, str) and cell in hits)
                    for match, cell in zip(matching, cells, strict=True)
                ]
        rows.keep([not match for match in matching], _as(one))


def fill_down(rows: Rows, columns: Collection[int]) -> None:
    """Fill the empty cells of these columns with the value above them."""
    for index in columns:
        filled: list[Cell] = []
        last: Cell = None
        for cell in rows.columns[index]:
            last = last if is_blank(cell) else cell
            filled.append(last)
        rows.columns[index] = filled


def keep_where(rows: Rows, where: Mapping[str, Sequence[str]], at: Mapping[str, int]) -> None:
    """Keep the rows whose cell under a header is one of the values; a header that is not there keeps all."""
    for header, values in where.items():
        if fold(header) not in at:
            continue
        allowed = set(map(fold, values))
        column = rows.columns[at[fold(header)]]
        known: dict[str, bool] = {}
        wanted = []
        for cell in column:
            text = text_in(cell)
            if text not in known:
                known[text] = fold(text) in allowed
            wanted.append(known[text])
        rows.keep(wanted, ANOTHER_RECORD)
