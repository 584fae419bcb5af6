"""What is past its time: which periods of which feeds a workspace keeps, how long, and which cycle still reads them.

Deliveries are removed per feed and period, in all versions (staff 2013). A cycle that reads a period cannot be
computed without one of its deliveries, so that keeping some would keep persons and prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kwaliteitsmonitor.connectors.landing import fields_by_path
from kwaliteitsmonitor.foundation.vault.removed import Removal, covered
from kwaliteitsmonitor.foundation.vault.store import Receipt
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.obligations.subjects import period_of, pulled_name, unit_names
from kwaliteitsmonitor.releases.format.manifest import NAME
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Period
from schemas.profile.retention import PERSONAL, kind_of


@dataclass(frozen=True)
class Batch:
    """A period of a feed: what was received of it, of which kinds, for how many years and until when it is kept.

    `year` is the one that it is about, or in which it was last received if it tells none. `years` and `until` are
    `None` if it never goes. `read_by` is the next cycle that reads it, `releases` those that rest on it.
    """

    feed: str
    period: str
    year: int
    kinds: tuple[str, ...]
    years: int | None
    files: tuple[Receipt, ...]
    releases: tuple[str, ...]
    read_by: str = ""

    @property
    def until(self) -> date | None:
        """The last day on which it is to be kept."""
        return None if self.years is None else date(self.year + self.years, 12, 31)

    def is_past(self, day: date) -> bool:
        """Whether it is past its time on a day."""
        return self.until is not None and self.until < day

    @property
    def size(self) -> int:
        """How many bytes it is; those that came twice are kept once."""
        return sum({file.sha256: file.size for file in self.files}.values())


def batches(
    profile: Profile,
    receipts: Mapping[str, Sequence[Receipt]],
    removed: Sequence[Removal],
    resting: Mapping[str, Sequence[str]],
    day: date,
) -> list[Batch]:
    """Every period of every feed that is kept, by feed and period, as of a day.

    `receipts` are those of each feed, `resting` names the releases derived from a hash (`releases_on`).
    """
    gone = covered(removed)
    feeds = {feed.id: feed for feed in profile.feeds}
    reads = _to_be_read(profile, day)
    kept: list[Batch] = []
    for name, of in receipts.items():
        groups: dict[str, list[tuple[Receipt, frozenset[str]]]] = {}
        for receipt in (r for r in of if (name, r.number) not in gone):
            period, kinds = _place(profile, feeds.get(name), receipt)
            groups.setdefault(period, []).append((receipt, kinds))
        kept.extend(_batch(profile, name, period, group, resting, reads) for period, group in sorted(groups.items()))
    return kept


def releases_on(workspace: Workspace) -> dict[str, list[str]]:
    """The releases, as `2021-03/v2`, that are derived from each hash, by their manifests."""
    by_hash: dict[str, list[str]] = {}
    for path in sorted(workspace.releases.glob(f"*/v*/{NAME}")):
        name = f"{path.parent.parent.name}/{path.parent.name}"
        for delivery in ReleaseReader(path.parent).manifest.inputs:
            by_hash.setdefault(delivery.sha256, []).append(name)
    return {sha256: list(dict.fromkeys(names)) for sha256, names in by_hash.items()}


def _batch(
    profile: Profile,
    feed: str,
    period: str,
    group: Sequence[tuple[Receipt, frozenset[str]]],
    resting: Mapping[str, Sequence[str]],
    reads: Mapping[tuple[str, str], str],
) -> Batch:
    files = tuple(receipt for receipt, _ in group)
    kinds = tuple(sorted({kind for _, of in group for kind in of}))
    releases = sorted({name for file in files for name in resting.get(file.sha256, ())})
    received = max(file.received_on.year for file in files)
    year = received if period.startswith(APART) else _year(period) or received
    years = profile.institution.retention.years(kinds)
    return Batch(feed, period, year, kinds, years, files, tuple(releases), reads.get((feed, period), ""))


APART = "received-"
"""How the period is called of what has no place in a feed as the profile has it now: by the year it was received."""


def _place(profile: Profile, feed: Feed | None, receipt: Receipt) -> tuple[str, frozenset[str]]:
    """The period that a receipt is about, and the kinds of what it holds.

    What fits no source holds whatever the feed holds; of a feed that is no more, whatever a person may be in.
    """
    fitting = [] if feed is None else list(_fitting(profile, feed, receipt.path))
    if not fitting:
        tables = feed.tables if feed else ()
        return f"{APART}{receipt.received_on.year}", frozenset(map(kind_of, tables)) or frozenset(PERSONAL)
    return fitting[0][0], frozenset(kind for _, kinds in fitting for kind in kinds)


def _fitting(profile: Profile, feed: Feed, path: str) -> Iterable[tuple[str, frozenset[str]]]:
    units = unit_names(profile)
    for position, source in enumerate(feed.sources):
        kinds = frozenset(map(kind_of, source.tables))
        if isinstance(source, FileSource):
            fields = fields_by_path(feed, source, path, units)
            if fields is not None:
                yield period_of(fields), kinds
        else:
            base = pulled_name(feed, position, "").removesuffix("all")
            if path.startswith(base):
                period = path.removeprefix(base)
                yield "" if period == "all" else period, kinds


def _year(period: str) -> int:
    """The reporting year of a period: 2020 of `2019-2020`, of `2020` and of `2020-3`; 0 if it has none."""
    first, _, second = period.partition("-")
    return int(second) if len(second) == 4 else int(first or 0)


def _to_be_read(profile: Profile, day: date) -> dict[tuple[str, str], str]:
    """By feed and period the first cycle that reads it, of those that may still run.

    Those are the cycles to come, and the last that began: it may be run again until the next.
    """
    cycles: dict[tuple[str, str], str] = {}
    for key in coming_cycles(profile, day):
        for feed in profile.feeds:
            for expected in expected_periods(feed, profile.cycle(key), profile):
                cycles.setdefault((feed.id, expected.period), key)
    if cycles:  # what is delivered when it changes is read as long as there are cycles
        for feed in (feed for feed in profile.feeds if feed.period is Period.NONE):
            cycles.setdefault((feed.id, ""), next(iter(cycles.values())))
    return cycles


def coming_cycles(profile: Profile, day: date) -> list[str]:
    """The keys of the cycles of the agreements from the last that began before or on a day, in order."""
    of, rules = profile.institution, profile.cycle_rules
    offset = min(min(rule.spending_year, rule.indicator_year) for rule in rules)
    keys = [
        (year, rule.month)
        for year in range(of.first_year, of.last_year - offset + 1)
        for rule in sorted(rules, key=lambda rule: rule.month)
        if any(of.first_year <= year + at <= of.last_year for at in (rule.spending_year, rule.indicator_year))
    ]
    begun = [key for key in keys if key <= (day.year, day.month)]
    still = [key for key in keys if key > (day.year, day.month)]
    last = begun[-1:] if begun and (still or _is_recent(begun[-1], day)) else []
    return [f"{year}-{month:02d}" for year, month in (*last, *still)]


def _is_recent(key: tuple[int, int], day: date) -> bool:
    """Whether a cycle began less than a year ago: after the last of all, none comes that ends its time."""
    year, month = key
    return (day.year, day.month) < (year + 1, month)
