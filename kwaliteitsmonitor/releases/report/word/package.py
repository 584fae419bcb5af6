"""The Word file as a package: the same parts in the same order, with no time of writing in it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_LEVEL = 6


def settled(package: bytes) -> bytes:
    """A package of Office with the parts that it holds, each at the first moment that a zip file can name."""
    held = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(held, "w") as made:
        for part in source.infolist():
            entry = ZipInfo(part.filename)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            made.writestr(entry, source.read(part), compresslevel=_LEVEL)
    return held.getvalue()
