"""Determine the encoding of a text: the one that the profile declares, or, for `auto`, the one found by rules.

The rules of `auto`, in order: a byte order mark; UTF-16 by the pattern of its zero bytes; bytes that are UTF-8
throughout; else windows-1252, which is what Excel writes as CSV in Western Europe, or what Mac or DOS wrote, by where
its letters stand. A text that mixes UTF-8 with another encoding is refused: part of it would be read garbled.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from kwaliteitsmonitor.readers.cells.grid import Note
from kwaliteitsmonitor.readers.files.likely import clearly_another, is_mixed, likely
from kwaliteitsmonitor.readers.files.limits import MB
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
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
_NAMES = {
    "utf-8-sig": "utf-8",
    "cp1252": WINDOWS,
    "iso8859-1": "latin-1",
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
    "mac-roman": "MacRoman",
    "cp850": "DOS (cp850)",
}
TWO_ENCODINGS = Words(
    "in dit bestand staan twee tekencoderingen door elkaar: utf-8 en een andere",
    "this file mixes two encodings: utf-8 and another one",
)
CUT_OFF = Words("dit bestand is afgebroken midden in een letter", "this file is cut off in the middle of a letter")


@dataclass(frozen=True)
class Encoding:
    """A codec of Python, and the name of the encoding for people."""

    codec: str
    name: str
    notes: tuple[Note, ...] = ()


def encoding_of(stream: IO[bytes], declared: str) -> Encoding:
    """The encoding of a text. Raises `UnreadableError` if the text is not in the encoding that is declared."""
    stream.seek(0)
    sample = stream.read(SAMPLE)
    marked = marked_as(sample)
    if declared != AUTO:
        return _declared(stream, declared, marked)
    if marked:
        line = first_wrong(stream, marked)
        if line is None:
            return _encoding(marked)
        raise _not_in(plain_name(marked), line, stream)
    line = first_wrong(stream, "utf-8")
    if line is None:
        return _encoding("utf-8-sig")
    if is_mixed(pieces(stream)):
        raise _not_in("utf-8", line, stream)
    if codec := likely(pieces(stream)):
        return _encoding(codec)
    raise RefusedFileError(
        Words("de tekencodering is niet te herkennen", "its encoding cannot be recognised"),
        Words("UTF-8, UTF-16 of windows-1252", "UTF-8, UTF-16 or windows-1252"),
        Words("Exporteer het als UTF-8.", "Export it as UTF-8."),
    )


def marked_as(sample: bytes) -> str:
    """The codec that the first bytes of a text tell, by a mark or by the zero bytes of UTF-16; empty for neither."""
    return next((codec for mark, codec in _MARKS if sample.startswith(mark)), "") or _zeros(sample)


def plain_name(codec: str) -> str:
    """The name of an encoding as people know it."""
    name = codecs.lookup(codec).name
    return _NAMES.get(name, name)


def is_utf_8(stream: IO[bytes], declared: str) -> bool:
    """Whether a text is to be read as UTF-8 without looking further: it is declared so, and has no mark of another."""
    stream.seek(0)
    marked = marked_as(stream.read(SAMPLE))
    return declared != AUTO and plain_name(declared) == "utf-8" and marked in ("", "utf-8-sig")


def _encoding(codec: str) -> Encoding:
    name = plain_name(codec)
    if name == "utf-8":
        return Encoding("utf-8-sig", name)
    message = Words(f"gelezen als {name}: dat volgt uit de bytes", f"read as {name}: so the bytes tell")
    return Encoding(codec, name, (Note("encoding", message),))


def _declared(stream: IO[bytes], declared: str, marked: str) -> Encoding:
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
    codec = "utf-8-sig" if name == "utf-8" else marked or codecs.lookup(declared).name
    line = first_wrong(stream, codec)
    if line is not None:
        raise _not_in(name, line, stream)
    if _one_byte(codec) and not _ascii(stream):
        # Letters with accents in such an encoding are not UTF-8 by chance: read as declared they would be garbled.
        if first_wrong(stream, "utf-8") is None:
            raise _other("utf-8", name)
        if is_mixed(pieces(stream)):
            raise _not_in(name, first_wrong(stream, "utf-8") or 1, stream)
        if other := clearly_another(pieces(stream), codec):
            raise _other(plain_name(other), name)
    return Encoding(codec, name)


def _again(name: str) -> Words:
    return Words(f"Exporteer het opnieuw als {name}.", f"Export it again as {name}.")


def instead_of(stream: IO[bytes], name: str) -> Words:
    """What a text is that is not in the encoding of this name, as far as that can be known."""
    if name != "utf-8" and first_wrong(stream, "utf-8") is None:
        codec = "utf-8"
    elif is_mixed(pieces(stream)):
        return CUT_OFF if name == "utf-8" and _is_cut_off(stream) else TWO_ENCODINGS
    else:
        codec = likely(pieces(stream))
    actual = plain_name(codec) if codec else ""
    but = Words(f" maar in {actual}", f" but in {actual}") if actual else Words("", "")
    return Words(f"dit is geen tekst in {name}{but.nl}", f"this is not text in {name}{but.en}")


def _not_in(name: str, line: int, stream: IO[bytes]) -> RefusedFileError:
    what = instead_of(stream, name)
    return RefusedFileError(
        Words(f"{what.nl}: zie regel {line}", f"{what.en}: see line {line}"),
        Words(f"tekst in {name}", f"text in {name}"),
        _again(name),
    )


def _is_cut_off(stream: IO[bytes]) -> bool:
    """Whether UTF-8 ends in the middle of a letter, and is right until there."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces(stream):
            decoder.decode(piece)
    except UnicodeError:
        return False
    return bool(decoder.getstate()[0])


def _other(actual: str, name: str) -> RefusedFileError:
    return RefusedFileError(
        Words(f"dit is tekst in {actual}", f"this is text in {actual}"),
        Words(f"tekst in {name}", f"text in {name}"),
        _again(name),
    )


def _one_byte(codec: str) -> bool:
    return not codec.startswith("utf")


def _ascii(stream: IO[bytes]) -> bool:
    return all(piece.isascii() for piece in pieces(stream))


def _zeros(sample: bytes) -> str:
    """UTF-16 without a mark: in Western text every other byte is zero; at odd places if the small end is first."""
    if b"\0" not in sample:
        return ""
    even, odd = (part.count(0) / max(len(part), 1) for part in (sample[0::2], sample[1::2]))
    if odd > _MANY and even < _FEW:
        return "utf-16-le"
    return "utf-16-be" if even > _MANY and odd < _FEW else ""


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a stream from its beginning, in pieces of a megabyte."""
    stream.seek(0)
    read: Callable[[], bytes] = lambda: stream.read(MB)  # noqa: E731
    return iter(read, b"")


def first_wrong(stream: IO[bytes], codec: str) -> int | None:
    """The number of the first line that is not text in an encoding; `None` if all is.

    Lines end as Windows, Unix or an old Mac ends them.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    lines = Lines()
    for piece in pieces(stream):
        before = decoder.getstate()
        try:
            lines.add(decoder.decode(piece))
        except UnicodeError:
            decoder.setstate(before)
            return _up_to_the_error(decoder, piece, lines)
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return lines.number
    return None


def _up_to_the_error(decoder: codecs.IncrementalDecoder, piece: bytes, lines: Lines) -> int:
    """The number of the line in which a piece that cannot be decoded goes wrong."""
    try:
        for at in range(len(piece)):
            lines.add(decoder.decode(piece[at : at + 1]))
    except UnicodeError:
        pass
    return lines.number


class Lines:
    """Counts the lines of a text that comes in pieces; `number` is that of the line it has come to."""

    def __init__(self) -> None:
        self.number = 1
        self._after_return = False

    def add(self, text: str) -> None:
        """Take in a piece of the text."""
        if text:
            self.number += text.count("\n") + text.count("\r") - text.count("\r\n")
            self.number -= self._after_return and text[0] == "\n"
            self._after_return = text[-1] == "\r"
