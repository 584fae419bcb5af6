"""How a report falls on pages: how wide columns are, which tables lie across, and what goes along with them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.releases.report.document.model import Column, Figure, Paragraph, Row, Section, Table
from kwaliteitsmonitor.releases.report.document.paging import Heading, Pages, pages_of
from kwaliteitsmonitor.releases.report.document.widths import layout_of
from tests.releases.report import by_hand

WORDY = "zij zeggen hier veel over wat er met het geld gebeurde en waarom dat anders liep dan gepland " * 8
CELLS = st.lists(st.text("abc -", max_size=60), min_size=3, max_size=3)


def table(*rows: tuple[str, ...], columns: int = 0, figures: bool = False) -> Table:
    names = [Column(f"c{index}", f"Kop {index}", figures=figures) for index in range(columns or len(rows[0]))]
    return Table("t", "Tabel", tuple(names), tuple(Row(row) for row in rows))


def wordy() -> Table:
    return table(tuple([WORDY] * 5))


def read(*sections: Section) -> list[tuple[bool, list[str]]]:
    """Per run of pages whether they lie across, with headings by their words and all else by its kind."""

    def said(item: object) -> str:
        return item.text if isinstance(item, Heading | Paragraph) else type(item).__name__

    found: list[Pages] = pages_of(replace(by_hand.report(), sections=sections))
    return [(one.across, [said(item) for item in one.items]) for one in found]


def test_columns_fill_the_page() -> None:
    for one in by_hand.report().tables():
        assert sum(layout_of(one).shares) == pytest.approx(1)


def test_figures_are_as_wide_as_they_are_and_words_take_the_rest() -> None:
    money = tuple(Figure("7.057", Decimal(7057), "number") for _ in range(2))
    columns = (Column("a", "Thema"), Column("b", "2019", True), Column("c", "2020", True))
    shares = layout_of(Table("t", "T", columns, (Row(("Kleine groepen", *money)),))).shares
    assert shares[0] > 0.7
    assert shares[1] == pytest.approx(shares[2])


def test_a_date_is_not_broken_for_the_sake_of_a_sentence() -> None:
    date = "22 november 2026"
    shares = layout_of(table((date, WORDY[:180], date))).shares
    assert shares[0] * 98 >= len(date)


def test_a_table_that_just_does_not_fit_is_set_smaller_before_it_lies_across() -> None:
    fitting, tight = (table(tuple(["x" * width] * 8), figures=True) for width in (10, 11))
    assert (layout_of(fitting).size, layout_of(fitting).across) == (1, False)
    assert layout_of(tight).size < 1
    assert not layout_of(tight).across
    assert layout_of(table(tuple(["x" * 14] * 8), figures=True)).across


def test_a_table_with_too_many_columns_for_any_page_is_still_laid_out() -> None:
    layout = layout_of(table(tuple(["x" * 12] * 30), figures=True))
    assert layout.across
    assert sum(layout.shares) == pytest.approx(1)


def test_a_table_with_much_to_say_lies_across() -> None:
    assert layout_of(wordy()).across


def test_a_wide_table_takes_its_heading_and_what_is_said_above_it_along() -> None:
    assert read(
        Section("a", "Eerst"),
        Section("b", "Breed", (Paragraph("Vooraf."), wordy(), Paragraph("Achteraf."))),
        Section("c", "Daarna"),
    ) == [(False, ["Eerst"]), (True, ["Breed", "Vooraf.", "Table", "Achteraf."]), (False, ["Daarna"])]


def test_what_stands_before_another_table_of_the_section_stays_where_it_is() -> None:
    inner = Section("i", "Per eenheid", (wordy(),))
    assert read(Section("a", "Geld", (table(("x",)),), (inner,))) == [
        (False, ["Geld", "Table"]),
        (True, ["Per eenheid", "Table"]),
    ]
    assert read(Section("a", "Geld", (), (inner,))) == [(True, ["Geld", "Per eenheid", "Table"])]


def test_a_report_without_sections_has_no_pages() -> None:
    assert read() == []


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_any_table_gets_widths_that_are_positive_and_fill_the_page(rows: list[list[str]]) -> None:
    shares = layout_of(table(*(tuple(row) for row in rows))).shares
    assert all(share > 0 for share in shares)
    assert sum(shares) == pytest.approx(1)
