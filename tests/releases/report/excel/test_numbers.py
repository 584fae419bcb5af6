"""How a figure stands in a cell: a number with a format that shows it as it is printed, or none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwaliteitsmonitor.releases.report.document.model import Figure
from kwaliteitsmonitor.releases.report.excel.numbers import as_read, in_cell, unit_of

MONEY = Figure("2.541", Decimal("2540500"), "thousands")
SHARE = Figure("88,6%", Decimal("0.88640"), "percentage", 1)
SCORE = Figure("3,9 ± 0,1", Decimal("3.899979"), "number", 1, spread=Decimal("0.09998"))
BESIDE = Figure("12 (+ 9 in traject)", Decimal(12))
SHIFT = Figure("+1,5", Decimal("1.5"), "percentage_points", 1)


@pytest.mark.parametrize(
    ("figure", "value", "form"),
    [
        (MONEY, "2540.5", "#,##0"),
        (SHARE, "0.88640", "#,##0.0%"),
        (SCORE, "3.899979", "#,##0.0"),
        (BESIDE, "12", '#,##0" (+ 9 in traject)"'),
        (SHIFT, "1.5", '"+"#,##0.0;"-"#,##0.0;#,##0.0'),
    ],
)
def test_a_cell_has_the_number_in_the_unit_of_its_header_and_a_format_for_the_rest(
    figure: Figure, value: str, form: str
) -> None:
    cell = in_cell(figure, "nl")
    assert cell is not None
    assert (cell.value, cell.form, cell.spread) == (Decimal(value), form, figure.spread)


@pytest.mark.parametrize(
    "figure",
    [
        Figure("×", None, status="suppressed"),
        Figure("×", Decimal(3), status="suppressed"),
        Figure("op koers", Decimal(1), "text"),
        Figure("112 van 9", Decimal(12)),
    ],
    ids=["no number", "suppressed", "words", "part of a longer number"],
)
def test_what_no_format_shows_as_it_is_printed_is_no_number(figure: Figure) -> None:
    assert in_cell(figure, "nl") is None


def test_what_a_reader_sees_is_rounded_as_it_is_printed() -> None:
    assert (as_read(MONEY, Decimal("2540500")), unit_of(MONEY)) == (Decimal(2541), Decimal(1000))
    assert (as_read(SHARE, Decimal("0.8864")), unit_of(SHARE)) == (Decimal("88.6"), Decimal("0.001"))
