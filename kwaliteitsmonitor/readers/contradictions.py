"""Rows that say different things of the same: which of them is right cannot be known, so none is taken.

Such are the rows of departments when one row for the faculty was asked for. To keep the first would publish a part as
if it were the whole. Such are also the files of two periods that give the same line of a plan another amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.columns import Column, listed, origins
from schemas.calendar import PERIOD_FIELDS
from schemas.consequences import Costs
from schemas.contract import Aspect, Constraint, Table
from schemas.rows import StagedRow
from schemas.values import Row, Value
from schemas.words import ROWS, Words, counted

_PLACES = frozenset({"_row", "_column", "_sheet"})

Unread = Callable[[StagedRow], tuple[str, ...]]
"""What stands in a row where no field reads, such as the name of a department."""


@dataclass(frozen=True)
class Sides:
    """What the rules found when rows that contradict each other fail together.

    `disputed` says, by the position of a row that a row of another delivery contradicts, what was expected of it.
    """

    results: list[RuleResult]
    disputed: Mapping[int, Words] = field(default_factory=dict)


def is_compared(own: Table) -> bool:
    """Whether deliveries of several periods may speak of the same: what a row is about names no period of its own.

    So it is with a plan. Registers of decisions, which may be empty, and rows about people are left alone.
    """
    figures = own.filled and not own.personal and own.row_costs is Costs.FIGURES
    return figures and bool(own.key) and not {*PERIOD_FIELDS} & set(own.key)


def with_every_side(
    own: Table,
    rows: pa.Table,
    results: Sequence[RuleResult],
    beside: int,
    paths: Mapping[str, str],
    unread: Unread,
) -> Sides:
    """The results, in which rows that contradict each other fail together by the key of a contract.

    Of rows that are the same in everything the first stays, what is `unread` included. Rows about people are left as
    they were judged. `beside` counts rows that were set aside before, for a row with the same key that could not be
    read; `paths` gives the name of a delivery by its id.
    """
    if own.personal:
        return Sides(list(results))
    keys = {c.id: c for c in own.constraints() if is_key(own, c)}
    disputed: dict[int, Words] = {}
    complete = []
    for r in results:
        if r.rule in keys and r.rows:
            r = _with_every(keys[r.rule], rows, r, is_compared(own), paths, unread, disputed)
        if r.rule in keys and beside:
            r = replace(r, outcome=Outcome.FAILED, failed=r.failed + beside)
        complete.append(r)
    return Sides(complete, disputed)


def beside_unread(own: Table, columns: Mapping[str, Column], bad: Collection[int]) -> list[int]:
    """The positions of rows that can be read and have the key of one that cannot: they are not all that there is.

    `columns` are the typed columns of one delivery, `bad` the positions of rows in which a cell was refused.
    """
    if own.personal or not bad or not own.key:
        return []
    keys = list(zip(*(listed(columns[name]) for name in own.key), strict=True))
    met = {keys[position] for position in bad if None not in keys[position]}
    return [position for position, key in enumerate(keys) if key in met and position not in bad]


def is_key(table: Table, constraint: Constraint) -> bool:
    """Whether a constraint is that rows are unique by the key of the contract."""
    return constraint.aspect is Aspect.UNIQUE and constraint.fields == table.key and not constraint.where


def _with_every(
    key: Constraint,
    rows: pa.Table,
    result: RuleResult,
    compared: bool,
    paths: Mapping[str, str],
    unread: Unread,
    disputed: dict[int, Words],
) -> RuleResult:
    """The result with every side of a contradiction; those between deliveries, if they are compared, are said."""
    names = [name for name in rows.column_names if name not in _PLACES and not (compared and name == "_delivery")]
    values: list[Row] = rows.to_pylist()
    places = origins(rows)
    groups: dict[tuple[Value, ...], list[int]] = defaultdict(list)
    wanted = {_of(values[position], key.fields) for position in result.rows}
    for position, row in enumerate(values):
        if _of(row, key.fields) in wanted:
            groups[("" if compared else places[position]["_delivery"], *_of(row, key.fields))].append(position)
    bad, lines = set(result.rows), 0
    files: dict[str, None] = {}
    for positions in groups.values():
        of = [places[position] for position in positions]
        if _differ([values[position] for position in positions], of, names, unread):
            bad.update(positions)
            if len({place["_delivery"] for place in of}) > 1:
                lines += 1
                files |= dict.fromkeys(paths[place["_delivery"]] for place in of)
                disputed.update(_against(places, positions, paths))
    detail = _message(tuple(files), lines, "version" in key.fields) if lines else result.detail
    return replace(result, rows=tuple(sorted(bad)), failed=len(bad), detail=detail)


def _differ(rows: Sequence[Row], places: Sequence[StagedRow], names: Sequence[str], unread: Unread) -> bool:
    """Whether rows about one thing say different things, or are those of parts of it, which may be as large."""
    parts = {(place["_delivery"], unread(place)) for place in places}
    return len({_of(row, names) for row in rows}) > 1 or len(parts) > len({delivery for delivery, _ in parts})


def _against(places: Sequence[StagedRow], positions: Sequence[int], paths: Mapping[str, str]) -> dict[int, Words]:
    """What is expected of each row of a contradiction: that it says what a row of another file says."""
    expected = {}
    for position in positions:
        mine = places[position]["_delivery"]
        other = next((places[at] for at in positions if places[at]["_delivery"] != mine), None)
        if other is not None:
            path, row = paths[other["_delivery"]], other["_row"]
            expected[position] = Words(f"hetzelfde als in {path}, rij {row}", f"the same as in {path}, row {row}")
    return expected


def _message(files: Sequence[str], lines: int, versioned: bool) -> Words:
    nl, en = " en ".join(files), " and ".join(files)
    rows = counted(lines, ROWS)
    named = Words("", "")
    if versioned:
        named = Words(", of geef een gewijzigd plan een eigen versie", ", or give a changed plan a version of its own")
    return Words(
        f"{nl} spreken elkaar tegen in {rows.nl}; welke klopt is niet te zien, dus geen ervan telt. Lever "
        f"bestanden die hetzelfde zeggen{named.nl}",
        f"{en} contradict each other in {rows.en}; which is right cannot be seen, so none counts. Deliver "
        f"files that say the same{named.en}",
    )


def _of(row: Row, names: Sequence[str]) -> tuple[Value, ...]:
    return tuple(row[name] for name in names)


def copies_of(own: Table, rows: pa.Table, results: Sequence[RuleResult]) -> set[int]:
    """The positions of rows that fail by the key of a contract and only say again what a row that stays says."""
    keys = {c.id for c in own.constraints() if is_key(own, c)}
    failing = {position for r in results if r.rule in keys for position in r.rows}
    if not failing:
        return set()
    names = [name for name in rows.column_names if name not in _PLACES and name != "_delivery"]
    values: list[Row] = rows.select(names).to_pylist()
    stay = {_of(row, names) for position, row in enumerate(values) if position not in failing}
    return {position for position in failing if _of(values[position], names) in stay}
