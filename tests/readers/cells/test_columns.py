"""Whole columns: read at once they give what their cells give, and mixed notations are told by their cells."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells import vectorised
from kwaliteitsmonitor.readers.cells.notation import AMOUNTS, DATES, NUMBERS, PERCENTAGES, mixed
from kwaliteitsmonitor.readers.cells.numbers import Percentage
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


words = st.text(st.sampled_from("aFdA \u00a0\n\u200bx"), max_size=5) | st.none()


@given(cells=st.lists(words, max_size=8), personal=st.booleans())
@settings(deadline=None)
def test_a_column_of_texts_is_read_as_its_cells_are(cells: list[Any], personal: bool) -> None:
    one = reader(of=field(Kind.TEXT, personal=personal), aliases={"fa": "FdA"})
    values, refused = read_column(cells, one)
    assert (values, {at: expected.en for at, expected in refused}) == one_by_one(cells, one)


@pytest.mark.parametrize(
    ("cells", "one"),
    [
        ([1.0, 2.0], TEXT), ([1.0, 2.0], reader(Kind.NUMBER)), ([1.0, 2.0], reader(scale=Decimal(1000))),
        ([1.0, 2.0], reader(of=field(Kind.DECIMAL, decimals=6))), ([1.0, 2.0], reader(empty=frozenset({"0"}))),
        (["1", "2"], MONEY), ([1, 2], MONEY), ([1.0, True], MONEY), ([1.0, Decimal(1)], MONEY), ([None, ""], MONEY),
        ([], MONEY),
    ],
)  # fmt: skip
def test_a_column_that_takes_a_closer_look_is_left_to_its_cells(cells: list[Any], one: CellReader) -> None:
    assert vectorised.numbers(cells, one) is None
    assert vectorised.texts(["a"], one) is None or one is TEXT


def test_a_text_that_is_refused_is_refused_by_itself() -> None:
    assert [vectorised.texts(["a", cell], TEXT) for cell in ("b\u200b", "x" * 2001, 1.0)] == [None] * 3
    assert vectorised.texts(["FA", None, " "], TEXT) == ["FdA", None, None]


def test_a_column_that_was_read_at_once_travels_as_its_contract_says() -> None:
    read = vectorised.numbers([1.5, -2.25, None, ""], MONEY)
    assert read is not None
    assert read[0].equals(pa.array([Decimal("1.50"), Decimal("-2.25"), None, None], pa.decimal128(18, 2)))


SHARE: dict[str, Any] = {"of": field(Kind.DECIMAL, unit_of_measure="share")}
ENGLISH: dict[str, Any] = {"kind": Kind.DECIMAL, "locale": "en"}


@pytest.mark.parametrize(
    ("cells", "of", "findings"),
    [
        (["25,8", "24.4", "7"], Kind.DECIMAL, [(NUMBERS, [1])]),
        (["24.4", "25,85", "2,456"], ENGLISH, [(NUMBERS, [1])]),
        (["25,8", "veel", None, "7.057"], Kind.DECIMAL, []),
        (["12", "24.4"], Kind.DECIMAL, []),
        ([1.0, 2.0], Kind.DECIMAL, []),
        (["k€ 7", "€ 7", "8"], Kind.MONEY, [(AMOUNTS, [0])]),
        (["k€ 7", "k€ 8", 12.0], Kind.MONEY, [(AMOUNTS, [2])]),
        (["€ 7", "8", 9.0], Kind.MONEY, []),
        (["k€ 7", "k€ 8", ""], Kind.MONEY, []),
        (["2020-10-01", "1-10-2020", "2-10-2020"], Kind.DATE, [(DATES, [0])]),
        (["1-10-2020", "2/10/2020", None], Kind.DATE, []),
        (["88,6%", "0,5", "0,4"], SHARE, [(PERCENTAGES, [0])]),
        ([Percentage(0.5), "88,6%"], SHARE, []),
        (["a", "1-10-2020"], Kind.TEXT, []),
        ([], Kind.DECIMAL, []),
    ],
)
def test_a_column_that_mixes_notations_is_told_and_no_other(cells: list[Any], of: Any, findings: list[Any]) -> None:
    one = reader(**of) if isinstance(of, dict) else reader(of)
    refused = [position for position, _ in read_column(cells, one)[1]]
    assert list(mixed(cells, refused, one)) == findings
