"""The tables of one cycle under way, each in one place: the steps of a run and the commands take them from here.

A run has one of these for as long as it lives (`assets.common.resources`), so that what a step read or wrote is not
read again by those after it. A run of some steps alone, and a step in a process of its own, find what an earlier run or
process left: whatever a step makes is in the workspace before the step ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar, cast

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import RuleResult, of_record, to_records
from kwaliteitsmonitor.methods.checks.verdicts import Verdicts
from kwaliteitsmonitor.readers.feed_record import FeedRecord, demand_record, feed_record
from schemas.calendar import Cycle
from schemas.exports.arrow import arrow_schema
from schemas.flow import STAGED
from schemas.profile import Profile
from schemas.profile.flow import ANSWERS, REGISTER, makes
from schemas.rows import StagedRow
from schemas.tables import CATALOGUE, staged
from schemas.tables.counted import counted

T = TypeVar("T")
RESULTS = "results"
"""What the rules of a step found is called so."""
WRITTEN = "written"
"""The table of what stood in the cells of a delivered table is called after that table, and this."""


class WrittenRow(StagedRow):
    """A cell of an accepted row, from `CycleTables.written`: its field, address and column, and what stood there."""

    field: str
    cell: str | None
    column: str | None
    written: str | None


class CycleTables:
    """The tables and records of a cycle of an institution, by what they are.

    What nobody delivers is no part of an institution's accounts: steps of which no feed delivers the sources are not
    declared, and their tables are empty here. That follows from the profile alone and never from which files lie in
    the workspace: a feed that is taken out of the profile leaves its tables behind.
    """

    def __init__(self, workspace: Workspace, profile: Profile, key: str) -> None:
        self.workspace = workspace.keeping()
        self.profile = profile
        self.key = key
        self._feeds: dict[str, FeedRecord] = {}
        self._once: dict[str, object] = {}

    @cached_property
    def cycle(self) -> Cycle:
        """The cycle in the calendar of the institution."""
        return self.profile.cycle(self.key)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the rules say of the tables of the cycle."""
        return Verdicts(self.workspace, self.key)

    def write(self, step: str, name: str, rows: pa.Table) -> None:
        """Keep a table that a step made."""
        self.workspace.write(self.key, step, name, rows)
        if step == STAGED:
            self._once.clear()

    def made(self, step: str, name: str) -> pa.Table:
        """A table that a step made. Raises `UsageError` if it has not been made for the cycle, or broke off."""
        return self.workspace.read(self.key, step, name)

    def is_staged(self, name: str) -> bool:
        """Whether a delivered table was staged for the cycle."""
        return self.workspace.path(self.key, STAGED, name).is_file() or self._is_empty(name)

    def staged(self, name: str) -> pa.Table:
        """A staged table; if no feed fills it, what the profile says itself, or nothing.

        Raises `UsageError` if a feed fills it and has not been staged for the cycle.
        """
        if self.profile.uses(name):
            path = self.workspace.path(self.key, STAGED, name)
            return self._no_rows(name) if not path.is_file() and self._is_empty(name) else self.made(STAGED, name)
        return _registered(self.profile) if name == REGISTER else self._no_rows(name)

    def keep_staged(self, name: str, rows: pa.Table) -> None:
        """Keep a staged table; one without rows has no file, and the record of its feed says that it was staged."""
        if rows.num_rows:
            self.write(STAGED, name, rows)
        else:
            self.workspace.path(self.key, STAGED, name).unlink(missing_ok=True)
            self._once.clear()

    def _is_empty(self, name: str) -> bool:
        """Whether a delivered table was staged for the cycle and no row of it was accepted."""
        records = (self.feed(feed.id) for feed in self.profile.feeds if name in feed.tables)
        tallies = [record.tallies[name] for record in records if record and name in record.tallies]
        return bool(tallies) and not any(tally.accepted for of in tallies for tally in of.values())

    def _no_rows(self, name: str) -> pa.Table:
        opened = CATALOGUE[name].opening(self.profile.open_text(name))
        return arrow_schema(counted(opened) if name == ANSWERS else staged(opened)).empty_table()

    def written(self, name: str) -> pa.Table | None:
        """What stood in the cells of a staged table; `None` if its cells are not followed, or it was not staged."""
        own = f"{name}.{WRITTEN}"
        return self.made(STAGED, own) if self.workspace.path(self.key, STAGED, own).is_file() else None

    def computed(self, step: str, name: str) -> pa.Table:
        """A table that a step computed; empty if the institution has no use for it."""
        if makes(self.profile, name):
            return self.made(step, name)
        return arrow_schema(CATALOGUE[name]).empty_table()

    def feed(self, feed: str) -> FeedRecord | None:
        """What staging made of a feed, beside its tables; `None` if it was not staged for the cycle."""
        if feed not in self._feeds:
            record = feed_record(self.workspace, self.key, feed)
            if record is None:
                return None
            self._feeds[feed] = record
        return self._feeds[feed]

    def demand_feed(self, feed: str) -> FeedRecord:
        """What staging made of a feed. Raises `UsageError` if it was not staged for the cycle."""
        return self.feed(feed) or demand_record(self.workspace, self.key, feed)

    def keep_feed(self, feed: str, record: FeedRecord) -> None:
        """Keep what staging made of a feed."""
        record.write(self.workspace, self.key, feed)
        self._feeds[feed] = record

    def keep_results(self, step: str, results: Iterable[RuleResult]) -> None:
        """Keep what the rules of a step found."""
        self.workspace.write_json(self.key, step, RESULTS, to_records(results))

    def results(self, step: str) -> list[RuleResult]:
        """What the rules of a step found. Raises `UsageError` if the step was not made for the cycle."""
        return [of_record(one) for one in self.workspace.read_json(self.key, step, RESULTS)]

    def once(self, name: str, compute: Callable[[], T]) -> T:
        """What follows from the staged tables alone: computed once, and anew if some were staged since."""
        if name not in self._once:
            self._once[name] = compute()
        return cast("T", self._once[name])

    def close(self) -> None:
        """Keep what another run of the cycle can do without judging or computing again."""
        if "verdicts" in vars(self):
            self.verdicts.save()


def _registered(profile: Profile) -> pa.Table:
    """The programmes of `programmes.csv`: who delivers no register means that an enrolment is of those."""
    rows: list[dict[str, object]] = [one.model_dump() | {"unit": one.unit or None} for one in profile.programmes]
    return pa.Table.from_pylist(rows, schema=arrow_schema(CATALOGUE[REGISTER]))
