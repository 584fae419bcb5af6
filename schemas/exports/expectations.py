"""Great Expectations suites from declared tables.

Great Expectations takes seconds to import, so it is imported inside the functions that need it. Types and the presence
of columns are not among the expectations: the Arrow schema settles them before a row gets here.

Failing rows are asked for by position, never by value, since values may be of people: validate `to_frame(rows)` with
`RESULT_FORMAT` and read the result with `failing_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NotRequired, TypedDict

from schemas.contract import Aspect, Constraint, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.expectations import Expectation
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import AndCondition, ComparisonCondition

CHECKED_ELSEWHERE = frozenset({Aspect.COLUMN, Aspect.TYPE})
"""What staging checks while it reads, before there is a frame to validate."""

RESULT_FORMAT: Mapping[str, str | bool | int] = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}
"""Every failing row by position and no value of any."""


class _Common(TypedDict):
    """What every expectation takes."""

    severity: FailureSeverity
    meta: dict[str, str]
    row_condition: NotRequired[ComparisonCondition | AndCondition]


def suite(table: Table) -> ExpectationSuite:
    """Return the suite of a table: one expectation for each constraint that is not about a type or a column.

    The suite carries the name of the table. A table whose codes are not bound lets no code pass.
    """
    from great_expectations import ExpectationSuite

    expectations = [expectation(c) for c in table.constraints() if c.aspect not in CHECKED_ELSEWHERE]
    return ExpectationSuite(name=table.name, expectations=expectations)


def expectation(constraint: Constraint) -> Expectation:
    """Return the expectation of one constraint, with its severity and, as `meta["rule"]`, its id.

    An empty cell passes everything but a required field: emptiness is one finding, not two. In a key of more than one
    field, empty cells are values like any other and equal each other.

    Raises `ValueError` for a constraint on a type or a column, which Great Expectations does not check.
    """
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    common: _Common = {"severity": FailureSeverity(constraint.severity.value), "meta": {"rule": constraint.id}}
    match constraint.aspect:
        case Aspect.REQUIRED:
            return gxe.ExpectColumnValuesToNotBeNull(column=constraint.fields[0], **common)
        case Aspect.CODES:
            codes = [str(code) for code in constraint.codes]
            return gxe.ExpectColumnValuesToBeInSet(column=constraint.fields[0], value_set=codes, **common)
        case Aspect.RANGE:
            return gxe.ExpectColumnValuesToBeBetween(
                column=constraint.fields[0],
                min_value=_bound(constraint.minimum),
                max_value=_bound(constraint.maximum),
                **common,
            )
        case Aspect.UNIQUE:
            return _unique(constraint, common)
        case Aspect.AT_MOST:
            lower, upper = constraint.fields
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=upper, column_B=lower, or_equal=True, ignore_row_if="either_value_is_missing", **common
            )
        case _:
            raise ValueError(f"{constraint.id}: a constraint on a {constraint.aspect} has no expectation")


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Return the rows as the pandas frame to validate; its index is the position of the row.

    Whole numbers and booleans keep their type next to empty cells. Exact decimals become floats, because Great
    Expectations turns every bound into one and would find `Decimal("1.2")` to exceed 1.2. Rounding keeps order, so
    this raises no false alarm, and it tells apart any two amounts below 90 trillion euro that differ by a cent.
    """
    import pandas as pd

    columns = {name: _to_series(column) for name, column in zip(rows.column_names, rows.columns, strict=True)}
    return pd.DataFrame(columns, index=pd.RangeIndex(rows.num_rows))


def failing_rows(result: ExpectationSuiteValidationResult) -> dict[str, tuple[int, ...] | None]:
    """Return for each rule id the positions of the rows that fail it, in order; none if it holds.

    `None` stands for a rule that could not be evaluated, a missing column say: that is not a finding about the rows.
    The validation must have been run with `RESULT_FORMAT`.
    """
    failing: dict[str, tuple[int, ...] | None] = {}
    for one in result.results:
        positions = one.result.get("unexpected_index_list")
        ran = one.success or positions is not None
        failing[rule_of(one)] = tuple(sorted(positions or ())) if ran else None
    return failing


def rule_of(one: ExpectationValidationResult) -> str:
    """The id of the rule that an expectation was made of, from the result of it."""
    meta: dict[str, str] = one.expectation_config.meta if one.expectation_config else {}
    return meta["rule"]


def _unique(constraint: Constraint, common: _Common) -> Expectation:
    import great_expectations.expectations as gxe

    condition = _row_condition(constraint.where)
    if condition is not None:
        common = {**common, "row_condition": condition}
    if len(constraint.fields) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=constraint.fields[0], **common)
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(constraint.fields), ignore_row_if="never", **common)


def _row_condition(where: Mapping[str, str | bool]) -> ComparisonCondition | AndCondition | None:
    from great_expectations.expectations.row_conditions import Column

    condition: ComparisonCondition | AndCondition | None = None
    for name, value in where.items():
        one = Column(name) == value
        condition = one if condition is None else condition & one
    return condition


def _bound(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _to_series(column: pa.ChunkedArray) -> pd.Series:
    import pandas as pd
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_decimal(column.type):
        # Through text, because the direct cast is not the nearest float: some numbers come out above themselves.
        column = column.cast(pa.string()).cast(pa.float64())
    if column.null_count and pa.types.is_integer(column.type):
        return pd.Series(column.to_pandas(types_mapper=lambda _: pd.Int64Dtype()))
    if column.null_count and pa.types.is_boolean(column.type):
        return pd.Series(column.to_pandas(types_mapper=lambda _: pd.BooleanDtype()))
    return pd.Series(column.to_pandas(date_as_object=False))
