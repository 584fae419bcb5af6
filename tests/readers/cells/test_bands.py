"""Numbers that stand for a word: how far something is in per cent, where the contract has words for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kwaliteitsmonitor.readers.cells.bands import OutsideBandsError, banded
from kwaliteitsmonitor.readers.cells.numbers import Percentage
from schemas.profile.feeds import FileSource
from schemas.profile.form_checks import form_problems
from schemas.profile.forms import Form, Locale
from tests.readers.forms.making import taken, workbook

PERCENT = {"0%": "not_started", "1%": "on_course", "100%": "done"}
PLAIN = {"0": "not_started", "0.5": "on_course", "100": "done"}


@pytest.mark.parametrize(
    ("bands", "locale", "words"),
    [
        (PERCENT, "en", {"0%": "not_started", "0.5%": "not_started", "1%": "on_course", "99.9%": "on_course"}),
        (PERCENT, "en", {"120%": "done", Percentage(0.45): "on_course", Percentage(1): "done", "at risk": "at risk"}),
        (PERCENT, "nl", {"k€ 5": "k€ 5", None: None, True: True}),
        (PLAIN, "nl", {"0,7": "on_course", 99: "on_course", "0,4": "not_started", 100.0: "done"}),
    ],
)
def test_a_number_has_the_word_of_the_last_number_that_it_reaches_and_a_word_stays(
    bands: dict[str, str], locale: Locale, words: dict[Any, Any]
) -> None:
    assert {cell: banded(cell, bands, locale) for cell in words} == words


@pytest.mark.parametrize(
    ("cell", "bands", "expected"),
    [
        (45, PERCENT, "a percentage, as 45%"),
        ("45%", PLAIN, "a number without a per cent sign"),
        (-3, PLAIN, "a number from 0 on"),
    ],
)
def test_a_number_that_is_written_otherwise_or_below_all_has_none(
    cell: Any, bands: dict[str, str], expected: str
) -> None:
    with pytest.raises(OutsideBandsError) as caught:
        banded(cell, bands, "en")
    assert caught.value.expected.en == expected


def test_the_bands_of_a_form_are_read_and_what_is_outside_them_is_set_aside(tmp_path: Path) -> None:
    measures = [("small_classes", "tutors", 0.45), ("small_classes", "groups", "at risk"), ("teachers", "courses", 45)]
    source = """
        {format: workbook, locale: en, tables: [faculty_measures], forms: [{table: faculty_measures, sheet: Actions,
          columns: {"Progress %": progress}, bands: {progress: {"0%": not_started, "1%": on_course, "100%": done}}}]}
    """
    path = workbook(
        tmp_path / "p.xlsx", {"Actions": [("Theme", "Measure", "Progress %"), *measures]}, formats={"C2": "0%"}
    )
    found = taken(path, source, "faculty_measures", told={"unit": "North", "academic_year": "2019-2020"})
    assert found.rows("progress") == [("on_course",), ("at_risk",)]
    assert found.expected == {"C4": "a percentage, as 45%"}


@pytest.mark.parametrize("bands", [{"half": "done"}, {}, {"0%": "not_started", "1": "done"}])
def test_bands_that_are_no_numbers_or_of_two_kinds_are_refused(bands: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Form(table="faculty_measures", bands={"progress": bands})


@pytest.mark.parametrize(
    ("table", "bands", "fault"),
    [
        ("faculty_measures", {"progress": {"0%": "dne"}}, ["'dne'", "done"]),
        ("faculty_measures", {"progres": {"0%": "done"}}, ["'progres'", "progress"]),
        ("faculty_measures", {"explanation": {"0%": "anything"}}, []),
        ("bfr", {"budget": {"0": "low"}}, ["a field of text"]),
    ],
)
def test_a_word_that_the_contract_does_not_know_is_told_when_the_profile_is_checked(
    table: str, bands: dict[str, dict[str, str]], fault: list[str]
) -> None:
    own = {
        "kind": "files",
        "path": "x",
        "format": "csv",
        "tables": [table],
        "forms": [{"table": table, "bands": bands}],
    }
    faults = [str(one) for one in form_problems(("sources", 0), FileSource.model_validate(own), {})]
    assert len(faults) == bool(fault)
    assert all(part in faults[0] for part in fault)
