"""Running the Great Expectations suite of a contract over its rows.

One context and one batch definition serve the whole process: importing Great Expectations takes seconds, validating a
table milliseconds.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from assets.validation.results import Outcome, RuleResult, of_constraint
from schemas.contract import Aspect, Constraint, Table
from schemas.exports.expectations import CHECKED_ELSEWHERE, RESULT_FORMAT, failing_rows, suite, to_frame


def validate(table: Table, rows: pa.Table) -> list[RuleResult]:
    """The outcome of every value rule of a bound contract over these rows, with the positions of those that fail.

    Where rows are alike by a unique rule, the first stands and the others fail. A rule that could not be evaluated is
    `not_run`. Types and columns are not looked at here: the pyarrow schema has settled them.
    """
    constraints = [c for c in table.constraints() if c.aspect not in CHECKED_ELSEWHERE]
    if rows.num_rows == 0:
        return [of_constraint(table.name, c, Outcome.PASSED, 0, ()) for c in constraints]
    names = set(rows.column_names)
    checkable = [c for c in constraints if names.issuperset(c.fields)]
    failing = _failing(suite(table), to_frame(rows))
    found = []
    for constraint in constraints:
        if constraint not in checkable and constraint.id not in failing:
            continue
        positions = failing[constraint.id]
        if positions is None:
            found.append(of_constraint(table.name, constraint, Outcome.NOT_RUN, 0, (), "could not be evaluated"))
            continue
        if constraint.aspect is Aspect.UNIQUE:
            positions = _but_the_first(constraint, rows, positions)
        elif constraint.aspect is Aspect.AT_MOST:
            positions = _judgeable(constraint, constraints, failing, positions)
        outcome = Outcome.FAILED if positions else Outcome.PASSED
        found.append(of_constraint(table.name, constraint, outcome, rows.num_rows, positions))
    return found


def _judgeable(
    constraint: Constraint, constraints: Sequence[Constraint], failing: Mapping[str, tuple[int, ...] | None],
    positions: Sequence[int],
) -> tuple[int, ...]:
    """Of rows that fail a comparison of two fields, those in which each field by itself is right.

    A negative fte is one finding. That the temporary part is then more than the whole is not another.
    """
    own = [c.id for c in constraints if len(c.fields) == 1 and c.fields[0] in constraint.fields]
    already = {position for rule in own for position in failing.get(rule) or ()}
    return tuple(position for position in positions if position not in already)


def _but_the_first(constraint: Constraint, rows: pa.Table, positions: Sequence[int]) -> tuple[int, ...]:
    """Of rows that are alike, all but the first, which is kept."""
    seen: set[tuple[Any, ...]] = set()
    later = []
    columns = [rows.column(name) for name in constraint.fields]
    for position in sorted(positions):
        key = tuple(column[position].as_py() for column in columns)
        if key in seen:
            later.append(position)
        seen.add(key)
    return tuple(later)


def _failing(rules: Any, frame: Any) -> dict[str, tuple[int, ...] | None]:
    """The positions of the rows that fail each rule.

    Nearly every rule holds, and asking whether it does costs half of asking where it does not. So all rules are judged
    first, and only those that fail, or could not be judged, are asked for rows.
    """
    from great_expectations import ExpectationSuite

    batch = _definition().get_batch({"dataframe": frame})
    verdict = batch.validate(rules, result_format={"result_format": "BOOLEAN_ONLY"})
    found: dict[str, tuple[int, ...] | None] = {e.meta["rule"]: () for e in rules.expectations}
    broken = {r.expectation_config.meta["rule"] for r in verdict.results if not r.success}
    if broken:
        again = [e for e in rules.expectations if e.meta["rule"] in broken]
        some = ExpectationSuite(name=rules.name, expectations=again)
        found |= failing_rows(batch.validate(some, result_format=dict(RESULT_FORMAT)))
    return found


@lru_cache(maxsize=1)
def _definition() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context.data_sources.add_pandas("rows").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
