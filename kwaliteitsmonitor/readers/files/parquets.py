"""Parquet as a grid: the names of its columns are the header, row 0, and its rows are numbered from 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits
from kwaliteitsmonitor.readers.files.packages import damaged
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError, shown
from kwaliteitsmonitor.readers.files.texts import too_many_cells
from schemas.words import Words

if TYPE_CHECKING:
    import pyarrow as pa


def parquet(path: Path, limits: Limits = LIMITS) -> Grid:
    """The rows of a Parquet file. Raises `UnreadableError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            rows = file.metadata.num_rows
            inflated = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
        if rows * max(len(schema), 1) > limits.cells or len(schema) > limits.columns:
            raise too_many_cells(limits)
        if inflated > limits.inflated_bytes:
            raise too_many_cells(limits)
        _simple(schema)
        texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
        # Texts that repeat are read once and shared: a text of a megabyte in each of a million rows stays one text.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            data = file.read()
            data.validate(full=True)
            columns = [_values(column) for column in data.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, KeyError):
        raise damaged() from None
    header: list[Cell] = list(data.column_names)
    return Grid("", [header, *zip(*columns, strict=True)], range(data.num_rows + 1))


def _simple(schema: pa.Schema) -> None:
    import pyarrow as pa

    for field in schema:
        if pa.types.is_nested(field.type):
            raise RefusedFileError(
                Words(
                    f"de kolom {shown(field.name)} bevat lijsten of tabellen",
                    f"the column {shown(field.name)} holds lists or tables",
                ),
                Words("één waarde per cel", "one value in a cell"),
                EXPORT_AGAIN,
            )


def _values(column: pa.ChunkedArray) -> Sequence[Cell]:
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        values: list[Cell] = column.to_pylist()
        return values
    decoded: list[Cell] = []
    for chunk in column.chunks:
        texts = [*chunk.dictionary.to_pylist(), None]
        decoded.extend(texts[-1 if index is None else index] for index in chunk.indices.to_pylist())
    return decoded
