"""Numbers that stand for a word: how far something is in per cent, where the contract has words for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.profile.feeds import FileSource
from schemas.profile.form_checks import form_problems
from schemas.profile.forms import Form
from tests.readers.forms.making import Taken, taken, workbook

HEADERS = ["Theme", "Measure", "Progress %"]
PERCENT = '{"0%": not_started, "1%": on_course, "100%": done}'
PLAIN = '{"0": not_started, "0.5": on_course, "100": done}'


def read(path: Path, cells: list[Any], bands: str, *, shown: str = "", locale: str = "en") -> Taken:
    measures = ["tutors", "groups"]
    rows = [["small_classes", measure, cell] for measure, cell in zip(measures, cells, strict=False)]
    file = workbook(path / "p.xlsx", {"Actions": [HEADERS, *rows]}, formats={"C2": shown, "C3": shown} if shown else {})
    text = f"""
        format: workbook
        locale: {locale}
        tables: [faculty_measures]
        forms:
          - table: faculty_measures
            sheet: Actions
            columns: {{"Progress %": progress}}
            bands: {{progress: {bands}}}
    """
    return taken(file, text, "faculty_measures", told={"unit": "North", "academic_year": "2019-2020"})


@pytest.mark.parametrize(
    ("cell", "word"),
    [("0%", "not_started"), ("0.5%", "not_started"), ("1%", "on_course"), ("99.9%", "on_course"), ("120%", "done")],
)
def test_a_percentage_has_the_word_of_the_last_number_that_it_reaches(cell: str, word: str, tmp_path: Path) -> None:
    assert read(tmp_path, [cell], PERCENT).rows("progress") == [(word,)]


def test_a_cell_that_is_shown_as_a_percentage_is_one(tmp_path: Path) -> None:
    assert read(tmp_path, [0.45, 1], PERCENT, shown="0%").rows("progress") == [("on_course",), ("done",)]


def test_numbers_are_read_in_the_notation_of_the_source(tmp_path: Path) -> None:
    assert read(tmp_path, ["0,7", 99], PLAIN, locale="nl").rows("progress") == [("on_course",), ("on_course",)]
    assert read(tmp_path, ["0,4", 100], PLAIN, locale="nl").rows("progress") == [("not_started",), ("done",)]


def test_a_word_is_read_as_it_would_be_without_bands(tmp_path: Path) -> None:
    assert read(tmp_path, ["at risk", "45%"], PERCENT).rows("progress") == [("at_risk",), ("on_course",)]


@pytest.mark.parametrize(
    ("cell", "bands", "expected"),
    [(45, PERCENT, "a percentage, as 45%"), ("45%", PLAIN, "without a per cent sign"), (-3, PLAIN, "from 0 on")],
)
def test_a_number_that_is_written_otherwise_or_below_all_is_set_aside(
    cell: Any, bands: str, expected: str, tmp_path: Path
) -> None:
    found = read(tmp_path, [cell], bands)
    assert found.rows("progress") == []
    (told,) = found.expected.values()
    assert expected in told


@pytest.mark.parametrize("bands", [{"half": "done"}, {}, {"0%": "not_started", "1": "done"}])
def test_bands_that_are_no_numbers_or_of_two_kinds_are_refused(bands: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Form(table="faculty_measures", bands={"progress": bands})


@pytest.mark.parametrize(
    ("bands", "found", "hint"),
    [
        ({"progress": {"0%": "dne"}}, "'dne'", "done"),
        ({"progres": {"0%": "done"}}, "'progres'", "progress"),
        ({"explanation": {"0%": "anything"}}, "", ""),
    ],
)
def test_a_word_that_the_contract_does_not_know_is_told_when_the_profile_is_checked(
    bands: dict[str, dict[str, str]], found: str, hint: str
) -> None:
    given = {"kind": "files", "path": "x", "format": "workbook", "tables": ["faculty_measures"]}
    source = FileSource.model_validate({**given, "forms": [{"table": "faculty_measures", "bands": bands}]})
    faults = [str(fault) for fault in form_problems(("sources", 0), source, {})]
    assert len(faults) == bool(found)
    assert all(found in fault and hint in fault for fault in faults)


def test_bands_are_for_words_and_not_for_amounts() -> None:
    given = {"kind": "files", "path": "x", "format": "csv", "tables": ["bfr"]}
    source = FileSource.model_validate({**given, "forms": [{"table": "bfr", "bands": {"budget": {"0": "low"}}}]})
    (fault,) = form_problems(("sources", 0), source, {})
    assert "a field of text" in str(fault)
