"""How a report falls on pages: how wide columns are, which tables lie across, and what goes along with them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.releases.report.document.model import Column, Figure, Paragraph, Row, Section, Table
from kwaliteitsmonitor.releases.report.document.paging import Heading, pages_of
from kwaliteitsmonitor.releases.report.document.widths import Layout, layout_of
from tests.releases.report import by_hand

WORDY = "zij zeggen hier veel over wat er met het geld gebeurde en waarom dat anders liep dan gepland " * 8
CELLS = st.lists(st.text("abc -", max_size=60), min_size=3, max_size=3)


def table(*rows: tuple[str, ...], figures: bool = False) -> Table:
    columns = [Column(f"c{index}", f"Kop {index}", figures=figures) for index in range(len(rows[0]))]
    return Table("t", "Tabel", tuple(columns), tuple(Row(row) for row in rows))


WIDE = table((WORDY,) * 5)


def of_figures(width: int, columns: int = 8) -> Layout:
    return layout_of(table(("x" * width,) * columns, figures=True))


def test_figures_are_as_wide_as_they_are_words_take_the_rest_and_a_date_is_not_broken() -> None:
    money = tuple(Figure("7.057", Decimal(7057), "number") for _ in range(2))
    columns = (Column("a", "Thema"), Column("b", "2019", True), Column("c", "2020", True))
    shares = layout_of(Table("t", "T", columns, (Row(("Kleine groepen", *money)),))).shares
    assert (shares[0] > 0.7, shares[1]) == (True, pytest.approx(shares[2]))
    date = "22 november 2026"
    assert layout_of(table((date, WORDY[:180], date))).shares[0] * 98 >= len(date)


def test_a_table_that_just_does_not_fit_is_set_smaller_before_it_lies_across() -> None:
    assert [(of_figures(width).size < 1, of_figures(width).across) for width in (10, 11)] == [
        (False, False),
        (True, False),
    ]
    assert [of_figures(14).across, of_figures(12, columns=30).across, layout_of(WIDE).across] == [True, True, True]


def test_a_wide_table_takes_its_heading_and_what_is_said_above_it_along() -> None:
    def read(*sections: Section) -> list[tuple[bool, list[str]]]:
        """Per run of pages whether they lie across, with headings by their words and all else by its kind."""
        pages = pages_of(replace(by_hand.report(), sections=sections))
        words = (Heading, Paragraph)
        return [(p.across, [i.text if isinstance(i, words) else type(i).__name__ for i in p.items]) for p in pages]

    wide = Section("b", "Breed", (Paragraph("Vooraf."), WIDE, Paragraph("Achteraf.")))
    assert read(Section("a", "Eerst"), wide, Section("c", "Daarna")) == [
        (False, ["Eerst"]),
        (True, ["Breed", "Vooraf.", "Table", "Achteraf."]),
        (False, ["Daarna"]),
    ]
    inner = Section("i", "Per eenheid", (WIDE,))
    assert read(Section("a", "Geld", (table(("x",)),), (inner,))) == [
        (False, ["Geld", "Table"]),
        (True, ["Per eenheid", "Table"]),
    ], "what stands before another table of the section stays where it is"
    assert read(Section("a", "Geld", (), (inner,))) == [(True, ["Geld", "Per eenheid", "Table"])]
    assert read() == []


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_any_table_gets_widths_that_are_positive_and_fill_the_page(rows: list[list[str]]) -> None:
    layouts = [
        layout_of(table(*map(tuple, rows))),
        of_figures(12, columns=30),
        *map(layout_of, by_hand.report().tables()),
    ]
    for layout in layouts:
        assert all(share > 0 for share in layout.shares)
        assert sum(layout.shares) == pytest.approx(1)
