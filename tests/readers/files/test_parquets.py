"""Parquet files."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from tests.readers.files.making import put, source


def written(table: pa.Table) -> bytes:
    target = io.BytesIO()
    pq.write_table(table, target)
    return target.getvalue()


def read(folder: Path, **columns: Any) -> Grid:
    return grids(put(folder, written(pa.table(columns))), source("parquet"), [])[0]


def test_the_names_of_columns_are_the_header_and_rows_are_numbered_from_one(tmp_path: Path) -> None:
    found = read(tmp_path, naam=["a", None, "a"], dag=[date(2020, 1, 1), None, date(9999, 12, 31)], n=[1, None, 3])
    assert list(map(list, found.cells)) == [
        ["naam", "dag", "n"],
        ["a", date(2020, 1, 1), 1],
        [None, None, None],
        ["a", date(9999, 12, 31), 3],
    ]
    assert list(found.numbers) == [0, 1, 2, 3]


def test_a_file_without_rows_has_a_header(tmp_path: Path) -> None:
    found = read(tmp_path, naam=pa.array([], pa.string()), n=pa.array([], pa.int64()))
    assert list(map(list, found.cells)) == [["naam", "n"]]


def test_dictionaries_and_several_chunks_are_read_as_their_values(tmp_path: Path) -> None:
    column = pa.chunked_array([pa.array(["x", "y", None]).dictionary_encode(), pa.array(["z"]).dictionary_encode()])
    assert [row[0] for row in read(tmp_path, a=column).cells] == ["a", "x", "y", None, "z"]


def test_lists_in_cells_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match="the column a holds lists or tables"):
        read(tmp_path, a=[[1], [2]])


def test_a_long_text_that_repeats_in_every_row_is_held_once(tmp_path: Path) -> None:
    found = read(tmp_path, a=["x" * 1_000] * 20_000)
    assert len({id(row[0]) for row in found.cells[1:]}) == 1


def test_what_is_cut_off_is_refused(tmp_path: Path) -> None:
    content = written(pa.table({"a": [1, 2, 3]}))
    with pytest.raises(RefusedFileError, match="damaged or cut off"):
        grids(put(tmp_path, content[:-9]), source("parquet"), [])


def test_more_cells_than_a_delivery_can_have_are_refused(tmp_path: Path) -> None:
    content = written(pa.table({"a": pa.nulls(12_000_001, pa.int8())}))
    with pytest.raises(RefusedFileError, match="larger than a delivery can be"):
        grids(put(tmp_path, content), source("parquet"), [])
