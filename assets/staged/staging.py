"""Staging a table: from raw cells to typed rows, with every row that does not fit set aside and accounted for.

The invariant of every delivery: rows accepted + rows quarantined = rows received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from assets.counting.people import Respondents
from assets.delivered.delivery import Delivery
from assets.staged import losses
from assets.staged.cells import at_once, names
from assets.staged.cells.measured import read_measured
from assets.staged.cells.notation import mixed
from assets.staged.cells.reading import CellReader, Refused
from assets.staged.contradictions import beside_unread, copies_of, with_every_side
from assets.staged.losses import Loss
from assets.staged.of_row import refused_ratios, said_of
from assets.staged.period import Agreed, costs_of, delivered_for, unlikely
from assets.staged.quarantine import (
    MASK,
    Quarantined,
    Read,
    beside_another,
    broken_rule,
    cell_of,
    expected_of,
    quarantine_table,
    refused_cell,
    whole_row,
)
from assets.staged.reports import (
    PATH,
    columns_result,
    missing,
    names_results,
    notation_results,
    notes_results,
    path_result,
    reliable,
    stated_results,
    window_result,
)
from assets.staged.set_aside import Beyond
from assets.validation.results import Outcome, RuleResult, of_constraint
from schemas.consequences import Costs
from schemas.contract import Aspect, Field, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import staged
from schemas.words import Words

HASHED = frozenset({float, int, bool, Decimal, date, datetime})
"""What is known by its value, as long as a column holds one of these kinds."""


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
    delivery of answers, those that are of another period, and `people` are those behind its answers. `losses` are the
    rows set aside that figures need.
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
    beside = 0
    lost: list[Loss] = []
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
        typed = _typed(table, own, read, of := readers(read.delivery))
        found.extend(stated_results(table, read, of))
        beside += _apart_beside(table, read, typed)
        parts.append(typed.rows(schema))
        quarantine.extend(typed.refused)
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
    return staged_table


def _whole(table: Table, read: Read, lacking: tuple[str, ...]) -> list[Quarantined]:
    """Every row of a table that lacks a column is set aside: none of them can be read for what it is."""
    names = ", ".join(lacking)
    expected = Words(f"de kolommen {names}", f"the columns {names}")
    return [
        whole_row(table, read, row, expected, read.column(position), Costs.DELIVERY)
        for position, row in enumerate(read.raw.rows)
    ]


@dataclass
class _Typed:
    """The rows of a delivery by field, typed, with the positions of those in which a cell was refused.

    `told` are fields that both the file and its name tell.
    """

    columns: dict[str, Sequence[Any] | pa.Array]
    bad: set[int] = field(default_factory=set)
    refused: list[Quarantined] = field(default_factory=list)
    findings: list[RuleResult] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def column(self, name: str) -> Sequence[Any]:
        """The values of a field that was read."""
        column = self.columns[name]
        return column.to_pylist() if isinstance(column, pa.Array) else column

    def rows(self, schema: pa.Schema) -> pa.Table:
        """The rows in which every cell could be read."""
        arrays = {name: _array(self.columns[name], schema.field(name).type) for name in schema.names}
        data = pa.table(arrays, schema=schema)
        if not self.bad:
            return data
        return data.take(pa.array([i for i in range(data.num_rows) if i not in self.bad], type=pa.int64()))


def _apart_beside(table: Table, read: Read, typed: _Typed) -> int:
    """Set aside the rows that have the key of one that could not be read; returns how many."""
    found = beside_unread(table, typed.columns, typed.bad)
    typed.bad.update(found)
    typed.refused.extend(beside_another(table, read, position) for position in found)
    return len(found)


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str)


def _array(column: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
    return column if isinstance(column, pa.Array) else pa.array(column, type=kind)


def _typed(table: Table, own: Table, read: Read, readers: Mapping[str, CellReader]) -> _Typed:
    raw = read.raw
    count = len(raw.rows)
    found = _Typed({})
    flaws: dict[str, dict[int, Words]] = {}
    for (name, position), said in raw.flaws.items():
        flaws.setdefault(name, {})[position] = said
    for f in own.fields:
        if f.name.startswith("_"):
            continue
        reader = readers[f.name]
        told, refusal = _told(read, reader)
        cells = raw.columns.get(f.name)
        if cells is None:
            found.columns[f.name] = [told] * count
            problems = dict.fromkeys(range(count), refusal.expected) if refusal else {}
        else:
            problems = {**_read_cells(table, read, readers, f, found), **flaws.get(f.name, {})}
            found.findings.extend(notation_results(table, read, f, mixed(cells, problems, reader)))
            if (one := agreed_on(table, f, told, read.clocked.agreed)) is not None:
                _against_the_path(table, read, f, one, found)
        found.bad.update(problems)
        found.refused.extend(
            refused_cell(table, read, f, position, "type", expected) for position, expected in problems.items()
        )
    found.findings.extend(_unlikely_dates(table, read, found))
    ratios = dict(refused_ratios(table, read, readers, found.columns))
    found.bad.update(ratios)
    found.refused.extend(ratios.values())
    found.columns["_delivery"] = [read.delivery.id] * count
    found.columns["_sheet"] = [raw.sheet or None] * count
    found.columns["_row"] = list(raw.rows)
    found.columns["_column"] = list(raw.pivoted) or [None] * count
    return found


def _read_cells(
    table: Table, read: Read, readers: Mapping[str, CellReader], named: Field, found: _Typed
) -> dict[int, Words]:
    """Read the cells of a field into `found`, and tell which names were read otherwise than they are written.

    Returns the positions of those that cannot be read, with what was expected.
    """
    reader, cells = readers[named.name], read.raw.columns[named.name]
    if (said := said_of(read.raw, reader, readers, found.columns)) is not None:
        found.columns[named.name], measured = read_measured(cells, reader, said, read_column)
        return dict(measured)
    spelled = names.spellings(lambda: set(filter(_is_text, cells)), reader)
    as_one = names.in_one_spelling(cells, spelled)
    found.columns[named.name], listed = at_once.numbers(as_one, reader) or read_column(as_one, reader)
    refused = dict(listed)
    empty = names.rightly_empty(named, refused, found.column)
    problems = {at: said for at, said in refused.items() if at not in set(empty)}
    otherwise = names.respelled(cells, spelled, reader, problems)
    found.findings.extend(names_results(table, read, named, {names.RESPELLED: otherwise, names.EMPTIED: empty}))
    return problems


def _told(read: Read, reader: CellReader) -> tuple[Any, Refused | None]:
    """What the delivery itself tells of a field, typed; or why that is nothing the field can hold."""
    if reader.field.name not in read.given:
        return None, None
    try:
        plain = replace(reader, split=None, scale=None)
        return plain(read.given[reader.field.name]), None
    except Refused as refusal:
        return None, refusal


def agreed_on(table: Table, named: Field, told: Any, agreed: Mapping[str, Agreed]) -> Agreed | None:
    """What a field may say where it stands in the file itself: what its delivery tells, or what follows from that.

    None where it may say anything. `told` is what the delivery tells of the field, typed; `agreed` is what follows
    from its period.
    """
    if named.clock is not None and table.other_periods:
        return None
    return agreed.get(named.name) or (None if told is None else delivered_for(told))


def _against_the_path(table: Table, read: Read, named: Field, agreed: Agreed, found: _Typed) -> None:
    """Set aside the rows whose own column says otherwise than the delivery does: one of both is wrong."""
    found.told.append(named.name)
    column = found.columns[named.name]
    values = column.to_pylist() if isinstance(column, pa.Array) else column
    wrong = {value for value in set(values) if value is not None and value not in agreed.values}
    if not wrong:
        return
    for position, value in enumerate(values):
        if value in wrong:
            found.bad.add(position)
            expected, costs = agreed.expected(value), costs_of(table, named)
            found.refused.append(refused_cell(table, read, named, position, PATH, expected, costs))


def _unlikely_dates(table: Table, read: Read, found: _Typed) -> Iterator[RuleResult]:
    """Dates that lie far from the period of their row or after the day of receipt, in rows that are not set aside."""
    calendar = read.clocked.calendar
    if calendar is None:
        return

    def column(name: str) -> Sequence[Any] | None:
        values = found.columns.get(name) if name else None
        return values.to_pylist() if isinstance(values, pa.Array) else values

    for f in table.fields:
        days = column(f.name) if f.window and f.name in read.raw.columns else None
        if f.window is None or days is None:
            continue
        days = [None if at in found.bad else day for at, day in enumerate(days)]
        periods, others = column(f.window.around), column(f.window.not_after)
        for bounds, positions in unlikely(f.window, calendar, read.delivery.received_on, days, periods, others):
            yield window_result(table, read, f, bounds.said, positions)


def _path_result(table: Table, name: str, checked: int, quarantine: Iterable[Quarantined]) -> RuleResult:
    rule = f"{table.name}.{name}.{PATH}"
    return path_result(table, table[name], checked, [q.place for q in quarantine if q.rule == rule])


def read_column(cells: Sequence[Any], reader: CellReader) -> tuple[list[Any], list[tuple[int, Words]]]:
    """The cells of a column read, and the positions of those that were refused, with what was expected.

    A column repeats its values, so that each is read once.
    """
    found = at_once.texts(cells, reader)
    if found is not None:
        return found, []
    keys: Iterable[Hashable] = cells
    kinds = set(map(type, cells)) - {str, type(None)}
    if len(kinds) > 1 or not kinds <= HASHED:
        # True, 1 and 1.0 are equal and yet not the same cell; what has no hash is known by how it is written.
        keys = [(type(raw), raw if isinstance(raw, Hashable) else repr(raw)) for raw in cells]
    known = {key: _read_or_refused(raw, reader) for key, raw in dict(zip(keys, cells, strict=True)).items()}
    values = [known[key] for key in keys]
    if not any(isinstance(value, Refused) for value in known.values()):
        return values, []
    problems = [(position, value.expected) for position, value in enumerate(values) if isinstance(value, Refused)]
    return [None if isinstance(value, Refused) else value for value in values], problems


def _read_or_refused(raw: Any, reader: CellReader) -> Any:
    try:
        return reader(raw)
    except Refused as refusal:
        return refusal


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


__all__ = [
    "MASK",
    "Quarantined",
    "Read",
    "Readers",
    "StagedTable",
    "Tally",
    "Validate",
    "cell_of",
    "expected_of",
    "quarantine_table",
    "read_column",
    "stage",
]
