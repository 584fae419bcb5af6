"""What a workbook says of a column: the form and range of its values, in a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from kwaliteitsmonitor.exchange.workbooks.words import allowed, day, instruction, refused
from schemas.tables import CATALOGUE


@pytest.mark.parametrize(
    ("table", "field", "nl", "en"),
    [
        ("faculty_study_advisers", "fte", "Een getal van 0 tot en met 200 fte.", "A number from 0 to 200 fte."),
        ("faculty_measures", "progress", "Kies uit de lijst.", "Choose from the list."),
        ("faculty_programmes", "compulsory_matching", "Ja / nee.", "Yes / no."),
        ("faculty_panels", "held_on", "Een datum.", "A date."),
        ("staff", "person", "", ""),
    ],
)
def test_the_form_of_a_field_is_said_in_both_languages(table: str, field: str, nl: str, en: str) -> None:
    assert (allowed(CATALOGUE[table][field], "nl"), allowed(CATALOGUE[table][field], "en")) == (nl, en)


def test_what_excel_refuses_is_said_with_what_it_takes() -> None:
    fte = CATALOGUE["faculty_study_advisers"]["fte"]
    assert refused(fte, "nl", listed=False) == "Verwacht: een getal van 0 tot en met 200 fte."
    assert refused(fte, "en", listed=True).startswith("Choose a value from the list")
    assert instruction(fte, "nl").endswith("Een getal van 0 tot en met 200 fte. Verplicht.")


def test_a_day_is_written_as_people_do() -> None:
    assert [day(one, "nl") for one in (date(2020, 12, 31), None)] == ["31 december 2020", "bij wijziging"]
