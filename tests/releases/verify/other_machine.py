"""Another machine, as far as an environment makes one: other fonts, place, language, clock, home, rights and cores."""

from __future__ import annotations

import struct
from importlib.resources import files
from pathlib import Path

CONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir></fontconfig>
"""


def renamed(font: bytes, family: str) -> bytes:
    """A font under another name of its family: its table of names is replaced by one at the end of the file."""
    names = ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", "")))
    said = [(number, text.encode("utf-16-be")) for number, text in names]
    records, texts = b"", b""
    for number, text in said:
        records += struct.pack(">6H", 3, 1, 0x409, number, len(text), len(texts))
        texts += text
    table = struct.pack(">3H", 0, len(said), 6 + len(records)) + records + texts
    (count,) = struct.unpack(">H", font[4:6])
    found = bytearray(font)
    for at in range(12, 12 + 16 * count, 16):
        if bytes(found[at : at + 4]) == b"name":
            found[at + 8 : at + 16] = struct.pack(">2L", len(font), len(table))
    return bytes(found) + table


def fonts(folder: Path) -> Path:
    """Install fonts in a folder, and give the file of settings that names it.

    They have the names of those by which charts are written, and are none of them: the letters of another font, that
    comes with a library.
    """
    folder.mkdir(parents=True)
    other = files("great_expectations").joinpath("render/view/static/fonts/HKGrotesk/HKGrotesk-Regular.otf")
    for family in ("Liberation Sans", "Arial", "Helvetica", "Libertinus Serif", "DejaVu Sans Mono"):
        (folder / f"{family}.otf").write_bytes(renamed(other.read_bytes(), family))
    settings = folder.with_suffix(".conf")
    settings.write_text(CONFIG.format(folder=folder))
    return settings
