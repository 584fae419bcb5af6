"""The columns of rows whose cells were read: their values, and where each row came from."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kwaliteitsmonitor.readers.columns import listed, origins


@pytest.mark.parametrize("column", [[1, None, 3], pa.array([1, None, 3])])
def test_a_column_has_the_same_values_as_a_list_and_as_an_array(column: list[int | None] | pa.Array) -> None:
    assert listed(column) == [1, None, 3]


def test_a_row_says_where_it_came_from_whatever_its_fields_are() -> None:
    place = {"_delivery": "a" * 16, "_sheet": None, "_row": 3, "_column": "D"}
    assert origins(pa.Table.from_pylist([{"unit": "FGW", **place}])) == [place]
