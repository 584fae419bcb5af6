"""Staging a whole feed: choosing for each subject the newest delivery that can be read, and staging its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assets.delivered.delivery import Delivery, Standing
from assets.delivered.store import kept
from assets.staged.answer_files import AnswerFile
from assets.staged.answers import stage_answers
from assets.staged.cells import CellReader, Locale
from assets.staged.readers import read
from assets.staged.staging import Read, StagedTable, Validate, stage
from assets.workspace import Workspace
from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.profile import Feed, Profile
from schemas.profile.models import FileSource, Period
from schemas.tables import CATALOGUE

ANSWERS = "evaluations"
"""The one delivered table that stays in the engine and is staged as counts."""


@dataclass
class StagedFeed:
    """The staged tables of a feed; `rejected` gives the reason per delivery that could not be read at all."""

    tables: dict[str, StagedTable] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)


def stage_feed(
    workspace: Workspace, profile: Profile, feed: Feed, deliveries: Sequence[Delivery], key: bytes, validate: Validate
) -> StagedFeed:
    """Stage every table of a feed from its deliveries.

    `key` turns identifiers of people into pseudonyms; `validate` judges typed rows by a bound contract.
    """
    codes = profile.code_lists()
    found = StagedFeed()
    for name in feed.tables:
        table = CATALOGUE[name].bind(codes)
        sources = [i for i, s in enumerate(feed.sources) if name in s.tables]
        candidates = [d for d in deliveries if d.source in sources and _readable(d)]
        if name == ANSWERS:
            _stage_answers(workspace, profile, feed, table, candidates, key, validate, found)
        else:
            reads = _reads(workspace, feed, table, candidates, found.rejected)
            readers = {i: _cell_readers(profile, feed, table, i, key) for i in sources}
            found.tables[name] = stage(table, reads, lambda d, by=readers: by[d.source], validate)  # type: ignore[misc]
    return found


def _readable(delivery: Delivery) -> bool:
    return delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED)


def _reads(
    workspace: Workspace, feed: Feed, table: Table, candidates: Sequence[Delivery], rejected: dict[str, str]
) -> list[Read]:
    """Per subject the newest delivery that can be read; those that cannot are noted with the reason."""
    by_subject: dict[Any, list[Delivery]] = {}
    for delivery in candidates:
        by_subject.setdefault(delivery.subject, []).append(delivery)
    reads = []
    for versions in by_subject.values():
        for delivery in sorted(versions, key=lambda d: -d.version):
            try:
                raw = read(kept(workspace, delivery.sha256), feed.sources[delivery.source], table)
            except UnreadableError as error:
                rejected[delivery.id] = str(error)
                continue
            reads.append(Read(delivery, raw, given(feed, delivery)))
            break
    return reads


def given(feed: Feed, delivery: Delivery) -> Mapping[str, Any]:
    """The fields that a delivery tells by where it stands, for files that do not carry them."""
    told: dict[str, Any] = {}
    if delivery.unit:
        told["unit"] = delivery.unit
    match feed.period:
        case Period.ACADEMIC_YEAR:
            told["academic_year"] = delivery.period
        case Period.REPORTING_YEAR:
            told["reporting_year"] = int(delivery.period)
        case Period.ROUND:
            year, number = delivery.period.split("-")
            told |= {"reporting_year": int(year), "round": int(number)}
        case Period.NONE:
            pass
    return told


def _cell_readers(profile: Profile, feed: Feed, table: Table, source: int, key: bytes) -> dict[str, CellReader]:
    origin = feed.sources[source]
    locale: Locale = origin.locale if isinstance(origin, FileSource) else "iso"
    aliases = profile.aliases()
    return {f.name: CellReader(f, locale, aliases.get(f.code_list, {}), key) for f in table.fields}


def _stage_answers(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    table: Table,
    candidates: Sequence[Delivery],
    key: bytes,
    validate: Validate,
    found: StagedFeed,
) -> None:
    files = []
    for delivery in sorted(candidates, key=lambda d: (d.subject, -d.version)):
        source = feed.sources[delivery.source]
        if isinstance(source, FileSource):
            told = {name: str(value) for name, value in given(feed, delivery).items()}
            files.append(AnswerFile(delivery, kept(workspace, delivery.sha256), source, told))
    # Two sources of answers may differ in notation; scores are whole numbers in each, so that one reader serves.
    readers = _cell_readers(profile, feed, table, files[0].delivery.source if files else 0, key)
    found.tables[table.name], rejected = stage_answers(table, files, readers, validate)
    found.rejected |= rejected


def settled(deliveries: Sequence[Delivery], found: StagedFeed) -> list[Delivery]:
    """The deliveries with the standing they have once it is known which could be read.

    Where the newest could not, the one that was read in its place counts.
    """
    counted = {sha for staged in found.tables.values() for sha in staged.tallies}
    settled_ones = []
    for delivery in deliveries:
        standing = delivery.standing
        if standing in (Standing.CURRENT, Standing.SUPERSEDED):
            standing = Standing.CURRENT if delivery.id in counted else Standing.SUPERSEDED
        reason = found.rejected.get(delivery.id, delivery.reason)
        settled_ones.append(replace(delivery, standing=standing, reason=reason))
    return settled_ones
