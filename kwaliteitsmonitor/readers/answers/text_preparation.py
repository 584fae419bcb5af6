r"""Texts of answers made ready for the engine, whatever stands in them: large ones unchanged, odd ones as a copy.

The engine reads pieces of a text side by side, and finds in each where a record begins. If a cell holds a line break
it may find the wrong place without noticing, and if a quote is not closed it may drop what follows. So it is first
looked at whether every line is a record by itself, which it mostly is; if not, the records are taken apart here.

Lines of which no record can be made (a quote that is not closed, bytes that are no text, a zero byte) are then set
aside by their number, and the engine reads a copy without them. A quote that is not closed takes no other lines along.

What is counted as a line ends in `\n`, `\r\n` or `\r`; a record that takes several lines has the number of the
first.
"""

from __future__ import annotations

import codecs
import csv
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from kwaliteitsmonitor.readers.answers.records import BLOCK, LONGEST_LINE, NoRecord, each_a_record, records
from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.files.delimiters import delimiter_of
from kwaliteitsmonitor.readers.files.encodings import encoding_of, instead_of, is_utf_8
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from kwaliteitsmonitor.readers.forms.headers import SEARCHED
from schemas.words import LINES, Words, counted

Numbers = npt.NDArray[np.int64]

UTF8 = "utf-8-sig"
UNDECODED = "\ufffd"
"""What stands in the first rows for a byte that is not UTF-8."""
_QUOTE, _LINE_FEED, _RETURN = 34, 10, 13
ENCODING = "another_encoding"
"""The code of a note that says that a text is in another encoding than was agreed."""


@dataclass(frozen=True)
class Text:
    """A text as the engine reads it: UTF-8, cells separated by `delimiter`.

    `path` is the delivered file or a copy of it, whose first `skip` lines are no data. `apart` says that every line is
    a record by itself, and `trimmed` that no cell begins or ends with a blank. `lines` counts the lines after the
    headers. If the copy is of records taken apart here, `numbers` gives the number of each, and `broken` those of
    the lines that are none; `undecoded` are those that are not UTF-8.
    """

    path: Path
    delimiter: str
    head: Grid
    ends: tuple[int, ...]
    notes: tuple[Note, ...]
    scratch: Path
    skip: int = 0
    apart: bool = False
    trimmed: bool = False
    lines: int = 0
    numbers: Numbers | None = None
    broken: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    undecoded: Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def aside(self) -> int:
        """The number of lines of which no record can be made."""
        return len(self.broken) + len(self.undecoded)


def opened(path: Path, encoding: str, delimiter: str, scratch: Path) -> Text:
    """A text and the first of its rows, among which its headers are. Raises `UnreadableError`.

    `scratch` is a new path, for a copy if one is needed. Bytes that are not UTF-8 do not refuse a text that is declared
    to be: their lines are set aside later.
    """
    notes: tuple[Note, ...] = ()
    with path.open("rb") as stream:
        if not is_utf_8(stream, encoding):
            detected = encoding_of(stream, encoding)
            notes = detected.notes
            if detected.codec != UTF8:
                _transcode(stream, detected.codec, scratch)
                path = scratch
    with path.open(encoding=UTF8, errors="replace", newline="") as text:
        lines = [line for _, line in zip(range(SEARCHED), iter(lambda: text.readline(LONGEST_LINE), ""), strict=False)]
    separator = delimiter_of(lines, delimiter)
    head, ends = _rows(lines, separator.character)
    if not head.cells:
        raise RefusedFileError(
            Words("in dit bestand staat niets", "there is nothing in this file"),
            Words("een regel met koppen en regels met gegevens", "a line of headers and lines of data"),
            EXPORT_AGAIN,
        )
    survey = _survey(path, separator.character)
    return Text(
        path,
        separator.character,
        head,
        ends,
        (*notes, *separator.notes),
        scratch,
        apart=survey.apart,
        trimmed=survey.trimmed,
        lines=survey.lines,
    )


def _transcode(stream: BinaryIO, codec: str, target: Path) -> None:
    """Write a text in another encoding as UTF-8. The encoding is known to fit."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    one_byte = not codec.startswith("utf")
    with target.open("wb") as out:
        while block := stream.read(BLOCK):
            out.write(block if one_byte and block.isascii() else decoder.decode(block).encode())
        out.write(decoder.decode(b"", final=True).encode())


def _rows(lines: Sequence[str], delimiter: str) -> tuple[Grid, tuple[int, ...]]:
    """The rows among the first lines that hold something, and the number of the last line of each."""
    cells: list[list[str]] = []
    numbers: list[int] = []
    ends: list[int] = []
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                cells.append(row)
                numbers.append(start)
                ends.append(reader.line_num)
            start = reader.line_num + 1
    except csv.Error:
        pass  # what stands here is no header, and its line will be set aside
    return Grid("", cells, numbers), tuple(ends)


def below(text: Text, headers: int) -> Text:
    """The text with its data below the row of headers at this position among its first rows (-1: without any)."""
    skip = text.ends[headers] if headers >= 0 else 0
    under = replace(text, skip=skip, lines=text.lines - skip)
    # The engine counts what it skips in records and not in lines.
    return under if text.apart and each_a_record(text.path, skip, text.delimiter) else mended(under)


@dataclass(frozen=True)
class _Survey:
    """Properties of a text that follow from its bytes; see `Text`."""

    apart: bool = False
    trimmed: bool = False
    lines: int = 0


def _survey(path: Path, delimiter: str) -> _Survey:
    """Look at every byte once, and at quotes once more if there are any.

    Looking for what is mostly not there costs next to nothing, where having the engine ask it of each cell would take
    as long as all else that it does.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    edges = _edges(delimiter)
    marks = b""
    returns = feeds = pairs = 0
    quotes, trimmed = False, True
    last = b"\n"
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if b"\0" in block or not _decodes(decoder, block) or _marked_inside(marks + block):
                return _Survey()
            marks = block[-3:]
            feeds += int(np.count_nonzero(np.frombuffer(block, np.uint8) == _LINE_FEED))
            if b"\r" in block or last == b"\r":
                returns += block.count(b"\r")
                pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            quotes = quotes or b'"' in block
            trimmed = trimmed and not _blank_at_an_edge(last + block, edges)
            last = block[-1:]
    if decoder.getstate()[0] or (returns and not returns == feeds == pairs):
        return _Survey()
    trimmed = trimmed and last not in (b" ", b"\t", b"\xa0")
    return _Survey(not quotes or _apart(path, delimiter), trimmed, feeds + (last != b"\n"))


def _marked_inside(block: bytes) -> bool:
    """Whether a byte order mark stands where a line begins, as where one file was put after another."""
    return b"\n" + codecs.BOM_UTF8 in block or b"\r" + codecs.BOM_UTF8 in block


def _edges(delimiter: str) -> npt.NDArray[np.uint8]:
    """Per byte what it is where blanks are looked for: 1 between cells, 2 part of a blank, else 0."""
    edges = np.zeros(256, np.uint8)
    edges[list(b'\n\r"' + delimiter.encode())] = 1
    edges[[at for at in b" \t\xc2\xa0" if not edges[at]]] = 2
    return edges


def _blank_at_an_edge(block: bytes, edges: npt.NDArray[np.uint8]) -> bool:
    """Whether a blank, or a byte that may be part of one, stands next to the edge of a cell."""
    if not any(blank in block for blank in (b" ", b"\t", b"\xa0")):
        return False
    kinds = edges[np.frombuffer(block, np.uint8)]
    return bool(np.any(kinds[1:] + kinds[:-1] == 3))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    if block.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _apart(path: Path, delimiter: str) -> bool:
    """Whether no cell holds a line break, for certain.

    In each line, the first, third, … quote opens a cell or stands right after another, and every quote is one of two.
    """
    with path.open("rb") as stream:
        rest = b""
        while block := stream.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if cut:
                if not _pairs(rest + block[:cut], delimiter):
                    return False
                rest = block[cut:]
            else:
                rest += block
                if len(rest) > LONGEST_LINE:
                    return False
    return _pairs(rest, delimiter)


def _pairs(lines: bytes, delimiter: str) -> bool:
    if b'"' not in lines:
        return True
    here = np.frombuffer(b"\n" + lines, np.uint8)
    quotes = np.flatnonzero(here == _QUOTE)
    ends = np.searchsorted(quotes, np.flatnonzero(here == _LINE_FEED))
    if len(quotes) % 2 or np.any(ends % 2):
        return False
    before = here[quotes[::2] - 1]
    allowed = (before == ord(delimiter)) | (before == _LINE_FEED) | (before == _QUOTE)
    return ord(delimiter) < 128 and bool(allowed.all())


def mended(text: Text) -> Text:
    """The text as a copy in which every record is sound, without the lines of which none can be made."""
    numbers = array("q")
    bad = {reason: array("q") for reason in NoRecord}
    copy = text.scratch.with_suffix(".mended")
    with copy.open("wb") as out:
        for number, record in records(text.path, text.delimiter, text.skip + 1):
            if isinstance(record, NoRecord):
                bad[record].append(number)
            elif record.strip():
                out.write(record)
                out.write(b"\n")
                numbers.append(number)
    return replace(
        text,
        path=copy,
        skip=0,
        apart=False,
        trimmed=False,
        lines=len(numbers),
        numbers=np.array(numbers, np.int64),
        broken=np.array(bad[NoRecord.FORM], np.int64),
        undecoded=np.array(bad[NoRecord.ENCODING], np.int64),
        notes=(*text.notes, *_another_encoding(text.path, len(bad[NoRecord.ENCODING]))),
    )


def _another_encoding(path: Path, lines: int) -> Iterator[Note]:
    """In which encoding a text is whose lines are not all UTF-8, as far as that can be known."""
    if lines:
        with path.open("rb") as stream:
            what = instead_of(stream, "utf-8")
        aside = counted(lines, LINES)
        message = Words(
            f"{what.nl}; {aside.nl} apart gezet. Exporteer het opnieuw als utf-8.",
            f"{what.en}; {aside.en} set aside. Export it again as utf-8.",
        )
        yield Note(ENCODING, message)


def excerpt(text: Text, numbers: Numbers) -> Text:
    """Some lines of a text in which each line is a record, by their numbers in the delivered file, as a text."""
    wanted = numbers - 1
    copy = text.scratch.with_suffix(".some")
    at = 0
    with copy.open("wb") as out:
        for lines, ends in _blocks(text.path):
            low, high = np.searchsorted(wanted, (at, at + len(ends)))
            if high > low:
                these = wanted[low:high] - at
                begins = np.where(these > 0, ends[these - 1] + 1, 0).tolist()
                out.write(b"".join(lines[a:b] for a, b in zip(begins, (ends[these] + 1).tolist(), strict=True)))
            at += len(ends)
    return replace(text, path=copy, skip=0, lines=len(wanted))


def _blocks(path: Path) -> Iterator[tuple[bytes, Numbers]]:
    """Whole lines of a text, many at a time, with the positions of their ends; the last line has one too."""
    with path.open("rb") as stream:
        rest = b""
        while block := stream.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if cut:
                lines = rest + block[:cut]
                yield lines, np.flatnonzero(np.frombuffer(lines, np.uint8) == _LINE_FEED)
            rest = block[cut:] if cut else rest + block
        if rest:
            yield rest + b"\n", np.array([len(rest)], np.int64)


def _filled_lines(path: Path) -> npt.NDArray[np.bool_]:
    """Whether anything stands on each line of a text, be it a blank."""
    filled = [np.empty(0, bool)]
    for lines, ends in _blocks(path):
        before = np.concatenate(([-1], ends[:-1]))
        length = ends - before - 1
        short = np.flatnonzero(length == 1)
        length[short[np.frombuffer(lines, np.uint8)[ends[short] - 1] == _RETURN]] = 0
        filled.append(length > 0)
    return np.concatenate(filled)


class DisagreementError(Exception):
    """The engine and the bytes of a file disagree, so that no row could be named with certainty."""


def numbers_of(text: Text, ragged: Numbers, accepted: int, places: Numbers) -> Numbers:
    """The numbers in the delivered file of the records at these places (from 0) among those that were accepted.

    `ragged` are the records, counted by the engine from 1 and in order, that were not. Raises `DisagreementError`.
    """
    if text.numbers is not None:
        kept = np.delete(text.numbers, ragged - 1)
    elif text.lines == accepted + len(ragged):
        before = (ragged - text.skip - 1) - np.arange(len(ragged))
        return text.skip + 1 + places + np.searchsorted(before, places, side="right")
    else:
        filled = _filled_lines(text.path)[text.skip :]
        filled[ragged - text.skip - 1] = False
        kept = text.skip + 1 + np.flatnonzero(filled)
    if len(kept) != accepted:
        raise DisagreementError(f"{accepted} records were read, and {len(kept)} lines are theirs")
    return kept[places]


def lines_of(text: Text, ragged: Numbers) -> Numbers:
    """The numbers in the delivered file of the records, counted by the engine from 1, that were not accepted."""
    return ragged if text.numbers is None else text.numbers[ragged - 1]
