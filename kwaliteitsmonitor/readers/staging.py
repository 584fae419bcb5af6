"""Staging a table: from raw cells to typed rows, with every row that does not fit set aside and accounted for.

The invariant of every delivery: rows accepted + rows quarantined = rows received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, of_constraint
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from kwaliteitsmonitor.readers import losses
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.columns import origins
from kwaliteitsmonitor.readers.contradictions import Sides, Unread, copies_of, is_key, with_every_side
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.findings import (
    PATH,
    columns_result,
    is_empty,
    missing,
    notes_results,
    path_result,
    reliable,
    stated_results,
)
from kwaliteitsmonitor.readers.losses import Loss
from kwaliteitsmonitor.readers.quarantine import (
    Quarantined,
    Read,
    broken_rule,
    whole_row,
)
from kwaliteitsmonitor.readers.repeated_rows import counted_once
from kwaliteitsmonitor.readers.set_aside import Beyond
from kwaliteitsmonitor.readers.typed_rows import apart_beside, typed_rows
from kwaliteitsmonitor.readers.uneven_loss import received_by
from schemas.consequences import Costs
from schemas.contract import Aspect, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import staged
from schemas.values import Row
from schemas.words import Words


@dataclass(frozen=True)
class Tally:
    """What became of the rows of one delivery in one table; `left_out` are rows and cells that are no data."""

    received: int
    accepted: int
    quarantined: int
    left_out: int = 0


@dataclass
class StagedTable:
    """A staged table: the accepted rows, those set aside, what each rule found and the tally per delivery.

    Of deliveries of which more is set aside than a list should hold, all of it is in `beyond`. `written` holds the
    contents of the cells to which figures are traced (see `kwaliteitsmonitor.readers.source_cells`). `elsewhere`
    counts, of each delivery, the rows that are of another period, and `people` are those behind its answers. `losses`
    are the rows set aside that figures need, and `received_by` counts rows by delivery, field and value
    (`kwaliteitsmonitor.readers.uneven_loss`). `empty` are the deliveries with the columns that it must have, and no row
    of it. `again` are accepted rows that a delivery of another period says as well: they are not among `rows`.
    """

    rows: pa.Table
    quarantine: list[Quarantined] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    beyond: Beyond | None = None
    written: pa.Table | None = None
    elsewhere: dict[str, int] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    people: Mapping[str, Respondents] = field(default_factory=dict)
    received_by: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    again: pa.Table | None = None


Readers = Callable[[Delivery], Mapping[str, CellReader]]
Validate = Callable[[Table, pa.Table], list[RuleResult]]


def stage(table: Table, reads: Sequence[Read], readers: Readers, validate: Validate) -> StagedTable:
    """Stage the rows of a bound contract from the deliveries of its feed.

    `readers` gives the reader of each field for a delivery; `validate` judges the typed rows. Rows that fail a rule
    which quarantines are set aside with the rule, the cell and what was expected. A row that only says again what a
    delivery of another period says is accepted, and counts once.
    """
    own = staged(table)
    gathered = _Gathered(table, own)
    covered = {read.delivery.subject for read in reads if reliable(table, read)}
    for read in reads:
        gathered.add(read, readers, covered=read.delivery.subject in covered)
    once = counted_once(own, gathered.rows, reads)
    judged = _judged(gathered, once.rows, reads, validate)
    findings = [*gathered.results, *once.results, *_with_cells(_types(gathered), judged.results, judged.quarantine)]
    paths = [_path_result(table, name, count, judged.quarantine) for name, count in gathered.judged_by_path.items()]
    staged_table = StagedTable(judged.accepted, judged.quarantine, [*findings, *paths])
    staged_table.again = once.again
    left_out: Counter[str] = Counter()
    for read in reads:
        left_out[read.delivery.id] += read.raw.left_out
    taken = Counter(pa.concat_tables([judged.accepted, once.again]).column("_delivery").to_pylist())
    staged_table.tallies = _tallies(gathered.received, left_out, taken, judged.quarantine)
    staged_table.places = {read.delivery.id: dict(read.raw.places) for read in reads}
    staged_table.losses = judged.lost
    staged_table.empty = {read.delivery.id for read in reads if is_empty(table, read)}
    staged_table.empty -= {identity for identity, count in gathered.received.items() if count}
    staged_table.elsewhere, staged_table.received_by = dict(gathered.elsewhere), gathered.by
    return staged_table


@dataclass
class _Gathered:
    """The typed rows of a table from its deliveries one after another, and what was found of each by itself."""

    table: Table
    own: Table
    parts: list[pa.Table] = field(default_factory=list)
    quarantine: list[Quarantined] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)
    received: Counter[str] = field(default_factory=Counter)
    judged_by_path: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    by: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    beside: int = 0

    @property
    def rows(self) -> pa.Table:
        """All rows in which every cell could be read."""
        return pa.concat_tables([arrow_schema(self.own).empty_table(), *self.parts])

    def add(self, read: Read, readers: Readers, *, covered: bool) -> None:
        """Take in the rows of one delivery; `covered` says that another version of it can be relied on, or itself."""
        table, identity = self.table, read.delivery.id
        self.received[identity] += len(read.raw.rows) + len(read.raw.ragged)
        self.results.extend([columns_result(table, read), *notes_results(table, read)])
        ragged = [whole_row(table, read, row, read.raw.as_expected) for row in read.raw.ragged]
        self.quarantine.extend(ragged)
        self.lost.extend(losses.of_whole(table, read, ragged))
        if not covered:
            self.lost.extend(losses.of_table(table, read))
        if lacking := missing(table, read):
            self.quarantine.extend(_whole(table, read, lacking))
            return
        typed = typed_rows(table, self.own, read, of := readers(read.delivery))
        self.results.extend(stated_results(table, read, of))
        self.beside += apart_beside(table, read, typed)
        self.parts.append(typed.rows(arrow_schema(self.own)))
        self.quarantine.extend(typed.refused)
        self.elsewhere[identity] += len(typed.elsewhere)
        for name, counts in received_by(table, typed).items():
            self.by.setdefault(identity, {}).setdefault(name, Counter()).update(counts)
        self.lost.extend(losses.of_cells(table, read, typed.columns, typed.refused))
        self.results.extend(typed.findings)
        self.judged_by_path.update({name: len(read.raw.rows) for name in typed.also_in_path})


@dataclass(frozen=True)
class _Judged:
    """The rows that stay, what is set aside of all, what the rules found, and the rows that figures go without."""

    accepted: pa.Table
    quarantine: list[Quarantined]
    results: list[RuleResult]
    lost: list[Loss]


def _judged(gathered: _Gathered, rows: pa.Table, reads: Sequence[Read], validate: Validate) -> _Judged:
    """Hold the typed rows against the rules of their contract and against each other."""
    own = gathered.own
    by_sheet = {(read.delivery.id, read.raw.sheet or None): read for read in reads}
    paths = {read.delivery.id: read.delivery.path for read in reads}
    sides = with_every_side(own, rows, validate(own, rows), gathered.beside, paths, _unread(reads))
    results, copies = sides.results, copies_of(own, rows, sides.results)
    accepted, set_aside = _apart(own, rows, sides, by_sheet)
    quarantine = [*gathered.quarantine, *(item for _, item, _ in set_aside)]
    of_rules = ((i, v, by_sheet[i.delivery, i.sheet or None]) for at, i, v in set_aside if at not in copies)
    return _Judged(accepted, quarantine, results, [*gathered.lost, *losses.of_rows(gathered.table, of_rules)])


def _types(gathered: _Gathered) -> list[RuleResult]:
    """Whether the cells of each field could be read as what they should be."""
    refusals = Counter(q.rule for q in gathered.quarantine)
    checked = sum(gathered.received.values())
    return [
        of_constraint(
            gathered.table.name,
            c,
            Outcome.FAILED if refusals[c.id] else Outcome.PASSED,
            checked,
            [0] * refusals[c.id],
        )
        for c in gathered.own.constraints()
        if c.aspect is Aspect.TYPE and not c.fields[0].startswith("_")
    ]


def _whole(table: Table, read: Read, lacking: tuple[str, ...]) -> list[Quarantined]:
    """Every row of a table that lacks a column is set aside: none of them can be read for what it is."""
    names = ", ".join(lacking)
    expected = Words(f"de kolommen {names}", f"the columns {names}")
    return [
        whole_row(table, read, row, expected, read.column(position), Costs.DELIVERY)
        for position, row in enumerate(read.raw.rows)
    ]


def _unread(reads: Sequence[Read]) -> Unread:
    """What stands in a staged row where no field reads, looked up once somebody asks."""

    @cache
    def known() -> dict[tuple[str, str | None, int], tuple[str, ...]]:
        return {
            (read.delivery.id, read.raw.sheet or None, row): cells
            for read in reads
            for row, cells in zip(read.raw.rows, read.raw.unread, strict=False)
        }

    return lambda row: known().get((row["_delivery"], row["_sheet"], row["_row"]), ())


def _path_result(table: Table, name: str, checked: int, quarantine: Iterable[Quarantined]) -> RuleResult:
    rule = f"{table.name}.{name}.{PATH}"
    return path_result(table, table[name], checked, [q.place for q in quarantine if q.rule == rule])


def _apart(
    own: Table, rows: pa.Table, sides: Sides, by_sheet: Mapping[tuple[str, str | None], Read]
) -> tuple[pa.Table, list[tuple[int, Quarantined, Row]]]:
    """The rows that stay, and those that a quarantining rule sets aside, with their position and values."""
    constraints = {c.id: c for c in own.constraints()}
    bad: set[int] = set()
    set_aside: list[tuple[int, Quarantined, Row]] = []
    for result in sides.results:
        if not result.quarantines or not result.rows:
            continue
        constraint = constraints[result.rule]
        bad.update(result.rows)
        broken = rows.take(pa.array(result.rows, type=pa.int64()))
        listed: list[Row] = broken.to_pylist()
        for position, values, place in zip(result.rows, listed, origins(broken), strict=True):
            item = broken_rule(own, constraint, values, place, by_sheet[place["_delivery"], place["_sheet"]])
            if is_key(own, constraint) and position in sides.disputed:
                item = replace(item, expected=sides.disputed[position])
            set_aside.append((position, item, values))
    if not bad:
        return rows, set_aside
    keep = pa.array([i for i in range(rows.num_rows) if i not in bad], type=pa.int64())
    return rows.take(keep), set_aside


def _with_cells(
    typed: Sequence[RuleResult], results: Sequence[RuleResult], quarantine: Sequence[Quarantined]
) -> list[RuleResult]:
    places: dict[str, list[str]] = {}
    for item in quarantine:
        places.setdefault(item.rule, []).append(item.place)
    return [replace(r, cells=tuple(places.get(r.rule, ()))) for r in (*typed, *results)]


def _tallies(
    received: Mapping[str, int],
    left_out: Mapping[str, int],
    taken: Mapping[str, int],
    quarantine: Sequence[Quarantined],
) -> dict[str, Tally]:
    aside: dict[str, set[tuple[str, int, str]]] = {}
    for item in quarantine:
        aside.setdefault(item.delivery, set()).add((item.sheet, item.row, item.column))
    return {
        delivery: Tally(count, taken.get(delivery, 0), len(aside.get(delivery, ())), left_out[delivery])
        for delivery, count in received.items()
    }
