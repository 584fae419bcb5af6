"""Which rows fail the rules of a contract, according to Great Expectations.

One context and one batch definition serve the whole process: importing Great Expectations takes seconds, validating a
table milliseconds. This module imports nothing else that takes long, for the process that judges rows starts with it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pyarrow as pa

from schemas.contract import Constraint
from schemas.exports.expectations import RESULT_FORMAT, expectation, failing_rows, rule_of, to_frame

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

Failing: TypeAlias = Mapping[str, tuple[int, ...] | None]
"""Per rule the positions of the rows that fail it; `None` if it could not be evaluated."""

_ONE_BATCH = Lock()
"""The engine of Great Expectations looks at the batch that it was handed last, whoever asks."""


def failing(name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
    """The positions of the rows that fail each of these rules.

    Nearly every rule holds, and asking whether it does costs half of asking where it does not. So all rules are judged
    first, and only those that fail, or could not be judged, are asked for rows. Threads wait for each other.
    """
    with _ONE_BATCH:
        try:
            return _failing(name, constraints, rows)
        finally:
            _BUILT.clear()


def _failing(name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
    from great_expectations import ExpectationSuite

    rules = {c.id: expectation(c) for c in constraints}
    batch = prepare().get_batch({"dataframe": to_frame(rows)})
    verdict = batch.validate(
        ExpectationSuite(name=name, expectations=list(rules.values())), result_format={"result_format": "BOOLEAN_ONLY"}
    )
    positions: dict[str, tuple[int, ...] | None] = dict.fromkeys(rules, ())
    broken = [rule_of(one) for one in verdict.results if not one.success]
    if broken:
        again = ExpectationSuite(name=name, expectations=[expectation(c) for c in constraints if c.id in broken])
        positions |= failing_rows(batch.validate(again, result_format=dict(RESULT_FORMAT)))
    return positions


@lru_cache(maxsize=1)
def prepare() -> BatchDefinition[None]:
    """Import Great Expectations and set it up, once in a process; returns what batches are made of."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    _build_configurations_once()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas("rows").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")


class _Built(NamedTuple):
    """An expectation, the fields that it had, and the configuration that was built of them."""

    expectation: Expectation
    fields: dict[str, object]
    configuration: ExpectationConfiguration


_BUILT: dict[int, _Built] = {}
"""What was built for the table that is judged, by the `id` of the expectation, which is kept with it."""


def _build_configurations_once() -> None:
    """Have an expectation build its configuration at the first question for it, and give copies of it from then on.

    Great Expectations asks each expectation some 70 times for it while it judges, and builds it anew each time: that
    is half of its time. An expectation of which a field is set anew builds it anew. A Great Expectations version that
    has no such property is left as it is: then the test of this fails, and judging is slower.
    """
    from great_expectations.expectations.expectation import Expectation

    known = vars(Expectation).get("configuration")
    if not isinstance(known, property) or known.fget is None:
        return
    build: Callable[[Expectation], ExpectationConfiguration] = known.fget

    def configuration(self: Expectation) -> ExpectationConfiguration:
        built = _BUILT.get(id(self))
        if built is None or built.fields != vars(self):
            built = _BUILT[id(self)] = _Built(self, dict(vars(self)), build(self))
        own: ExpectationConfiguration = copy(built.configuration)
        own.kwargs, own.meta = dict(own.kwargs), dict(own.meta)
        return own

    setattr(Expectation, "configuration", property(configuration))  # noqa: B010 - a property is no variable
