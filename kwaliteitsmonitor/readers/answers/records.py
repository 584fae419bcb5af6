"""The records of a text of answers, taken apart line by line where a cell may hold a line break.

A line of which no record can be made (a quote that is not closed, bytes that are no text, a zero byte) is none, and
takes no other lines along. A byte order mark where a line begins, as where one file was put after another, is no part
of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

BLOCK = 1 << 18
"""Bytes that are read at once."""

LONGEST_LINE = 1 << 21
"""Bytes of the longest record that the engine takes by itself."""

OPEN_LINES = 200
"""A cell with more line breaks than this is a quote that somebody forgot to close."""


@dataclass(frozen=True)
class _Grammar:
    """What a line is where cells are quoted as RFC 4180 has it; spaces may stand around the quotes.

    `complete`: a record. `opening`: one whose last cell goes on in the next line. Of a line in such a cell, `closing`
    ends the record, `inside` is all in the cell and `reopening` ends the cell and opens another.
    """

    complete: re.Pattern[bytes]
    opening: re.Pattern[bytes]
    closing: re.Pattern[bytes]
    inside: re.Pattern[bytes]
    reopening: re.Pattern[bytes]


@lru_cache(maxsize=8)
def _grammar(delimiter: str) -> _Grammar:
    separator = re.escape(delimiter.encode())
    quoted = rb'[^"]*(?:""[^"]*)*'
    plain = rb'(?! *")(?:(?!' + separator + rb").)*"
    cell = rb'(?: *"' + quoted + rb'" *|' + plain + rb")"
    opens = rb"(?:" + cell + separator + rb')* *"' + quoted
    after = quoted + rb'" *(?:' + separator + cell + rb")*"
    return _Grammar(
        *(
            re.compile(pattern, re.DOTALL)
            for pattern in (
                cell + rb"(?:" + separator + cell + rb")*",
                opens,
                after,
                quoted,
                after + separator + rb' *"' + quoted,
            )
        )
    )


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a text without their ends or a byte order mark; of a line that is too long the beginning."""
    rest = b""
    held = b""
    with path.open("rb") as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        while block := stream.read(BLOCK):
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            first, *others = block.split(b"\n")
            others = [line.removeprefix(codecs.BOM_UTF8) for line in others]
            rest = rest + first if len(rest) <= LONGEST_LINE else rest
            if others:
                yield rest
                yield from others[:-1]
                rest = others[-1]
    if rest or held:
        yield rest


def each_a_record(path: Path, lines: int, delimiter: str) -> bool:
    """Whether each of the first lines of a text is a record by itself."""
    complete = _grammar(delimiter).complete
    return all(complete.fullmatch(line) for _, line in zip(range(lines), _lines(path), strict=False))


class NoRecord(Enum):
    """Why no record can be made of a line: bytes that are no UTF-8, or quotes, a zero byte or a length."""

    ENCODING = "encoding"
    FORM = "form"


Record = bytes | NoRecord


def records(path: Path, delimiter: str, first: int) -> Iterator[tuple[int, Record]]:
    """The records of a text from this line on, with their numbers; of a line that gives none the reason."""
    grammar = _grammar(delimiter)
    pending: list[tuple[int, bytes]] = []
    for number, line in enumerate(_lines(path), start=1):
        if number < first:
            continue
        pending.append((number, line))
        while pending:
            taken = _take(grammar, pending)
            if taken is None:
                break
            yield taken
    while pending:
        yield _take(grammar, pending, last=True) or (pending.pop(0)[0], NoRecord.FORM)


def _take(grammar: _Grammar, pending: list[tuple[int, bytes]], *, last: bool = False) -> tuple[int, Record] | None:
    """The first record of some lines, which are taken out; nothing if further lines must be seen."""
    number, line = pending[0]
    if not _is_text(line):
        del pending[0]
        return number, NoRecord.FORM if _is_too_long(line) else NoRecord.ENCODING
    if b'"' not in line or grammar.complete.fullmatch(line):
        del pending[0]
        return number, line
    if grammar.opening.fullmatch(line):
        for position in range(1, len(pending)):
            following = pending[position][1]
            if not _is_text(following):
                break
            if grammar.inside.fullmatch(following) or grammar.reopening.fullmatch(following):
                continue
            if grammar.closing.fullmatch(following):
                record = b"\n".join(text for _, text in pending[: position + 1])
                del pending[: position + 1]
                return (number, record if len(record) <= LONGEST_LINE else NoRecord.FORM)
            break
        else:
            if not last and len(pending) <= OPEN_LINES:
                return None
    del pending[0]
    return number, NoRecord.FORM


def _is_too_long(line: bytes) -> bool:
    return len(line) > LONGEST_LINE or b"\0" in line


def _is_text(line: bytes) -> bool:
    if _is_too_long(line):
        return False
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
