"""Collect the deliveries of a feed for a cycle: find them, store their bytes, and decide which counts.

The deliveries of a feed are all files that are or were in the landing zone or the database: a file that is overwritten
or removed was delivered all the same. Only a record of its withdrawal takes a delivery out.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from assets.delivered.fingerprints import Seen
from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.connectors.files import Found, StillArriving
from kwaliteitsmonitor.connectors.landing import Landing, fields_by_path
from kwaliteitsmonitor.connectors.parts import gathered, is_part, sources_of
from kwaliteitsmonitor.foundation.vault.assembled import NOT_OURS, Part, is_listing, listing
from kwaliteitsmonitor.foundation.vault.removed import demand_there
from kwaliteitsmonitor.foundation.vault.store import Arrival, Receipt, keep, kept, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import Expected, expected_periods
from kwaliteitsmonitor.obligations.subjects import period_of, pulled_name, unit_names
from kwaliteitsmonitor.readers.answers.in_database import pull_counts
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Period, SqlSource
from schemas.profile.references import PLACEHOLDERS
from schemas.spelling import fold
from schemas.tables import CATALOGUE
from schemas.words import Words

STILL_WRITTEN = Words("wordt nog geschreven; de volgende keer opgehaald", "still being written; taken up the next time")


@dataclass
class _Now:
    """The contents under each name now: bytes that arrived, and files that are not taken up, with their standing.

    `unasked` are names of pulls from databases that were left alone.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    untaken: dict[str, tuple[Found, Standing, Words]] = field(default_factory=dict)
    unasked: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """Every name under which something stands."""
        return {arrival.path for arrival in self.arrivals} | set(self.untaken) | self.unasked


def collect(
    workspace: Workspace,
    profile: Profile,
    cycle: Cycle,
    feed: Feed,
    landing: Landing,
    databases: Mapping[str, str] | None,
) -> list[Delivery]:
    """The deliveries of a feed that a cycle reads, each kept and placed among its versions.

    `databases` gives the SQLAlchemy address of each connection that the profile names; with none, no database is asked
    and what was pulled before stands. Raises `SourceError` if a landing zone or database cannot be reached; then
    nothing of the feed is recorded.
    """
    periods = expected_periods(feed, cycle, profile)
    return collect_periods(workspace, profile, periods, feed, landing, databases)


def collect_periods(
    workspace: Workspace,
    profile: Profile,
    periods: Sequence[Expected],
    feed: Feed,
    landing: Landing,
    databases: Mapping[str, str] | None,
    unit: str | None = None,
) -> list[Delivery]:
    """The deliveries of a feed in these periods, each kept and placed among its versions; see `collect`.

    With a unit, only those of that unit; with an empty one, only those that are not of one unit. The others are left
    alone. Raises `BlockedError` if the bytes of one of the periods were removed.
    """
    demand_there(workspace, feed.id, [expected.period for expected in periods])
    places = _Places(feed, {e.period: e.year for e in periods}, unit_names(profile), _there(profile), unit)
    zone = ZoneInfo(profile.institution.timezone)
    now = _Now()
    for position, source in enumerate(feed.sources):
        if not isinstance(source, SqlSource):
            continue
        for expected in periods:
            name = pulled_name(feed, position, expected.period)
            if databases is None:
                now.unasked.add(name)
            elif arrival := _pulled(workspace, profile, feed, source, expected, name, databases[source.connection]):
                now.arrivals.append(arrival)
    if any(isinstance(source, FileSource) for source in feed.sources):
        _arrived(workspace, landing, places, zone, now)
    receipts = receive(workspace, feed.id, now.arrivals)
    names = now.names
    deliveries = [
        d
        for path, of_path in _by_path(receipts).items()
        if not places.in_parts(path)
        for d in _history(places, path, of_path, names)
    ]
    for file, standing, reason in now.untaken.values():
        shell = Delivery(feed.id, 0, file.path, "", file.size, file.received_on, arrived=file.arrived)
        deliveries.extend(places.of(replace(shell, standing=standing, reason=reason)))
    return in_order(deliveries)


def placed_again(profile: Profile, cycle: Cycle, feed: Feed, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Deliveries that were collected before, placed among their versions anew.

    Of each only its path, bytes and times are taken over, and of one without bytes why it was not taken up: what it is
    a delivery of, and which version, follows from those as it did when it was collected.
    """
    periods = {e.period: e.year for e in expected_periods(feed, cycle, profile)}
    places = _Places(feed, periods, unit_names(profile), _there(profile))
    bare = {}
    for d in deliveries:
        one = Delivery(feed.id, 0, d.path, d.sha256, d.size, d.received_on, arrived=d.arrived, uptake=d.uptake)
        there = replace(one, in_landing_zone=d.in_landing_zone)
        bare[(d.path, d.sha256)] = there if d.sha256 else replace(there, standing=d.standing, reason=d.reason)
    return in_order(placed for one in bare.values() for placed in places.of(one))


@dataclass(frozen=True)
class _Places:
    """Says what a path is a delivery of: the sources of a feed, the periods that are read, and the names of units.

    `periods` have the reporting year that they belong to, `there` the first and last year of each unit.
    With `only` a unit, what is not of that unit is nothing; with it empty, what is of one.
    """

    feed: Feed
    periods: Mapping[str, int]
    units: Mapping[str, str]
    there: Mapping[str, tuple[int, int]]
    only: str | None = None

    def wants(self, path: str) -> bool:
        """Whether a file with this path is a delivery that is read."""
        return any(self.only in (None, self._unit(fields.get("unit", ""))) for _, fields in self._sources_of(path))

    def in_parts(self, path: str) -> bool:
        """Whether a path is but a part of a delivery, which was taken for one before parts were known."""
        return bool(sources_of([self.feed])) and is_part(path)

    def pulled(self, path: str) -> bool:
        """Whether a path is the name of a pull."""
        return any(isinstance(self.feed.sources[position], SqlSource) for position, _ in self._sources_of(path))

    def of(self, delivery: Delivery) -> Iterator[Delivery]:
        """The delivery for each source that it belongs to, with its period and unit, or with why it has no unit."""
        for position, from_path in self._sources_of(delivery.path):
            fields = {name: value for name, value in from_path.items() if name not in PLACEHOLDERS}
            period, name = period_of(from_path), from_path.get("unit", "")
            unit = self._unit(name)
            placed = replace(delivery, source=position, period=period, path_fields=fields, unit=unit)
            if name and not unit:
                yield replace(placed, standing=Standing.UNPLACED, reason=delivery.reason or self._no_unit(name))
            elif unit and not self._is_there(unit, period):
                yield replace(
                    placed, standing=Standing.UNPLACED, reason=delivery.reason or self._not_then(unit, period)
                )
            else:
                yield placed

    def _sources_of(self, path: str) -> Iterator[tuple[int, dict[str, str]]]:
        for position, source in enumerate(self.feed.sources):
            if isinstance(source, FileSource):
                fields = fields_by_path(self.feed, source, path, self.units)
                if fields is not None and period_of(fields) in self.periods:
                    yield position, fields
            else:
                names = {pulled_name(self.feed, position, period): period for period in self.periods}
                if path in names:
                    yield position, _pull_fields(self.feed, names[path])

    def _unit(self, name: str) -> str:
        """The unit with a name, ignoring case if that is unambiguous; empty if there is none."""
        alike = {unit for known, unit in self.units.items() if fold(known) == fold(name)}
        return self.units.get(name) or (alike.pop() if len(alike) == 1 else "")

    def _is_there(self, unit: str, period: str) -> bool:
        first, last = self.there[unit]
        return self.feed.period is Period.NONE or first <= self.periods[period] <= last

    def _not_then(self, unit: str, period: str) -> Words:
        first, last = self.there[unit]
        year = self.periods[period]
        nl, en = (f"pas vanaf {first}", f"from {first} on") if year < first else (f"tot en met {last}", f"until {last}")
        return Words(
            f"eenheid {unit} is er niet in verslagjaar {year}, maar {nl}",
            f"unit {unit} is not there in reporting year {year}, but {en}",
        )

    def _no_unit(self, name: str) -> Words:
        known = ", ".join(dict.fromkeys(self.units.values()))
        near = difflib.get_close_matches(name, self.units, 1)
        nl, en = (f"; bedoelt u {near[0]}?", f"; did you mean {near[0]}?") if near else ("", "")
        return Words(
            f"er is geen eenheid '{name}'; verwacht een van {known}{nl}",
            f"there is no unit '{name}'; expected one of {known}{en}",
        )


def _there(profile: Profile) -> dict[str, tuple[int, int]]:
    """The first and the last reporting year of each unit."""
    return {unit.id: (unit.valid_from or 0, unit.valid_until or 9999) for unit in profile.units}


def _pull_fields(feed: Feed, period: str) -> dict[str, str]:
    """The fields in the name of a pull, in the form of those in the path of a file."""
    match feed.period:
        case Period.ACADEMIC_YEAR:
            return {"academic_year": period}
        case Period.REPORTING_YEAR:
            return {"reporting_year": period}
        case Period.ROUND:
            year, _, number = period.partition("-")
            return {"reporting_year": year, "round": number}
        case Period.NONE:
            return {}


def _by_path(receipts: Iterable[Receipt]) -> dict[str, list[Receipt]]:
    by_path: dict[str, list[Receipt]] = {}
    for receipt in sorted(receipts, key=lambda r: r.number):
        by_path.setdefault(receipt.path, []).append(receipt)
    return by_path


def _in_zone(places: _Places, path: str, names: set[str], last: bool) -> bool | None:
    """Whether bytes stand in the landing zone; for what is pulled, only whether they are no longer what is there."""
    there = last and path in names
    return None if there and places.pulled(path) else there


def _history(places: _Places, path: str, receipts: Sequence[Receipt], names: set[str]) -> Iterator[Delivery]:
    """The deliveries that a path ever gave. Time does not run back under one name: what came later is not older.

    Bytes that were put back after others had taken their place stand where they were put back.
    """
    if not places.wants(path):
        return
    deliveries: dict[str, Delivery] = {}
    last = receipts[-1].sha256
    moment, day = receipts[0].arrived, receipts[0].received_on
    for order, r in enumerate(receipts):
        moment, day = max(moment, r.arrived), max(day, r.received_on)
        there = _in_zone(places, path, names, r.sha256 == last)
        deliveries[r.sha256] = Delivery(
            places.feed.id, 0, path, r.sha256, r.size, day, arrived=moment, uptake=order, in_landing_zone=there
        )
    for delivery in deliveries.values():
        yield from places.of(delivery)


def _arrived(workspace: Workspace, landing: Landing, places: _Places, zone: ZoneInfo, now: _Now) -> None:
    """Take up the files of a feed that are there, whole, and may be read."""
    files = [f for f in gathered(landing.files(), [places.feed], places.units) if places.wants(f.path)]
    arriving = landing.settling(one for file in files for one in file.files)
    seen = Seen.of(workspace, landing.url)
    for file in files:
        if file.refused is not None:
            now.untaken[file.path] = (file, Standing.UNPLACED, file.refused)
        elif file.waits is not None:
            now.untaken[file.path] = (file, Standing.ARRIVING, file.waits)
        elif any(one.path in arriving for one in file.files) or (
            (known := _bytes_of(workspace, landing, file, seen)) is None
        ):
            now.untaken[file.path] = (file, Standing.ARRIVING, STILL_WRITTEN)
        elif not file.parts and is_listing(kept(workspace, known[0])):
            now.untaken[file.path] = (file, Standing.UNPLACED, NOT_OURS)
        else:
            now.arrivals.append(Arrival(file.path, *known, file.received_on, _moment(file, zone)))
    seen.save()


def _bytes_of(workspace: Workspace, landing: Landing, file: Found, seen: Seen) -> tuple[str, int] | None:
    """The hash and size of the bytes of a file, kept; `None` if they changed while they were read.

    Of what comes in parts each part is kept, and what is reported is the list of them.
    """
    known = seen.bytes_of(file)
    if known is None and file.parts:
        parts = [(one.name, _bytes_of(workspace, landing, one, seen)) for one in file.parts]
        whole = [Part(name, *of_part) for name, of_part in parts if of_part is not None]
        if len(whole) < len(parts):
            return None
        known = keep(workspace, io.BytesIO(listing(whole)))
        seen.note(file, *known)
    elif known is None:
        try:
            with landing.open(file.path) as stream:
                known = keep(workspace, stream)
        except StillArriving:
            return None
        seen.note(file, *known)
    return known


def _moment(file: Found, zone: ZoneInfo) -> datetime:
    """When a file arrived, to the second, as not every landing zone knows more; else the start of that day."""
    moment = file.arrived or datetime.combine(file.received_on, time(0), zone)
    return moment.astimezone(UTC).replace(microsecond=0)


def _pulled(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    source: SqlSource,
    expected: Expected,
    name: str,
    url: str,
) -> Arrival | None:
    """What a database holds of a period, kept under its name; `None` if it holds nothing."""
    table, where = CATALOGUE[source.tables[0]], _where(feed, expected)
    threshold = profile.institution.disclosure.threshold
    request = (
        pull_counts(url, source, table.bind(profile.code_lists()), where, profile.aliases, threshold=threshold)
        if source.counted
        else pull(url, source, table, where)
    )
    with request as pulled:
        if not pulled.rows:
            return None
        sha256, size = keep(workspace, pulled.stream)
    # A day that has not come is a mistake in the database, and staging tells of it.
    zone = ZoneInfo(profile.institution.timezone)
    today = datetime.now(zone).date()
    day = min(pulled.submitted_on or today, today)
    moment = datetime.combine(day, time(0), zone).astimezone(UTC)
    return Arrival(name, sha256, size, day, moment)


def _where(feed: Feed, expected: Expected) -> dict[str, int | str]:
    """The period as the columns of a table or the parameters of a query tell it."""
    match feed.period:
        case Period.NONE:
            return {}
        case Period.ACADEMIC_YEAR:
            return {"academic_year": expected.period, "reporting_year": expected.year}
        case Period.REPORTING_YEAR:
            return {"reporting_year": expected.year}
        case Period.ROUND:
            return {"reporting_year": expected.year, "round": expected.round}
