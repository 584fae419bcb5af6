"""The small XML parts of a package, read without a document type and without entities of its own.

Office writes neither; what has one is made to mislead (a billion laughs, a file of the server as an entity).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.packages import damaged
from kwaliteitsmonitor.readers.files.refusals import SAVE_AS_XLSX, RefusedFileError, shown
from schemas.words import Words

LONGEST_TAG = 4 * MB

_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_PACKAGE = (
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_OPENDOCUMENT = tuple(
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "table", "text", "style", "manifest", "datastyle")
)
READ = frozenset({*_SPREADSHEET, *_PACKAGE, *_OPENDOCUMENT, "http://www.w3.org/1999/xlink"})
"""The namespaces whose names are read. Programs add elements and attributes of their own, some with the same name."""

Start = Callable[[str, Mapping[str, str]], None]


def unusual(name: str) -> RefusedFileError:
    """What is said of a part that no office program writes so."""
    return RefusedFileError(
        Words(
            f"{shown(name)} is geschreven op een manier die geen Office-programma gebruikt",
            f"{shown(name)} is written in a way that no office program uses",
        ),
        remedy=SAVE_AS_XLSX,
    )


def parse(
    name: str,
    pieces: Iterable[bytes],
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Give each element of a part to `start`, `end` and `text`, by names without their prefix (see `local`).

    Raises `UnreadableError` if the part is no XML, or declares a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise unusual(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(
        local(tag), {local(key): value for key, value in attributes.items()}
    )
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda tag: finish(local(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        length = 0
        for piece in pieces:
            parser.Parse(piece, False)
            length += len(piece)
            if length - max(parser.CurrentByteIndex, 0) > LONGEST_TAG:
                # An element that does not end is looked through anew with each piece.
                raise unusual(name)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged(name) from None
    except (ValueError, LookupError):  # an encoding that there is not
        raise unusual(name) from None


def elements(name: str, content: bytes, limits: Limits = LIMITS) -> list[tuple[str, dict[str, str]]]:
    """The elements of a part in their order, with their attributes, by names without their prefix.

    Raises `UnreadableError`, also if there are more than any office program writes.
    """
    listed: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if len(listed) == limits.elements:
            raise unusual(name)
        listed.append((tag, dict(attributes)))

    parse(name, [content], start)
    return listed


def local(name: str) -> str:
    """A name of XML as it is read: by itself if it is of the file's own form, else behind its namespace.

    Excel writes an element `workbookPr` of its own beside that of the form, and LibreOffice a second `value-type`.
    """
    namespace, _, bare = name.rpartition(" ")
    return bare if not namespace or namespace in READ else f"{namespace}:{bare}"


def is_true(text: str | None) -> bool:
    """Whether an attribute of XML says yes, as XML Schema writes it: `1` or `true`, spaces or not."""
    return (text or "").strip() in ("1", "true")
