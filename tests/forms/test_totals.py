"""Totals in a delivered table are never data, and rows of departments are not taken for their faculty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.profile import load_profile, profile_folder
from tests.forms.making import Taken, taken, university, workbook

CASES = Path(__file__).parents[1] / "cases"
TOLD = {"academic_year": "2019-2020", "unit": "North"}
WORDS = ["Totaal", "totaal", "TOTAAL:", "Subtotaal", "Sub-totaal", "Eindtotaal", "Som", "Total", "Grand total", "Sum"]
PLAN = ["Versie", "Eenheid", "Thema", "Jaar", "Bedrag"]


def plan(folder: Path, *rows: list[Any]) -> Taken:
    path = workbook(folder / "plan.xlsx", {"Bestedingsplan": [PLAN, *rows]})
    return taken(path, "format: workbook\ntables: [spending_plan]\nlocale: nl", "spending_plan")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("column", [1, 2])
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
        [None, "Eindtotaal 2020", None, None, 30],
    ],
)
def test_a_total_of_something_is_a_total(tmp_path: Path, total: list[Any]) -> None:
    found = plan(tmp_path, ["original", "North", "small_classes", 2020, 10], total)
    assert len(found.rows("unit")) == 1
    assert found.left_out == [("1 row a total of other rows", (3,))]


@pytest.mark.parametrize("word", ["Totaalaanpak", "Sommige eenheden", "Summerschool", "Total quality"])
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
    ],
    ids=["departments-and-total", "departments", "one-and-total", "one-unreadable", "total-without-a-word"],
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
