"""Columns that mix notations: told, with the cells that are written otherwise than most."""

from __future__ import annotations

from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.notation import AMOUNTS, DATES, NUMBERS, PERCENTAGES, Mixed, mixed
from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.typed_rows import read_column
from schemas.contract import Field, Kind
from schemas.profile.forms import Locale


def findings(cells: list[Any], kind: Kind, locale: Locale = "nl", measure: str = "") -> Mixed:
    reader = CellReader(Field("f", kind, "veld", "field", "x", unit_of_measure=measure), locale, {})
    refused = [position for position, _ in read_column(cells, reader)[1]]
    return list(mixed(cells, refused, reader))


@pytest.mark.parametrize(
    ("cells", "kind", "locale", "words", "positions"),
    [
        (["25,8", "24.4", "7"], Kind.DECIMAL, "nl", NUMBERS, [1]),
        (["24.4", "25,85", "2,456"], Kind.DECIMAL, "en", NUMBERS, [1]),
        (["k€ 7", "€ 7", "8"], Kind.MONEY, "nl", AMOUNTS, [0]),
        (["k€ 7", "k€ 8", 12.0], Kind.MONEY, "nl", AMOUNTS, [2]),
        (["2020-10-01", "1-10-2020", "2-10-2020"], Kind.DATE, "nl", DATES, [0]),
    ],
)
def test_a_column_that_mixes_notations_is_told(
    cells: list[Any], kind: Kind, locale: Locale, words: Any, positions: list[int]
) -> None:
    assert findings(cells, kind, locale) == [(words, positions)]


def test_percentages_beside_plain_numbers_are_told() -> None:
    assert findings(["88,6%", "0,5", "0,4"], Kind.DECIMAL, measure="share") == [(PERCENTAGES, [0])]
    assert findings([Percentage(0.5), "88,6%"], Kind.DECIMAL, measure="share") == []


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["25,8", "veel", None, "7.057"], Kind.DECIMAL),
        (["12", "24.4"], Kind.DECIMAL),
        (["€ 7", "8", 9.0], Kind.MONEY),
        (["k€ 7", "k€ 8", ""], Kind.MONEY),
        (["1-10-2020", "2/10/2020", None], Kind.DATE),
        (["a", "1-10-2020"], Kind.TEXT),
        ([1.0, 2.0], Kind.DECIMAL),
        ([], Kind.DECIMAL),
    ],
)
def test_a_column_in_one_notation_has_no_finding(cells: list[Any], kind: Kind) -> None:
    assert findings(cells, kind) == []
