"""The landing zone: a folder, reached by any fsspec URL, in which deliveries arrive.

Which file is a delivery of what follows from the path patterns in the profile, such as
`onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import IO, Any
from zoneinfo import ZoneInfo

import fsspec

from schemas.errors import SourceError

_FORMS = {
    "academic_year": r"\d{4}-\d{4}",
    "reporting_year": r"\d{4}",
    "round": r"\d",
    "unit": r"[A-Za-z0-9]+",
    "suffix": r"(?:[ _.(-][^/]*)?",
}
_STAMPS = ("mtime", "LastModified", "last_modified", "modified", "created")


@dataclass(frozen=True)
class Found:
    """A file in the landing zone: its path in it, its size in bytes and the day on which it arrived there."""

    path: str
    size: int
    received_on: date


class Landing:
    """A landing zone. Opening it proves that it is there; raises `SourceError` where it cannot be reached."""

    def __init__(self, url: str, timezone: str) -> None:
        self.url = url
        self._timezone = ZoneInfo(timezone)
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url)
            there = self._fs.isdir(self._root)
        except Exception as error:  # each file system raises errors of its own
            raise SourceError(
                f"the landing zone cannot be reached ({type(error).__name__})",
                where=_without_secrets(url),
                remedy="Check the address, the network and the credentials in the environment.",
            ) from error
        if not there:
            raise SourceError(
                "there is no such landing zone",
                where=_without_secrets(url),
                expected="a folder with deliveries",
                remedy="Name it with --landing or KWALITEITSMONITOR_LANDING; `kwaliteitsmonitor sample` writes one.",
            )

    def files(self) -> list[Found]:
        """Every file in the landing zone, by path. Hidden files and those of a spreadsheet at work are left out.

        Raises `SourceError` where any folder in it cannot be listed: what is in there would seem not to be delivered.
        """
        try:
            entries = {info["name"]: info for info in self._listed(self._root)}
        except Exception as error:  # each file system raises errors of its own
            raise SourceError(
                f"the landing zone cannot be listed ({type(error).__name__})",
                where=_without_secrets(self.url),
                remedy="Check the rights on the folders in it.",
            ) from error
        found = []
        for name, info in sorted(entries.items()):
            path = name[len(self._root) :].lstrip("/")
            if not any(part.startswith((".", "~$")) for part in path.split("/")):
                found.append(Found(path, int(info.get("size") or 0), self._arrived(info)))
        return found

    def _listed(self, folder: str) -> Iterator[dict[str, Any]]:
        # Not by `find` or `walk` of fsspec, which pass over a folder below the first that cannot be listed.
        for info in self._fs.ls(folder, detail=True):
            if info["name"].rstrip("/") == folder.rstrip("/"):
                continue
            if info["type"] == "directory":
                yield from self._listed(info["name"])
            else:
                yield info

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file. Raises `SourceError` where it is gone or refused."""
        try:
            stream: IO[bytes] = self._fs.open(f"{self._root}/{path}", "rb")
        except Exception as error:  # each file system raises errors of its own
            raise SourceError(
                f"the delivery cannot be read from the landing zone ({type(error).__name__})",
                where=path,
                remedy="Check that it is still there and may be read, and run again.",
            ) from error
        return stream

    def _arrived(self, info: dict[str, Any]) -> date:
        stamp = next((info[key] for key in _STAMPS if info.get(key)), None)
        if isinstance(stamp, int | float):
            stamp = datetime.fromtimestamp(stamp, UTC)
        if not isinstance(stamp, datetime):
            stamp = datetime.now(UTC)
        return stamp.astimezone(self._timezone).date()


def matches(pattern: str, path: str, units: Iterable[str] = ()) -> dict[str, str] | None:
    """What a path says of its delivery where it has the form of the pattern, or none where it has not.

    `units` are the names of units that are known, which may hold any character; another name is letters and digits.
    Upper and lower case are alike, so that `FGW.XLSX` is not overlooked.

    >>> matches("verslag/{academic_year}/{unit}{suffix}.xlsx", "verslag/2019-2020/FGW_v2.xlsx")
    {'academic_year': '2019-2020', 'unit': 'FGW', 'suffix': '_v2'}
    """
    match = _expression(pattern, tuple(units)).fullmatch(path)
    return match.groupdict() if match else None


@lru_cache(maxsize=64)
def _expression(pattern: str, units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("".join(_pieces(pattern, units)), re.IGNORECASE | re.ASCII)


def _pieces(pattern: str, units: tuple[str, ...]) -> Iterator[str]:
    known = [re.escape(unit) for unit in sorted(units, key=len, reverse=True)]
    forms = {**_FORMS, "unit": "|".join([*known, _FORMS["unit"]])}
    for piece in re.split(r"(\{\w+\})", pattern):
        if piece.startswith("{"):
            name = piece[1:-1]
            yield f"(?P<{name}>{forms[name]})"
        else:
            yield re.escape(piece)


def _without_secrets(url: str) -> str:
    """The address without its user, password and query. A password may hold any sign, so all before the last @ goes."""
    return re.sub(r"\?.*", "?***", re.sub(r"://.*@", "://***@", url)) if "://" in url else url
