"""Files that are one delivery together: numbered parts, and folders of parts as Spark, DuckDB and Arrow write them.

`FGW_part-00000.parquet` and `FGW_part-00001.parquet` are `FGW_part-*.parquet`; `FGW.parquet/part-00000.parquet` and all
beside it are `FGW.parquet/`. A second version (`FGW_v2.csv`) and a copy (`FGW (1).csv`) are none of that. Workbooks are
never parts: each has its sheets.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from kwaliteitsmonitor.connectors.files import Found, as_numbered
from kwaliteitsmonitor.connectors.landing import matches
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format
from schemas.words import Words

IN_PARTS = (Format.CSV, Format.FIXED, Format.PARQUET)
"""The forms of file that may come in parts."""
_NUMBERED = re.compile(
    r"(?P<stem>.+?)[ _.(-]+(?:part|deel)[ _.-]*(?P<number>\d+)(?:[ _.-]*(?:of|van)[ _.-]*(?P<of>\d+))?\)?"
    r"(?P<ext>(?:\.[A-Za-z]\w*)+)",
    re.IGNORECASE,
)
_IN_A_FOLDER = re.compile(r"(?:part|data|deel)[ _.-]?(\d+)", re.IGNORECASE)
ZERO_PADDED = 4
"""Numbers of so many digits are given by programs, which begin at 0; people begin at 1."""
DONE, UNDER_WAY, STARTED, COMMITTED = "_SUCCESS", "_temporary", "_started_", "_committed_"
UNFINISHED = Words(
    "nog niet alle onderdelen zijn er; de volgende keer opgehaald",
    "not all parts are there yet; taken up the next time",
)
NO_PARTS = Words("een map zonder onderdelen: niet gelezen", "a folder without parts: not read")


def sources_of(feeds: Iterable[Feed]) -> list[FileSource]:
    """The sources of feeds whose files may come in parts."""
    every = (source for feed in feeds for source in feed.sources if isinstance(source, FileSource))
    return [source for source in every if source.format in IN_PARTS]


def gathered(files: Iterable[Found], feeds: Iterable[Feed], units: Iterable[str]) -> list[Found]:
    """The files of a landing zone in which those that are parts of one delivery are one, by the patterns of feeds."""
    feeds, known = list(feeds), tuple(units)
    patterns = [source.path for source in sources_of(feeds)]
    every = [s.path for feed in feeds for s in feed.sources if isinstance(s, FileSource)]
    if not patterns:
        return list(files)
    fits = _remembered(lambda path: any(matches(pattern, path, known) is not None for pattern in patterns))
    alone: list[Found] = []
    together: dict[str, list[Found]] = {}
    for file in files:
        whole = _numbered(file.path, fits)
        if not whole and not any(matches(pattern, file.path, known) is not None for pattern in every):
            whole = _in_a_folder(file.path, fits)
        if whole:
            together.setdefault(whole, []).append(file)
        else:
            alone.append(file)
    return sorted([*alone, *(_one(whole, parts) for whole, parts in together.items())], key=lambda f: f.path)


def is_part(path: str) -> bool:
    """Whether a path has the name of one part of several, so that it is no delivery by itself."""
    return _NUMBERED.fullmatch(PurePosixPath(path).name) is not None and not path.endswith("/")


def _remembered(ask: Callable[[str], bool]) -> Callable[[str], bool]:
    known: dict[str, bool] = {}

    def remembered(path: str) -> bool:
        if path not in known:
            known[path] = ask(path)
        return known[path]

    return remembered


def _numbered(path: str, fits: Callable[[str], bool]) -> str:
    """The name of the delivery of which a path is a numbered part beside others; empty if it is none."""
    folder, _, name = path.rpartition("/")
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return ""
    whole = f"{folder}/{match['stem']}_part-*{match['ext']}".lstrip("/")
    return whole if fits(whole) else ""


def _in_a_folder(path: str, fits: Callable[[str], bool]) -> str:
    """The folder that is a delivery and holds a path, with a slash at its end; empty if there is none."""
    *folders, name = path.split("/")
    for depth in range(1, len(folders) + 1):
        whole = "/".join(folders[:depth]) + "/"
        inside = [*folders[depth:], name]
        named = "." in folders[depth - 1]
        if (named or _is_marker(inside) or _IN_A_FOLDER.match(name)) and fits(whole):
            return whole
    return ""


def _is_marker(inside: Sequence[str]) -> bool:
    """Whether a path in a folder of parts is no data: what programs note beside it begins with an underscore."""
    return any(name.startswith("_") and "=" not in name for name in inside)


def _one(whole: str, files: Sequence[Found]) -> Found:
    """The delivery that files are the parts of: all of them in a fixed order, or why it does not count."""
    folder = whole if whole.endswith("/") else f"{whole.rpartition('/')[0]}/".lstrip("/")
    inside = {file: file.path.removeprefix(folder) for file in files}
    data = [file for file in files if not _is_marker(inside[file].split("/"))]
    data.sort(key=lambda file: (as_numbered(inside[file]), inside[file]))
    markers = [name for file, name in inside.items() if file not in data]
    refused = next((file.refused for file in data if file.refused), None)
    names = [inside[file] for file in data]
    if refused is None and not data:
        refused = NO_PARTS
    if refused is None and not (whole.endswith("/") and (DONE in markers or any("=" in name for name in names))):
        refused = _gap(names, _IN_A_FOLDER if whole.endswith("/") else _NUMBERED)
    newest = max(files, key=lambda file: (file.received_on, str(file.arrived)))
    signs = [file.fingerprint for file in data]
    sign = hashlib.sha256("\n".join([*names, *signs]).encode()).hexdigest() if all(signs) and signs else ""
    return Found(
        whole,
        sum(file.size for file in data),
        newest.received_on,
        max((file.arrived for file in files if file.arrived), default=None),
        sign,
        refused,
        tuple(replace(file, name=name) for file, name in zip(data, names, strict=True)),
        UNFINISHED if _is_under_way(markers) else None,
    )


def _is_under_way(markers: Sequence[str]) -> bool:
    """Whether a program is still writing the parts, by what it notes beside them."""
    last = [name.rpartition("/")[2] for name in markers]
    started = {name.removeprefix(STARTED) for name in last if name.startswith(STARTED)}
    committed = {name.removeprefix(COMMITTED) for name in last if name.startswith(COMMITTED)}
    return any(UNDER_WAY in name.split("/") for name in markers) or bool(started - committed)


def _gap(names: Sequence[str], pattern: re.Pattern[str]) -> Words | None:
    """Which numbers are lacking among those of the parts; `None` if all are there, or they have none."""
    matches = [pattern.match(name.rpartition("/")[2]) for name in names]
    if not all(matches):
        return None
    texts = [one["number"] if pattern is _NUMBERED else one[1] for one in matches if one]
    numbers, width = set(map(int, texts)), max(map(len, texts))
    first = 0 if width >= ZERO_PADDED or 0 in numbers else 1
    of = max((int(one["of"]) for one in matches if one and pattern is _NUMBERED and one["of"]), default=0)
    last = max(*numbers, of + first - 1, 0)
    lacking = [str(number).zfill(width) for number in range(first, last + 1) if number not in numbers]
    if not lacking:
        return None
    some = ", ".join(lacking[:5]) + (" …" if len(lacking) > 5 else "")
    nl, en = ("onderdeel", "part") if len(lacking) == 1 else ("de onderdelen", "parts")
    is_nl, is_en = ("ontbreekt", "is lacking") if len(lacking) == 1 else ("ontbreken", "are lacking")
    return Words(
        f"{nl} {some} {is_nl}: de levering telt pas mee als alle onderdelen er zijn",
        f"{en} {some} {is_en}: the delivery counts once all parts are there",
    )
