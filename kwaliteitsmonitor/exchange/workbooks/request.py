"""The request for a workbook: its feed, unit and period, and where it is to be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from kwaliteitsmonitor.obligations.periods import Expected, deadline, expected_periods
from kwaliteitsmonitor.readers.delivered_parts import fields_from_path
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.calendar import Cycle, academic_year
from schemas.contract import Table
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period
from schemas.profile.forms import Form
from schemas.profile.units import Unit
from schemas.spelling import fold
from schemas.tables import CATALOGUE
from schemas.values import Row

_AS_IT_IS = {"table", "valid_from", "valid_until", "sheet", "columns", "constants", "locales", "values", "empty"}
"""What a form may say and still be filled in as a table with the contract's columns, each value as it stands."""
_UNIT = "{unit}"


@dataclass(frozen=True)
class Request:
    """One workbook of a feed: its source, unit (`None` for a central delivery) and period."""

    profile: Profile
    cycle: Cycle
    feed: Feed
    position: int
    source: FileSource
    unit: Unit | None
    expected: Expected

    def path(self, suffix: str = "") -> str:
        """Where the workbook is to be delivered in the landing zone."""
        place = {**_place(self.expected, self.unit.id if self.unit else ""), "suffix": suffix}
        return self.source.path.format_map(_Left(place))

    @property
    def takes_versions(self) -> bool:
        """Whether a second version may have another name than the first."""
        return "{suffix}" in self.source.path

    @property
    def name(self) -> str:
        """The name of the file, as it is to be delivered."""
        return PurePosixPath(self.path()).name

    @property
    def deadline(self) -> date | None:
        """The last day on which the delivery is on time."""
        return deadline(self.feed, self.expected)

    @property
    def path_fields(self) -> Row:
        """The fields in the path of the delivery, which the workbook leaves out."""
        return fields_from_path(self.feed, self.delivery(self.expected.period))

    def delivery(self, period: str) -> Delivery:
        """A delivery of this unit over a period, of which only the subject is known."""
        unit = self.unit.id if self.unit else ""
        return Delivery(self.feed.id, self.position, "", "", 0, date.min, period, unit)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The contracts of the workbook, a sheet each, with the institution's codes and the open text that it reads."""
        codes, profile = self.profile.code_lists(), self.profile
        return tuple(CATALOGUE[name].bind(codes).opening(profile.open_text(name)) for name in self.source.tables)

    def form(self, table: Table) -> Form | None:
        """The form of a table in the workbook, from the profile."""
        return self.source.form(table.name, None if self.feed.period is Period.NONE else self.expected.year)


def unit_of(profile: Profile, name: str) -> Unit:
    """The unit with this id or other name, in upper or lower case. Raises `UsageError` if there is none."""
    for unit in profile.units:
        if fold(name) in {fold(n) for n in (unit.id, *unit.aliases)}:
            return unit
    raise UsageError(
        f"there is no unit '{name}'",
        where="--unit",
        expected=f"one of {', '.join(u.id for u in profile.units)}",
        nl=f"De {profile.institution.words.unit.nl} '{name}' bestaat niet. "
        f"Kies uit {', '.join(u.id for u in profile.units)}.",
    )


def feed_of(profile: Profile, name: str, *, by_unit: bool, workbook: bool) -> Feed:
    """The feed with this id; without one, the only feed that units deliver, as a workbook if that is request.

    Raises `UsageError` if there is no such feed, or more than one that it could be.
    """
    ids = [feed.id for feed in profile.feeds]
    if name:
        if name not in ids:
            raise UsageError(
                f"there is no feed '{name}'",
                where="--feed",
                expected=f"one of {', '.join(ids)}",
                nl=f"De levering '{name}' bestaat niet. Kies uit {', '.join(ids)}.",
            )
        return profile.feed(name)
    fit = [feed for feed in profile.feeds if _sources(feed, by_unit=True, workbook=True)]
    if len(fit) == 1 and by_unit:
        return fit[0]
    known = [feed.id for feed in profile.feeds if _sources(feed, by_unit=by_unit, workbook=workbook)]
    if len(known) == 1:
        return profile.feed(known[0])
    if not known:
        whose = "that units deliver" if by_unit else "that is delivered centrally"
        raise UsageError(
            f"no feed {whose} comes {'as a workbook' if workbook else 'as a file'}",
            where=str(profile.folder / "feeds.yaml"),
            remedy=f"The feeds are {', '.join(ids)}.",
            nl=f"Er is geen levering {'per eenheid' if by_unit else 'van de hele instelling'} die als "
            f"{'werkmap' if workbook else 'bestand'} komt. De leveringen zijn {', '.join(ids)}.",
        )
    raise UsageError(
        "it is not said which feed",
        where="--feed",
        expected=f"one of {', '.join(known)}",
        remedy="" if by_unit else "Name a unit with --unit for what units deliver.",
        nl=f"Noem de levering met --feed: een van {', '.join(known)}."
        + ("" if by_unit else " Noem met --unit een eenheid voor wat eenheden leveren."),
    )


def is_usual(profile: Profile, feed: Feed, *, by_unit: bool) -> bool:
    """Whether a feed is the one that is meant when none is named."""
    try:
        return feed_of(profile, "", by_unit=by_unit, workbook=False).id == feed.id
    except UsageError:
        return False


def requests(profile: Profile, cycle: Cycle, feed: Feed, unit: Unit | None, period: str = "") -> list[Request]:
    """The workbooks of a feed that are asked of a unit, or centrally, over a period: one per source.

    Without a period it is the newest that the cycle reads. Raises `UsageError` if the feed is not delivered as a
    workbook, the unit is missing or is not one that delivers it, or the cycle does not read the period.
    """
    sources = _sources(feed, by_unit=unit is not None, workbook=True)
    if not sources:
        _explain_none(feed, unit)
    if unit is not None and feed.units and unit.id not in feed.units:
        raise UsageError(
            f"{unit.id} does not deliver {feed.id}",
            where="--unit",
            expected=", ".join(feed.units),
            nl=f"{unit.id} levert dit niet: {feed.nl}. Kies uit {', '.join(feed.units)}.",
        )
    expected = expected_of(profile, cycle, feed, period)
    if unit is not None and not unit.is_there(expected.year):
        there = ", ".join(one.id for one in profile.units_in(expected.year))
        raise UsageError(
            f"{unit.id} is not there in {expected.year}",
            where="--unit",
            expected=f"one of {there}",
            nl=f"{unit.id} bestaat niet in {expected.year}. Kies uit {there}.",
        )
    return [Request(profile, cycle, feed, position, source, unit, expected) for position, source in sources]


def expected_of(profile: Profile, cycle: Cycle, feed: Feed, period: str) -> Expected:
    """The period with this name among those that a cycle reads of a feed, the newest without a name.

    Raises `UsageError` if the cycle does not read it.
    """
    periods = expected_periods(feed, cycle, profile)
    if not period:
        return periods[-1]
    match = next((e for e in periods if e.period == period), None)
    if match is None:
        known = ", ".join(e.period for e in periods)
        raise UsageError(
            f"cycle {cycle.key} does not read '{period}'",
            where="--period",
            expected=f"one of {known}",
            nl=f"Cyclus {cycle.key} leest periode '{period}' niet. Kies uit {known}.",
        )
    return match


def path_of(feed: Feed, expected: Expected, unit: str) -> list[str]:
    """Where deliveries of a unit, or central ones where it is empty, are looked for over a period: one per source."""
    place = _place(expected, unit)
    return [
        source.path.format_map(_Left(place))
        for source in feed.sources
        if isinstance(source, FileSource) and (_UNIT in source.path) == bool(unit)
    ]


class _Left(dict[str, str]):
    """What fills a path, in which a placeholder that only the sender can fill is left as it is."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _place(expected: Expected, unit: str) -> dict[str, str]:
    return {
        "academic_year": academic_year(expected.year),
        "reporting_year": str(expected.year),
        "round": str(expected.round or ""),
        "suffix": "",
        **({"unit": unit} if unit else {}),
    }


def plain(form: Form | None) -> bool:
    """Whether a table of this form can be filled in as a sheet with a column per field."""
    return form is not None and form.model_fields_set <= _AS_IT_IS and "*" not in form.sheet


def _sources(feed: Feed, *, by_unit: bool, workbook: bool) -> list[tuple[int, FileSource]]:
    return [
        (position, source)
        for position, source in enumerate(feed.sources)
        if isinstance(source, FileSource)
        and (_UNIT in source.path) == by_unit
        and (source.format is Format.WORKBOOK or not workbook)
    ]


def _explain_none(feed: Feed, unit: Unit | None) -> None:
    if _sources(feed, by_unit=unit is None, workbook=True):
        if unit is None:
            expected = ", ".join(feed.units)
            raise UsageError(
                f"{feed.id} is delivered by each unit",
                where="--unit",
                expected=f"one of {expected}",
                nl=f"Elke eenheid levert dit zelf: {feed.nl}. Noem een eenheid met --unit.",
            )
        raise UsageError(
            f"{feed.id} is delivered centrally",
            where="--unit",
            expected="no unit",
            remedy="Leave --unit out.",
            nl=f"Dit wordt centraal geleverd: {feed.nl}. Laat --unit weg.",
        )
    raise UsageError(
        f"{feed.id} is not delivered as a workbook",
        where="--feed",
        expected="a feed whose files are workbooks",
        remedy="The data dictionary says which columns it has.",
        nl=f"Dit wordt niet als werkmap geleverd: {feed.nl}. Het gegevenswoordenboek noemt de kolommen.",
    )
