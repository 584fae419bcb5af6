"""What is found in a landing zone, of whatever kind that is: its files, and what is there and not to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schemas.errors import SourceError
from schemas.visible import visible
from schemas.words import Words

DEEPEST = 32
"""Folders in folders that are looked into; a server that follows a link to a folder above has no end of them."""
COARSE = 2.0
"""Seconds within which two versions of a file may have the same stamp, where stamps are coarse."""

LEADS_OUT = Words(
    "verwijzing naar buiten de map met leveringen: niet gelezen; lever het bestand zelf",
    "a link that leads out of the landing zone: not read; deliver the file itself",
)
TO_FOLDER = Words(
    "verwijzing naar een map: niet gevolgd; lever de bestanden zelf",
    "a link to a folder: not followed; deliver the files themselves",
)
TO_NOTHING = Words(
    "verwijzing die nergens heen leidt: niet gelezen; lever het bestand zelf",
    "a link that leads nowhere: not read; deliver the file itself",
)
REMOTE_LINK = Words(
    "verwijzing op een server: niet gevolgd; lever het bestand zelf",
    "a link on a server: not followed; deliver the file itself",
)
NO_FILE = Words(
    "geen gewoon bestand maar een apparaat, pijp of iets anders: niet gelezen",
    "not a regular file but a device, a pipe or something else: not read",
)
UNREADABLE_NAME = Words(
    "de naam bevat tekens die geen tekst zijn: niet gelezen; geef het bestand een andere naam",
    "the name holds signs that are not text: not read; give the file another name",
)
TOO_DEEP = Words(
    f"map die dieper ligt dan {DEEPEST} mappen: niet bekeken",
    f"a folder that lies deeper than {DEEPEST} folders: not looked into",
)


@dataclass(frozen=True)
class Found:
    """A file in the landing zone: its path in it, its size in bytes and the day on which it arrived there.

    `arrived` is the moment itself, if the landing zone tells it. `fingerprint` is the same as long as the bytes are
    the same, as far as the landing zone can tell without their being read; empty if it cannot. `refused` says why
    the file is not to be read at all. A path may hold any sign that a name can hold: show it by `visible`.
    `parts` are the files that it comes in, if it is several (`kwaliteitsmonitor.connectors.parts`), each with its
    `name` in it, and `waits` says that more of it is to come.
    """

    path: str
    size: int
    received_on: date
    arrived: datetime | None = None
    fingerprint: str = ""
    refused: Words | None = None
    parts: tuple[Found, ...] = ()
    waits: Words | None = None
    name: str = ""

    @property
    def files(self) -> tuple[Found, ...]:
        """The files to read: its parts, or itself."""
        return self.parts or (self,)


class StillArriving(SourceError):  # noqa: N818 - what it is, not what went wrong
    """A file changed while it was read; nothing of it is to be kept. The next run finds it whole."""

    def __init__(self, path: str) -> None:
        super().__init__(
            Words("de levering veranderde terwijl ze werd gelezen", "the delivery changed while it was read"),
            where=visible(path),
            expected=Words("een bestand dat niet meer wordt geschreven", "a file that is no longer being written"),
            remedy=Words("Draai het opnieuw als het bestand volledig is.", "Run again once it is whole."),
        )


def refused(path: str, why: Words, zone: ZoneInfo, moment: datetime | None = None) -> Found:
    """Something that is there and not to be read. A name that is no text is written out so that it can be shown."""
    text = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return Found(text, 0, (moment or datetime.now(UTC)).astimezone(zone).date(), moment, refused=why)


def is_text(path: str) -> bool:
    """Whether a name is text; a file system may hold bytes that are none."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_hidden(name: str) -> bool:
    """Whether a name is that of a hidden file, or of one that a spreadsheet keeps beside the file it works on."""
    return name.startswith((".", "~$"))


def moment_of(stamp: object) -> datetime | None:
    """A stamp of a file system as a moment in UTC: seconds since 1970, or a date and time; `None` if it is neither."""
    try:
        if isinstance(stamp, int | float):
            return datetime.fromtimestamp(stamp, UTC)
        if isinstance(stamp, datetime):
            return stamp.replace(tzinfo=stamp.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, ValueError, OSError):  # a clock that is wrong by ages
        return None
    return None


def as_numbered(path: str) -> tuple[tuple[str, int], ...]:
    """A key by which names sort: without the extension, and a number in them by its value."""
    stem = re.sub(r"\.\w+$", "", path)
    return tuple((text, int(number or 0)) for text, number in re.findall(r"(\D+|^)(\d*)", stem))
