"""The columns of rows once their cells are read: those of fields, and those that say where a row came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import pyarrow as pa

from schemas.rows import StagedRow
from schemas.values import Value

Column: TypeAlias = Sequence[Value] | pa.Array
"""The values of a field, as a list or as an Arrow array of the type of the field."""


def listed(column: Column) -> Sequence[Value]:
    """The values of a column, one by one."""
    return column.to_pylist() if isinstance(column, pa.Array) else column


def origins(rows: pa.Table) -> list[StagedRow]:
    """Where each row came from: its delivery, sheet, row and column."""
    places: list[StagedRow] = rows.select(list(StagedRow.__annotations__)).to_pylist()
    return places
