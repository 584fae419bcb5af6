"""Each declared rule fails on exactly its own defect, and on nothing else, in Great Expectations itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from schemas.contract import Aspect, AtMost, Constraint, Field, Kind, Layer, Table, Unique
from schemas.exports.arrow import arrow_schema
from schemas.exports.expectations import CHECKED_ELSEWHERE, RESULT_FORMAT, expectation, failing_rows, suite, to_frame
from schemas.tables import CATALOGUE
from schemas.tables.delivered.faculty import FACULTY_STUDY_ADVISERS
from schemas.tables.delivered.money import BFR, CONTROL_TOTALS
from schemas.tables.delivered.people import ENROLMENTS, PROGRAMMES
from tests.schemas.examples import CODE_LISTS, MANY, example

Row = dict[str, Any]
Failing = dict[str, tuple[int, ...] | None]

UNKNOWN = "not-a-code"
BOUND = {name: table.bind(CODE_LISTS) for name, table in CATALOGUE.items()}
OWN_TABLE = Table(
    "own", Layer.DELIVERED, "eigen", "own",
    (
        Field("a", Kind.TEXT, "a", "a", "x", nullable=True),
        Field("b", Kind.BOOLEAN, "b", "b", True, nullable=True),
        Field("low", Kind.MONEY, "laag", "low", Decimal("1.10"), nullable=True),
        Field("high", Kind.MONEY, "hoog", "high", Decimal("2.20"), nullable=True),
        Field("date", Kind.DATE, "datum", "date", "2020-01-01", nullable=True),
        Field("later", Kind.DATE, "later", "later", "2021-01-01", nullable=True),
    ),
    rules=(
        Unique("one_true", ("a",), "een ware", "one true", where={"b": True}),
        Unique("one_x", ("b", "low"), "een x", "one x", where={"a": "x", "b": False}),
        AtMost("low_high", "low", "high", "laag", "low"),
        AtMost("date_later", "date", "later", "later", "later"),
    ),
)  # fmt: skip
"""Shapes of rules that no table of the catalogue has."""


Validate = Callable[[Table, list[Row]], Failing]


@pytest.fixture(scope="module")
def run_suite() -> Callable[[Table, list[Row]], Any]:
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


@pytest.fixture(scope="module")
def validate(run_suite: Callable[[Table, list[Row]], Any]) -> Validate:
    """Hold rows against the suite of a table; the failing rows of each rule."""
    return lambda table, rows: failing_rows(run_suite(table, rows))


class Rows:
    """Rows of one table, each unlike the others in every field that can be; and the rules that each must fail."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: list[Row] = []
        self.expected: dict[str, list[int]] = {c.id: [] for c in checked(table)}
        self.alone: set[str] = set()

    def add(self, *rules: str, **values: Any) -> Row:
        row = {f.name: _value(f, len(self.rows)) for f in self.table.fields} | values
        for rule in rules:
            self.expected[rule].append(len(self.rows))
        if len(rules) == 1:
            self.alone.add(rules[0])
        self.rows.append(row)
        return row


def checked(table: Table) -> list[Constraint]:
    return [c for c in table.constraints() if c.aspect not in CHECKED_ELSEWHERE]


def _value(field: Field, i: int) -> Any:
    value = example(field)
    if field.code_list:
        others = [code for code in field.codes if code != value]
        return value if i == 0 else others[i - 1]
    if field.codes:
        return value
    if field.kind is Kind.TEXT:
        return value if i == 0 else f"{value}-{i}"
    if field.kind is Kind.DATE:
        return value + timedelta(days=i)
    if field.kind is Kind.INTEGER and field.name.endswith("year"):
        return 2000 + (value - 2000 + i) % 100
    return value


def _step(field: Field) -> Decimal | float | int:
    """The least by which a value can miss a bound."""
    if field.kind is Kind.INTEGER:
        return 1
    return 1e-9 if field.kind is Kind.NUMBER else Decimal(1).scaleb(-field.scale)


def _as_kind(field: Field, bound: Decimal) -> Any:
    return {Kind.INTEGER: int, Kind.NUMBER: float}.get(field.kind, Decimal)(bound)


def _add_range(rows: Rows, constraint: Constraint) -> None:
    field = rows.table[constraint.fields[0]]
    pairs = [c for c in checked(rows.table) if c.aspect is Aspect.AT_MOST]
    for bound, sign in ((constraint.minimum, -1), (constraint.maximum, 1)):
        if bound is None:
            continue
        at = _as_kind(field, bound)
        partners = {name: at for c in pairs if field.name in c.fields for name in c.fields}
        rows.add(**{field.name: at, **partners})
        # Beyond the lower bound of the upper field of a pair there is no room for the other field, nor beyond the
        # upper bound of the lower one: there the pair must be reported too.
        squeezed = [c.id for c in pairs if field.name == c.fields[0 if sign > 0 else 1]]
        rows.add(constraint.id, *squeezed, **{**partners, field.name: at + sign * _step(field)})


def _add_duplicates(rows: Rows, constraint: Constraint) -> None:
    """Two rows that agree on the fields of the rule alone."""
    values: Row = dict(constraint.where)
    for other in checked(rows.table):
        narrower = other.aspect is Aspect.UNIQUE and other != constraint and set(other.fields) <= set(constraint.fields)
        for name, value in other.where.items() if narrower else ():
            values[name] = next(code for code in rows.table[name].codes if code != value)
    first = rows.add(constraint.id, **values)
    shared = {name: first[name] for name in constraint.fields}
    rows.add(constraint.id, **values, **shared)
    optional = [name for name in constraint.fields if rows.table[name].nullable]
    if optional and len(constraint.fields) > 1:
        empty = dict.fromkeys(optional)
        first = rows.add(constraint.id, **values, **empty)
        rows.add(constraint.id, **{**values, **{name: first[name] for name in constraint.fields}})
    for name, value in constraint.where.items():
        outside = {name: next(code for code in rows.table[name].codes if code != value)}
        first = rows.add(**outside)
        rows.add(**{n: first[n] for n in constraint.fields}, **outside)


def defects(table: Table) -> Rows:
    """A frame with the example, a row with all that may be empty left empty, and a row or pair for each defect."""
    rows = Rows(table)
    rows.add()
    rows.add(**{f.name: None for f in table.fields if f.nullable})
    for constraint in checked(table):
        name = constraint.fields[0]
        match constraint.aspect:
            case Aspect.REQUIRED:
                rows.add(constraint.id, **{name: None})
            case Aspect.CODES:
                rows.add(constraint.id, **{name: UNKNOWN})
            case Aspect.RANGE:
                _add_range(rows, constraint)
            case Aspect.UNIQUE:
                _add_duplicates(rows, constraint)
            case Aspect.AT_MOST:
                lower, upper = (table[n] for n in constraint.fields)
                rows.add(constraint.id, **{lower.name: example(upper) + _step(lower)})
                rows.add(**{lower.name: example(upper)})
    return rows


@pytest.mark.parametrize("name", CATALOGUE)
def test_each_rule_fails_on_exactly_its_own_defect(name: str, validate: Validate) -> None:
    rows = defects(BOUND[name])
    assert len(rows.rows) < MANY
    failing = validate(rows.table, rows.rows)
    assert failing == {rule: tuple(positions) for rule, positions in rows.expected.items()}
    assert rows.alone == {c.id for c in checked(rows.table)}


def test_rows_that_no_catalogue_table_has(validate: Validate) -> None:
    blank: Row = dict.fromkeys(OWN_TABLE.names)
    rows: list[Row] = [
        {**blank, "a": "y", "b": None},
        {**blank, "a": "y", "b": True},
        {**blank, "a": "y", "b": False},
        {**blank, "a": "y", "b": True},
        {**blank, "a": "x", "b": False},
        {**blank, "a": "x", "b": False},
        {**blank, "low": Decimal("999999999999.98"), "high": Decimal("999999999999.97")},
        {**blank, "low": Decimal("0.10"), "high": Decimal("0.10")},
        {**blank, "low": Decimal("5.00")},
        {**blank, "date": date(2021, 1, 1), "later": date(2020, 12, 31)},
        {**blank, "date": date(2021, 1, 1)},
    ]
    assert validate(OWN_TABLE, rows) == {
        "own.one_true": (1, 3),
        "own.one_x": (4, 5),
        "own.low_high": (6,),
        "own.date_later": (9,),
    }


def test_no_rows_fail_nothing(validate: Validate) -> None:
    for table in (OWN_TABLE, ENROLMENTS.bind(CODE_LISTS), FACULTY_STUDY_ADVISERS.bind(CODE_LISTS)):
        assert set(validate(table, []).values()) == {()}


def test_columns_that_are_empty_throughout_fail_only_what_is_required(validate: Validate) -> None:
    table = FACULTY_STUDY_ADVISERS.bind(CODE_LISTS)
    failing = validate(table, [dict.fromkeys(table.names)])
    assert {rule for rule, rows in failing.items() if rows} == {f"{table.name}.{f.name}.required" for f in table.fields}


def test_a_rule_that_could_not_run_is_told_apart(validate: Validate) -> None:
    table = FACULTY_STUDY_ADVISERS.bind(CODE_LISTS)
    without = replace(table, fields=tuple(f for f in table.fields if f.name != "fte"))
    rows = [{f.name: _value(f, i) for f in without.fields} for i in range(2)]
    failing = validate(without, rows)
    assert failing[f"{table.name}.temporary_within_fte"] is None
    assert failing[f"{table.name}.key"] == ()


def test_results_hold_no_values(run_suite: Callable[[Table, list[Row]], Any]) -> None:
    table = ENROLMENTS.bind(CODE_LISTS)
    result = run_suite(table, defects(table).rows)
    assert not result.success
    assert "S-000001" not in str(result.to_json_dict())


def test_an_unknown_code_is_never_turned_into_an_empty_cell(validate: Validate) -> None:
    table = CONTROL_TOTALS.bind(CODE_LISTS)
    coded = {f.name: UNKNOWN for f in table.fields if f.codes}
    row = {f.name: example(f) for f in table.fields} | coded
    arrow = pa.Table.from_pylist([row], schema=arrow_schema(table))
    frame = to_frame(arrow)
    assert {name: arrow[name][0].as_py() for name in coded} == coded
    assert {name: frame[name][0] for name in coded} == coded
    failing = validate(table, [row])
    assert {rule for rule, rows in failing.items() if rows} == {f"{table.name}.{name}.codes" for name in coded}


def test_an_unbound_code_lets_nothing_pass(validate: Validate) -> None:
    table = PROGRAMMES
    failing = validate(table, [{f.name: example(f) for f in table.fields}])
    assert failing["programmes.programme.codes"] == (0,)


def test_types_have_no_expectation() -> None:
    constraint = next(c for c in BFR.bind(CODE_LISTS).constraints() if c.aspect is Aspect.TYPE)
    with pytest.raises(ValueError, match=r"bfr\.reporting_year\.type"):
        expectation(constraint)
