"""The landing zone: a folder on this machine or on a server, in which deliveries arrive.

Which file is a delivery of what follows from the path patterns in the profile, such as
`onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.connectors.errors import cause_of
from kwaliteitsmonitor.connectors.files import Found as Found
from kwaliteitsmonitor.connectors.files import StillArriving as StillArriving
from kwaliteitsmonitor.connectors.folder import Folder
from kwaliteitsmonitor.connectors.remote import Remote
from kwaliteitsmonitor.foundation.addresses import Address, address
from kwaliteitsmonitor.foundation.retrying import PATIENCE, Patience, TriedError
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.errors import KwaliteitsmonitorError, SourceError
from schemas.profile.feeds import Feed, FileSource
from schemas.spelling import composed
from schemas.visible import visible
from schemas.words import Words

T = TypeVar("T")
_FORMS = {
    "academic_year": r"\d{4}-\d{4}",
    "reporting_year": r"\d{4}",
    "round": r"\d{1,2}",
    "unit": r"[A-Za-z0-9]+",
    "suffix": r"(?:[ _.(-][^/]*)?",
}
_VALUE = r"[^/]+?"
"""The form of a field of a contract that a path tells."""


@dataclass(frozen=True)
class Settling:
    """When a file counts as whole, in seconds.

    One that arrived less than `recent` ago is looked at again until it has been the same for `quiet`; all of them
    together take at most `at_most`.
    """

    recent: float = 10.0
    quiet: float = 1.0
    at_most: float = 10.0


SETTLING = Settling()


@dataclass(frozen=True)
class _Look:
    """A recent file as it was last seen, and the moments at which it was first and last seen so."""

    file: Found
    first: float
    last: float

    def is_like(self, file: Found) -> bool:
        was = self.file
        return (was.size, was.arrived, was.fingerprint) == (file.size, file.arrived, file.fingerprint)


UNREACHED = Words("de aanleverzone kan niet worden bereikt", "the landing zone cannot be reached")
UNLISTED = Words("de inhoud van de aanleverzone kan niet worden opgevraagd", "the landing zone cannot be listed")
UNREAD = Words(
    "de levering kan niet uit de aanleverzone worden gelezen", "the delivery cannot be read from the landing zone"
)
LOOK_AT = Words(
    "Kijk naar het adres, het netwerk en de inloggegevens in de omgeving.",
    "Check the address, the network and the credentials in the environment.",
)
LOOKS_KEPT = 600.0
_looks: dict[tuple[str, str], _Look] = {}
"""The recent files by landing zone and path: what one feed saw, the next need not wait for."""


class Landing:
    """A landing zone. Opening it proves that it is there; raises `SourceError` if it cannot be reached.

    `url` is a folder, or an address as `docs/sources.md` lists them; what opens a server comes from `environment`,
    the environment of the process unless it is given. Raises `UsageError` if the address holds a secret or a
    package is missing.
    """

    def __init__(
        self,
        url: str,
        timezone: str,
        *,
        environment: Mapping[str, str] | None = None,
        patience: Patience = PATIENCE,
        settling: Settling = SETTLING,
    ) -> None:
        place = address(url)
        self.url = url
        self._settling = settling
        opening = Settings().by_name() if environment is None else environment
        self._place = _opened(place, ZoneInfo(timezone), opening, patience)
        if not self._trying(UNREACHED, url, self._place.is_there):
            raise SourceError(
                Words("deze aanleverzone bestaat niet", "there is no such landing zone"),
                where=visible(url),
                expected=Words("een map met leveringen", "a folder with deliveries"),
                remedy=Words(
                    "Noem haar met --landing of KWALITEITSMONITOR_LANDING; `kwaliteitsmonitor sample` schrijft er een.",
                    "Name it with --landing or KWALITEITSMONITOR_LANDING; `kwaliteitsmonitor sample` writes one.",
                ),
            )

    def files(self) -> list[Found]:
        """Every file in the landing zone, by path. Hidden files and those of a spreadsheet at work are left out.

        What is there and not to be read (a link that leads out, a device) is among them, with `refused`. Raises
        `SourceError` if any folder in it cannot be listed: what is in there would seem not to be delivered.
        """
        files = self._trying(UNLISTED, self.url, lambda: list(self._place.files()))
        self._note(files)
        return sorted(files, key=lambda file: file.path)

    def settling(self, files: Iterable[Found]) -> set[str]:
        """The paths of those files that are still being written: the next run takes them up.

        A file that arrived long enough ago is not looked at again. One that has just arrived and is empty is waited
        for: many programs make a file first and fill it then. Takes no time if nothing is recent.
        """
        watched = {file.path for file in files if file.refused is None and self._is_recent(file)}
        until = time.monotonic() + self._settling.at_most
        changing = {path for path in watched if not self._is_quiet(path)}
        gone: set[str] = set()
        while changing and time.monotonic() < until:
            time.sleep(self._settling.quiet / 2)
            gone |= changing - self._looked_at(changing)
            changing = {path for path in changing - gone if not self._is_quiet(path)}
        return changing | gone | {path for path in watched if (look := self._last(path)) and not look.file.size}

    def _looked_at(self, paths: set[str]) -> set[str]:
        """Look at files again; returns the paths of those that are there."""
        now = self._trying(UNLISTED, self.url, lambda: self._place.look(paths))
        self._note(now.values())
        return set(now)

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file. Raises `SourceError` if it is gone or refused.

        `StillArriving`, which is one, is raised here or at the end of the reading if the file changes meanwhile.
        """
        return self._trying(
            UNREAD,
            visible(path),
            lambda: self._place.open(path),
            remedy=Words(
                "Kijk of de levering er nog is en gelezen mag worden, en draai het opnieuw.",
                "Check that it is still there and may be read, and run again.",
            ),
        )

    def _is_recent(self, file: Found) -> bool:
        return file.arrived is not None and (datetime.now(UTC) - file.arrived).total_seconds() < self._settling.recent

    def _note(self, files: Iterable[Found]) -> None:
        moment = time.monotonic()
        for name in [name for name, look in _looks.items() if moment - look.last > LOOKS_KEPT]:
            del _looks[name]
        for file in files:
            if not self._is_recent(file):
                _looks.pop((self.url, file.path), None)
                continue
            known = self._last(file.path)
            first = known.first if known is not None and known.is_like(file) else moment
            _looks[self.url, file.path] = _Look(file, first, moment)

    def _last(self, path: str) -> _Look | None:
        return _looks.get((self.url, path))

    def _is_quiet(self, path: str) -> bool:
        look = self._last(path)
        return look is None or look.last - look.first >= self._settling.quiet

    def _trying(
        self,
        what: Words,
        where: str,
        doing: Callable[[], T],
        remedy: Words = LOOK_AT,
    ) -> T:
        """What is done, or one sentence that says why it could not be; each file system raises errors of its own."""
        try:
            return doing()
        except TriedError as tried:
            if isinstance(tried.error, KwaliteitsmonitorError):
                raise tried.error from None
            why = cause_of(tried.error).then(tried.often)
            raise SourceError(what.then(": ").then(why), where=visible(where), remedy=remedy) from None
        except OSError as error:
            raise SourceError(what.then(": ").then(cause_of(error)), where=visible(where), remedy=remedy) from None


def _opened(place: Address, zone: ZoneInfo, environment: Mapping[str, str], patience: Patience) -> Folder | Remote:
    return Folder(place.folder, zone) if place.kind == "local" else Remote(place, zone, environment, patience)


def matches(pattern: str, path: str, units: Iterable[str] = ()) -> dict[str, str] | None:
    """What a path says of its delivery if it has the form of the pattern, or `None` if it has not.

    `units` are the names of units that are known, which may hold any character; another name is letters and digits.
    Upper and lower case are alike, so that `FGW.XLSX` is not overlooked, and so are the two ways to write an accent.

    >>> matches("verslag/{academic_year}/{unit}{suffix}.xlsx", "verslag/2019-2020/FGW_v2.xlsx")
    {'academic_year': '2019-2020', 'unit': 'FGW', 'suffix': '_v2'}
    """
    expression = _expression(composed(pattern), tuple(map(composed, units)))
    match = next(filter(None, map(expression.fullmatch, _readings(composed(path), pattern))), None)
    return match.groupdict() if match else None


def fields_by_path(feed: Feed, source: FileSource, path: str, units: Iterable[str] = ()) -> dict[str, str] | None:
    """The fields in the path of a delivery of a source, with those that all share; `None` if it is no delivery."""
    fields = matches(source.path, path, units)
    return None if fields is None else {**source.always(feed.period), **fields}


def _readings(path: str, pattern: str) -> Iterator[str]:
    """The names of a file by which it may fit a pattern: its own, and for what comes in parts that of the whole.

    The name of a folder of parts ends in a slash; it may leave out the extension, or say a value as `unit=FGW`.
    """
    if not path.endswith("/"):
        yield path.replace("_part-*.", ".")
        return
    folder = path.rstrip("/")
    yield folder
    extension = re.search(r"\.\w+$", pattern)
    if extension and "." not in folder.rpartition("/")[2]:
        yield folder + extension[0]
        named = re.sub(r"(?<![^/])(\w+)=([^/]*)", lambda m: m[2] if f"{{{m[1]}}}" in pattern else m[0], folder)
        if named != folder:
            yield named + extension[0]


@lru_cache(maxsize=64)
def _expression(pattern: str, units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("".join(_pieces(pattern, units)), re.IGNORECASE | re.ASCII)


def _pieces(pattern: str, units: tuple[str, ...]) -> Iterator[str]:
    known = [re.escape(unit) for unit in sorted(units, key=len, reverse=True)]
    forms = {**_FORMS, "unit": "|".join([*known, _FORMS["unit"]])}
    for piece in re.split(r"(\{\w+\})", pattern):
        if piece.startswith("{"):
            name = piece[1:-1]
            yield f"(?P<{name}>{forms.get(name, _VALUE)})"
        else:
            yield re.escape(piece)
