"""In which encoding a text is: what the profile declares holds; `auto` finds out by rules, and says so.

The rules of `auto`, in order: a byte order mark; bytes that are UTF-8 throughout; UTF-16 by the pattern of its zero
bytes; windows-1252, which is what Excel writes as CSV in Western Europe.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from assets.staged.files.limits import MB
from assets.staged.files.refusals import RefusedFileError
from assets.staged.grid import Note
from schemas.profile.feeds import AUTO
from schemas.words import Words

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MANY, _FEW = 0.4, 0.1
SAMPLE = 65_536
WINDOWS = "windows-1252"
_NAMES = {"utf-8-sig": "utf-8", "cp1252": WINDOWS, "iso8859-1": "latin-1", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


@dataclass(frozen=True)
class Encoding:
    """A codec of Python, and the name of the encoding for people."""

    codec: str
    name: str
    notes: tuple[Note, ...] = ()


def encoding_of(stream: BinaryIO, declared: str) -> Encoding:
    """The encoding of a text. Raises `UnreadableError` where the text is not in the encoding that is declared."""
    stream.seek(0)
    sample = stream.read(SAMPLE)
    marked = next((codec for mark, codec in _MARKS if sample.startswith(mark)), "")
    if declared != AUTO:
        return _declared(stream, declared, marked)
    if marked:
        return _found(marked)
    if codec := _zeros(sample):
        return _found(codec)
    if first_wrong(stream, "utf-8") is None:
        return _found("utf-8-sig")
    if first_wrong(stream, "cp1252") is None:
        return _found("cp1252")
    raise RefusedFileError(
        Words("de tekencodering is niet te herkennen", "its encoding cannot be recognised"),
        Words("UTF-8, UTF-16 of windows-1252", "UTF-8, UTF-16 or windows-1252"),
        Words("Exporteer het als UTF-8.", "Export it as UTF-8."),
    )


def plain_name(codec: str) -> str:
    """The name of an encoding as people know it."""
    name = codecs.lookup(codec).name
    return _NAMES.get(name, name)


def _found(codec: str) -> Encoding:
    name = plain_name(codec)
    if name == "utf-8":
        return Encoding("utf-8-sig", name)
    said = Words(f"gelezen als {name}: dat volgt uit de bytes", f"read as {name}: so the bytes tell")
    return Encoding(codec, name, (Note("encoding", said),))


def _declared(stream: BinaryIO, declared: str, marked: str) -> Encoding:
    try:
        name = plain_name(declared)
        "".encode(declared)
    except LookupError:
        raise RefusedFileError(
            Words("het profiel noemt een onbekende tekencodering", "the profile names an encoding that is not known"),
            remedy=Words("Wijzig het profiel, bijvoorbeeld in utf-8.", "Change the profile, to utf-8 for example."),
        ) from None
    if marked and plain_name(marked) != name:
        raise _other(plain_name(marked), name)
    codec = "utf-8-sig" if name == "utf-8" else codecs.lookup(declared).name
    line = first_wrong(stream, codec)
    if line is not None:
        raise RefusedFileError(
            Words(f"dit is geen tekst in {name}: zie regel {line}", f"this is not text in {name}: see line {line}"),
            Words(f"tekst in {name}", f"text in {name}"),
            _again(name),
        )
    if _one_byte(codec) and not _ascii(stream) and first_wrong(stream, "utf-8") is None:
        # Letters with accents in such an encoding are not UTF-8 by chance: read as declared they would be garbled.
        raise _other("utf-8", name)
    return Encoding(codec, name)


def _again(name: str) -> Words:
    return Words(f"Exporteer het opnieuw als {name}.", f"Export it again as {name}.")


def _other(found: str, name: str) -> RefusedFileError:
    return RefusedFileError(
        Words(f"dit is tekst in {found}", f"this is text in {found}"),
        Words(f"tekst in {name}", f"text in {name}"),
        _again(name),
    )


def _one_byte(codec: str) -> bool:
    return not codec.startswith("utf")


def _ascii(stream: BinaryIO) -> bool:
    return all(piece.isascii() for piece in pieces(stream))


def _zeros(sample: bytes) -> str:
    """UTF-16 without a mark: in Western text every other byte is zero; at odd places where the small end is first."""
    if b"\0" not in sample:
        return ""
    even, odd = (part.count(0) / max(len(part), 1) for part in (sample[0::2], sample[1::2]))
    if odd > _MANY and even < _FEW:
        return "utf-16-le"
    return "utf-16-be" if even > _MANY and odd < _FEW else ""


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream from its beginning, in pieces of a megabyte."""
    stream.seek(0)
    read: Callable[[], bytes] = lambda: stream.read(MB)  # noqa: E731
    return iter(read, b"")


def first_wrong(stream: BinaryIO, codec: str) -> int | None:
    """The number of the first line that is not text in an encoding; none where all is."""
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 1
    try:
        for piece in pieces(stream):
            lines += decoder.decode(piece).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError):
            lines += error.object[: error.start].count(b"\n")
        return lines
    return None
