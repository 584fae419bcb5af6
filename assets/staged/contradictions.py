"""Rows of one delivery that say different things of the same: which of them is right cannot be known, so none is taken.

Such are the rows of departments where one row for the faculty was asked for. To keep the first would publish a part as
if it were the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from assets.validation.results import Outcome, RuleResult
from schemas.contract import Aspect, Constraint, Table

_PLACES = frozenset({"_row", "_column", "_sheet"})


def with_every_side(own: Table, rows: pa.Table, results: Sequence[RuleResult], beside: int) -> list[RuleResult]:
    """The results, in which rows that contradict each other fail together by the key of a contract.

    Of rows that are the same in everything the first stays. Rows about people are left as they were judged. `beside`
    counts rows that were set aside before, for a row with the same key that could not be read.
    """
    keys = {c.id: c for c in own.constraints() if is_key(own, c)}
    if own.personal:
        return list(results)
    judged = (_with_first(keys[r.rule], rows, r) if r.rule in keys and r.rows else r for r in results)
    return [
        replace(r, outcome=Outcome.FAILED, failed=r.failed + beside) if r.rule in keys and beside else r for r in judged
    ]


def beside_unread(own: Table, columns: Mapping[str, Sequence[Any] | pa.Array], bad: Collection[int]) -> list[int]:
    """The positions of rows that can be read and have the key of one that cannot: they are not all that there is.

    `columns` are the typed columns of one delivery, `bad` the positions of rows in which a cell was refused.
    """
    if own.personal or not bad or not own.key:
        return []
    plain = (columns[name] for name in own.key)
    keys = list(zip(*(c.to_pylist() if isinstance(c, pa.Array) else c for c in plain), strict=True))
    met = {keys[position] for position in bad if None not in keys[position]}
    return [position for position, key in enumerate(keys) if key in met and position not in bad]


def is_key(table: Table, constraint: Constraint) -> bool:
    """Whether a constraint is that rows are unique by the key of the contract."""
    return constraint.aspect is Aspect.UNIQUE and constraint.fields == table.key and not constraint.where


def _with_first(key: Constraint, rows: pa.Table, result: RuleResult) -> RuleResult:
    names = [name for name in rows.column_names if name not in _PLACES]
    values = rows.select(names).to_pylist()
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    wanted = {_of(values[position], key.fields) for position in result.rows}
    for position, row in enumerate(values):
        if _of(row, key.fields) in wanted:
            groups[(row["_delivery"], *_of(row, key.fields))].append(position)
    bad = set(result.rows)
    for positions in groups.values():
        if len({_of(values[position], names) for position in positions}) > 1:
            bad.update(positions)
    return replace(result, rows=tuple(sorted(bad)), failed=len(bad))


def _of(row: dict[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def copies_of(own: Table, rows: pa.Table, results: Sequence[RuleResult]) -> set[int]:
    """The positions of rows that fail by the key of a contract and only say again what a row that stays says."""
    keys = {c.id for c in own.constraints() if is_key(own, c)}
    failing = {position for r in results if r.rule in keys for position in r.rows}
    if not failing:
        return set()
    names = [name for name in rows.column_names if name not in _PLACES and name != "_delivery"]
    values = rows.select(names).to_pylist()
    stay = {_of(row, names) for position, row in enumerate(values) if position not in failing}
    return {position for position in failing if _of(values[position], names) in stay}
