"""Corrections: a cell read otherwise than delivered, as long as it shows what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from assets.decisions.corrections import GONE, OF_PEOPLE, TWO_WAYS, Corrector, as_typed, shows
from assets.decisions.records import Correction
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.consequences import Costs
from schemas.profile import Feed
from schemas.profile.forms import Locale
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import told

ADVISERS = CATALOGUE["faculty_study_advisers"]
FILE = "verslag/2019-2020/FGW.xlsx"
DELIVERY = Delivery("report", 0, FILE, "a" * 64, 10, date(2020, 12, 18), "2019-2020", "FGW")


def feed(identity: str, path: str, **more: Any) -> Feed:
    named = {"id": identity, "nl": identity, "en": identity, "period": "academic_year"}
    return Feed.model_validate(named | {"sources": [{"kind": "files", "path": path} | more]})


OF_REPORTS = {"format": "workbook", "locale": "nl", "tables": ["faculty_study_advisers"]}
REPORT = feed("report", "verslag/{academic_year}/{unit}{suffix}.xlsx", **OF_REPORTS)
RAW = RawTable(
    "Studieadviseurs",
    {"fte": [62.0, "7.057", None], "fte_temporary": ["1,5", "", 0], "certified": [3, 4, 5]},
    (2, 3, 14),
    {"fte": "A", "fte_temporary": "B", "certified": "D"},
    (),
    (),
)


def record(cell: str = "A2", expected: str = "62,0", new_value: str = "6,2", **more: Any) -> Correction:
    decision = {"reason": "typefout", "role": "controller", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    place: dict[str, Any] = {"file": FILE, "sheet": "Studieadviseurs", "cell": cell}
    return Correction(**(decision | place | {"expected": expected, "new_value": new_value} | more))


def corrected(
    *records: Correction, raw: RawTable = RAW, deliveries: Sequence[Delivery] = (DELIVERY,), table: str = ADVISERS.name
) -> tuple[RawTable, Corrector]:
    corrector = Corrector(REPORT, records, deliveries)
    return corrector(deliveries[0], CATALOGUE[table], raw), corrector


def finding(corrector: Corrector, rule: str) -> RuleResult:
    (one,) = [r for r in corrector.results() if r.rule == rule]
    return one


def guard(*records: Correction, **more: Any) -> RuleResult:
    """What the guard says of a correction that is not met."""
    result = finding(corrected(*records, **more)[1], "corrections.guard")
    assert result.outcome is Outcome.FAILED
    return result


def test_a_cell_that_shows_what_is_expected_is_replaced_and_nothing_else_is_and_its_reason_is_published() -> None:
    raw, corrector = corrected(record())
    assert raw.columns == RAW.columns | {"fte": ["6,2", "7.057", None]}
    assert RAW.columns["fte"] == [62.0, "7.057", None], "what was read stays as it was"
    assert [r.outcome for r in corrector.results()] == [Outcome.PASSED, Outcome.PASSED]
    (applied,) = corrector.applied
    where = {"cycle": "2021-03", "delivery": DELIVERY.id, "table": ADVISERS.name, "cell": "Studieadviseurs!A2"}
    why = {"reason": "typefout", "role": "controller", "decided_on": date(2021, 2, 20)}
    assert applied.row("2021-03") == where | {"expected": "62,0", "new_value": "6,2"} | why


def test_without_a_correction_of_its_file_and_sheet_a_table_stays_as_it_is() -> None:
    raw, corrector = corrected(record(file="verslag/2019-2020/FdA.xlsx"), record(sheet="Opleidingen"))
    assert raw is RAW
    assert corrector.applied == []


def test_a_cell_that_shows_something_else_costs_its_row_and_is_named_without_its_value() -> None:
    raw, corrector = corrected(record(expected="63,0"))
    assert (raw.columns, raw.flaws) == (RAW.columns, {("fte", 0): GONE})
    result = finding(corrector, "corrections.guard")
    assert (result.costs, result.outcome, result.blocks) == (Costs.FIGURES, Outcome.FAILED, False)
    assert result.cells == (f"{FILE} Studieadviseurs!A2",)
    assert "houdt niet meer" in told(result)
    assert not any(value in f"{told(result)} {result.cells}" for value in ("62", "63", "6,2"))


@pytest.mark.parametrize("cell", ["A9", "Z2", "row 9, fte", "A0", "somewhere", ""])
def test_a_correction_of_a_cell_that_is_not_there_fails(cell: str) -> None:
    assert "er is geen zo'n cel" in told(guard(record(cell=cell)))


@pytest.mark.parametrize("cell", ["A2", "a2", "$A$2", "row 2, fte", "rij 2, Fte", "regel 2,fte", "rij 2, kolom Fte"])
def test_a_cell_may_be_named_as_people_name_it(cell: str) -> None:
    for sheet in ("Studieadviseurs", "studieadviseurs ", "STUDIEADVISEURS"):
        raw, _ = corrected(record(cell=cell, sheet=sheet))
        assert raw.columns["fte"][0] == "6,2"


def test_a_cell_of_a_file_without_sheets_is_named_by_its_row_and_header_or_field() -> None:
    text = replace(RAW, sheet="", places={"fte": "FTE totaal", "certified": "certified"})
    for cell in ("row 2, fte", "row 2, FTE totaal"):
        assert corrected(record(cell=cell, sheet=""), raw=text)[0].columns["fte"][0] == "6,2"
    assert guard(record(cell="A2", sheet=""), raw=text), "there is no A2 in a text"


def test_an_empty_cell_may_be_filled_and_a_filled_one_emptied() -> None:
    flawed = replace(RAW, flaws={("fte", 2): Words("een waarde", "a value"), ("certified", 2): Words("x", "x")})
    raw, _ = corrected(record("A14", "", "4,5"), record("D2", "3", ""), raw=flawed)
    assert (raw.columns["fte"][2], raw.columns["certified"][0]) == ("4,5", None)
    assert set(raw.flaws) == {("certified", 2)}, "a corrected cell is no longer what was wrong with it"
    assert guard(record("D2", "", "4")), "the cell is not empty"


def test_where_columns_became_rows_a_cell_is_found_by_its_own_column() -> None:
    columns = {"theme": ["guidance", "teachers"], "budget": [10, 20], "unit": ["FGW", "FGW"]}
    pivot: dict[str, Any] = {"pivoted": ("C", "D"), "pivot": "budget"}
    pivoted = RawTable("Bestedingen", columns, (5, 5), {"unit": "A"}, (), (), **pivot)
    raw, _ = corrected(record("D5", "20", "25", sheet="Bestedingen"), raw=pivoted, table="bfr")
    assert raw.columns["budget"] == [10, "25"]
    raw, _ = corrected(record("A5", "FGW", "FdA", sheet="Bestedingen"), raw=pivoted, table="bfr")
    assert raw.columns["unit"] == ["FdA", "FdA"], "one cell gave both rows"
    both, places = ["12 (+ 9 in traject)"], {"certified": "C", "in_training": "C"}
    split = replace(RAW, columns={"certified": both, "in_training": both}, rows=(2,), places=places)
    raw, _ = corrected(record("C2", "12 (+ 9 in traject)", "12 (+ 8 in traject)"), raw=split)
    mended = ["12 (+ 8 in traject)"]
    assert raw.columns == {"certified": mended, "in_training": mended}, "one cell gave two fields"


def test_a_file_with_the_same_bytes_is_the_same_delivery_and_one_that_does_not_count_is_not_met() -> None:
    copy = replace(DELIVERY, path="verslag/2019-2020/FGW_nogmaals.xlsx", standing=Standing.DUPLICATE)
    assert corrected(record(file=copy.path), deliveries=[DELIVERY, copy])[0].columns["fte"][0] == "6,2"
    older = replace(copy, sha256="b" * 64, standing=Standing.SUPERSEDED)
    _, corrector = corrected(record(file=older.path), deliveries=[DELIVERY, older])
    assert (corrector.met(), corrector.results()) == ([], [])


STAFF = RawTable("", {"person": ["p1"], "fte": ["0.8"]}, (2,), {"person": "person", "fte": "fte"}, (), ())


def test_what_identifies_a_person_is_never_corrected_and_other_values_about_people_are_not_told() -> None:
    raw, corrector = corrected(record("row 2, person", "p1", "p2", sheet=""), raw=STAFF, table="staff")
    assert raw.flaws == {("person", 0): OF_PEOPLE}, "what is known to be wrong costs its row"
    result = finding(corrector, "corrections.possible")
    assert result.outcome is Outcome.FAILED
    assert "kenmerk van een persoon" in told(result)
    raw, corrector = corrected(record("row 2, fte", "0.8", "0.6", sheet=""), raw=STAFF, table="staff")
    assert raw.columns["fte"] == [Decimal("0.6")]
    row = corrector.applied[0].row("2021-03")
    assert (row["expected"], row["new_value"]) == ("***", "***")


def test_answers_to_evaluations_are_not_corrected_and_it_says_why() -> None:
    answers = feed("evaluations", "e/{unit}.csv", format="csv", tables=["evaluations"])
    of_answers = record("row 2, score", "1", "5", file="e/FGW.csv", sheet="")
    corrector = Corrector(answers, [of_answers], [replace(DELIVERY, path="e/FGW.csv")])
    result = finding(corrector, "corrections.possible")
    assert (result.outcome, result.cells) == (Outcome.FAILED, ("e/FGW.csv row 2, score",))
    assert "geteld en niet gecorrigeerd" in told(result)


def test_a_new_value_that_can_be_read_in_two_ways_is_not_guessed() -> None:
    raw, _ = corrected(record(new_value="7.057"))
    assert raw.flaws == {("fte", 0): TWO_WAYS}, "the row is set aside"
    assert "op twee manieren" in told(guard(record(new_value="7.057")))


@pytest.mark.parametrize(
    ("raw", "expected", "locale", "same"),
    [
        (62.0, "62,0", "nl", True),
        (62.0, "62.0", "nl", True),  # the register holds a number, and gives it with a point
        (0.1 + 0.2, "0,3", "nl", True),
        ("7.057", "7057", "nl", True),
        ("7.057", "7.057", "nl", True),
        ("7.057", "7,057", "nl", False),
        ("7,057", "7057", "en", True),
        ("12.5", "12.5", "iso", True),
        ("12.5", "12,5", "iso", False),
        ("€ 1.234,50", "1234,5", "nl", False),  # what it is measured in is part of what stands there
        ("k€ 12", "k€ 12", "nl", True),
        (Percentage(0.886), "88,6%", "nl", True),
        (Percentage(0.886), "0,886", "nl", False),
        (" op koers ", "Op  koers", "nl", True),
        (None, "", "nl", True),
        ("  ", "", "nl", True),
        (0, "", "nl", False),
        (None, "0", "nl", False),
        (True, "ja", "nl", True),
        (False, "ja", "nl", False),
        (True, "1", "nl", False),
        (date(2020, 10, 1), "1-10-2020", "nl", True),
        (datetime(2020, 10, 1), "2020-10-01", "nl", True),
        (datetime(2020, 10, 1), "2020-10-01T00:00:00", "nl", True),
        (date(2020, 10, 1), "10-1-2020", "nl", False),
        ("abc", "abd", "nl", False),
        (object(), "x", "nl", False),
    ],
)
def test_a_cell_shows_what_a_person_would_type(raw: Any, expected: str, locale: Locale, same: bool) -> None:
    assert shows(raw, expected, locale) is same


@pytest.mark.parametrize(
    ("text", "name", "locale", "typed"),
    [
        ("6,2", "fte", "nl", "6,2"),
        ("6.2", "fte", "nl", Decimal("6.2")),  # a number in the register, for a file in Dutch notation
        ("62", "fte", "nl", "62"),
        ("6.2", "fte", "iso", "6.2"),
        ("", "fte", "nl", None),
        ("k€ 12", "fte", "nl", "k€ 12"),
        ("no number", "fte", "nl", "no number"),
        ("2020-10-01T00:00:00", "held_on", "nl", date(2020, 10, 1)),
        ("1-10-2020", "held_on", "nl", "1-10-2020"),
        ("2020-13-01", "held_on", "nl", "2020-13-01"),  # staging says what is wrong with it
    ],
)
def test_the_new_value_is_read_as_the_file_s_own_cells_are(text: str, name: str, locale: Locale, typed: Any) -> None:
    of = CATALOGUE["faculty_panels"] if name == "held_on" else ADVISERS
    assert as_typed(text, of[name], locale) == typed
