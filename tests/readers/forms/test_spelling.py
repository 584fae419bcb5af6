"""Headers, words, worksheets and codes that look the same are the same, however a program wrote their letters."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.profile import load_profile, profile_folder
from schemas.profile.units import Unit
from schemas.spelling import fold
from tests.readers.forms.making import taken, university, workbook

CASES = Path(__file__).parents[2] / "cases"
APART = "Opleidingscode België"
SEEN_AS = {
    "nfd": unicodedata.normalize("NFD", APART),
    "soft-hyphen": "Opleidings\u00adcode België",
    "zero-width": "Opleidingscode\u200b België\ufeff",
    "no-break": "Opleidingscode\u00a0België",
    "narrow": "Opleidingscode\u202fBelgië ",
    "case": "OPLEIDINGSCODE BELGIË",
    "nfd-case": unicodedata.normalize("NFD", "OPLEIDINGSCODE BELGIË"),
}
MINE = pytest.mark.parametrize("written", list(SEEN_AS.values()), ids=list(SEEN_AS))
FORM = """
format: csv
delimiter: ";"
tables: [evaluations]
encoding: utf-8
columns: {{"{header}": programme}}
"""
TOLD = {"academic_year": "2019-2020", "unit": "North", "level": "Ba", "evaluation": "course", "course": "C"}


@MINE
def test_spellings_that_look_the_same_are_the_same(written: str) -> None:
    assert fold(written) == fold(APART)


@MINE
@pytest.mark.parametrize("side", ["file", "profile"])
def test_a_header_is_known_however_it_was_written_on_either_side(tmp_path: Path, written: str, side: str) -> None:
    in_file, in_profile = (written, APART) if side == "file" else (APART, written)
    path = tmp_path / "a.csv"
    path.write_text(f"respondent;{in_file};question;score\nR1;P1;teaching;4\n", encoding="utf-8")
    found = taken(path, FORM.format(header=in_profile), "evaluations", told=TOLD)
    assert found.rows("programme", "question", "score") == [("P1", "teaching", 4)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("own", ["NFC", "NFD"])
def test_units_worksheets_and_words_are_compared_as_they_look(tmp_path: Path, form: Any, own: Any) -> None:
    def as_written(text: str) -> str:
        return unicodedata.normalize(form, text)

    profile = university()
    unit = Unit(id="Arts", nl=unicodedata.normalize(own, "Fac. België"), en="x", council="council", aliases=[])
    profile = replace(profile, units=(*profile.units, unit.model_copy(update={"aliases": [unit.nl]})))
    path = workbook(
        tmp_path / "north.xlsx",
        {
            as_written("Begroting België"): [
                ["Eenheid", "Jaar", "Thema", "Gepland bedrag"],
                [as_written("FAC. belgië"), 2020, "teaching", 5],
            ]
        },
    )
    form_of = """
    format: workbook
    tables: [spending_plan]
    forms:
      - table: spending_plan
        sheet: "{sheet}"
        columns: {{Eenheid: unit, Jaar: year, Thema: theme, Gepland bedrag: amount}}
        constants: {{version: original}}
    """.format(sheet=unicodedata.normalize(own, "begroting belgië"))
    found = taken(path, form_of, "spending_plan", profile=profile)
    assert found.raw.sheet == as_written("Begroting België")
    assert not [r for r in found.refused if r[1].startswith("unit")], found.expected


def test_the_case_of_a_word_with_its_accent_apart_is_read() -> None:
    profile = load_profile(profile_folder("leiden"))
    told = {"academic_year": "2019-2020", "unit": "FGW"}
    source = "format: workbook\ntables: [faculty_measures]"
    found = taken(CASES / "header-nfd" / "FGW.xlsx", source, "faculty_measures", told=told, profile=profile)
    assert found.refused == []
    assert found.tally.accepted == 1


def test_the_case_of_a_header_with_its_accent_apart_is_read() -> None:
    found = taken(CASES / "header-nfd" / "antwoorden.csv", FORM.format(header=APART), "evaluations", told=TOLD)
    assert "programme" not in found.raw.missing
