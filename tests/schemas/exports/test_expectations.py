"""A rule of each shape fails on exactly its own defects in Great Expectations itself.

That the suite of each table holds its rules, with their codes and bounds, is in test_forms.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from schemas.contract import Aspect, AtMost, Field, Kind, Layer, Table, Unique
from schemas.exports.arrow import arrow_schema
from schemas.exports.expectations import CHECKED_ELSEWHERE, RESULT_FORMAT, expectation, failing_rows, suite, to_frame
from schemas.tables.delivered.people import PROGRAMMES
from tests.schemas.examples import example

Row = dict[str, Any]
RunSuite = Callable[[Table, list[Row]], Any]

ZERO, ONE, BOUND = Decimal(0), Decimal(1), Decimal("1.2")
TABLE = Table(
    "own", Layer.DELIVERED, "eigen", "own",
    (
        Field("id", Kind.TEXT, "id", "id", "x"),
        Field("part", Kind.TEXT, "deel", "part", "x", nullable=True),
        Field("code", Kind.TEXT, "code", "code", "x", nullable=True, codes=("x", "y")),
        Field("flag", Kind.BOOLEAN, "vlag", "flag", True, nullable=True),
        Field("whole", Kind.INTEGER, "geheel", "whole", 1, nullable=True, minimum=ZERO, maximum=ONE),
        Field("share", Kind.NUMBER, "deel", "share", 0.5, nullable=True, minimum=ZERO, maximum=ONE),
        Field("size", Kind.DECIMAL, "omvang", "size", ONE, nullable=True, minimum=ZERO, maximum=BOUND, decimals=1),
        Field("low", Kind.MONEY, "laag", "low", Decimal("1.10"), nullable=True),
        Field("high", Kind.MONEY, "hoog", "high", Decimal("2.20"), nullable=True),
        Field("date", Kind.DATE, "datum", "date", "2020-01-01", nullable=True),
        Field("later", Kind.DATE, "later", "later", "2021-01-01", nullable=True),
    ),
    key=("id", "part"),
    rules=(
        Unique("one_true", ("code",), "een ware", "one true", where={"flag": True}),
        Unique("one_x", ("flag", "low"), "een x", "one x", where={"code": "x", "flag": False}),
        AtMost("low_high", "low", "high", "laag", "low"),
        AtMost("date_later", "date", "later", "later", "later"),
    ),
)  # fmt: skip
"""A table with each shape of rule, of each kind of field."""
DEFECTS: dict[str, list[Row]] = {
    "own.id.required": [{"id": None}],
    "own.code.codes": [{"code": "z"}],
    "own.whole.range": [{"whole": -1}, {"whole": 2}],
    "own.share.range": [{"share": -1e-9}, {"share": 1 + 1e-9}],
    "own.size.range": [{"size": Decimal("-0.1")}, {"size": Decimal("1.3")}],
    "own.low_high": [{"low": Decimal("999999999999.98"), "high": Decimal("999999999999.97")}],
    "own.date_later": [{"date": date(2021, 1, 1), "later": date(2020, 12, 31)}],
    "own.key": [{"id": "twice", "part": "a"}, {"id": "twice", "part": "a"}, {"id": "bare"}, {"id": "bare"}],
    "own.one_true": [{"code": "y", "flag": True}, {"code": "y", "flag": True}],
    "own.one_x": [{"code": "x", "flag": False, "low": ONE}, {"code": "x", "flag": False, "low": ONE}],
}
RIGHT: list[Row] = [
    *({}, {"code": "y"}, {"id": "twice", "part": "b"}, {"whole": 0}, {"whole": 1}, {"share": 0.0}, {"share": 1.0}),
    *({"size": ZERO}, {"size": BOUND}, {"low": ONE, "high": ONE}, {"low": Decimal(5)}, {"date": date(2021, 1, 1)}),
    *({"date": date(2021, 1, 1), "later": date(2021, 1, 1)}, {"code": "y", "flag": False}, {"code": "y", "flag": None}),
    *({"code": "y", "flag": False, "low": ONE}, {"code": "x", "flag": False, "low": Decimal(2)}),
]
"""The bounds themselves, empty cells, and rows that do not meet the condition of a rule."""


@pytest.fixture(scope="module")
def run_suite() -> RunSuite:
    """Hold rows against the suite of a table; the result as Great Expectations gives it."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    frames = context.data_sources.add_pandas("frames")

    def run(table: Table, rows: list[Row]) -> Any:
        frame = to_frame(pa.Table.from_pylist(rows, schema=arrow_schema(table)))
        asset = frames.add_dataframe_asset(f"{table.name}-{len(frames.assets)}")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        return batch.validate(suite(table), result_format=dict(RESULT_FORMAT))

    return run


def test_each_rule_fails_on_exactly_its_own_defects_and_a_result_holds_no_value(run_suite: RunSuite) -> None:
    rules = [rule for rule, rows in DEFECTS.items() for _ in rows]
    assert set(rules) == {c.id for c in TABLE.constraints() if c.aspect not in CHECKED_ELSEWHERE}
    every = [*(row for rows in DEFECTS.values() for row in rows), *RIGHT]
    rows = [{"id": f"secret-{number}"} | row for number, row in enumerate(every)]
    result = run_suite(TABLE, rows)
    expected = {rule: tuple(at for at, one in enumerate(rules) if one == rule) for rule in rules}
    assert failing_rows(result) == expected
    assert "secret-" not in str(result.to_json_dict())


def test_no_rows_fail_nothing_and_a_rule_that_could_not_run_is_told_apart(run_suite: RunSuite) -> None:
    assert set(failing_rows(run_suite(TABLE, [])).values()) == {()}
    without = replace(TABLE, fields=tuple(f for f in TABLE.fields if f.name != "high"))
    failing = failing_rows(run_suite(without, [{"id": "a"}, {"id": "b"}]))
    assert (failing["own.low_high"], failing["own.key"]) == (None, ())


def test_an_unknown_code_is_never_an_empty_cell_and_an_unbound_one_lets_nothing_pass(run_suite: RunSuite) -> None:
    arrow = pa.Table.from_pylist([{"code": "z"}], schema=arrow_schema(TABLE))
    assert (arrow["code"][0].as_py(), to_frame(arrow)["code"][0]) == ("z", "z")
    unbound = failing_rows(run_suite(PROGRAMMES, [{f.name: example(f) for f in PROGRAMMES.fields}]))
    assert unbound["programmes.programme.codes"] == (0,)


def test_types_have_no_expectation() -> None:
    constraint = next(c for c in TABLE.constraints() if c.aspect is Aspect.TYPE)
    with pytest.raises(ValueError, match=r"own\.id\.type"):
        expectation(constraint)
