"""What a cycle's workspace holds, as evidence for the register of what is owed; and the register itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from assets.common.cycle_tables import CycleTables, WrittenRow
from assets.decisions.approvals import SUBJECT as REPORT
from assets.decisions.records import Approval, Decisions
from assets.decisions.waivers import Waivers
from assets.status.feed_states import FeedState, taken
from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, ROWS, Decided, Evidence
from kwaliteitsmonitor.obligations.register import Register, last_day, register
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.profile.feeds import CONSULTATIONS
from schemas.rows import FacultyConsultationsRow
from schemas.tables import CATALOGUE
from schemas.values import AnyRow

SUBJECTS = ((CONSULTATIONS, REPORT), ("bfr", "bfr"), ("spending_plan", "spending_plan"))
"""Per delivered table what a decision about its feed is about."""


def register_of(
    tables: CycleTables,
    states: Sequence[FeedState],
    decisions: Decisions,
    waivers: Waivers,
    day: date | None = None,
) -> Register:
    """The register of a cycle as its deliveries were taken up; judged by a day, else by the month of the cycle."""
    rows = {name: _rows(tables, name) for name in ROWS if tables.profile.uses(name)}
    return register_from(tables.profile, tables.cycle, states, waivers, rows, decisions.approvals, day)


def register_from(
    profile: Profile,
    cycle: Cycle,
    states: Sequence[FeedState],
    waivers: Waivers,
    rows: dict[str, list[AnyRow]] | None = None,
    approvals: Iterable[Approval] = (),
    day: date | None = None,
) -> Register:
    """The register from feeds after staging, the accepted rows of their tables and decisions of councils."""
    rows = rows or {}
    reported = cast("Sequence[FacultyConsultationsRow]", rows.get(CONSULTATIONS, ()))
    decided = [*_reported(reported), *_recorded(profile, cycle, approvals)]
    evidence = Evidence([taken(state) for state in states], rows, decided)
    return register(profile, cycle, evidence, waivers, day or last_day(cycle))


def _rows(tables: CycleTables, name: str) -> list[AnyRow]:
    """The accepted rows of a table; none if its feed was not taken up yet.

    Of a table with open text each says under `HAS_TEXT` whether there is any, which is known without what it says.
    """
    if not tables.is_staged(name):
        return []
    rows: list[AnyRow] = tables.staged(name).to_pylist()
    text = [field.name for field in CATALOGUE[name].fields if field.open_text]
    written = tables.written(name) if text else None
    if written is None:
        return rows
    there: list[WrittenRow] = written.filter(pc.is_in(written.column("field"), pa.array(text))).to_pylist()
    with_text = {(one["_delivery"], one["_row"], one["_column"]) for one in there}
    return [{**row, HAS_TEXT: (row["_delivery"], row["_row"], row["_column"]) in with_text} for row in rows]


def _reported(rows: Iterable[FacultyConsultationsRow]) -> Iterator[Decided]:
    """What reports tell of their councils."""
    for r in rows:
        year = int(r["academic_year"][-4:])
        yield Decided(
            year, r["unit"], r["council"], r["subject"], r["decision"], r["consulted_on"], r["_delivery"]
        )  # fmt: skip


def _recorded(profile: Profile, cycle: Cycle, approvals: Iterable[Approval]) -> Iterator[Decided]:
    """What the register of decisions records of councils, by the feed that each was about."""
    feeds = {feed.id: feed for feed in profile.feeds}
    for one in approvals:
        feed = feeds.get(one.feed)
        if feed is not None:
            for subject in _subjects(feed):
                yield Decided(_year(one.period, cycle), one.unit, one.council, subject, one.decision, one.decided_on)


def _subjects(feed: Feed) -> list[str]:
    return [subject for table, subject in SUBJECTS if table in feed.tables]


def _year(period: str, cycle: Cycle) -> int:
    """The reporting year of a period: of `2019-2020` the year in which it ends, of `2020-3` the year of the round."""
    first, _, second = period.partition("-")
    year = second if len(second) == 4 else first
    return int(year) if year.isdigit() else cycle.spending_year
