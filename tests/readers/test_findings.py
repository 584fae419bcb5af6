"""What is to be said of a delivery as a whole: its columns and rows, what was lost on a few, and sheets left unread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.findings import (
    columns_result,
    is_empty,
    missing,
    names_results,
    path_result,
    reliable,
    window_result,
)
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.row_checks import measures_of, refused_ratios
from kwaliteitsmonitor.readers.uneven_loss import is_most, lost_units, of_rows, uneven
from kwaliteitsmonitor.readers.unread_sheets import MEANT, UNREAD, Unread
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import indicator, profile

STAFF, PLAN = CATALOGUE["staff"], CATALOGUE["spending_plan"]
DELIVERY = Delivery("feed", 0, "a.csv", "a" * 64, 1, date(2020, 12, 1), "2020")


def read_of(rows: int = 2, lacking: Sequence[str] = (), told: Mapping[str, Any] | None = None, **more: Any) -> Read:
    places = {"unit": "B", "start_date": "D"}
    columns, unknown = more.pop("columns", {}), more.pop("unknown", ())
    raw = RawTable("", columns, range(2, 2 + rows), places, tuple(lacking), unknown, **more)
    return Read(DELIVERY, raw, told or {})


def test_a_field_without_a_column_is_missing_unless_it_may_be_or_the_delivery_tells_it() -> None:
    read = read_of(lacking=["unit", "fte", "bko_date"], told={"unit": "FGW"})
    assert missing(STAFF, read) == ("fte",)
    assert not reliable(STAFF, read)
    assert reliable(STAFF, read_of())
    assert [is_empty(PLAN, read_of(rows)) for rows in (0, 2)] == [True, False]
    assert (is_empty(PLAN, read_of(0, ["amount"])), reliable(PLAN, read_of(0))) == (False, False)


@pytest.mark.parametrize(
    ("read", "costs", "detail"),
    [
        (read_of(), Costs.NOTE, ""),
        (read_of(lacking=["amount"]), Costs.DELIVERY, "a.csv: zonder amount / without amount"),
        (read_of(0), Costs.DELIVERY, "a.csv: zonder een enkele rij / without a single row"),
        (
            read_of(unknown=("Tips?",)),
            Costs.NOTE,
            "a.csv: onbekend en niet gelezen: Tips? / not known and not read: Tips?",
        ),
    ],
)
def test_the_columns_of_a_file_are_held_against_the_contract(read: Read, costs: Costs, detail: str) -> None:
    result = columns_result(PLAN, read)
    assert (result.costs, result.detail, result.quarantines) == (costs, detail, costs.loses)
    assert (result.outcome is Outcome.FAILED) == bool(detail)


def test_rows_with_other_cells_than_the_header_are_told_by_their_numbers() -> None:
    result = columns_result(STAFF, read_of(ragged=(7, 9)))
    assert (result.costs, result.quarantines) == (STAFF.costs, STAFF.costs.loses)
    assert ", in 2 rijen: 7, 9 / " in result.detail


def test_dates_names_and_paths_are_told_with_the_places_of_their_cells() -> None:
    read, twice = read_of(), Words("zijn anders geschreven", "are written otherwise")
    window = window_result(STAFF, read, STAFF["start_date"], Words("2015", "2015"), [1])
    assert (window.rule, window.cells) == ("staff.start_date.window", ("a.csv row 3, start_date",))
    assert window.detail == "a.csv: verwacht: 2015 / expected: 2015"
    names = list(names_results(STAFF, read, STAFF["unit"], {twice: [0, 1], Words("", ""): []}))
    assert [(r.rule, r.failed, r.cells, r.costs) for r in names] == [
        ("staff.unit.spelling", 2, ("a.csv row 2, unit", "a.csv row 3, unit"), Costs.NOTHING)
    ]
    assert names[0].detail.endswith("2 cellen zijn anders geschreven / 2 cells are written otherwise")
    assert [path_result(STAFF, STAFF["unit"], 2, cells).outcome for cells in ((), ("a.csv B2",))] == [
        Outcome.PASSED,
        Outcome.FAILED,
    ]


@pytest.mark.parametrize(
    ("lost", "received", "expected"),
    [(0, 0, False), (1, 1, True), (4, 7, False), (5, 10, True), (5, 11, False), (3, 3, True)],
)
def test_a_few_rows_are_most_only_where_they_are_all(lost: int, received: int, expected: bool) -> None:
    assert is_most(lost, received) is expected


def test_a_unit_of_which_most_rows_are_set_aside_is_told_unless_all_or_none_are() -> None:
    received = {"FGW": 20, "FdR": 3, "FSW": 20}
    result = uneven(STAFF, "unit", read_of(), received, {"FGW": 20, "FSW": 8})
    assert result is not None
    assert (result.rule, result.failed, result.cells) == ("staff.unit.kept", 2, ("a.csv, FSW", "a.csv, FdR"))
    assert result.detail == (
        "a.csv: rijen apart gezet van FSW (de meeste), FdR (alle) / rows set aside of FSW (most), FdR (all)"
    )
    assert uneven(STAFF, "unit", read_of(), received, received) is None
    assert uneven(STAFF, "unit", read_of(), received, {}) is None, "then the share of the whole tells"
    rows = pa.table({"_delivery": [DELIVERY.id] * 28, "unit": ["FGW"] * 20 + ["FSW"] * 8})
    assert list(of_rows(STAFF, [read_of()], {DELIVERY.id: {"unit": Counter(received)}}, rows)) == [result]
    (loss,) = lost_units(STAFF, DELIVERY, {"reporting_year": 2020}, [result], rows)
    assert (loss.known, loss.place) == ({"reporting_year": 2020, "unit": "FdR"}, "a.csv, FdR")
    assert list(lost_units(STAFF, DELIVERY, {}, [result], rows)) == [], "it is not known of which year"


def test_worksheets_that_nothing_wants_are_named_and_one_that_is_meant_is_pointed_out() -> None:
    left = Unread(("Maatregelen 2020", "maatregeln", "Toelichting"), "Maatregelen")
    assert left.like() == ("Maatregelen 2020", "maatregeln")
    assert [(note.code, note.text.nl) for note in left.notes(first=True)] == [
        (MEANT, "niet gelezen: 'Maatregelen 2020', 'maatregeln'; gelezen is het werkblad 'Maatregelen'"),
        (UNREAD, "niet gelezen werkbladen: 'Toelichting'"),
    ]
    assert [note.code for note in left.notes(first=False)] == [MEANT]
    assert Unread(("Toelichting",), "2020").like() == ()


def figures(numerator: int, denominator: int, **more: Any) -> tuple[Table, Read, Any, dict[str, Sequence[Any]]]:
    """A row of a figure that is a ratio: its table, the raw row, the readers and the typed row."""
    definition = indicator("leave", "delivered", delivered={"combine": "ratio"}, unit_of_measure="fraction", **more)
    own = profile(indicators=[definition])
    table = CATALOGUE["delivered_figures"].bind(own.code_lists())
    row = {"reporting_year": 2020, "indicator": "leave", "numerator": Decimal(numerator), "denominator": denominator}
    columns = {name: [row.get(name)] for name in table.names}
    readers = cell_readers(table.fields, Form(table=table.name), "nl", own.aliases(), b"k" * 32)
    measuring = {n: replace(r, measured=own.measured) if r.field.measured_by else r for n, r in readers.items()}
    return table, read_of(1, columns=columns), measuring, columns


@pytest.mark.parametrize(("numerator", "denominator", "refused"), [(5, 4, True), (4, 4, False), (5, 0, False)])
def test_a_numerator_and_denominator_that_make_no_share_are_refused(
    numerator: int, denominator: int, refused: bool
) -> None:
    table, read, readers, typed = figures(numerator, denominator)
    found = refused_ratios(table, read, readers, typed)
    assert [(at, item.rule) for at, item in found] == ([(0, "delivered_figures.numerator.type")] if refused else [])
    assert measures_of(read.raw, readers["reporting_year"], readers, typed) is None, "of a year there is nothing to say"
