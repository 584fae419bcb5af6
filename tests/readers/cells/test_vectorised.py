"""Reading a whole column at once: each cell gives what it gives by itself."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells import vectorised
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.typed_rows import read_column
from schemas.contract import Kind
from schemas.exports.arrow import arrow_type
from tests.readers.cells.making import field, reader

KINDS = st.sampled_from([(Kind.MONEY, None), (Kind.DECIMAL, None), (Kind.DECIMAL, 1), (Kind.INTEGER, None)])
MONEY, TEXT = reader(Kind.MONEY), reader(Kind.TEXT, aliases={"fa": "FdA"})


def one_by_one(cells: list[Any], one: CellReader) -> tuple[list[Any], dict[int, str]]:
    values, refused = [], {}
    for position, cell in enumerate(cells):
        try:
            values.append(one(cell))
        except Refused as refusal:
            values.append(None)
            refused[position] = refusal.expected.en
    return values, refused


typed = (
    st.integers(-(10**14), 10**14).map(lambda cents: cents / 100)
    | st.floats()
    | st.sampled_from([0.1 + 0.2, 1.005, -0.0, 1e13, 9999999999999.99, 1e300, math.nan, math.inf, 12.5, 1e-9, 123456.0])
)
anything = typed | st.integers(-(10**15), 10**15) | st.sampled_from(["", " ", None, "7,50", "€ 7", "veel", "1.234"])


@given(first=typed, rest=st.lists(anything, max_size=8), kind=KINDS)
@settings(deadline=None)
@example(first=0.1 + 0.2, rest=["0,30", None, 1.0000000000000002], kind=(Kind.DECIMAL, None))
def test_a_column_of_numbers_is_read_as_its_cells_are(
    first: float, rest: list[Any], kind: tuple[Kind, int | None]
) -> None:
    cells, one = [first, *rest], reader(of=field(kind[0], decimals=kind[1]))
    read = vectorised.numbers(cells, one)
    assert read is not None
    column, refused = read
    assert column.type == arrow_type(one.field)
    column.validate(full=True)
    assert (column.to_pylist(), {at: expected.en for at, expected in refused}) == one_by_one(cells, one)


@pytest.mark.parametrize(
    "one",
    [
        TEXT,
        reader(Kind.NUMBER),
        reader(of=field(Kind.DECIMAL, decimals=6)),
        reader(scale=Decimal(1000)),
        reader(empty=frozenset({"0"})),
    ],
)
def test_a_column_that_takes_a_closer_look_is_left_to_its_cells(one: CellReader) -> None:
    assert vectorised.numbers([1.0, 2.0], one) is None
    assert vectorised.texts(["a"], one) is None or one is TEXT


@pytest.mark.parametrize("cells", [["1", "2"], [1, 2], [1.0, True], [1.0, Decimal(1)], [None, ""], []])
def test_a_column_without_binary_fractions_is_left_to_its_cells(cells: list[Any]) -> None:
    assert vectorised.numbers(cells, MONEY) is None


words = st.text(st.sampled_from("aFdA \u00a0\n\u200bx"), max_size=5) | st.none()


@given(cells=st.lists(words, max_size=8), personal=st.booleans())
@settings(deadline=None)
def test_a_column_of_texts_is_read_as_its_cells_are(cells: list[Any], personal: bool) -> None:
    one = reader(of=field(Kind.TEXT, personal=personal), aliases={"fa": "FdA"})
    values, refused = read_column(cells, one)
    assert (values, {at: expected.en for at, expected in refused}) == one_by_one(cells, one)


def test_a_text_that_is_refused_is_refused_by_itself() -> None:
    assert [vectorised.texts(["a", cell], TEXT) for cell in ("b\u200b", "x" * 2001, 1.0)] == [None] * 3
    assert vectorised.texts(["FA", None, " "], TEXT) == ["FdA", None, None]


def test_a_column_that_was_read_at_once_travels_as_its_contract_says() -> None:
    read = vectorised.numbers([1.5, -2.25, None, ""], MONEY)
    assert read is not None
    assert read[0].equals(pa.array([Decimal("1.50"), Decimal("-2.25"), None, None], pa.decimal128(18, 2)))
