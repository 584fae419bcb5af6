"""Collecting the deliveries of a feed for a cycle: finding them, keeping their bytes, and saying which counts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assets.delivered.database import pull
from assets.delivered.delivery import Delivery, Standing, in_order
from assets.delivered.landing import Found, Landing, matches
from assets.delivered.store import keep, receive
from assets.workspace import Workspace
from schemas.calendar import Cycle, academic_year, reference_date
from schemas.profile import Feed, Profile
from schemas.profile.models import FileSource, Period, SqlSource
from schemas.tables import CATALOGUE


@dataclass(frozen=True)
class Expected:
    """A delivery that a cycle looks for: the period, the reporting year that the period belongs to, the round."""

    period: str
    year: int
    round: int = 0


def expected_periods(feed: Feed, cycle: Cycle, profile: Profile) -> tuple[Expected, ...]:
    """The periods of a feed that a cycle reads, oldest first.

    A feed that is not required is also looked for in the year of the spending, so that control totals of a running
    year are seen.
    """
    first = profile.institution.first_year
    years = cycle.years(first)
    match feed.period:
        case Period.NONE:
            return (Expected("", cycle.spending_year),)
        case Period.ACADEMIC_YEAR:
            return tuple(Expected(academic_year(year), year) for year in years)
        case Period.REPORTING_YEAR:
            extra = () if feed.required or cycle.spending_year in years else (cycle.spending_year,)
            return tuple(Expected(str(year), year) for year in (*years, *extra))
        case Period.ROUND:
            rounds = cycle.rounds(first, profile.last_round)
            return tuple(Expected(f"{year}-{number}", year, number) for year, number in rounds)


def deadline(feed: Feed, expected: Expected) -> date | None:
    """The last day on which a delivery is on time, or none where the profile sets no deadline."""
    rule = feed.deadlines.get(expected.round) or feed.deadlines.get(0)
    return reference_date(expected.year + rule.years, rule.month_day) if rule else None


def collect(
    workspace: Workspace, profile: Profile, cycle: Cycle, feed: Feed, landing: Landing, databases: dict[str, str]
) -> list[Delivery]:
    """The deliveries of a feed that a cycle reads, each kept and placed among its versions.

    `databases` gives the SQLAlchemy address of each connection that the profile names. Raises `SourceError` where a
    landing zone or database cannot be reached; then nothing of the feed is recorded.
    """
    periods = expected_periods(feed, cycle, profile)
    units = {alias: u.id for u in profile.units for alias in (u.id, *u.aliases)}
    found: list[Delivery] = []
    files: list[Found] | None = None
    for position, source in enumerate(feed.sources):
        if isinstance(source, SqlSource):
            found.extend(_pulled(workspace, feed, position, source, periods, databases, profile.institution.timezone))
            continue
        files = landing.files() if files is None else files
        found.extend(_arrived(workspace, feed, position, source, periods, files, landing, units))
    return in_order(found)


def _arrived(
    workspace: Workspace,
    feed: Feed,
    position: int,
    source: FileSource,
    periods: Sequence[Expected],
    files: Sequence[Found],
    landing: Landing,
    units: dict[str, str],
) -> Iterator[Delivery]:
    wanted = {expected.period for expected in periods}
    for file in files:
        said = matches(source.path, file.path, units)
        if said is None or (period := _period(said)) not in wanted:
            continue
        with landing.open(file.path) as stream:
            sha256, size = keep(workspace, stream)
        received_on = receive(workspace, feed.id, file.path, sha256, file.received_on)
        delivery = Delivery(feed.id, position, file.path, sha256, size, received_on, period)
        name = said.get("unit", "")
        if name and name not in units:
            reason = f"there is no unit '{name}'; expected one of {', '.join(dict.fromkeys(units.values()))}"
            yield replace(delivery, standing=Standing.UNPLACED, reason=reason)
        else:
            yield replace(delivery, unit=units.get(name, ""))


def _period(said: dict[str, str]) -> str:
    if "academic_year" in said:
        return said["academic_year"]
    if "reporting_year" in said:
        return f"{said['reporting_year']}-{said['round']}" if "round" in said else said["reporting_year"]
    return ""


def _pulled(
    workspace: Workspace,
    feed: Feed,
    position: int,
    source: SqlSource,
    periods: Sequence[Expected],
    databases: dict[str, str],
    timezone: str,
) -> Iterator[Delivery]:
    table = CATALOGUE[source.tables[0]]
    zone = ZoneInfo(timezone)
    for expected in periods:
        where = {"reporting_year": expected.year, "round": expected.round} if expected.round else {}
        content, submitted = pull(databases[source.connection], source, table, where)
        if content.count(b"\n") <= 1:
            continue
        sha256, size = keep(workspace, io.BytesIO(content))
        path = f"{source.connection}/{source.database_table}/{expected.period or 'all'}"
        received_on = receive(workspace, feed.id, path, sha256, submitted or datetime.now(zone).date())
        yield Delivery(feed.id, position, path, sha256, size, received_on, expected.period)
