"""The ZIP container of a workbook or of texts, read with distrust.

The directory of a ZIP says what its members inflate to; who means harm lets it lie. So members are inflated here, in
pieces, and counted: no piece is larger than a megabyte, and beyond the limits it stops. Nothing is written under the
name that a member has.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError, number_nl, shown
from schemas.words import Words

_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error, RuntimeError, OverflowError)
"""What `zipfile` raises at a directory that does not hold together."""


def damaged(name: str = "") -> RefusedFileError:
    """What is said of a ZIP, or a member of it, that is cut off or otherwise broken."""
    if not name:
        return RefusedFileError(
            Words("dit bestand is beschadigd of afgebroken", "this file is damaged or cut off"),
            remedy=Words(
                "Open het om te zien of het heel is, sla het op en lever het nog eens.",
                "Open it to see whether it is whole, save it and deliver it again.",
            ),
        )
    return RefusedFileError(
        Words(f"{shown(name)} in dit bestand is beschadigd", f"{shown(name)} in this file is damaged"),
        remedy=EXPORT_AGAIN,
    )


@dataclass
class Package:
    """An opened ZIP. `members` are its files by name, with `/` between folders; `inflated` is what was read so far."""

    stream: BinaryIO
    members: dict[str, ZipInfo]
    limits: Limits = LIMITS
    inflated: int = field(default=0)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {name.casefold(): name for name in reversed(self.members)}

    def part(self, name: str) -> str:
        """A part as this package writes its name, empty if it is not there: upper and lower case are alike."""
        return name if name in self.members else self._by_name.get(name.casefold(), "")

    def chunks(self, name: str) -> Iterator[bytes]:
        """What a member holds, in pieces of at most a megabyte.

        Raises `UnreadableError` if it is broken, has a password or inflates beyond the limits.
        """
        info = self.members[name]
        if info.flag_bits & _ENCRYPTED:
            raise RefusedFileError(
                Words(f"{shown(name)} heeft een wachtwoord", f"{shown(name)} has a password"),
                remedy=Words("Lever het zonder wachtwoord.", "Deliver it without a password."),
            )
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise RefusedFileError(
                Words(
                    f"{shown(name)} is op een ongewone manier ingepakt", f"{shown(name)} is packed in an unusual way"
                ),
                Words("een gewoon ZIP-bestand", "an ordinary ZIP file"),
                Words("Pak het opnieuw in.", "Pack it again."),
            )
        check = total = 0
        for piece, packed in self._inflated(name, info):
            total += len(piece)
            self._count(name, packed, len(piece), total)
            check = zlib.crc32(piece, check)
            yield piece
        if total != info.file_size or check != info.CRC:
            raise damaged(name)

    def read(self, name: str, most: int = 16 * MB) -> bytes:
        """A small member whole; `most` bounds it. Raises `UnreadableError`."""
        parts = []
        left = most
        for piece in self.chunks(name):
            parts.append(piece)
            left -= len(piece)
            if left < 0:
                raise damaged(name)
        return b"".join(parts)

    def _inflated(self, name: str, info: ZipInfo) -> Iterator[tuple[bytes, int]]:
        """The pieces of a member, each with the number of packed bytes that were read for it and those before it."""
        if info.header_offset < 0:
            raise damaged(name)
        self.stream.seek(info.header_offset)
        header = self.stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise damaged(name)
        *_, name_length, extra_length = _LOCAL.unpack(header)
        self.stream.seek(name_length + extra_length, 1)
        left = info.compress_size
        engine = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == ZIP_DEFLATED else None
        while left > 0:
            packed = self.stream.read(min(left, MB))
            if not packed:
                raise damaged(name)
            left -= len(packed)
            if engine is None:
                yield packed, info.compress_size - left
                continue
            try:
                while packed and not engine.eof:
                    piece = engine.decompress(packed, MB)
                    packed = engine.unconsumed_tail
                    yield piece, info.compress_size - left - len(packed)
            except zlib.error:
                raise damaged(name) from None
            if engine.eof:
                break
        if engine is not None:
            yield engine.flush(), info.compress_size
            if not engine.eof:
                raise damaged(name)

    def _count(self, name: str, packed: int, length: int, total: int) -> None:
        self.inflated += length
        limits = self.limits
        swollen = total > limits.inflation_from and total > limits.inflation * packed
        if self.inflated > limits.inflated_bytes or swollen:
            most = limits.inflated_bytes // MB
            raise RefusedFileError(
                Words(
                    f"{shown(name)} is uitgepakt veel groter dan een levering kan zijn",
                    f"{shown(name)} unpacks to far more than a delivery can be",
                ),
                Words(f"uitgepakt ten hoogste {number_nl(most)} MB", f"at most {most:,} MB when unpacked"),
                Words("Lever alleen de gegevens, zo nodig in delen.", "Deliver the data alone, in parts if need be."),
            )


@contextmanager
def opened(path: Path, limits: Limits = LIMITS) -> Iterator[Package]:
    """A ZIP whose directory holds together and whose members stay where they belong.

    Raises `UnreadableError` if it is broken, has too many members, or names of members that lead elsewhere.
    """
    with path.open("rb") as stream:
        _check_directory(stream, limits)
        try:
            infos = ZipFile(stream).infolist()
        except _BROKEN:
            raise damaged() from None
        yield Package(stream, _members(infos, limits), limits)


def _members(infos: list[ZipInfo], limits: Limits) -> dict[str, ZipInfo]:
    if len(infos) > limits.members:
        raise _too_many(limits)
    members: dict[str, ZipInfo] = {}
    for info in infos:
        name = info.orig_filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/") or "\0" in name:
            raise RefusedFileError(
                Words(
                    f"{shown(name)} wil buiten zijn map worden uitgepakt",
                    f"{shown(name)} is to be unpacked outside its folder",
                ),
                Words("bestanden in het ZIP-bestand zelf", "files inside the ZIP file itself"),
                Words("Pak het opnieuw in.", "Pack it again."),
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise RefusedFileError(
                Words(f"{shown(name)} is een verwijzing naar een ander bestand", f"{shown(name)} is a symbolic link"),
                Words("het bestand zelf", "the file itself"),
                Words("Pak het opnieuw in, met de bestanden zelf.", "Pack it again, with the files themselves."),
            )
        if name in members:
            raise RefusedFileError(
                Words(f"{shown(name)} staat er meer dan eens in", f"{shown(name)} is in it more than once"),
                remedy=Words("Pak het opnieuw in, met elk bestand één keer.", "Pack it again, with each file once."),
            )
        if not name.endswith("/"):
            members[name] = info
    return members


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Refuse a directory too large to be read; `zipfile` reads it whole, and makes an object of each entry."""
    size = stream.seek(0, 2)
    start = max(0, size - 22 - 0xFFFF)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise damaged()
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        stream.seek(min(int.from_bytes(tail[at - 12 : at - 4], "little"), size))
        record = stream.read(56)
        length = int.from_bytes(record[40:48], "little") if record.startswith(b"PK\x06\x06") else length
    stream.seek(0)
    if length > limits.directory_bytes:
        raise _too_many(limits) if length <= size else damaged()


def _too_many(limits: Limits) -> RefusedFileError:
    return RefusedFileError(
        Words("dit bestand bevat te veel bestanden", "this file holds too many files"),
        Words(f"ten hoogste {number_nl(limits.members)}", f"at most {limits.members:,}"),
        Words("Lever alleen de gegevens.", "Deliver the data alone."),
    )
