"""A sheet, a text above a table or a header that names another year than the delivery's is told; days are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from schemas.consequences import Severity
from schemas.profile import load_profile, profile_folder
from tests.readers.answering import Answers, answer, as_csv, tally
from tests.readers.forms.making import Taken, taken, workbook, written

ADVISED = "faculty_study_advisers"
TOLD = {"academic_year": "2019-2020", "unit": "North"}
ADVISERS = [["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [1, 0, 1, 0]]


def read(
    folder: Path, above: str = "", sheet: str = "Studieadviseurs", wanted: str = "", told: Mapping[str, Any] = TOLD
) -> Taken:
    rows = [[above], *ADVISERS] if above else ADVISERS
    path = workbook(folder / "north.xlsx", {sheet: rows})
    form = f"\nforms:\n- {{table: faculty_study_advisers, sheet: '{wanted}'}}" if wanted else ""
    found = taken(
        path, f"format: workbook\ntables: [faculty_study_advisers]{form}", "faculty_study_advisers", told=told
    )
    assert (found.tally.received, found.tally.accepted) == (1, 1), found.refused
    return found


def said(found: Taken) -> list[str]:
    return [note.said.nl for note in found.raw.notes if note.code == "year_said"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Verantwoording 2018-2019", "2018-2019"), ("Studiejaar 2018/19", "2018-2019"),
        ("Studiejaar 2020\u20132021", "2020-2021"), ("Maatregelen 2018", "2018"), ("Jaarverslag 2022", "2022"),
        ("Plan 2015-2018", "2015-2018"), ("Stand van 2018, opgemaakt 12-12-2020", "2018"),
    ],
)  # fmt: skip
def test_another_year_above_a_table_is_told(tmp_path: Path, text: str, named: str) -> None:
    found = read(tmp_path, text)
    (told,) = said(found)
    assert told == (
        f"een tekst boven de tabel noemt {named}, en het bestand is geleverd voor 2019-2020: "
        "kijk of dit het goede bestand is"
    )
    assert any(r.severity is Severity.WARNING and told in r.detail for r in found.said("read_as"))


@pytest.mark.parametrize(
    "text",
    [
        "Verantwoording 2019-2020", "Studiejaar 19/20", "Studiejaar 2019/20", "Maatregelen 2020", "Najaar 2019",
        "Kwaliteitsafspraken 2019-2024", "Opgemaakt op 15-01-2021", "Leiden, 3 februari 2021", "Versie van 2021-01-15",
        "2018-2019 en 2019-2020", "Budget: 2018,50 euro", "Kamer 20181", "Januari 2021", "February 3, 2021",
    ],
)  # fmt: skip
def test_what_is_right_above_a_table_is_not(tmp_path: Path, text: str) -> None:
    assert said(read(tmp_path, text)) == []


def test_where_another_text_names_the_own_year_a_year_is_background(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "north.xlsx",
        {"Studieadviseurs": [["Nota studiesucces 2016"], ["Verslag over 2019-2020"], *ADVISERS]},
    )
    found = taken(path, f"format: workbook\ntables: [{ADVISED}]", ADVISED, told=TOLD)
    assert said(found) == []


def test_the_name_of_a_sheet_that_a_pattern_takes(tmp_path: Path) -> None:
    (told,) = said(read(tmp_path, sheet="Studieadviseurs 2018", wanted="Studieadviseurs *"))
    assert told.startswith("de naam van het werkblad noemt 2018, en")
    assert said(read(tmp_path, sheet="Studieadviseurs 2020", wanted="Studieadviseurs *")) == []
    assert said(read(tmp_path, sheet="Studieadviseurs 2018", wanted="Studieadviseurs 2018")) == [], (
        "the profile asks for it"
    )


def test_a_header_of_a_column_that_is_read(tmp_path: Path) -> None:
    header = ["Fte 2018-2019", *ADVISERS[0][1:]]
    path = workbook(tmp_path / "north.xlsx", {"Studieadviseurs": [header, ADVISERS[1]]})
    form = "format: workbook\ntables: [faculty_study_advisers]\nforms:\n- {table: faculty_study_advisers, columns: "
    found = taken(path, form + "{'Fte*': fte}}", "faculty_study_advisers", told=TOLD)
    assert found.tally.accepted == 1
    (told,) = said(found)
    assert told.startswith("de kop van kolom A noemt 2018-2019, en")
    found = taken(path, form + "{'Fte 2018-2019': fte}}", "faculty_study_advisers", told=TOLD)
    assert said(found) == []


@pytest.mark.parametrize(("year", "expected"), [(2020, 0), (2019, 0), (2022, 1)])
def test_a_calendar_year_is_one_of_an_academic_year(tmp_path: Path, year: int, expected: int) -> None:
    text = "Studiejaar 2019-2020\nreference_date;person;unit;category;fte;start_date\n"
    path = written(tmp_path / "staff.csv", text + f"{year}-10-01;P1;North;lecturer;0.8;2015-09-01\n")
    found = taken(
        path, "format: csv\ntables: [staff]\nencoding: utf-8\nlocale: iso", "staff", told={"reporting_year": year}
    )
    assert len(said(found)) == expected


@pytest.mark.parametrize(("above", "expected"), [("Studiejaar 2018-2019", 1), ("Studiejaar 2019-2020", 0)])
def test_answers_that_the_engine_reads_itself_are_told_too(tmp_path: Path, above: str, expected: int) -> None:
    answers = Answers(tmp_path, load_profile(profile_folder("leiden")))
    content = f"{above}\n".encode() + as_csv([answer("R-1")])
    found = answers.stage(answers.file(content, given={"academic_year": "2019-2020"}))
    assert tally(found).accepted == 1
    assert len([r for r in found.results if "het goede bestand" in r.detail]) == expected
