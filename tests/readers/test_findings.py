"""What is reported of a delivery as a whole: loss that falls on a few, totals that are wrong, sheets left unread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.findings import missing, names_results, path_result, reliable, window_result
from kwaliteitsmonitor.readers.forms.shaping import shape
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.row_checks import measures_of, refused_ratios
from kwaliteitsmonitor.readers.stated_totals import contradictions
from kwaliteitsmonitor.readers.uneven_loss import is_most, lost_units, of_rows, uneven
from kwaliteitsmonitor.readers.unread_sheets import MEANT, UNREAD, Unread
from schemas.consequences import Costs, Severity
from schemas.profile import load_profile
from schemas.profile.feeds import FileSource
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import indicator, profile, told
from tests.readers.files.making import ods, xls, xlsx
from tests.readers.forms.making import KEY, Taken, grid, taken

STAFF = CATALOGUE["staff"]
DELIVERY = Delivery("feed", 0, "a.csv", "a" * 64, 1, date(2020, 12, 1), "2020")


def read_of(lacking: Sequence[str] = (), rows: int = 2, **columns: Sequence[Any]) -> Read:
    raw = RawTable("", columns, range(2, 2 + rows), {"unit": "B", "start_date": "D"}, tuple(lacking), ())
    return Read(DELIVERY, raw, {"unit": "FGW"})


def test_a_field_without_a_column_is_missing_unless_it_may_be_or_the_delivery_tells_it() -> None:
    read = read_of(["unit", "fte", "bko_date"])
    assert (missing(STAFF, read), reliable(STAFF, read)) == (("fte",), False)


def test_dates_names_and_paths_are_reported_with_the_places_of_their_cells() -> None:
    read, otherwise = read_of(), Words("zijn anders geschreven", "are written otherwise")
    window = window_result(STAFF, read, STAFF["start_date"], Words("2015", "2015"), [1])
    assert (window.rule, window.cells) == ("staff.start_date.window", ("a.csv row 3, start_date",))
    assert told(window) == "a.csv: verwacht: 2015 / expected: 2015"
    (names,) = names_results(STAFF, read, STAFF["unit"], {otherwise: [0, 1], Words("", ""): []})
    assert (names.rule, names.costs, names.failed) == ("staff.unit.spelling", Costs.NOTHING, 2)
    assert names.cells == ("a.csv row 2, unit", "a.csv row 3, unit")
    assert told(names).endswith("2 cellen zijn anders geschreven / 2 cells are written otherwise")
    paths = [path_result(STAFF, STAFF["unit"], 2, cells).outcome for cells in ((), ("a.csv B2",))]
    assert paths == [Outcome.PASSED, Outcome.FAILED]


@pytest.mark.parametrize(
    ("lost", "received", "expected"),
    [(0, 0, False), (1, 1, True), (4, 7, False), (5, 10, True), (5, 11, False), (3, 3, True)],
)
def test_a_few_rows_are_most_only_if_they_are_all(lost: int, received: int, expected: bool) -> None:
    assert is_most(lost, received) is expected


def test_a_unit_of_which_most_rows_are_set_aside_is_reported_unless_all_or_none_are() -> None:
    read, received = read_of(), {"FGW": 20, "FdR": 3, "FSW": 20}
    result = uneven(STAFF, "unit", read, received, {"FGW": 20, "FSW": 8})
    assert result is not None
    assert (result.rule, result.failed, result.cells) == ("staff.unit.kept", 2, ("a.csv, FSW", "a.csv, FdR"))
    assert told(result) == (
        "a.csv: rijen apart gezet van FSW (de meeste), FdR (alle) / rows set aside of FSW (most), FdR (all)"
    )
    assert uneven(STAFF, "unit", read, received, received) is uneven(STAFF, "unit", read, received, {}) is None
    rows = pa.table({"_delivery": [DELIVERY.id] * 28, "unit": ["FGW"] * 20 + ["FSW"] * 8})
    assert list(of_rows(STAFF, [read], {DELIVERY.id: {"unit": Counter(received)}}, rows)) == [result]
    (loss,) = lost_units(STAFF, DELIVERY, {"reporting_year": 2020}, [result], rows)
    assert (loss.known, loss.place) == ({"reporting_year": 2020, "unit": "FdR"}, "a.csv, FdR")
    assert list(lost_units(STAFF, DELIVERY, {}, [result], rows)) == [], "it is not known of which year"


@pytest.mark.parametrize(("numerator", "denominator", "refused"), [(5, 4, True), (4, 4, False), (5, 0, False)])
def test_a_numerator_and_denominator_that_make_no_share_are_refused(
    numerator: int, denominator: int, refused: bool
) -> None:
    own = profile(
        indicators=[indicator("leave", "delivered", delivered={"combine": "ratio"}, unit_of_measure="fraction")]
    )
    table = CATALOGUE["delivered_figures"].bind(own.code_lists())
    row = {"reporting_year": 2020, "indicator": "leave", "numerator": Decimal(numerator), "denominator": denominator}
    columns = {name: [row.get(name)] for name in table.names}
    plain = cell_readers(table.fields, Form(table=table.name), "nl", own.aliases, KEY)
    readers = {n: replace(r, measured=own.measured) if r.field.measured_by else r for n, r in plain.items()}
    read = read_of(rows=1, **columns)
    rules = [(at, item.rule) for at, item in refused_ratios(table, read, readers, columns)]
    assert rules == [(0, "delivered_figures.numerator.type")] * refused
    assert measures_of(read.raw, readers["reporting_year"], readers, columns) is None, (
        "of a year there is nothing to say"
    )


# -- totals, differences and progress that a file states of its own amounts

ONE_ROUND = load_profile(Path(__file__).resolve().parents[1] / "cases" / "one-round-a-year" / "profile")
HEAD = ("School", "Budget (k€)", "Actual (k€)", "Difference (k€)", "Progress")
NORTH, SOUTH = ("North", 1204, 1090, -114, 0.905), ("South", 866, 901, 35, 1.04)
TOTAL = ("Total", 2070, 1991, -79, 0.962)


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        ((NORTH, SOUTH, ("Total", 2170, 1991, -79, 0.962)), ["B4"]),
        ((NORTH, SOUTH, ("Total", 2070, 1919, -79, 0.962)), ["C4"]),
        ((NORTH, ("South", 866, 901, 53, 1.04), TOTAL), ["D3"]),
        ((("North", 1204, 1090, -114, 0.59), SOUTH, TOTAL), ["E2"]),
        ((("North", 1204, 1090, -114, "59%"), SOUTH, TOTAL), ["E2"]),
        ((NORTH, SOUTH, TOTAL), []),
        ((("North", 1204, 1090, 114, "90.5%"), ("South", 866, 901, -35, 104), TOTAL), []),
        ((("North", 1204.4, 1089.6, -115, 0.9), SOUTH, ("Total", 2070, 1991, -80, 1)), []),
        ((NORTH, ("Total North", 1204, 1090, -114, 0.9), SOUTH, ("Total", 866, 901, 35, 1.04)), []),
        ((("North", 1204, 1090, None, "n/a"), SOUTH), []),
    ],
    ids=["total", "other total", "difference", "progress", "progress as text", "right", "turned round", "rounded",
         "of a part", "nothing stated"],
)  # fmt: skip
def test_a_total_a_difference_or_progress_that_is_wrong_is_reported(
    lines: Sequence[Sequence[Any]], cells: list[str]
) -> None:
    (source,) = ONE_ROUND.feeds[0].sources
    assert isinstance(source, FileSource)
    (form,) = source.forms
    table, page = CATALOGUE["bfr"].bind(ONE_ROUND.code_lists()), grid([HEAD, *lines])
    stated = shape(page, [page], Shape(form, table, {"reporting_year": 2021}, ONE_ROUND.aliases)).stated
    readers = cell_readers(table.fields, form, "en", ONE_ROUND.aliases, KEY)
    assert stated is not None
    assert [f"{one.column}{one.row}" for one in contradictions(stated, readers["budget"])] == cells


# -- worksheets under another name than agreed

MEASURES = [["Thema", "Maatregel", "Voortgang", "Toelichting"], ["teachers", "m", "done", "x"]]
ADVISERS = [["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [1, 0, 1, 0]]
OTHER = {"Studieadviseurs": ADVISERS}


def measures_in(folder: Path, content: bytes, table: str = "faculty_measures") -> Taken:
    (folder / "north.xlsx").write_bytes(content)
    source = "{format: workbook, tables: [faculty_measures, faculty_study_advisers], locale: nl}"
    return taken(folder / "north.xlsx", source, table, told={"academic_year": "2019-2020", "unit": "North"})


def notes(read: Taken) -> str:
    return " / ".join(note.text.nl for note in read.raw.notes)


@pytest.mark.parametrize(
    ("names", "like"),
    [
        (("Maatregelen 2020", "Kladblok"), ("Maatregelen 2020",)), (("Maatregelen (2)",), ("Maatregelen (2)",)),
        (("Maatregelen 2019-2020",), ("Maatregelen 2019-2020",)), (("Maatregel",), ("Maatregel",)),
        (("maatregelen_2",), ("maatregelen_2",)), (("Blad1", "2020"), ()),
    ],
)  # fmt: skip
def test_a_name_is_that_of_the_table_but_for_a_year_a_number_or_a_slip(
    names: tuple[str, ...], like: tuple[str, ...]
) -> None:
    unread = Unread(names, "Maatregelen")
    assert unread.like() == like
    meant, others = [MEANT] * bool(like), [UNREAD] * (len(names) > len(like))
    assert [note.code for note in unread.notes(first=True)] == meant + others
    assert [note.code for note in unread.notes(first=False)] == meant
    assert Unread(names, "2020").like() == (), "a year alone is like nothing"


@pytest.mark.parametrize("written", [xlsx, xls, ods])
def test_a_renamed_worksheet_is_named_as_what_was_probably_meant(tmp_path: Path, written: Any) -> None:
    for name in ("Maatregelen 2020", "Blad1"):
        content = written({name: MEASURES} | OTHER)
        read = measures_in(tmp_path, content)
        assert read.tally.received == 0
        assert f"wel is er het werkblad '{name}', niet gelezen, dat waarschijnlijk is bedoeld" in notes(read)
        (columns,) = read.said("columns")
        assert columns.quarantines
        assert "geef het de naam 'Maatregelen'" in told(columns)
        assert notes(measures_in(tmp_path, content, "faculty_study_advisers")) == ""
    for name in ("MAATREGELEN", " maatregelen"):
        read = measures_in(tmp_path, written({name: MEASURES} | OTHER))
        assert (read.tally.received, notes(read)) == (1, ""), "case and spaces tell no worksheets apart"


def test_hidden_and_second_worksheets_of_nearly_the_name_are_named_and_our_own_are_not(tmp_path: Path) -> None:
    hidden = xlsx(OTHER | {"Maatregelen oud": MEASURES}, hidden=["Maatregelen oud"])
    assert "'Maatregelen oud'" in notes(measures_in(tmp_path, hidden))
    two = measures_in(tmp_path, xlsx({"Maatregelen 2019": MEASURES, "Maatregelen 2020": MEASURES}))
    assert "een van de werkbladen 'Maatregelen 2019', 'Maatregelen 2020'" in notes(two)
    own = {"Toelichting": [["x"]], "Lijsten": [["x"]], "Maatregelen": MEASURES} | OTHER
    assert notes(measures_in(tmp_path, xlsx(own))) == ""
    beside = measures_in(tmp_path, xlsx(own | {"Maatregelen (2)": MEASURES, "Kladblok": [["x"]]}))
    assert beside.tally.received == 1
    assert {told(r).partition(": ")[2].partition(" / ")[0]: r.severity for r in beside.said("read_as")} == {
        "niet gelezen: 'Maatregelen (2)'; gelezen is het werkblad 'Maatregelen'": Severity.WARNING,
        "niet gelezen werkbladen: 'Kladblok'": Severity.INFO,
    }
