"""Files in the landing zone that no feed takes: what someone delivered under a name that means nothing here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from assets.status.rules import about_deliveries, files_of
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.connectors.landing import fields_by_path
from kwaliteitsmonitor.connectors.parts import gathered
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.obligations.subjects import period_of, unit_names
from kwaliteitsmonitor.releases.format.records import LookRecord, UntakenRecord
from schemas.calendar import Cycle
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.rows import DeliveryStatusRow
from schemas.spelling import composed
from schemas.words import Words, as_record, joined, of_record

LOOKED = "looked"
"""The record of what lay in the landing zone, as the step of the status keeps it."""

NAMED = 5
"""So many files that were passed over are described one by one."""

ALIKE = 0.6
"""From which likeness on, of 1, the name of a file is held to be a mistaken form of a pattern."""

_FORMS = (
    (re.compile(r"\d{4}-\d{4}"), "{academic_year}"),
    (re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?!\d)"), "{reporting_year}-{round}"),
    (re.compile(r"(?<!\d)\d{4}(?!\d)"), "{reporting_year}"),
)


@dataclass(frozen=True)
class Untaken:
    """A file that is not taken up: no feed has its name, or the feed that has does not read its period in the cycle.

    `meant` is the pattern that its name is most like, or the one that it has; `feed` the feed of that pattern.
    `refused` says why it is not to be read whatever its name, if that is so.
    """

    path: str
    feed: str
    meant: str
    other_period: bool
    refused: Words | None = None

    def to_json(self) -> UntakenRecord:
        """The file as plain values."""
        return {
            "path": self.path,
            "feed": self.feed,
            "meant": self.meant,
            "other_period": self.other_period,
            "refused": as_record(self.refused),
        }

    @classmethod
    def from_json(cls, kept: UntakenRecord) -> Untaken:
        """What `to_json` wrote."""
        return cls(kept["path"], kept["feed"], kept["meant"], kept["other_period"], of_record(kept["refused"]))


@dataclass(frozen=True)
class Look:
    """What was seen in the landing zone: how many files, and those that no feed takes; or why nobody could look."""

    files: int = 0
    untaken: Sequence[Untaken] = ()
    could_not: Words | None = None

    def results(self) -> list[RuleResult]:
        """What the rules about names of files say of it."""
        return not_looked(self.could_not) if self.could_not else recognition_results(self.files, self.untaken)

    def to_json(self) -> LookRecord:
        """What was seen as plain values."""
        untaken = [one.to_json() for one in self.untaken]
        return {"files": self.files, "untaken": untaken, "could_not": as_record(self.could_not)}

    @classmethod
    def from_json(cls, kept: LookRecord) -> Look:
        """What `to_json` wrote, now or in an earlier version."""
        untaken = [Untaken.from_json(one) for one in kept["untaken"]]
        return cls(kept["files"], untaken, of_record(kept["could_not"]))


def untaken(profile: Profile, cycle: Cycle, files: Iterable[Found]) -> list[Untaken]:
    """The files that no feed takes up for a cycle, by path. Databases that stand there are no deliveries."""
    units = unit_names(profile)
    patterns = [(feed, source) for feed in profile.feeds for source in feed.sources if isinstance(source, FileSource)]
    databases = {s.connection for feed in profile.feeds for s in feed.sources if isinstance(s, SqlSource)}
    beside = re.compile(rf"({'|'.join(map(re.escape, sorted(databases)))})\.db(-(wal|shm|journal))?")
    wanted = {feed.id: {e.period for e in expected_periods(feed, cycle, profile)} for feed in profile.feeds}
    left = []
    for file in gathered(files, profile.feeds, units):
        if databases and beside.fullmatch(file.path):
            continue
        fitting = [
            (feed, source.path, fields)
            for feed, source in patterns
            if (fields := fields_by_path(feed, source, file.path, units)) is not None
        ]
        if any(period_of(fields) in wanted[feed.id] for feed, _, fields in fitting):
            continue
        if fitting:
            left.append(Untaken(file.path, fitting[0][0].id, fitting[0][1], other_period=True))
        else:
            feed_id, meant = _meant(file.path, [(feed.id, source.path) for feed, source in patterns], units)
            left.append(Untaken(file.path, feed_id, meant, other_period=False, refused=file.refused))
    return sorted(left, key=lambda u: u.path)


def of_unit(left: Iterable[Untaken], feed: str, names: Iterable[str], place: str) -> list[Untaken]:
    """The files among these that a unit with these names probably meant for a feed, of which `place` is expected.

    Those are like a pattern of that feed or of none, or lie where its deliveries do. Without names it is of no unit.
    """
    named = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    of_it = re.compile(rf"(?<![A-Za-z0-9])(?:{named})(?![A-Za-z0-9])" if named else "", re.IGNORECASE)
    beside = f"{place.partition('/')[0]}/".casefold()
    return [
        u
        for u in left
        if not u.other_period
        and of_it.search(composed(u.path))
        and (u.feed == feed or (bool(named) and (not u.feed or u.path.casefold().startswith(beside))))
    ]


def what_to_do(one: Untaken, place: str) -> Words:
    """That a file was not recognised, and what its sender may do; `place` is where it is expected."""
    if one.refused:
        return Words(f"{one.path}: {one.refused.nl}", f"{one.path}: {one.refused.en}")
    form = PurePosixPath(place).suffix
    other = PurePosixPath(one.path).suffix.casefold() != form.casefold()
    nl, en = (f"sla het op als {form} en zet", f"save it as {form} and put") if other else ("zet", "put")
    return Words(
        f"Niet herkend en niet gelezen: {one.path}. Is het deze levering, {nl} het neer als {place}.",
        f"Not recognised and not read: {one.path}. If it is this delivery, {en} it there as {place}.",
    )


def _meant(path: str, patterns: Sequence[tuple[str, str]], units: Iterable[str]) -> tuple[str, str]:
    """The feed and pattern that a path is most like once its years and units are taken for such; empty for none."""
    shape = path
    for form, name in _FORMS:
        shape = form.sub(name, shape)
    for unit in sorted(units, key=len, reverse=True):
        shape = re.sub(rf"(?<![A-Za-z0-9]){re.escape(unit)}(?![A-Za-z0-9])", "{unit}", shape)
    likeness = [
        (difflib.SequenceMatcher(None, shape.casefold(), pattern.replace("{suffix}", "")).ratio(), feed, pattern)
        for feed, pattern in patterns
    ]
    best, feed, pattern = max(likeness, default=(0.0, "", ""))
    return (feed, pattern) if best >= ALIKE else ("", "")


def recognition_results(files: int, left: Sequence[Untaken]) -> list[RuleResult]:
    """Whether every file is taken for what it is. One of another period is only reported."""
    unknown = [u for u in left if not u.other_period]
    other = [u for u in left if u.other_period]
    hints = "; ".join(f"{u.path} → {u.meant}" for u in unknown if u.meant and not u.refused)
    remarks = [Words(f"wellicht bedoeld: {hints}", f"perhaps meant: {hints}")] if hints else []
    remarks += [Words(f"{u.path}: {u.refused.nl}", f"{u.path}: {u.refused.en}") for u in unknown if u.refused]
    return [
        about_deliveries(
            "recognised",
            Costs.NOTE,
            files,
            [u.path for u in unknown],
            "elk bestand in de aanleverzone heeft een naam die een levering aanwijst",
            "every file in the landing zone has a name that points to a delivery",
            detail=joined(remarks),
        ),
        about_deliveries(
            "of_this_cycle",
            Costs.NOTHING,
            files,
            [u.path for u in other],
            "elke levering in de aanleverzone is van een periode die de cyclus leest",
            "every delivery in the landing zone is of a period that the cycle reads",
        ),
    ]


def used_result(look: Look, rows: Sequence[DeliveryStatusRow]) -> RuleResult:
    """Whether anything of what was found is used, from rows of `delivery_status`.

    A release of which every delivery was passed over or refused tells nothing, however well its run went.
    """
    arrived = [row for row in rows if row["file"]]
    used = any(row["rows_accepted"] for row in arrived)
    names = [] if used else list(dict.fromkeys([*(u.path for u in look.untaken), *files_of(arrived)]))
    reasons = [_passed_over(one) for one in look.untaken[:NAMED]] if names else []
    return about_deliveries(
        "used",
        Costs.RELEASE,
        len(look.untaken) + len(arrived),
        names,
        "van de gevonden leveringen wordt er minstens een gebruikt",
        "at least one of the deliveries that were found is used",
        detail=joined(reasons),
    )


def _passed_over(one: Untaken) -> Words:
    if one.other_period:
        return Words(
            f"{one.path} past bij {one.meant}, maar is van een periode die deze cyclus niet leest",
            f"{one.path} fits {one.meant}, but is of a period that this cycle does not read",
        )
    if one.meant:
        return Words(
            f"{one.path} past bij geen enkel pad in feeds.yaml; wellicht is {one.meant} bedoeld",
            f"{one.path} fits no path of feeds.yaml; {one.meant} may be meant",
        )
    return Words(f"{one.path} past bij geen enkel pad in feeds.yaml", f"{one.path} fits no path of feeds.yaml")


def not_looked(why: Words) -> list[RuleResult]:
    """The same rules if the landing zone cannot be listed: nobody can say."""
    return [replace(r, outcome=Outcome.NOT_RUN, detail=why) for r in recognition_results(0, ())]
