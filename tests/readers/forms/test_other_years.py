"""A sheet, a text above a table or a header that names another year than the delivery's is told; days are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kwaliteitsmonitor.readers.forms.other_years import OTHER_YEAR, notes, years_in
from schemas.consequences import Severity
from schemas.tables import CATALOGUE
from tests.made_up import told
from tests.readers.answering import Answers, answer, as_csv, tally
from tests.readers.forms.making import grid, rows_taken

TOLD = {"academic_year": "2019-2020", "unit": "North"}


def said(
    *above: str,
    sheet: str = "",
    headers: Sequence[str] = (),
    agreed: Sequence[str] = (),
    told: Mapping[str, Any] = TOLD,
    table: str = "faculty_study_advisers",
) -> list[str]:
    """What is told of a table with these texts above it, in Dutch."""
    found = notes(CATALOGUE[table], told, sheet, list(enumerate(above, start=1)), list(enumerate(headers)), agreed)
    return [note.text.nl for note in found if note.code == OTHER_YEAR]


OWN_YEAR = [
    "Verantwoording 2019-2020", "Studiejaar 19/20", "Studiejaar 2019/20", "Maatregelen 2020", "Najaar 2019",
    "Kwaliteitsafspraken 2019-2024", "Opgemaakt op 15-01-2021", "Leiden, 3 februari 2021", "Versie van 2021-01-15",
    "2018-2019 en 2019-2020", "Budget: 2018,50 euro", "Kamer 20181", "Januari 2021", "February 3, 2021",
]  # fmt: skip


OTHER_YEARS = {
    "Verantwoording 2018-2019": "2018-2019", "Studiejaar 2018/19": "2018-2019", "Maatregelen 2018": "2018",
    "Studiejaar 2020\u20132021": "2020-2021", "Jaarverslag 2022": "2022", "Plan 2015-2018": "2015-2018",
    "Stand van 2018, opgemaakt 12-12-2020": "2018",
}  # fmt: skip


def test_another_year_above_a_table_is_told_and_what_is_right_is_not() -> None:
    sentence = "een tekst boven de tabel noemt {}, en het bestand is geleverd voor 2019-2020: "
    for text, year in OTHER_YEARS.items():
        assert said(text) == [f"{sentence.format(year)}kijk of dit het goede bestand is"]
    assert [text for text in OWN_YEAR if said(text)] == []


def test_a_sheet_and_a_header_that_a_pattern_takes_are_told_and_what_the_profile_asks_for_is_meant() -> None:
    (sheet,) = said(sheet="Studieadviseurs 2018", agreed=["Studieadviseurs *"])
    assert sheet.startswith("de naam van het werkblad noemt 2018, en")
    (header,) = said(headers=["Fte 2018-2019"], agreed=["Fte*"])
    assert header.startswith("de kop van kolom A noemt 2018-2019, en")
    assert said(sheet="Studieadviseurs 2020", agreed=["Studieadviseurs *"]) == []
    assert said(sheet="Studieadviseurs 2018", agreed=["Studieadviseurs 2018"]) == []
    assert said(headers=["Fte 2018-2019"], agreed=["Fte 2018-2019"]) == []


def test_a_year_is_background_or_one_of_an_academic_year_and_a_delivery_of_no_year_is_asked_nothing() -> None:
    assert said("Nota studiesucces 2016", "Verslag over 2019-2020") == []
    years = (2020, 2019, 2022)
    told = [len(said("Studiejaar 2019-2020", told={"reporting_year": year}, table="staff")) for year in years]
    assert told == [0, 0, 1]
    assert said("Jaarverslag 2011", told={}) == said("Jaarverslag 2011", table="spending_plan") == []
    assert list(years_in("Maatregelen 2018/19, 2020-2018")) == [(2018, 2019), (2020, 2020)]


def test_it_is_a_warning_in_what_is_staged() -> None:
    rows = [["Verslag 2018"], ["Fte 2017", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [1, 0, 1, 0]]
    text = "{format: workbook, tables: [faculty_study_advisers], columns: {'Fte*': fte}}"
    found = rows_taken(grid(rows, name="Advies 2016"), text, "faculty_study_advisers", told=TOLD)
    assert found.tally.accepted == 1
    warnings = [r for r in found.said("read_as") if r.severity is Severity.WARNING]
    for where in ("werkblad noemt 2016", "boven de tabel noemt 2018", "kolom A noemt 2017"):
        assert any(where in told(r) for r in warnings)


def test_answers_that_the_engine_reads_itself_are_told_too(answers: Answers) -> None:
    for above, times in (("Studiejaar 2018-2019", 1), ("Studiejaar 2019-2020", 0)):
        content = f"{above}\n".encode() + as_csv([answer("R-1")])
        staged = answers.stage(answers.file(content, given={"academic_year": "2019-2020"}))
        assert tally(staged).accepted == 1
        assert len([r for r in staged.results if "het goede bestand" in told(r)]) == times
