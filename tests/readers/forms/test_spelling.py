"""Headers, words, worksheets and codes that look the same are the same, however a program wrote their letters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from schemas.profile import Profile
from schemas.profile.units import Unit
from schemas.spelling import fold
from tests.readers.forms.making import rows_taken, taken, university, unjudged, workbook

CASES = Path(__file__).parents[2] / "cases"
PLAIN = "Opleidingscode België"
SEEN_AS = {
    "nfd": normalize("NFD", PLAIN),
    "soft-hyphen": "Opleidings\u00adcode België",
    "zero-width": "Opleidingscode\u200b België\ufeff",
    "no-break": "Opleidingscode\u00a0België",
    "narrow": "Opleidingscode\u202fBelgië ",
    "case": "OPLEIDINGSCODE BELGIË",
    "nfd-case": normalize("NFD", "OPLEIDINGSCODE BELGIË"),
}
Norm = Literal["NFC", "NFD"]
FORM = "{{format: csv, delimiter: ';', tables: [evaluations], encoding: utf-8, columns: {{'{}': programme}}}}"
TOLD = {"academic_year": "2019-2020", "unit": "North", "level": "Ba", "evaluation": "course", "course": "C"}


@pytest.mark.parametrize("written", SEEN_AS.values(), ids=SEEN_AS)
def test_a_header_is_known_however_it_was_written_on_either_side(written: str) -> None:
    assert fold(written) == fold(PLAIN)
    for in_file, in_profile in ((written, PLAIN), (PLAIN, written)):
        rows = [("respondent", in_file, "question", "score"), ("R1", "P1", "teaching", 4)]
        answers = rows_taken(rows, FORM.format(in_profile), "evaluations", told=TOLD, judge=unjudged)
        assert answers.rows("programme", "question", "score") == [("P1", "teaching", 4)]


@pytest.mark.parametrize(("form", "own"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_units_sheets_and_words_are_compared_as_they_look(tmp_path: Path, form: Norm, own: Norm) -> None:
    name = normalize(own, "Fac. België")
    unit = Unit(id="Arts", nl=name, en="x", council="council", aliases=[name])
    profile = replace(university(), units=(*university().units, unit))
    rows = [["Eenheid", "Jaar", "Thema", "Bedrag"], [normalize(form, "FAC. belgië"), 2020, "teachers", 5]]
    sheet = normalize(form, "Begroting België")
    source = f"""
        {{format: workbook, tables: [spending_plan], forms: [{{table: spending_plan,
          sheet: "{normalize(own, "begroting belgië")}", constants: {{version: original}}}}]}}
    """
    found = taken(workbook(tmp_path / "a.xlsx", {sheet: rows}), source, "spending_plan", profile=profile)
    assert (found.raw.sheet, found.rows("unit"), found.refused) == (sheet, [("Arts",)], [])


def test_the_cases_of_a_word_and_of_a_header_with_their_accents_apart_are_read(profile: Profile) -> None:
    told, source = {"academic_year": "2019-2020", "unit": "FGW"}, "{format: workbook, tables: [faculty_measures]}"
    found = taken(CASES / "header-nfd" / "FGW.xlsx", source, "faculty_measures", told=told, profile=profile)
    assert (found.refused, found.tally.accepted) == ([], 1)
    answers = taken(CASES / "header-nfd" / "antwoorden.csv", FORM.format(PLAIN), "evaluations", told=TOLD)
    assert "programme" not in answers.raw.missing
