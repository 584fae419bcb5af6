"""Staging a table: from raw cells to typed rows, with every row that does not fit set aside and accounted for.

The invariant of every delivery: rows accepted + rows quarantined = rows received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from assets.counting.people import Respondents
from assets.delivered.delivery import Delivery
from assets.staged import losses
from assets.staged.cells.reading import CellReader
from assets.staged.contradictions import copies_of, with_every_side
from assets.staged.losses import Loss
from assets.staged.quarantine import (
    Quarantined,
    Read,
    broken_rule,
    whole_row,
)
from assets.staged.reports import (
    PATH,
    columns_result,
    is_empty,
    missing,
    notes_results,
    path_result,
    reliable,
    stated_results,
)
from assets.staged.set_aside import Beyond
from assets.staged.typed_rows import apart_beside, typed_rows
from assets.staged.uneven import received_by
from assets.validation.results import Outcome, RuleResult, of_constraint
from schemas.consequences import Costs
from schemas.contract import Aspect, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import staged
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

    Of deliveries of which more is set aside than a list should hold, all of it is in `beyond`. `written` is what stood
    in the cells of tables that figures are followed into (see `assets.staged.written`). `elsewhere` counts, of each
    delivery, the rows that are of another period, and `people` are those behind its answers. `losses` are the
    rows set aside that figures need, and `received_by` counts rows by delivery, field and value
    (`assets.staged.uneven`). `empty` are the deliveries with the columns that it must have, and no row of it.
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


Readers = Callable[[Delivery], Mapping[str, CellReader]]
Validate = Callable[[Table, pa.Table], list[RuleResult]]


def stage(table: Table, reads: Sequence[Read], readers: Readers, validate: Validate) -> StagedTable:
    """Stage the rows of a bound contract from the deliveries of its feed.

    `readers` gives the reader of each field for a delivery; `validate` judges the typed rows. Rows that fail a rule
    which quarantines are set aside with the rule, the cell and what was expected.
    """
    own = staged(table)
    schema = arrow_schema(own)
    parts: list[pa.Table] = []
    quarantine: list[Quarantined] = []
    found: list[RuleResult] = []
    received: Counter[str] = Counter()
    judged_by_path: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    beside = 0
    lost: list[Loss] = []
    by: dict[str, dict[str, Counter[str]]] = {}
    covered = {read.delivery.subject for read in reads if reliable(table, read)}
    for read in reads:
        received[read.delivery.id] += len(read.raw.rows) + len(read.raw.ragged)
        found.extend([columns_result(table, read), *notes_results(table, read)])
        ragged = [whole_row(table, read, row, read.raw.as_expected) for row in read.raw.ragged]
        quarantine.extend(ragged)
        lost.extend(losses.of_whole(table, read, ragged))
        lacking = missing(table, read)
        if read.delivery.subject not in covered:
            lost.extend(losses.of_table(table, read))
        if lacking:
            quarantine.extend(_whole(table, read, lacking))
            continue
        typed = typed_rows(table, own, read, of := readers(read.delivery))
        found.extend(stated_results(table, read, of))
        beside += apart_beside(table, read, typed)
        parts.append(typed.rows(schema))
        quarantine.extend(typed.refused)
        elsewhere[read.delivery.id] += len(typed.elsewhere)
        for name, counts in received_by(table, typed).items():
            by.setdefault(read.delivery.id, {}).setdefault(name, Counter()).update(counts)
        lost.extend(losses.of_cells(table, read, typed.columns, typed.refused))
        found.extend(typed.findings)
        judged_by_path.update({name: len(read.raw.rows) for name in typed.told})
    rows = pa.concat_tables(parts) if parts else schema.empty_table()
    refusals = Counter(q.rule for q in quarantine)
    results = with_every_side(own, rows, validate(own, rows), beside)
    copies = copies_of(own, rows, results)
    by_sheet = {(read.delivery.id, read.raw.sheet or None): read for read in reads}
    accepted, set_aside = _apart(own, rows, results, by_sheet)
    quarantine.extend(item for _, item, _ in set_aside)
    of_rules = ((i, v, by_sheet[i.delivery, v["_sheet"]]) for at, i, v in set_aside if at not in copies)
    lost.extend(losses.of_rows(table, of_rules))
    checked = sum(received.values())
    types = [
        of_constraint(
            table.name, c, Outcome.FAILED if refusals[c.id] else Outcome.PASSED, checked, [0] * refusals[c.id]
        )
        for c in own.constraints()
        if c.aspect is Aspect.TYPE and not c.fields[0].startswith("_")
    ]
    paths = [_path_result(table, name, count, quarantine) for name, count in judged_by_path.items()]
    staged_table = StagedTable(accepted, quarantine, [*found, *_with_cells(types, results, quarantine), *paths])
    left_out: Counter[str] = Counter()
    for read in reads:
        left_out[read.delivery.id] += read.raw.left_out
    staged_table.tallies = _tallies(received, left_out, accepted, quarantine)
    staged_table.places = {read.delivery.id: dict(read.raw.places) for read in reads}
    staged_table.losses = lost
    staged_table.empty = {read.delivery.id for read in reads if is_empty(table, read)}
    staged_table.empty -= {identity for identity, count in received.items() if count}
    staged_table.elsewhere, staged_table.received_by = dict(elsewhere), by
    return staged_table


def _whole(table: Table, read: Read, lacking: tuple[str, ...]) -> list[Quarantined]:
    """Every row of a table that lacks a column is set aside: none of them can be read for what it is."""
    names = ", ".join(lacking)
    expected = Words(f"de kolommen {names}", f"the columns {names}")
    return [
        whole_row(table, read, row, expected, read.column(position), Costs.DELIVERY)
        for position, row in enumerate(read.raw.rows)
    ]


def _path_result(table: Table, name: str, checked: int, quarantine: Iterable[Quarantined]) -> RuleResult:
    rule = f"{table.name}.{name}.{PATH}"
    return path_result(table, table[name], checked, [q.place for q in quarantine if q.rule == rule])


def _apart(
    own: Table, rows: pa.Table, results: Sequence[RuleResult], by_sheet: Mapping[tuple[str, str | None], Read]
) -> tuple[pa.Table, list[tuple[int, Quarantined, Mapping[str, Any]]]]:
    """The rows that stay, and those that a quarantining rule sets aside, with their position and values."""
    constraints = {c.id: c for c in own.constraints()}
    bad: set[int] = set()
    set_aside: list[tuple[int, Quarantined, Mapping[str, Any]]] = []
    for result in results:
        if not result.quarantines or not result.rows:
            continue
        constraint = constraints[result.rule]
        bad.update(result.rows)
        broken = rows.take(pa.array(result.rows, type=pa.int64())).to_pylist()
        for position, values in zip(result.rows, broken, strict=True):
            item = broken_rule(own, constraint, values, by_sheet[values["_delivery"], values["_sheet"]])
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
    received: Mapping[str, int], left_out: Mapping[str, int], accepted: pa.Table, quarantine: Sequence[Quarantined]
) -> dict[str, Tally]:
    taken = Counter(accepted.column("_delivery").to_pylist())
    aside: dict[str, set[tuple[str, int, str]]] = {}
    for item in quarantine:
        aside.setdefault(item.delivery, set()).add((item.sheet, item.row, item.column))
    return {
        delivery: Tally(count, taken[delivery], len(aside.get(delivery, ())), left_out[delivery])
        for delivery, count in received.items()
    }
