"""The types of values and rows where code works on the rows of any table, by names that its contract gives.

Where fields are read by names written in the code, a row has a type of its own, from `schemas.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = str | int | float | Decimal | date | bool | None
"""What a field of a table may hold, by the kinds of `schemas.contract.Kind`."""

Row: TypeAlias = Mapping[str, Value]
"""A row of any table, by the names of its fields."""

AnyRow: TypeAlias = Mapping[str, object]
"""A `Row`, or a row with a type of its own: a type checker takes a `TypedDict` for no `Mapping[str, Value]`.

Only for what must take both, such as `schemas.exports.arrow.to_arrow`, and knows each value by the contract.
"""
