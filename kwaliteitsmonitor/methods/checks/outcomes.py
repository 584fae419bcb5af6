"""The outcome of the rules of a contract over its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.expectations import Failing, failing
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, of_constraint
from schemas.contract import Aspect, Constraint, Table
from schemas.exports.expectations import CHECKED_ELSEWHERE
from schemas.words import Words


def judged_rules(table: Table) -> list[Constraint]:
    """The rules of a contract that are judged over its rows."""
    return [c for c in table.constraints() if c.aspect not in CHECKED_ELSEWHERE]


UNJUDGED = Words("niet te beoordelen", "could not be evaluated")


def validate(
    table: Table, rows: pa.Table, judge: Callable[[str, Sequence[Constraint], pa.Table], Failing] = failing
) -> list[RuleResult]:
    """The outcome of every value rule of a bound contract over these rows, with the positions of those that fail.

    If rows are alike by a unique rule, the first stands and the others fail. A rule that could not be evaluated is
    `not_run`. Types and columns are not looked at here: the pyarrow schema has settled them.
    """
    constraints = judged_rules(table)
    by_rule: Failing = dict.fromkeys((c.id for c in constraints), ())
    if rows.num_rows:
        by_rule = judge(table.name, constraints, rows)
    results = []
    for constraint in constraints:
        positions = by_rule[constraint.id]
        lacking = [name for name in (*constraint.fields, *constraint.where) if name not in rows.column_names]
        if lacking or positions is None:
            names = ", ".join(lacking)
            detail = Words(f"er is geen kolom {names}", f"there is no column {names}") if lacking else UNJUDGED
            results.append(of_constraint(table.name, constraint, Outcome.NOT_RUN, 0, (), detail))
            continue
        if constraint.aspect is Aspect.UNIQUE:
            positions = _but_the_first(constraint, rows, positions)
        elif constraint.aspect is Aspect.AT_MOST:
            positions = _judgeable(constraint, constraints, by_rule, positions)
        outcome = Outcome.FAILED if positions else Outcome.PASSED
        results.append(of_constraint(table.name, constraint, outcome, rows.num_rows, positions))
    return results


def _judgeable(
    constraint: Constraint, constraints: Sequence[Constraint], failing: Failing, positions: Sequence[int]
) -> tuple[int, ...]:
    """Of rows that fail a comparison of two fields, those in which each field by itself is right.

    A negative fte is one finding. That the temporary part is then more than the whole is not another.
    """
    own = [c.id for c in constraints if len(c.fields) == 1 and c.fields[0] in constraint.fields]
    already = {position for rule in own for position in failing.get(rule) or ()}
    return tuple(position for position in positions if position not in already)


def _but_the_first(constraint: Constraint, rows: pa.Table, positions: Sequence[int]) -> tuple[int, ...]:
    """Of rows that are alike, all but the first, which is kept."""
    seen: set[object] = set()
    later = []
    columns = [rows.column(name) for name in constraint.fields]
    for position in sorted(positions):
        key = tuple(column[position].as_py() for column in columns)
        if key in seen:
            later.append(position)
        seen.add(key)
    return tuple(later)
