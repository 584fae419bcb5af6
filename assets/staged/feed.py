"""Staging a whole feed: choosing for each subject the newest delivery that can be read, and staging its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow.compute as pc

from kwaliteitsmonitor.foundation.vault.store import demand_whole, kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.answers.cache_digests import Names
from kwaliteitsmonitor.readers.answers.cache_store import Store
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.outcomes import CountedDelivery
from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.delivered_parts import fields_from_path, read_parts
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.files.refusals import why_unread
from kwaliteitsmonitor.readers.findings import reliable
from kwaliteitsmonitor.readers.period import agreed, clocked, year_of
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.reading import named_of
from kwaliteitsmonitor.readers.reliance import Lost, rows_kept, set_aside_of, unreliable
from kwaliteitsmonitor.readers.source_cells import written
from kwaliteitsmonitor.readers.staging import StagedTable, Validate, stage
from kwaliteitsmonitor.readers.uneven_loss import lost_units, of_rows
from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource
from schemas.profile.forms import Form, Locale
from schemas.tables import CATALOGUE
from schemas.tables.counted import counted
from schemas.words import Words

ANSWERS = "evaluations"
"""The one delivered table that stays in the engine and is staged as counts."""


Correct = Callable[[Delivery, Table, RawTable], RawTable]
"""What is decided about cells of a delivery, made good in the table as it was read and before it is typed."""


def as_delivered(_delivery: Delivery, _table: Table, raw: RawTable) -> RawTable:
    """The table as it was read: nothing is corrected."""
    return raw


@dataclass
class StagedFeed:
    """The staged tables of a feed; `rejected` gives the reason per delivery that could not be read at all."""

    tables: dict[str, StagedTable] = field(default_factory=dict)
    rejected: dict[str, Words] = field(default_factory=dict)


def stage_feed(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    deliveries: Sequence[Delivery],
    key: bytes,
    validate: Validate,
    correct: Correct = as_delivered,
) -> StagedFeed:
    """Stage every table of a feed from its deliveries, of those that can be relied on.

    A delivery that lost more than a share of its rows, or that holds one table and not a row of it if there must be
    some, is rejected, what was set aside of it is kept, and the version
    before it counts in its place. `key` turns identifiers of people into pseudonyms; `validate` judges typed rows by a
    bound contract; `correct` is given each table as it was read.
    """
    staged = _staged_once(workspace, profile, feed, deliveries, key, validate, correct)
    lost: dict[str, Lost] = {}
    tolerance = profile.institution.tolerances.rows_lost if feed.rows_lost is None else feed.rows_lost
    for name, table in staged.tables.items():
        alone = [d for d in table.empty if sum(d in other.tallies for other in staged.tables.values()) == 1]
        lost |= unreliable(CATALOGUE[name], replace(table, empty=set(alone)), tolerance)
    if not lost:
        return staged
    others = [one for one in deliveries if one.id not in lost]
    again = stage_feed(workspace, profile, feed, others, key, validate, correct)
    paths = {one.id: one.path for one in deliveries}
    again.rejected |= staged.rejected | {one: why.reason for one, why in lost.items()}
    for name, table in staged.tables.items():
        again.tables[name].quarantine.extend(set_aside_of(table, lost))
    for one, why in lost.items():
        again.tables[why.table].results.append(rows_kept(why, paths[one]))
    return again


def _staged_once(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    deliveries: Sequence[Delivery],
    key: bytes,
    validate: Validate,
    correct: Correct,
) -> StagedFeed:
    """Every table of a feed, from the newest of its deliveries that can be read."""
    codes = profile.code_lists()
    result = StagedFeed()
    for name in feed.tables:
        if name == ANSWERS:
            result.tables[name], rejected, _ = staged_answers(workspace, profile, feed, deliveries, key, validate)
            result.rejected |= rejected
            continue
        table = CATALOGUE[name].bind(codes).opening(profile.open_text(name))
        sources = [i for i, s in enumerate(feed.sources) if name in s.tables]
        candidates = [d for d in deliveries if d.source in sources and _readable(d)]
        reads = _reads(workspace, profile, feed, table, candidates, correct, result.rejected)
        by_delivery = _by_year(profile, feed, table, key)
        staged = result.tables[name] = stage(table, reads, by_delivery, validate)
        _tell_uneven(table, reads, staged)
        staged.written = written(table, reads)
    return result


def _tell_uneven(table: Table, reads: Sequence[Read], staged: StagedTable) -> None:
    """Tell of which units and programmes most rows are set aside, and note the units of which all are."""
    findings = list(of_rows(table, reads, staged.received_by, staged.rows))
    staged.results.extend(findings)
    for one in {one.delivery.id: one for one in reads}.values() if findings else ():
        mine = staged.rows.filter(pc.equal(staged.rows.column("_delivery"), one.delivery.id))
        staged.losses.extend(lost_units(table, one.delivery, one.path_fields, findings, mine))


def _readable(delivery: Delivery) -> bool:
    return delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED)


def _reads(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    table: Table,
    candidates: Sequence[Delivery],
    correct: Correct,
    rejected: dict[str, Words],
) -> list[Read]:
    """Per subject the newest delivery that can be relied on; those that cannot be read are noted with the reason.

    One that can be read and not be relied on, since it lost a column or all its rows, is among them, so that each of
    its rows is accounted for, and the version before it counts in its place.
    """
    by_subject: dict[tuple[str | int, ...], list[Delivery]] = {}
    for delivery in candidates:
        by_subject.setdefault(delivery.subject, []).append(delivery)
    aliases = profile.aliases
    reads: list[Read] = []
    for versions in by_subject.values():
        for delivery in sorted(versions, key=lambda d: -d.version):
            fields, source = fields_from_path(feed, delivery), feed.sources[delivery.source]
            place = kept(workspace, delivery.sha256)
            demand_whole(place, delivery.sha256, delivery.path)
            try:
                named = named_of(source, delivery.path, profile.institution.money.currency)
                parts = read_parts(place, source, table, year_of(feed, delivery), fields, aliases, named)
            except UnreadableError as error:
                rejected[delivery.id] = why_unread(error)
                continue
            clock = clocked(profile, feed, table, delivery)
            of_delivery = [
                Read(delivery, correct(delivery, table, raw), path_fields, clock) for raw, path_fields in parts
            ]
            reads.extend(of_delivery)
            if any(reliable(table, one) for one in of_delivery):
                break
    return reads


def _by_year(profile: Profile, feed: Feed, table: Table, key: bytes) -> Callable[[Delivery], dict[str, CellReader]]:
    """The readers of a delivery's fields: its source and its year say which form it has."""
    made: dict[tuple[int, int | None], dict[str, CellReader]] = {}
    aliases = profile.aliases

    def readers(delivery: Delivery) -> dict[str, CellReader]:
        wanted = (delivery.source, year_of(feed, delivery))
        if wanted not in made:
            own = _cell_readers(feed, table, *wanted, aliases, key)
            made[wanted] = {
                name: replace(reader, measured=profile.measured) if reader.field.measured_by else reader
                for name, reader in own.items()
            }
        return made[wanted]

    return readers


def _cell_readers(
    feed: Feed, table: Table, source: int, year: int | None, aliases: Mapping[str, Mapping[str, str]], key: bytes
) -> dict[str, CellReader]:
    """The reader of each field in a form; a file of a year without a form is refused before any cell of it is read."""
    origin = feed.sources[source]
    locale: Locale = origin.locale if isinstance(origin, FileSource) else "iso"
    form = origin.form(table.name, year) if isinstance(origin, FileSource) else None
    return cell_readers(table.fields, form or Form(table=table.name), locale, aliases, key)


def staged_answers(
    workspace: Workspace,
    profile: Profile,
    feed: Feed,
    deliveries: Sequence[Delivery],
    key: bytes,
    validate: Validate,
) -> tuple[StagedTable, dict[str, Words], Store]:
    """Stage the answers of a feed from its deliveries, and return the reason per delivery that could not be read.

    A delivery that was counted before is not read again (`kwaliteitsmonitor.readers.answers.cache_store`); the store
    tells how many were.
    """
    table = CATALOGUE[ANSWERS].bind(profile.code_lists())
    sources = [i for i, s in enumerate(feed.sources) if ANSWERS in s.tables]
    files = [
        AnswerFile(
            delivery,
            kept(workspace, delivery.sha256),
            feed.sources[delivery.source],
            fields_from_path(feed, delivery),
            year_of(feed, delivery),
            agreed(profile, feed, table, delivery),
        )
        for delivery in sorted(deliveries, key=lambda d: (d.subject, -d.version))
        if delivery.source in sources and _readable(delivery)
    ]
    store = answers_store(workspace, profile, feed, key)
    threshold = profile.institution.disclosure.threshold
    how = HowRead(table, store.names.readers, profile.aliases, validate, profile.questions, threshold)
    staged, rejected = stage_answers(how, files, _Whole(store))
    return staged, rejected, store


@dataclass(frozen=True)
class _Whole:
    """What is remembered of deliveries; of one that is to be counted, the bytes are seen to be those received."""

    store: Store

    def find(self, file: AnswerFile) -> CountedDelivery | None:
        known = self.store.find(file)
        if known is None:
            demand_whole(file.path, file.delivery.sha256, file.delivery.path)
        return known

    def keep(self, file: AnswerFile, made: CountedDelivery) -> CountedDelivery:
        return self.store.keep(file, made)


def answers_store(workspace: Workspace, profile: Profile, feed: Feed, key: bytes) -> Store:
    """The store of what was made of deliveries of a feed, by the names that they have as the profile is now."""
    table = CATALOGUE[ANSWERS].bind(profile.code_lists())
    names = Names(
        table,
        _by_year(profile, feed, table, key),
        profile.aliases,
        [*profile.questions, profile.institution.disclosure.threshold],
    )
    return Store(workspace, names, counted(table))


def settled(deliveries: Sequence[Delivery], result: StagedFeed) -> list[Delivery]:
    """The deliveries with the standing they have once it is known which could be read.

    If the newest could not, the one that was read in its place counts.
    """
    counted = {sha for staged in result.tables.values() for sha in staged.tallies}
    settled_ones = []
    for delivery in deliveries:
        standing = delivery.standing
        if standing in (Standing.CURRENT, Standing.SUPERSEDED):
            standing = Standing.CURRENT if delivery.id in counted else Standing.SUPERSEDED
        reason = result.rejected.get(delivery.id, delivery.reason)
        settled_ones.append(replace(delivery, standing=standing, reason=reason))
    return settled_ones
