"""Making a plain sample: every delivery that a profile's feeds ask for in some years, in one landing zone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kwaliteitsmonitor.sample.plain import evaluations, faculty, figures, money, people
from kwaliteitsmonitor.sample.plain.databases import Databases
from kwaliteitsmonitor.sample.plain.files import file_bytes
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting, arrives, occasions
from kwaliteitsmonitor.sample.plain.shaping import Wanted, refused, shape
from kwaliteitsmonitor.sample.writing import LandingFolder, Progress, SampleFile
from schemas.calendar import academic_year
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, SqlSource
from schemas.profile.forms import PLACEHOLDER, Form
from schemas.profile.references import PLACEHOLDERS
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DECISIONS
from schemas.values import AnyRow

CONTENTS: Mapping[str, Contents] = {
    **faculty.CONTENTS,
    **money.CONTENTS,
    **people.CONTENTS,
    **evaluations.CONTENTS,
    **figures.CONTENTS,
}
"""What each delivered table holds at an occasion; answers to evaluations depend on the form as well."""

ANSWERS = "evaluations"
UNDECIDED = frozenset(table.name for table in DECISIONS)
"""Registers of decisions: without one, nothing was decided."""


@dataclass(frozen=True)
class PlainSample:
    """What was written: the files in the order in which they were made, and the reporting years they are about."""

    folder: Path
    seed: int
    years: tuple[int, ...]
    files: tuple[SampleFile, ...]


def write_plain_sample(
    profile: Profile,
    folder: Path,
    years: Iterable[int],
    *,
    seed: int = 2020,
    responses: int = 5_000,
    progress: Progress | None = None,
) -> PlainSample:
    """Write believable and valid deliveries for a profile into `folder`, for some reporting years.

    Everything follows from the profile: the feeds, their forms, the units that are there in a year, their measures, the
    plan and the scales of questions. Rounds are those of each year, all of them. `responses` is about how many answers
    to evaluations there are over all years, and no fewer than disclosure asks for. The same arguments give the same
    bytes.

    Raises `UsageError` for years outside the plan, a folder that is not empty, or a feed of which no sample can be
    made; the message names it.
    """
    setting = Setting(profile, _years(profile, years), seed, responses)
    landing = LandingFolder.make(profile, folder, progress)
    databases, last = Databases(), dict[str, date]()
    for feed in profile.feeds:
        if UNDECIDED.issuperset(feed.tables):
            continue
        for occasion in occasions(setting, feed):
            for position, source in enumerate(feed.sources):
                if isinstance(source, SqlSource):
                    databases.add(feed.id, source, _rows(setting, occasion, position, source.tables[0], None))
                    on = arrives(setting, occasion)
                    last[source.connection] = max(on, last.get(source.connection, on))
                else:
                    _write_files(landing, setting, occasion, source, position)
    for connection in databases.connections:
        path = f"{connection}.db"
        written = databases.write(connection, landing.new(path))
        landing.arrived(path, written, last[connection])
    return PlainSample(folder, seed, setting.years, tuple(landing.files))


def _years(profile: Profile, years: Iterable[int]) -> tuple[int, ...]:
    wanted = tuple(sorted(set(years)))
    first, last = profile.institution.first_year, profile.institution.last_year
    if not wanted or wanted[0] < first or wanted[-1] > last:
        raise UsageError(
            f"no sample can be made of the years {', '.join(map(str, wanted)) or '(none)'}",
            where=str(profile.folder / "profile.yaml"),
            expected=f"reporting years from {first} to {last}, the years of the plan",
        )
    return wanted


def _write_files(
    landing: LandingFolder, setting: Setting, occasion: Occasion, source: FileSource, position: int
) -> None:
    """Write the files of one source for one occasion: one, or one per unit or whatever else its path names."""
    tables: dict[str, tuple[Form, list[AnyRow]]] = {}
    for name in source.tables:
        if name in UNDECIDED:
            continue
        form = source.form(name, occasion.year)
        if form is None:
            raise refused(occasion.feed.id, f"it has no form of {name} for {occasion.year}")
        tables[name] = (form, _rows(setting, occasion, position, name, form))
    for place in _places(setting, occasion, source, tables):
        fields = {*occasion.shared_fields, *place}
        contents = []
        count = 0
        for name, (form, rows) in tables.items():
            own = [row for row in rows if all(str(row.get(field)) == value for field, value in place.items())]
            wanted = _wanted(setting, occasion, source, name, form, fields)
            contents.append((wanted, shape(own, wanted)))
            count += len(own)
        path = source.path.format(**_path_parts(occasion, place))
        landing.new(path).write_bytes(file_bytes(source, contents))
        landing.arrived(path, count, arrives(setting, occasion))


def _rows(setting: Setting, occasion: Occasion, position: int, name: str, form: Form | None) -> list[AnyRow]:
    """The rows of a table that come from one of the sources of a feed."""
    sharing = [place for place, other in enumerate(occasion.feed.sources) if name in other.tables]
    if name == ANSWERS:
        rows = evaluations.evaluations(setting, occasion, form or Form(table=name))
        kinds = list(dict.fromkeys(row["evaluation"] for row in rows))
        if len(sharing) > 1:  # each source has a kind of evaluation; what is left goes to the last
            mine = sharing.index(position)
            own = kinds[mine:] if mine == len(sharing) - 1 else kinds[mine : mine + 1]
            rows = [row for row in rows if row["evaluation"] in own]
        return list(rows)
    contents = CONTENTS.get(name)
    if contents is None:
        raise refused(occasion.feed.id, f"nothing is known of the table {name}")
    if len(sharing) > 1 and position != _fullest(occasion.feed, sharing):
        return []  # one source of several has all rows, so that none comes twice
    return list(contents(setting, occasion))


def _fullest(feed: Feed, sharing: Sequence[int]) -> int:
    """The source that has the rows if several could: the first with a file per unit, else the first."""
    per_unit = [place for place in sharing if isinstance(s := feed.sources[place], FileSource) and "{unit}" in s.path]
    return (per_unit or sharing)[0]


def _places(
    setting: Setting, occasion: Occasion, source: FileSource, tables: Mapping[str, tuple[Form, list[AnyRow]]]
) -> Iterator[dict[str, str]]:
    """What the path of each file says beside its period: the unit, and other fields of the contract."""
    named = PLACEHOLDER.findall(source.path)
    others = [name for name in named if name not in PLACEHOLDERS]
    years = setting.years if occasion.year is None else (occasion.year,)
    units: list[dict[str, str]] = [{}]
    if "unit" in named:
        there = dict.fromkeys(unit.id for year in years for unit in setting.units(occasion.feed, year))
        units = [{"unit": unit} for unit in there]
    for unit in units:
        if not others:
            yield unit
            continue
        rows = [row for _, of_table in tables.values() for row in of_table]
        own = [row for row in rows if all(row.get(name) == value for name, value in unit.items())]
        values = dict.fromkeys(tuple(row.get(name) for name in others) for row in own)
        yield from ({**unit, **dict(zip(others, map(str, v), strict=True))} for v in values if None not in v)


def _path_parts(occasion: Occasion, place: Mapping[str, str]) -> dict[str, str | int]:
    parts: dict[str, str | int] = {"suffix": "", **place}
    if occasion.year is not None:
        parts |= {"academic_year": academic_year(occasion.year), "reporting_year": occasion.year}
    if occasion.round is not None:
        parts["round"] = occasion.round
    return parts


def _wanted(
    setting: Setting, occasion: Occasion, source: FileSource, name: str, form: Form, fields: Collection[str]
) -> Wanted:
    labels = setting.language if source.format is Format.WORKBOOK else ""
    return Wanted(occasion.feed.id, CATALOGUE[name], form, source.locale, occasion.year, frozenset(fields), labels)
