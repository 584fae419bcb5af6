"""Reading a whole column at once: each cell gives what it gives by itself."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells import vectorised as at_once
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.typed_rows import read_column
from schemas.contract import Field, Kind
from schemas.exports.arrow import arrow_type

KEY = b"k" * 32
KINDS = st.sampled_from([(Kind.MONEY, None), (Kind.DECIMAL, None), (Kind.DECIMAL, 1), (Kind.INTEGER, None)])


def reader(kind: Kind, decimals: int | None = None, **more: Any) -> CellReader:
    return CellReader(Field("f", kind, "veld", "field", "x", decimals=decimals, **more), "nl", {"fa": "FdA"}, KEY)


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
    cells, one = [first, *rest], reader(*kind)
    found = at_once.numbers(cells, one)
    assert found is not None
    column, refused = found
    assert column.type == arrow_type(one.field)
    column.validate(full=True)
    values, expected = one_by_one(cells, one)
    assert column.to_pylist() == values
    assert {position: said.en for position, said in refused} == expected


@pytest.mark.parametrize(
    "one",
    [
        reader(Kind.TEXT),
        reader(Kind.NUMBER),
        reader(Kind.DECIMAL, 6),
        CellReader(Field("f", Kind.MONEY, "v", "f", 1), "nl", {}, scale=Decimal(1000)),
        CellReader(Field("f", Kind.MONEY, "v", "f", 1), "nl", {}, empty=frozenset({"0"})),
    ],
)
def test_a_column_that_takes_a_closer_look_is_left_to_its_cells(one: CellReader) -> None:
    assert at_once.numbers([1.0, 2.0], one) is None
    assert at_once.texts(["a"], one) is None or one.field.kind is Kind.TEXT


@pytest.mark.parametrize("cells", [["1", "2"], [1, 2], [1.0, True], [1.0, Decimal(1)], [None, ""], []])
def test_a_column_without_binary_fractions_is_left_to_its_cells(cells: list[Any]) -> None:
    assert at_once.numbers(cells, reader(Kind.MONEY)) is None


words = st.text(st.sampled_from("aFdA \u00a0\n\u200bx"), max_size=5) | st.none()


@given(cells=st.lists(words, max_size=8), personal=st.booleans())
@settings(deadline=None)
def test_a_column_of_texts_is_read_as_its_cells_are(cells: list[Any], personal: bool) -> None:
    one = reader(Kind.TEXT, personal=personal)
    found, refused = read_column(cells, one)
    assert (found, {position: said.en for position, said in refused}) == one_by_one(cells, one)


def test_a_text_that_is_refused_is_refused_by_itself() -> None:
    assert at_once.texts(["a", "b\u200b"], reader(Kind.TEXT)) is None
    assert at_once.texts(["a", "x" * 2001], reader(Kind.TEXT)) is None
    assert at_once.texts(["a", 1.0], reader(Kind.TEXT)) is None
    assert at_once.texts(["FA", None, " "], reader(Kind.TEXT)) == ["FdA", None, None]


def test_a_column_that_was_read_at_once_travels_as_its_contract_says() -> None:
    found = at_once.numbers([1.5, -2.25, None, ""], reader(Kind.MONEY))
    assert found is not None
    assert found[0].equals(pa.array([Decimal("1.50"), Decimal("-2.25"), None, None], pa.decimal128(18, 2)))
