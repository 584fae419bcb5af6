"""Workbooks of faculties: captions, merged headers, subtotals, notes, hidden sheets, matrices and several notations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs, Severity
from schemas.errors import UnreadableError
from tests.readers.forms.making import NAME, taken, workbook

ADVISERS, BFR, MEASURES, PLAN, PANELS = (
    "faculty_study_advisers",
    "bfr",
    "faculty_measures",
    "spending_plan",
    "faculty_panels",
)
TOLD = {"unit": "North", "academic_year": "2019-2020"}


def test_a_table_below_captions_with_merged_headers_subtotals_and_notes_is_read(tmp_path: Path) -> None:
    rows = [
        ("Faculteit Noord, onderwijsjaarverslag",),
        ("bijlage 2",),
        (),
        ("Opleidingen", None, "Kennismaking", None),
        ("Naam", "Code", "verplichte matching", "proefstuderen"),
        ("Geschiedenis ba", "P1", "ja", "x"),
        ("Subtotaal bachelor", None, 1, 1),
        ("Geschiedenis ma", "P2", "nee", "nee"),
        ("Totaal", None, 1, 1),
        (),
        ("Bron: studentenadministratie",),
        ("Noot: voorlopig", None, "zie bijlage"),
    ]
    path = workbook(
        tmp_path / NAME,
        {"Oud": [("Code",), ("P9",)], "Matching 2020": rows},
        merged=["A1:D1", "A4:B4", "C4:D4"],
        hidden=["Oud"],
    )
    found = taken(
        path,
        """
        format: workbook
        tables: [faculty_programmes]
        forms:
          - table: faculty_programmes
            sheet: Matching *
            header_rows: 2
            columns:
              Opleidingen Code: programme
              Kennismaking verplichte matching: compulsory_matching
              Kennismaking proefstuderen: online_trial_study
            ignored: [Opleidingen Naam]
            skip: [{header: Opleidingen Naam, matches: "(sub)?totaal.*"}]
            until: "(bron|noot):.*"
        """,
        "faculty_programmes",
        told=TOLD,
    )
    assert found.rows("programme", "compulsory_matching", "online_trial_study", "unit", "_sheet", "_row") == [
        ("P1", True, True, "North", "Matching 2020", 6),
        ("P2", False, False, "North", "Matching 2020", 8),
    ]
    assert found.refused == []
    assert found.tally == Tally(2, 2, 0, left_out=6)
    assert found.left_out == [
        ("2 rows above the header", (1, 2)),
        ("2 rows below the table", (11, 12)),
        ("2 rows without data, as agreed of this file", (7, 9)),
    ]
    told = {r.detail.split(" / ")[1]: (r.severity, r.outcome, r.failed) for r in found.said("read_as")}
    assert told["the header is in row 4"] == (Severity.INFO, Outcome.FAILED, 1)
    assert told["2 rows below the table"] == (Severity.INFO, Outcome.FAILED, 2)
    assert not any(r.blocks for r in found.staged.results)
    assert found.raw.places == {
        "programme": "B",
        "compulsory_matching": "C",
        "online_trial_study": "D",
    }


def test_a_matrix_of_measures_by_unit_gives_a_row_for_each_cross(tmp_path: Path) -> None:
    rows = [
        ("Maatregel", "Noord", "Oost", "Zuid", "WEST", "Toelichting"),
        ("tutors nl", "x", "X", "x ", None, "loopt"),
        ("groups nl", None, " ", "x", "ja", None),
        ("onbekend", None, "x", None, None, None),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Maatregelen": rows}),
        """
        format: workbook
        locale: nl
        tables: [faculty_measures]
        forms:
          - table: faculty_measures
            constants: {theme: small_classes}
            unpivot: {name: unit, value: progress}
            values: {progress: {x: on_course}}
        """,
        MEASURES,
        told={"academic_year": "2019-2020"},
    )
    assert found.rows("unit", "measure", "progress", "theme", "_row", "_column") == [
        ("North", "tutors", "on_course", "small_classes", 2, "B"),
        ("East", "tutors", "on_course", "small_classes", 2, "C"),
        ("South", "tutors", "on_course", "small_classes", 2, "D"),
        ("South", "groups", "on_course", "small_classes", 3, "D"),
    ]
    assert sorted(found.refused) == [("A4", "measure.codes", "onbekend"), ("E3", "progress.codes", "ja")]
    assert found.tally == Tally(6, 4, 2, left_out=6)
    assert found.left_out == [("6 cells without an answer or value", ())]


def test_compound_cells_fall_apart_and_one_that_does_not_fit_is_refused_with_an_example(tmp_path: Path) -> None:
    rows = [
        ("Eenheid", "Fte", "Waarvan tijdelijk", "Certificaat"),
        ("Noord", "6,5", 0, "12 (+ 9 in traject)"),
        ("Oost", "7", 0, "4"),
        ("Zuid", "8", 0, "3  (+  1  IN traject)"),
        ("West", "9", 0, "3, waarvan 1 in traject"),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Studieadviseurs": rows}),
        r"""
        format: workbook
        locale: nl
        tables: [faculty_study_advisers]
        forms:
          - table: faculty_study_advisers
            split:
              - header: Certificaat
                pattern: '(?P<certified>\d+) ?(\(\+ ?(?P<in_training>\d+) in traject\))?'
                example: 12 (+ 9 in traject)
            skip: [{header: Eenheid, matches: totaal}]
        """,
        ADVISERS,
        told={"academic_year": "2019-2020"},
    )
    assert found.rows("unit", "certified", "in_training") == [("North", 12, 9), ("South", 3, 1)]
    assert found.refused == [
        ("D5", "certified.type", "3, waarvan 1 in traject"),
        ("D5", "in_training.type", "3, waarvan 1 in traject"),
        ("D3", "in_training.required", None),
    ]
    assert found.expected["D5"] == "a cell as: 12 (+ 9 in traject)"
    assert found.raw.places["certified"] == found.raw.places["in_training"] == "D"


def test_a_mean_with_its_spread_is_read_as_the_mean_and_kept_as_printed(tmp_path: Path) -> None:
    rows = [
        ("Opgave", "Indicator", "Uitkomst"),
        ("tabel 1", "satisfaction", "3.9 +/-0.1"),
        ("tabel 2", "satisfaction", "Ba: 2.9 +/- 1.1"),
        ("tabel 3", "satisfaction", "334 +/- 1.1"),
        ("tabel 4", "satisfaction", "n.v.t."),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Controletotalen": rows}),
        r"""
        format: workbook
        locale: en
        tables: [control_totals]
        forms:
          - table: control_totals
            constants: {origin: printed, subject: indicator, printed_decimals: "1", unit_of_measure: number}
            columns: {Uitkomst: printed}
            split:
              - header: Uitkomst
                pattern: '((?P<level>[BM]a): )?(?P<value>[\d.]+) ?\+/- ?(?P<ignored_spread>[\d.]+)'
                example: 3.9 +/-0.1
        """,
        "control_totals",
        told={"reporting_year": 2020},
    )
    assert found.rows("printed", "value", "level", "reporting_year", "origin") == [
        ("3.9 +/-0.1", Decimal("3.9000"), None, 2020, "printed"),
        ("Ba: 2.9 +/- 1.1", Decimal("2.9000"), "Ba", 2020, "printed"),
        ("334 +/- 1.1", Decimal("334.0000"), None, 2020, "printed"),
    ]
    assert [(cell, found) for cell, _, found in found.refused] == [("C5", "n.v.t."), ("C5", "n.v.t.")]


def test_two_years_side_by_side_newest_first_become_rows_of_their_own_year(tmp_path: Path) -> None:
    rows = [
        ("Eenheid", "Thema", "Plan 2021", "Plan 2020", "Plan 2019"),
        ("Noord", "teachers", "1.250,50", "€ 1.000,-", 7),
        ("Oost", "teachers", "(250)", None, "-"),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Bestedingsplan": rows}),
        """
        format: workbook
        locale: nl
        tables: [spending_plan]
        forms:
          - table: spending_plan
            constants: {version: original}
            unpivot: {name: year, value: amount, headers: {"Plan *": "*", "Prognose *": "*"}}
            empty: {amount: ["-"]}
        """,
        PLAN,
    )
    assert found.rows("unit", "year", "amount", "_column") == [
        ("North", 2021, Decimal("1250.50"), "C"),
        ("North", 2020, Decimal("1000.00"), "D"),
        ("North", 2019, Decimal("7.00"), "E"),
    ]
    assert found.refused == [("C3", "amount.range", "-250")]
    assert found.tally == Tally(4, 3, 1, left_out=2)
    assert [r.detail for r in found.said("read_as") if r.severity is Severity.WARNING] == [
        f"{NAME}: zonder de kolommen Prognose * / without the columns Prognose *"
    ]


def test_years_as_headers_need_no_map(tmp_path: Path) -> None:
    rows = [("Eenheid", "Thema", 2021, 2020, 1850, "Totaal"), ("Noord", "teachers", 1, 2, 3, 6)]
    found = taken(
        workbook(tmp_path / NAME, {"Bestedingsplan": rows}),
        """
        format: workbook
        tables: [spending_plan]
        forms:
          - {table: spending_plan, constants: {version: original}, unpivot: {name: year, value: amount}}
        """,
        PLAN,
    )
    assert found.rows("year", "amount") == [(2021, Decimal("1.00")), (2020, Decimal("2.00"))]
    assert found.raw.unknown == ("1850", "Totaal")


BFR_COLUMNS = ("Eenheid", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op")
ROUND = {"reporting_year": 2020, "round": 3}


def bfr(path: Path, rows: list[tuple[object, ...]], header: tuple[str, ...] = BFR_COLUMNS, **kept: object) -> Path:
    return workbook(path, {"BFR": [header, *rows]}, **kept)  # type: ignore[arg-type]


def test_cells_that_repeat_the_one_above_are_filled_down_where_the_form_says_so(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Noord", "small_classes", "tutors", 1, 1, "2021-02-15"),
        (None, None, "groups", 2, 2, "2021-02-15"),
        ("Totaal Noord", None, None, 3, 3, None),
        (None, "teachers", "courses", 4, 4, "2021-02-15"),
    ]
    form = """
    format: workbook
    tables: [bfr]
    forms: [{table: bfr, fill_down: [Eenheid, thema], skip: [{header: eenheid, matches: totaal .*}]}]
    """
    found = taken(bfr(tmp_path / NAME, rows), form, "bfr", told=ROUND)
    assert found.rows("unit", "theme", "measure", "_row") == [
        ("North", "small_classes", "tutors", 2),
        ("North", "small_classes", "groups", 3),
        ("North", "teachers", "courses", 5),
    ]
    assert found.tally == Tally(3, 3, 0, left_out=1)


def test_a_file_of_another_unit_than_its_name_says_is_set_aside_row_by_row(tmp_path: Path) -> None:
    rows = [
        ("Studieadviseurs van Oost",),
        ("Eenheid", "Studiejaar", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"),
        ("Oost", "2019-2020", 6, 0, 1, 1),
        ("N", "2019-2020", 6, 0, 1, 1),
        ("Noord", "2018-2019", 6, 0, 1, 1),
    ]
    found = taken(
        workbook(tmp_path / NAME, {"Studieadviseurs": rows}),
        "{format: workbook, tables: [faculty_study_advisers]}",
        ADVISERS,
        told=TOLD,
    )
    assert found.rows("unit", "_row") == [("North", 4)]
    assert found.refused == [("B5", "academic_year.path", "2018-2019"), ("A3", "unit.path", "Oost")]
    assert found.expected["A3"] == "North, for which the file was delivered"
    (told,) = found.said("unit.path")
    assert (told.outcome, told.failed, told.checked, told.costs) == (Outcome.FAILED, 1, 3, Costs.FIGURES)
    assert (told.quarantines, told.blocks) == (True, False)  # the figures that need it say without whom they are
    captions = [r for r in found.said("read_as") if r.severity is Severity.WARNING]
    assert [r.cells for r in captions] == [(f"{NAME} Studieadviseurs!row 1",)]
    assert "another unit than North" in captions[0].detail


def test_a_form_counts_in_the_years_in_which_it_is_valid(tmp_path: Path) -> None:
    form = """
    format: workbook
    tables: [faculty_panels]
    forms:
      - {table: faculty_panels, valid_until: 2019, sheet: Panels, columns: {Wanneer: held_on, Hoeveel: participants}}
      - {table: faculty_panels, valid_from: 2020, valid_until: 2021}
    """
    old = workbook(
        tmp_path / "old.xlsx", {"Panels": [("Thema", "Wanneer", "Hoeveel"), ("teachers", date(2019, 10, 8), 9)]}
    )
    new = workbook(
        tmp_path / "new.xlsx",
        {"Panelgesprekken": [("Thema", "Datum", "Studenten"), ("teachers", date(2020, 10, 8), 12)]},
    )
    assert taken(old, form, PANELS, told=TOLD, year=2019).rows("held_on", "participants") == [(date(2019, 10, 8), 9)]
    assert taken(new, form, PANELS, told=TOLD, year=2021).rows("held_on", "participants") == [(date(2020, 10, 8), 12)]
    late = taken(old, form, PANELS, told=TOLD, year=2020)
    assert late.raw.missing == tuple(late.raw.missing)
    (told,) = late.said("columns")
    assert (told.outcome, told.costs, told.blocks) == (Outcome.FAILED, Costs.DELIVERY, False)
    assert late.rows("held_on", "participants") == []
    assert "without a worksheet or table 'Panelgesprekken'" in late.said("columns")[0].detail


def test_a_year_without_a_form_is_refused_with_the_years_that_have_one(tmp_path: Path) -> None:
    form = """
    format: workbook
    tables: [faculty_panels]
    forms:
      - {table: faculty_panels, valid_until: 2019}
      - {table: faculty_panels, valid_from: 2020, valid_until: 2021}
    """
    path = workbook(tmp_path / NAME, {"Panelgesprekken": [("Thema",)]})
    with pytest.raises(UnreadableError) as caught:
        taken(path, form, PANELS, year=2022)
    assert str(caught.value) == (
        "the profile has no form of faculty_panels for reporting year 2022; expected a reporting year in "
        "…-2019, 2020-2021. Add a form to feeds.yaml that holds in that year."
    )


def test_a_column_that_the_form_names_and_that_is_not_there_is_told_though_it_may_be_empty(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("Noord", "small_classes", "tutors", 1, 2, "2021-02-15")]
    form = "{format: workbook, tables: [bfr], forms: [{table: bfr, columns: {Verwacht: forecast}, fill_down: [Fac.]}]}"
    found = taken(bfr(tmp_path / NAME, rows), form, "bfr", told=ROUND)
    assert found.rows("budget", "forecast") == [(Decimal("1.00"), None)]
    assert [(r.severity, r.detail.split(" / ")[1]) for r in found.said("read_as")] == [
        (Severity.WARNING, "without the columns Verwacht, Fac.")
    ]


def test_a_header_that_means_something_in_another_table_of_the_source_is_told_here(tmp_path: Path) -> None:
    header = ("Thema", "Datum", "Studenten", "Omvang")
    path = workbook(tmp_path / NAME, {"Panelgesprekken": [header, ("teachers", date(2020, 10, 8), 12, 3)]})
    form = "{format: workbook, tables: [faculty_panels, bfr], columns: {Omvang: budget}}"
    found = taken(path, form, PANELS, told=TOLD)
    assert found.rows("participants") == [(12,)]
    assert found.raw.unknown == ("Omvang",)


def test_a_header_that_the_form_gives_to_one_field_is_not_read_as_another_of_that_name(tmp_path: Path) -> None:
    rows = [("Eenheid", "Fte", "In traject", "Gecertificeerd"), ("Noord", 1, 2, 3)]
    form = """
    format: workbook
    tables: [faculty_study_advisers]
    forms: [{table: faculty_study_advisers, columns: {Fte: fte_temporary}, ignored: [in traject]}]
    """
    found = taken(
        workbook(tmp_path / NAME, {"Studieadviseurs": rows}), form, ADVISERS, told={"academic_year": "2019-2020"}
    )
    assert found.raw.missing == ("academic_year", "fte", "in_training")
    assert found.raw.places == {"unit": "A", "fte_temporary": "B", "certified": "D"}
