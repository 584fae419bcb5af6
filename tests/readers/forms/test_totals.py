"""Totals in a delivered table are never data, and rows of departments are not taken for their faculty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.profile import load_profile, profile_folder
from tests.made_up import indicator
from tests.readers.forms.making import Taken, taken, university, workbook

CASES = Path(__file__).parents[2] / "cases"
TOLD = {"academic_year": "2019-2020", "unit": "North"}
WORDS = [
    "Totaal", "totaal", "TOTAAL:", "Subtotaal", "Sub-totaal", "Sub total", "Eindtotaal", "Eind totaal", "Som", "Total",
    "Grand total", "Grandtotal", "Sum", "Totaal faculteit", "Faculteit totaal", "Totaal generaal",
    "Generaal totaal", "Totaal-generaal", "Tot.", "Totaalbedrag", "Σ", "Som van bedragen", "Alle faculteiten",
    "Overall", "Totaal van alle thema's", "Totaal universiteit", "Totaal in euro", "totaal k€", "** Totaal **",
    "1. Totaal", "T o t a a l", "Totale uitgaven", "Total budget", "Optelling", "Gesamtsumme",
]  # fmt: skip
PLAN = ["Versie", "Eenheid", "Thema", "Jaar", "Bedrag"]


def plan(folder: Path, *rows: list[Any]) -> Taken:
    path = workbook(folder / "plan.xlsx", {"Bestedingsplan": [PLAN, *rows]})
    return taken(path, "format: workbook\ntables: [spending_plan]\nlocale: nl", "spending_plan")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("column", [1, 2, 3])
def test_a_row_that_is_a_total_of_others_is_left_out_and_told(tmp_path: Path, word: str, column: int) -> None:
    total: list[Any] = ["original", "North", "small_classes", 2020, 30]
    total[column] = word
    rows = [["original", unit, "small_classes", 2020, amount] for unit, amount in (("North", 10), ("East", 20))]
    found = plan(tmp_path, *rows, total)
    assert [row[1] for row in found.rows("unit", "amount")] == [10, 20]
    assert found.refused == []
    assert found.left_out == [("1 row a total of other rows", (4,))]


@pytest.mark.parametrize(
    "total",
    [
        ["original", "Totaal Noord", "small_classes", 2020, 30],
        ["original", "Subtotaal per faculteit", None, 2020, 30],
        ["original", "Total (k€)", "small_classes", 2020, 30],
        ["original", "North (totaal)", "small_classes", 2020, 30],
        [None, "Eindtotaal 2020", None, None, 30],
    ],
)
def test_a_total_of_something_is_a_total(tmp_path: Path, total: list[Any]) -> None:
    found = plan(tmp_path, ["original", "North", "small_classes", 2020, 10], total)
    assert len(found.rows("unit")) == 1
    assert found.left_out == [("1 row a total of other rows", (3,))]


@pytest.mark.parametrize("headers", [["Omschrijving", *PLAN], [*PLAN, "Omschrijving"]])
@pytest.mark.parametrize("word", ["Totaal", "Eindtotaal 2020", "Totaal faculteit"])
def test_a_total_is_known_in_a_column_that_nothing_reads_where_the_row_names_nothing(
    tmp_path: Path, word: str, headers: list[str]
) -> None:
    data: list[Any] = ["original", "North", "small_classes", 2020, 10]
    total = [word, "original", None, None, 2020, 10] if headers[0] != "Versie" else [None, None, None, None, 10, word]
    rows = [["Totaal", *data], total] if headers[0] != "Versie" else [[*data, "Totaal"], total]
    path = workbook(tmp_path / "plan.xlsx", {"Bestedingsplan": [headers, *rows]})
    found = taken(path, "format: workbook\ntables: [spending_plan]\nlocale: nl", "spending_plan")
    assert found.rows("unit") == [("North",)]
    assert found.refused == []
    assert found.left_out == [("1 row a total of other rows", (3,))]


def of_any_sheet(table: str, more: str = "") -> str:
    return f"format: workbook\ntables: [{table}]\nlocale: nl\nforms: [{{table: {table}, sheet: '*'{more}}}]"


COUNTS = ["year", "programme", "origin", "phase", "main_enrolments"]
COURSE = ["course", "2019-2020", "North", "P1", "Ba"]
INVITED = ["evaluation", "academic_year", "unit", "programme", "level", "course", "invited"]


@pytest.mark.parametrize("word", ["Totaal", "Total", "Subtotaal", "Totaal faculteit"])
@pytest.mark.parametrize(
    ("table", "headers", "rows", "label"),
    [
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P1", "EER", "B", 4]], 2),
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P1", "NL", "M", 4]], 3),
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P2", "NL", "B", 4]], 1),
        ("evaluation_population", INVITED, [[*COURSE, c, 7] for c in ("A1", "SOM")], 5),
    ],
)  # fmt: skip
def test_a_total_in_words_of_the_sender_is_not_counted_beside_its_parts(
    tmp_path: Path, table: str, headers: list[str], rows: list[list[Any]], label: int, word: str
) -> None:
    total = [*rows[0][:-1], 14]
    total[label] = word
    path = workbook(tmp_path / "w.xlsx", {"Blad": [headers, *rows, total]})
    found = taken(path, of_any_sheet(table), table)
    assert len(found.rows(headers[-1])) == 2
    assert found.refused == []
    assert found.left_out == [("1 row a total of other rows", (4,))]


def test_what_comes_as_a_total_alone_is_all_that_there_is(tmp_path: Path) -> None:
    rows = [[2020, "P1", "Totaal", "B", 10], [2020, "P2", "NL", "B", 3], [2020, "P2", "Totaal", "B", 3]]
    path = workbook(tmp_path / "w.xlsx", {"Blad": [COUNTS, *rows]})
    found = taken(path, of_any_sheet("enrolment_counts"), "enrolment_counts")
    assert found.rows("programme", "origin") == [("P1", "Totaal"), ("P2", "NL")]


def test_the_total_of_columns_that_become_rows_is_none_of_them(tmp_path: Path) -> None:
    headers = ["Eenheid", "Thema", "Plan 2020", "Plan 2021", "Plan totaal"]
    rows = [["North", "small_classes", 1, 2, 3], ["Totaal faculteit", None, 1, 2, 3]]
    path = workbook(tmp_path / "w.xlsx", {"Bestedingsplan": [headers, *rows]})
    more = ", constants: {version: original}, unpivot: {name: year, value: amount, headers: {'Plan *': '*'}}"
    found = taken(path, of_any_sheet("spending_plan", more), "spending_plan")
    assert found.rows("year") == [(2020,), (2021,)]
    assert found.refused == []
    assert found.raw.unknown == ("Plan totaal",)


@pytest.mark.parametrize("word", ["Totaal", "Totaal universiteit", "Total", "Alle faculteiten"])
def test_a_figure_of_the_total_is_that_of_the_whole_and_that_is_told(tmp_path: Path, word: str) -> None:
    profile = university()
    indicators = [indicator("dropout", "delivered", "percentage", delivered={"combine": "none"})]
    headers, rows = ["reporting_year", "unit", "indicator", "value"], [[2020, "North", "dropout", 0.1]]
    path = workbook(tmp_path / "w.xlsx", {"Blad": [headers, *rows, [2020, word, "dropout", 0.2]]})
    source = (
        "format: workbook\ntables: [delivered_figures]\nlocale: nl\nforms: [{table: delivered_figures, sheet: '*'}]"
    )
    found = taken(path, source, "delivered_figures", profile=replace(profile, indicators=tuple(indicators)))
    assert found.rows("unit") == [("North",), (None,)]
    assert [(note.said.nl, note.rows) for note in found.raw.notes if note.code == "whole"] == [
        ("'totaal' is gelezen als het geheel", (3,))
    ]


@pytest.mark.parametrize("word", ["Totaalaanpak", "Sommige eenheden", "Summerschool", "Total quality", "Universiteit"])
def test_a_word_that_only_begins_like_a_total_is_judged_as_any_other(tmp_path: Path, word: str) -> None:
    found = plan(tmp_path, ["original", word, "small_classes", 2020, 10])
    assert [rule for _, rule, _ in found.refused] == ["unit.codes"]
    assert found.left_out == []


def test_a_name_of_the_institution_that_is_called_total_is_data(tmp_path: Path) -> None:
    profile = university()
    (first, *others) = profile.units
    profile = replace(profile, units=(first.model_copy(update={"aliases": ["Som", "Totaal"]}), *others))
    path = workbook(tmp_path / "p.xlsx", {"Bestedingsplan": [PLAN, ["original", "Som", "small_classes", 2020, 10]]})
    source = "format: workbook\ntables: [spending_plan]\nlocale: nl"
    assert taken(path, source, "spending_plan", profile=profile).rows("unit") == [("North",)]


HEADERS = ["Afdeling", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Oost", 6.5, 0.5, 2, 1], ["West", 3.5, 0, 1, 0], ["Totaal", 10, 0.5, 3, 1]],
        [["Oost", 6.5, 0.5, 2, 1], ["West", 3.5, 0, 1, 0]],
        [["Oost", 6.5, 0.5, 2, 1], ["Totaal", 10, 0.5, 3, 1]],
        [["Oost", "6,5 fte", 0.5, 2, 1], ["West", 3.5, 0, 1, 0]],
        [["Oost", 6.5, 0.5, 2, 1], [None, 10, 0.5, 3, 1]],
        [["Oost", 6.5, 0.5, 2, 1], ["West", 6.5, 0.5, 2, 1]],
    ],
    ids=["departments-and-total", "departments", "one-and-total", "one-unreadable", "total-without-a-word", "as-large"],
)
def test_of_a_breakdown_by_department_no_row_is_taken_for_the_faculty(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = workbook(tmp_path / "north.xlsx", {"Studieadviseurs": [HEADERS, *rows]})
    source = "format: workbook\ntables: [faculty_study_advisers]\nlocale: nl"
    found = taken(path, source, "faculty_study_advisers", told=TOLD)
    assert found.rows("fte") == []
    assert found.tally.quarantined == len(rows)
    assert "one row for the faculty: add the departments up" in found.expected.values()


def test_the_case_of_a_breakdown_with_a_total_asks_for_one_row_and_takes_none() -> None:
    profile = load_profile(profile_folder("leiden"))
    told = {"academic_year": "2019-2020", "unit": "FGW"}
    source = "format: workbook\ntables: [faculty_study_advisers]\nlocale: nl"
    path = CASES / "breakdown-with-total" / "FGW.xlsx"
    found = taken(path, source, "faculty_study_advisers", told=told, profile=profile)
    assert found.rows("fte") == []
    assert {q.expected.nl for q in found.staged.quarantine} == {"één rij per faculteit: tel de afdelingen op"}


def test_a_row_that_stands_there_twice_is_taken_once(tmp_path: Path) -> None:
    path = workbook(tmp_path / "north.xlsx", {"Studieadviseurs": [HEADERS, *[["Oost", 6.5, 0.5, 2, 1]] * 2]})
    found = taken(
        path, "format: workbook\ntables: [faculty_study_advisers]\nlocale: nl", "faculty_study_advisers", told=TOLD
    )
    assert len(found.rows("fte")) == 1
    assert found.tally.quarantined == 1


def test_departments_under_one_measure_are_not_the_measure(tmp_path: Path) -> None:
    headers = [
        "Verslagjaar",
        "BFR",
        "Eenheid",
        "Afdeling",
        "Thema",
        "Maatregel",
        "Begroot",
        "Gerealiseerd",
        "Ingediend op",
    ]
    one = [2020, 3, "North", "Oost", "small_classes", "tutors", 10, 5, "2021-02-01"]
    other = [2020, 3, "North", "West", "small_classes", "tutors", 20, 6, "2021-02-01"]
    total = [2020, 3, "North", None, "small_classes", "Totaal", 30, 11, "2021-02-01"]
    path = workbook(tmp_path / "bfr.xlsx", {"BFR": [headers, one, other, total]})
    found = taken(path, "format: workbook\ntables: [bfr]\nlocale: nl", "bfr")
    assert found.rows("budget") == []
    assert [number for _, rows in found.left_out for number in rows] == [4]
    assert {q.expected.nl.partition(":")[0] for q in found.staged.quarantine} == {
        "één rij per eenheid, thema, maatregel"
    }
