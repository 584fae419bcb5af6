"""Read delimited text and text of fixed width as grids.

Lines may end as Windows, Unix or an old Mac ends them, all in one file. A refusal names the number of the line, and
never quotes it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, TextIO

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.delimiters import delimiter_of, name_of
from kwaliteitsmonitor.readers.files.encodings import encoding_of
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError, number_nl
from schemas.profile.feeds import FileSource
from schemas.words import Words

_END_IN_DOS = "\x1a"
"""The mark by which DOS ended its files: alone on the last line, it is no data."""
LOOKED_AT = 50
"""How many lines are looked at to find, or to check, what separates cells."""


def delimited(stream: IO[bytes], source: FileSource, name: str = "", limits: Limits = LIMITS) -> Grid:
    """The cells of a delimited text. `name` is its name in a ZIP. Raises `UnreadableError`.

    A delimiter that is empty in the profile says that each line is one cell.
    """
    if not source.delimiter:
        return lines_of(stream, source, name, limits)
    encoding = encoding_of(stream, source.encoding)
    with _opened(stream, encoding.codec) as text:
        first = list(islice(_lines(text, limits), LOOKED_AT))
    delimiter = delimiter_of(first, source.delimiter)
    with _opened(stream, encoding.codec) as text:
        cells, numbers = _rows(text, delimiter.character, limits)
    if delimiter.in_first_line:
        cells, numbers = cells[1:], numbers[1:]
    if cells and cells[-1] == [_END_IN_DOS]:
        cells, numbers = cells[:-1], numbers[:-1]
    if not cells:
        raise RefusedFileError(
            Words("in dit bestand staat niets", "there is nothing in this file"),
            Words("een regel met koppen en regels met gegevens", "a line of headers and lines of data"),
            EXPORT_AGAIN,
        )
    return Grid(name, cells, numbers, notes=encoding.notes + delimiter.notes)


def lines_of(stream: IO[bytes], source: FileSource, name: str = "", limits: Limits = LIMITS) -> Grid:
    """The lines of a text of fixed width, each as one cell. Raises `UnreadableError`."""
    encoding = encoding_of(stream, source.encoding)
    cells: list[list[str]] = []
    numbers: list[int] = []
    with _opened(stream, encoding.codec) as text:
        for number, line in enumerate(_lines(text, limits), start=1):
            line = line.rstrip("\r\n")
            if not _blank(line):
                cells.append([line])
                numbers.append(number)
                if len(cells) > limits.lines:
                    raise too_many_cells(limits)
    if cells and cells[-1] == [_END_IN_DOS]:
        cells, numbers = cells[:-1], numbers[:-1]
    return Grid(name, cells, numbers, notes=encoding.notes)


def too_many_cells(limits: Limits) -> RefusedFileError:
    """What is said of a table that is larger than any delivery."""
    return RefusedFileError(
        Words("deze tabel is groter dan een levering kan zijn", "this table is larger than a delivery can be"),
        Words(f"ten hoogste {number_nl(limits.cells)} cellen", f"at most {limits.cells:,} cells"),
        Words("Lever alleen de gegevens, zo nodig in delen.", "Deliver the data alone, in parts if need be."),
    )


def _blank(cell: str) -> bool:
    return not cell.strip()


@contextmanager
def _opened(stream: IO[bytes], codec: str) -> Iterator[TextIO]:
    """The text of a stream from its beginning; the stream stays open."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=codec, newline="")
    try:
        yield text
    finally:
        text.detach()


def _rows(text: TextIO, delimiter: str, limits: Limits) -> tuple[list[list[str]], list[int]]:
    """The rows that hold something, and the line at which each begins. Raises `UnreadableError`."""
    cells: list[list[str]] = []
    numbers: list[int] = []
    count = 0
    reader = csv.reader(_lines(text, limits), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            if row and not (_blank(row[0]) and all(map(_blank, row))):
                cells.append(row)
                numbers.append(start)
                count += len(row)
                if count > limits.cells or len(row) > limits.columns or len(cells) > limits.lines:
                    raise too_many_cells(limits)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable_line(start, delimiter, "field limit" in str(error)) from None
    return cells, numbers


def _lines(text: TextIO, limits: Limits) -> Iterator[str]:
    """The lines with their ends. Raises `UnreadableError` at a zero character and at a line without end."""
    most = limits.line_characters
    number = 0
    try:
        while line := text.readline(most + 1):
            number += 1
            if number > 1 and line[0] == "\ufeff":  # where one file was put after another
                line = line[1:]
            if "\0" in line:
                raise RefusedFileError(
                    Words(f"regel {number} bevat een teken dat geen tekst is (NUL)", f"line {number} has a NUL byte"),
                    Words("tekst", "text"),
                    EXPORT_AGAIN,
                )
            if len(line) > most:
                raise RefusedFileError(
                    Words(
                        f"regel {number} is langer dan {number_nl(most)} tekens",
                        f"line {number} is longer than {most:,} characters",
                    ),
                    remedy=EXPORT_AGAIN,
                )
            yield line
    except UnicodeError:
        raise RefusedFileError(
            Words(f"regel {number + 1} is geen tekst", f"line {number + 1} is not text"), remedy=EXPORT_AGAIN
        ) from None


def _unreadable_line(line: int, delimiter: str, too_long: bool) -> RefusedFileError:
    if too_long:
        most = csv.field_size_limit()
        return RefusedFileError(
            Words(
                f"de regel die op regel {line} begint heeft een cel van meer dan {number_nl(most)} tekens",
                f"the row that begins at line {line} has a cell of more than {most:,} characters",
            ),
            Words(
                "aanhalingstekens die ook weer sluiten, en kortere cellen",
                "quotes that are closed again, and shorter cells",
            ),
            EXPORT_AGAIN,
        )
    shown = name_of(delimiter)
    return RefusedFileError(
        Words(f"regel {line} is niet te lezen", f"line {line} cannot be read"),
        Words(
            f"cellen gescheiden door {shown.nl}, met aanhalingstekens die ook weer sluiten",
            f"cells separated by {shown.en}, with quotes that are closed again",
        ),
        Words("Exporteer het opnieuw in die vorm.", "Export it again in that form."),
    )
