"""Amounts, counts and percentages in workbooks: several notations in one column, and what a header says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from kwaliteitsmonitor.methods.checks.results import Outcome
from schemas.consequences import Severity
from tests.readers.forms.making import NAME, taken, workbook

ADVISERS, BFR, MEASURES, PLAN, PANELS = (
    "faculty_study_advisers",
    "bfr",
    "faculty_measures",
    "spending_plan",
    "faculty_panels",
)
TOLD = {"unit": "North", "academic_year": "2019-2020"}


BFR_COLUMNS = ("Eenheid", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op")
ROUND = {"reporting_year": 2020, "round": 3}


def bfr(path: Path, rows: list[tuple[object, ...]], header: tuple[str, ...] = BFR_COLUMNS, **kept: object) -> Path:
    return workbook(path, {"BFR": [header, *rows]}, **kept)  # type: ignore[arg-type]


def test_thousands_beside_euros_are_read_exactly_and_reported(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Noord", "small_classes", "tutors", "k€ 7", "€ 6.999,99", "15-2-2021"),
        ("Oost", "small_classes", "tutors", "€ 1.234,50", "-1.234,5", "2021-02-15"),
        ("Zuid", "small_classes", "tutors", "12.000", "1.234-", date(2021, 2, 15)),
    ]
    found = taken(bfr(tmp_path / NAME, rows), "{format: workbook, locale: nl, tables: [bfr]}", "bfr", told=ROUND)
    assert found.rows("unit", "budget", "realised") == [
        ("North", Decimal("7000.00"), Decimal("6999.99")),
        ("East", Decimal("1234.50"), Decimal("-1234.50")),
        ("South", Decimal("12000.00"), Decimal("-1234.00")),
    ]
    (mixed,) = found.said("budget.notation")
    assert (mixed.severity, mixed.outcome, mixed.failed, mixed.cells) == (
        Severity.WARNING,
        Outcome.FAILED,
        1,
        (f"{NAME} BFR!D2",),
    )
    assert "amounts in euro and in thousands (k€) mixed" in mixed.detail
    assert found.said("realised.notation") == []
    (dates,) = found.said("submitted_on.notation")
    assert "dates in different forms mixed" in dates.detail


def test_dutch_and_english_numbers_in_one_column_are_reported_and_the_english_refused(tmp_path: Path) -> None:
    rows = [
        ("Eenheid", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"),
        ("Noord", "25,8", 0, 1, 1),
        ("Oost", "24.4", 0, 1, 1),
        ("Zuid", "veel", 0, 1, 1),
        ("West", "7", 0, 1, 1),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Studieadviseurs": rows}),
        "{format: workbook, locale: nl, tables: [faculty_study_advisers]}",
        ADVISERS,
        told={"academic_year": "2019-2020"},
    )
    assert [(unit, str(fte)) for unit, fte in found.rows("unit", "fte")] == [("North", "25.8000"), ("West", "7.0000")]
    assert found.refused == [("B3", "fte.type", "24.4"), ("B4", "fte.type", "veel")]
    assert found.expected["B3"] == "a number in the notation 1.234,5"
    (mixed,) = found.said("fte.notation")
    assert (mixed.cells, mixed.failed) == ((f"{NAME} Studieadviseurs!B3",), 1)
    assert "24.4" not in mixed.detail


def test_percentages_under_the_label_of_a_count_are_refused(tmp_path: Path) -> None:
    rows = [
        ("Eenheid", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"),
        ("Noord", 6.5, 0, 0.5, 1),
        ("Oost", 6.5, 0, "50%", 1),
        ("Zuid", 6.5, 0, 1, 1),
        ("West", 6.5, 0, 3, 1),
    ]
    path = workbook(tmp_path / NAME, {"Studieadviseurs": rows}, formats={"D2": "0.0%", "D4": "0%"})
    found = taken(
        path,
        "{format: workbook, locale: nl, tables: [faculty_study_advisers]}",
        ADVISERS,
        told={"academic_year": "2019-2020"},
    )
    assert found.rows("unit", "certified") == [("West", 3)]
    assert found.refused == [
        ("D2", "certified.type", "50%"),
        ("D3", "certified.type", "50%"),
        ("D4", "certified.type", "100%"),
    ]
    assert set(found.expected.values()) == {"a whole number, not a percentage"}


def test_a_percentage_is_a_fraction_where_the_form_says_so(tmp_path: Path) -> None:
    rows = [
        ("Eenheid", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"),
        ("Noord", 0.886, 0, 0, 1),
        ("Oost", "88,6%", 0, 0, 1),
        ("Zuid", 88.6, 0, 0, 1),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Studieadviseurs": rows}, formats={"B2": "0.0%"}),
        """
        {format: workbook, locale: nl, tables: [faculty_study_advisers],
         forms: [{table: faculty_study_advisers, scale: {fte: "0.01"}}]}
        """,
        ADVISERS,
        told={"academic_year": "2019-2020"},
    )
    assert found.rows("fte") == [(Decimal("0.8860"),)] * 3
    assert found.said("fte.notation")[0].cells == (f"{NAME} Studieadviseurs!B4",)


def test_a_header_that_says_thousands_is_refused_until_the_form_says_so_too(tmp_path: Path) -> None:
    header = ("Eenheid", "Thema", "Maatregel", "Begroot (x € 1.000)", "Gerealiseerd", "Ingediend op")
    path = bfr(tmp_path / NAME, [("Noord", "small_classes", "tutors", 7.057, 6000, "2021-02-15")], header)
    columns = "columns: {'Begroot (x € 1.000)': budget}"
    found = taken(path, f"{{format: workbook, tables: [bfr], {columns}}}", "bfr", told=ROUND)
    assert found.refused == [("D2", "budget.type", "7.057")]
    assert "the header says thousands" in found.expected["D2"]
    told = f"{{format: workbook, tables: [bfr], forms: [{{table: bfr, {columns}, scale: {{budget: 1000}}}}]}}"
    assert taken(path, told, "bfr", told=ROUND).rows("budget", "realised") == [(Decimal("7057.00"), Decimal("6000.00"))]


def test_a_caption_that_says_thousands_holds_for_every_amount_below_it(tmp_path: Path) -> None:
    rows = [("Bedragen in k€",), BFR_COLUMNS, ("Noord", "small_classes", "tutors", 7, 6, "2021-02-15")]
    found = taken(workbook(tmp_path / NAME, {"BFR": rows}), "{format: workbook, tables: [bfr]}", "bfr", told=ROUND)
    assert [(cell, rule) for cell, rule, _ in found.refused] == [("D3", "budget.type"), ("E3", "realised.type")]


def test_an_amount_that_stands_in_one_cell_for_several_rows_is_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Noord", "small_classes", "tutors", 100, 1, "2021-02-15"),
        (None, None, "groups", None, 2, "2021-02-15"),
        ("Oost", "small_classes", "tutors", 7, 3, "2021-02-15"),
    ]
    path = bfr(tmp_path / NAME, rows, merged=["A2:A3", "B2:B3", "D2:D3"])
    found = taken(path, "{format: workbook, tables: [bfr]}", "bfr", told=ROUND)
    assert found.rows("unit", "measure", "budget") == [("East", "tutors", Decimal("7.00"))]
    assert [(cell, rule) for cell, rule, _ in found.refused] == [("D2", "budget.type"), ("D3", "budget.type")]
    assert found.raw.columns["unit"] == ["Noord", "Noord", "Oost"]
